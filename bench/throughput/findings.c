/*
 * throughput/findings.c: a sentence for each thing that the numbers show, and none where they show nothing.
 */
#include "throughput/report.h"

#include <inttypes.h>
#include <math.h>

#include "base/buffer.h"

/* Lengths that change a step's time by less are not worth a word. */
static const double notable_change = 0.15;

static const char *mode_title(weir_mode mode) { return mode == WEIR_INFERENCE ? "Inference" : "Training"; }

/* A cell's time as a part of the LSTM's, the median over the groups of one mode, batch and way to match. */
static double part_of_lstm(const struct rows *rows, weir_kind kind, weir_mode mode, int64_t batch, bool matched)
{
    struct samples parts = {0};
    for (size_t i = 0; i < rows->count; i++) {
        const struct row *row = &rows->rows[i];
        const struct row *lstm = rows_in_group(rows, i, cell_of(WEIR_LSTM), rows->rows[i].point.engine);
        if (row->measured && lstm != NULL && row->point.stack.cell->kind == kind && row->point.mode == mode &&
            row->point.batch == batch && row->matched == matched)
            samples_add(&parts, row->seconds.median / lstm->seconds.median);
    }
    return samples_median(&parts);
}

static void compare_cells(const struct rows *rows, weir_mode mode, int64_t batch, bool matched, FILE *stream)
{
    const double rnn = part_of_lstm(rows, WEIR_RNN, mode, batch, matched);
    const double gru = part_of_lstm(rows, WEIR_GRU, mode, batch, matched);
    if (rnn == 0.0 || gru == 0.0)
        return;
    fprintf(stream,
            "- %s at equal %s, batch %" PRId64 ": a GRU takes %.2f and a vanilla RNN %.2f of an LSTM's time "
            "(median over lengths and sizes).\n",
            mode_title(mode), matched ? "parameters" : "hidden size", batch, gru, rnn);
}

/* The smallest and the largest batch. */
static void find_batches(const struct rows *rows, int64_t *least, int64_t *most)
{
    *least = INT64_MAX;
    *most = 0;
    for (size_t i = 0; i < rows->count; i++) {
        const int64_t batch = rows->rows[i].point.batch;
        *least = batch < *least ? batch : *least;
        *most = batch > *most ? batch : *most;
    }
}

static bool same_but_steps(const struct row *one, const struct row *other)
{
    const struct point *a = &one->point, *b = &other->point;
    return one->matched == other->matched && a->stack.cell == b->stack.cell && a->stack.hidden == b->stack.hidden &&
           a->stack.inputs == b->stack.inputs && a->stack.layers == b->stack.layers &&
           a->stack.bidirectional == b->stack.bidirectional && a->batch == b->batch && a->precision == b->precision &&
           a->mode == b->mode;
}

/* The row that is the same but for a longer sequence, the longest there is; NULL if there is none. */
static const struct row *longest_like(const struct rows *rows, const struct row *row)
{
    const struct row *longest = NULL;
    for (size_t i = 0; i < rows->count; i++) {
        const struct row *other = &rows->rows[i];
        if (other->measured && same_but_steps(other, row) && other->point.steps > row->point.steps &&
            (longest == NULL || other->point.steps > longest->point.steps))
            longest = other;
    }
    return longest;
}

static void tell_length(const struct rows *rows, weir_mode mode, FILE *stream)
{
    const struct row *from = NULL, *to = NULL;
    double most = 0.0;
    for (size_t i = 0; i < rows->count; i++) {
        const struct row *row = &rows->rows[i], *longest = longest_like(rows, row);
        if (!row->measured || row->point.mode != mode || longest == NULL)
            continue;
        const double change = fabs(log(row_microseconds(longest) / row_microseconds(row)));
        if (change > most) {
            most = change;
            from = row;
            to = longest;
        }
    }
    if (from == NULL)
        return;
    fprintf(stream,
            "- %s: %s. The step of the %s with %" PRId64 " units and batch %" PRId64
            " changes most, from %.3g us at %" PRId64 " steps to %.3g us at %" PRId64 ".\n",
            mode_title(mode),
            most < log(1.0 + notable_change) ? "the length of a sequence hardly changes the cost of a step"
                                             : "the cost of a step depends on the length of the sequence",
            from->point.stack.cell->name, from->point.stack.hidden, from->point.batch, row_microseconds(from),
            from->point.steps, row_microseconds(to), to->point.steps);
}

static void tell_best_share(const struct rows *rows, weir_mode mode, FILE *stream)
{
    const struct row *best = NULL;
    for (size_t i = 0; i < rows->count; i++) {
        const struct row *row = &rows->rows[i];
        if (row->measured && row->point.mode == mode && (best == NULL || row_share(row) > row_share(best)))
            best = row;
    }
    if (best != NULL)
        fprintf(stream,
                "- %s comes nearest to the machine's peak with the %s of %" PRId64 " units, batch %" PRId64 ", %" PRId64
                " steps, %s: %.1f GFLOP/s, %.0f %% of it.\n",
                mode_title(mode), best->point.stack.cell->name, best->point.stack.hidden, best->point.batch,
                best->point.steps, point_precision_name(&best->point), 1e-9 * row_flops(best), 100.0 * row_share(best));
}

static const struct row *with_batch(const struct rows *rows, const struct row *row, int64_t batch)
{
    for (size_t i = 0; i < rows->count; i++) {
        struct row other = rows->rows[i];
        const bool has_it = other.point.batch == batch && other.measured && other.point.steps == row->point.steps;
        other.point.batch = row->point.batch;
        if (has_it && same_but_steps(&other, row))
            return &rows->rows[i];
    }
    return NULL;
}

static void tell_batch(const struct rows *rows, weir_mode mode, int64_t least, int64_t most, FILE *stream)
{
    struct samples gains = {0};
    for (size_t i = 0; i < rows->count; i++) {
        const struct row *row = &rows->rows[i];
        if (!row->measured || row->point.mode != mode || row->point.batch != least)
            continue;
        const struct row *larger = with_batch(rows, row, most);
        if (larger != NULL)
            samples_add(&gains, row_steps(larger) / row_steps(row));
    }
    if (most > least && gains.count > 0)
        fprintf(stream,
                "- %s with %" PRId64 " rows at once instead of %" PRId64 " gives %.1f times as many steps a second "
                "(median over cells, lengths and sizes).\n",
                mode_title(mode), most, least, samples_median(&gains));
}

static void tell_caches(const struct rows *rows, FILE *stream)
{
    const struct row *worst = NULL;
    double most = 0.0;
    for (size_t i = 0; i < rows->count; i++) {
        const struct row *row = &rows->rows[i];
        const double ratio = row->measured ? row->evicted.median / row->seconds.median : 0.0;
        if (ratio > most) {
            most = ratio;
            worst = row;
        }
    }
    if (worst != NULL)
        fprintf(stream,
                "- Cold caches cost one row most in %s of the %s with %" PRId64 " units and %" PRId64
                " steps: %.1f times the time of hot ones.\n",
                point_mode_name(&worst->point), worst->point.stack.cell->name, worst->point.stack.hidden,
                worst->point.steps, most);
}

/* The rows without those that are flagged; all of them if most are. */
static struct rows trusted_rows(const struct rows *rows, FILE *stream)
{
    struct rows trusted = {.count = rows->count, .rows = buffer_allocate(rows->count, sizeof *trusted.rows)};
    size_t flagged = 0;
    for (size_t i = 0; i < rows->count; i++) {
        trusted.rows[i] = rows->rows[i];
        flagged += trusted.rows[i].measured && row_is_flagged(&trusted.rows[i]);
    }
    if (2 * flagged > rows->count) {
        fprintf(stream,
                "Most rows are flagged (!): do not believe these sentences, measure again on a quiet machine.\n");
        return trusted;
    }
    for (size_t i = 0; i < rows->count; i++)
        trusted.rows[i].measured = trusted.rows[i].measured && !row_is_flagged(&trusted.rows[i]);
    return trusted;
}

static void print_findings(const struct rows *rows, FILE *stream)
{
    static const weir_mode modes[] = {WEIR_INFERENCE, WEIR_TRAINING};
    int64_t least, most;
    find_batches(rows, &least, &most);
    for (int matched = 0; matched < 2; matched++)
        for (size_t k = 0; k < 2; k++) {
            compare_cells(rows, modes[k], least, matched, stream);
            if (most > least)
                compare_cells(rows, modes[k], most, matched, stream);
        }
    for (size_t k = 0; k < 2; k++) {
        tell_length(rows, modes[k], stream);
        tell_batch(rows, modes[k], least, most, stream);
        tell_best_share(rows, modes[k], stream);
    }
    tell_caches(rows, stream);
}

/* How much longer the engine takes that was not named first. */
static void tell_engines(const struct rows *rows, weir_mode mode, weir_engine engine, FILE *stream)
{
    double least = HUGE_VAL, most = 0.0, logarithms = 0.0;
    size_t count = 0;
    const char *name = "";
    for (size_t i = 0; i < rows->count; i++) {
        const struct row *other = &rows->rows[i];
        if (!other->measured || other->point.mode != mode || other->point.engine == engine)
            continue;
        const struct row *row = rows_in_group(rows, i, other->point.stack.cell, engine);
        if (row == NULL)
            continue;
        const double ratio = other->seconds.median / row->seconds.median;
        name = point_engine_name(&other->point);
        least = fmin(least, ratio);
        most = fmax(most, ratio);
        logarithms += log(ratio);
        count++;
    }
    if (count > 0)
        fprintf(stream, "- %s on the %s engine takes %.2f times as long (geometric mean of %zu rows; %.2f to %.2f).\n",
                mode_title(mode), name, exp(logarithms / (double)count), count, least, most);
}

void throughput_print_findings(const struct rows *rows, FILE *stream)
{
    const weir_engine engine = rows_engine(rows);
    struct rows trusted = trusted_rows(rows, stream), of_engine = rows_of_engine(&trusted, engine);
    print_findings(&of_engine, stream);
    tell_engines(&trusted, WEIR_INFERENCE, engine, stream);
    tell_engines(&trusted, WEIR_TRAINING, engine, stream);
    rows_close(&of_engine);
    rows_close(&trusted);
}

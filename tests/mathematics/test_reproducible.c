/*
 * mathematics/test_reproducible.c: the native engine's promise of bits.
 *
 * Promised (weir/plan.h), and tested here, word by word: y, final states, dx and dL/d(state) of a row have the same
 * bits in any batch, wherever the row stands in it and whoever stands beside it; on plans of any maxima, which tile a
 * run in other ways, and of several threads; at any strides; on any of several plans of one net; and, where no layer
 * runs in reverse, for any cut of a run into chunks, forward and backward.
 *
 * The gradient is a sum over rows and steps, so it is another number for another batch, or for the same rows in another
 * order. Each of its numbers is one chain from the walk's last step to its first (lib/engine/native_backward.c); so
 * what is promised is that the same run has the same bits again, on plans of any maxima and threads, in any tiles, and,
 * where all rows are as long and no layer runs in reverse, in any chunks of time whose gradients are added up from the
 * last to the first.
 *
 * A row is a *stream*: what goes in, and a length, of its own. Each stream runs once alone; whatever is promised must
 * then be as it was there. All around an output, and between its numbers, lie guards that must stay.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weir/weir.h>

#include "base/public.h"
#include "base/random.h"
#include "mathematics/table.h"
#include "support/case.h"

enum { TABLE_STREAMS = 33, TABLE_STREAMS_BRIEFLY = 9, MOST_STREAMS = 65, MOST_CHUNKS = 5 };

/* --- Streams ------------------------------------------------------------------------------------------------------ */

/* All that comes out of some rows, one after the other; NULL where it was not asked for. */
struct result {
    real *y, *dx;         /* [rows][T][...] */
    real *state, *dstate; /* [rows][S] */
    real *gradient;
};

/* A net, and rows to run through it. */
struct bank {
    const struct setting *setting;
    weir_net *net;
    int64_t streams, steps, inputs, outputs, state_size, parameters;
    int64_t watched_step; /* of so many streams, one is looked at */
    bool ragged;          /* else all are as long as the run, and no lengths are given */
    int64_t lengths[MOST_STREAMS];
    real *x, *dy, *state, *dstate; /* [streams][T][...] and [streams][S] */
    struct result alone;           /* of the watched streams; the others' is not filled in */
};

static real *room(int64_t count)
{
    real *numbers = calloc((size_t)count + 1, sizeof *numbers);
    assert_non_null(numbers);
    return numbers;
}

static real *draw(int stream, int64_t count, double scale)
{
    real *numbers = room(count);
    for (int64_t i = 0; i < count; i++)
        numbers[i] = (real)(golden_number(78, (uint64_t)stream, (uint64_t)i) * scale);
    return numbers;
}

static void make_net(struct bank *bank)
{
    const struct setting *setting = bank->setting;
    weir_error error;
    int64_t widest = 4;
    for (int64_t k = 0; k < setting_layer_count(setting); k++)
        widest = setting->layers[k].units > widest ? setting->layers[k].units : widest;
    if (weir_net_create(&bank->net, REAL_PRECISION, setting->inputs, setting->layers, setting_layer_count(setting),
                        &error) != WEIR_OK)
        fail_msg("%s", error.message);
    bank->inputs = setting->inputs;
    bank->outputs = weir_net_outputs(bank->net);
    bank->state_size = weir_net_state_size(bank->net);
    bank->parameters = weir_net_parameter_count(bank->net);
    real *parameters = draw(STREAM_PARAMETERS, bank->parameters, 1.0 / sqrt((double)widest));
    assert_int_equal(weir_net_set_parameters_r(bank->net, parameters, bank->parameters, NULL), WEIR_OK);
    free(parameters);
}

static void open_bank(struct bank *bank, const struct setting *setting, int64_t streams, int64_t watched_step)
{
    *bank =
        (struct bank){.setting = setting, .streams = streams, .watched_step = watched_step, .steps = setting->steps};
    make_net(bank);
    const int64_t T = bank->steps, S = bank->state_size;
    bank->x = draw(STREAM_X, streams * T * bank->inputs, 1.0);
    bank->dy = draw(STREAM_DY, streams * T * bank->outputs, 1.0);
    bank->state = draw(STREAM_STATE, streams * S, 1.0);
    bank->dstate = draw(STREAM_DSTATE, streams * S, 1.0);
}

static void free_result(struct result *result)
{
    free(result->y);
    free(result->dx);
    free(result->state);
    free(result->dstate);
    free(result->gradient);
    *result = (struct result){0};
}

static void close_bank(struct bank *bank)
{
    free_result(&bank->alone);
    free(bank->x);
    free(bank->dy);
    free(bank->state);
    free(bank->dstate);
    weir_net_destroy(&bank->net);
}

/* All full, or some full, some empty, the rest anything. */
static void set_lengths(struct bank *bank, bool ragged)
{
    struct generator generator = {weir_mix((uint64_t)(bank->steps * 100 + bank->streams))};
    bank->ragged = ragged;
    for (int64_t s = 0; s < bank->streams; s++) {
        const int64_t drawn = (int64_t)(weir_next(&generator) % (uint64_t)(bank->steps + 1));
        bank->lengths[s] = !ragged || s % 4 == 1 ? bank->steps : s == 6 ? 0 : drawn;
    }
}

/* --- Memory with guards around ------------------------------------------------------------------------------------ */

enum { MARGIN = 32, GUARD = 0xff };

/* Where rows of a sequence (or, with one step, of a state) lie. */
struct block {
    real *memory, *data;
    int64_t count, row_stride, step_stride;
};

enum layout { TIME_MAJOR, BATCH_FIRST, GAPS, PACKED_GAPS, LAYOUTS };

static struct block make_block(enum layout layout, int64_t rows, int64_t steps, int64_t width)
{
    struct block block = {.row_stride = width, .step_stride = rows * width};
    if (layout == BATCH_FIRST) {
        block.row_stride = steps * width;
        block.step_stride = width;
    } else if (layout == GAPS) {
        block.row_stride = width + 3;
        block.step_stride = rows * (width + 3) + 5;
    } else if (layout == PACKED_GAPS) {
        block.row_stride = width + 2;
        block.step_stride = rows * (width + 2);
    }
    block.count = (steps - 1) * block.step_stride + (rows - 1) * block.row_stride + width + 2 * MARGIN;
    block.memory = room(block.count);
    block.data = block.memory + MARGIN;
    memset(block.memory, GUARD, (size_t)block.count * sizeof(real));
    return block;
}

static real *at(const struct block *block, int64_t t, int64_t b)
{
    return block->data + t * block->step_stride + b * block->row_stride;
}

/* Takes a row out, one number after the other, and leaves guards. */
static void take_row(const struct block *block, int64_t b, int64_t steps, int64_t width, real *to)
{
    for (int64_t t = 0; t < steps; t++) {
        memcpy(to + t * width, at(block, t, b), (size_t)width * sizeof(real));
        memset(at(block, t, b), GUARD, (size_t)width * sizeof(real));
    }
}

static void check_guards(const char *what, const struct block *block)
{
    const unsigned char *bytes = (const unsigned char *)block->memory;
    for (size_t i = 0; i < (size_t)block->count * sizeof(real); i++)
        if (bytes[i] != GUARD)
            fail_msg("%s: written at byte %lld beside its numbers", what, (long long)i - MARGIN * (int)sizeof(real));
}

/* Takes all rows out; nothing but guards may be left. */
static real *take_rows(const char *what, struct block *block, int64_t rows, int64_t steps, int64_t width)
{
    real *numbers = room(rows * steps * width);
    for (int64_t b = 0; b < rows; b++)
        take_row(block, b, steps, width, numbers + b * steps * width);
    check_guards(what, block);
    free(block->memory);
    return numbers;
}

/* --- One run ------------------------------------------------------------------------------------------------------ */

/* Who runs together: the streams of the rows. */
struct company {
    int64_t rows;
    int64_t stream[MOST_STREAMS];
};

/* How they run. */
enum team { ALONE, TWO_BY_ROWS, THREE_BY_UNITS, TWO_BY_DIRECTIONS, THREE_BY_LAYERS };

struct way {
    weir_mode mode;
    int64_t batch, steps;      /* of the plan, beyond what is needed */
    enum layout x, y;          /* dx lies as y does, dy as x */
    int64_t ends[MOST_CHUNKS]; /* of chunks; the last is 0, which stands for the run's */
    bool gradient;
    enum team team;
};

/* Threads for ways that want some. */
static weir_pool *pool;

struct run {
    const struct bank *bank;
    const struct company *company;
    const struct way *way;
    weir_plan *plan;
    weir_tape *tapes[MOST_CHUNKS];
    int64_t first[MOST_CHUNKS + 1]; /* step of each chunk, then the run's end */
    int chunks;
    int64_t sequences[MOST_STREAMS];
    struct block x, dy, state, dstate;            /* in */
    struct block y, dx, final, initial, gradient; /* out */
};

static void must(const struct run *run, weir_status status)
{
    if (status != WEIR_OK)
        fail_msg("%s", weir_plan_error(run->plan));
}

static void make_plan(struct run *run)
{
    static const struct {
        int64_t threads;
        weir_sharing sharing;
    } teams[] = {{1, WEIR_SHARE_AUTO},
                 {2, WEIR_SHARE_ROWS},
                 {3, WEIR_SHARE_UNITS},
                 {2, WEIR_SHARE_DIRECTIONS},
                 {3, WEIR_SHARE_LAYERS}};
    const weir_plan_options options = {.batch = run->company->rows + run->way->batch,
                                       .steps = run->bank->steps + run->way->steps,
                                       .mode = run->way->mode,
                                       .engine = WEIR_ENGINE_NATIVE,
                                       .dropout_seed = 3,
                                       .pool = run->way->team != ALONE ? pool : NULL,
                                       .threads = teams[run->way->team].threads,
                                       .sharing = teams[run->way->team].sharing};
    weir_error error;
    if (weir_plan_create(&run->plan, run->bank->net, &options, &error) != WEIR_OK)
        fail_msg("%s", error.message);
    for (int c = 0; run->way->mode == WEIR_TRAINING && c < run->chunks; c++)
        must(run, weir_tape_create(&run->tapes[c], run->plan, &error));
}

/* What the rows read: NaN past their ends and in the gaps. */
static struct block fill_block(const struct run *run, enum layout layout, const real *streams, int64_t width)
{
    const struct bank *bank = run->bank;
    const int64_t T = bank->steps;
    struct block block = make_block(layout, run->company->rows, T, width);
    for (int64_t b = 0; b < run->company->rows; b++) {
        const int64_t s = run->company->stream[b];
        for (int64_t t = 0; t < bank->lengths[s]; t++)
            memcpy(at(&block, t, b), streams + (s * T + t) * width, (size_t)width * sizeof(real));
    }
    return block;
}

static struct block fill_states(const struct run *run, const real *streams)
{
    const int64_t S = run->bank->state_size;
    struct block block = make_block(TIME_MAJOR, run->company->rows, 1, S);
    for (int64_t b = 0; b < run->company->rows; b++)
        memcpy(at(&block, 0, b), streams + run->company->stream[b] * S, (size_t)S * sizeof(real));
    return block;
}

static void cut(struct run *run)
{
    for (int c = 0; c < MOST_CHUNKS - 1 && run->way->ends[c] > 0; c++)
        if (run->way->ends[c] > run->first[run->chunks] && run->way->ends[c] < run->bank->steps)
            run->first[++run->chunks] = run->way->ends[c];
    run->first[++run->chunks] = run->bank->steps;
}

static void begin(struct run *run)
{
    const struct bank *bank = run->bank;
    const int64_t rows = run->company->rows, T = bank->steps;
    cut(run);
    make_plan(run);
    for (int64_t b = 0; b < rows; b++)
        run->sequences[b] = 100 + run->company->stream[b];
    run->x = fill_block(run, run->way->x, bank->x, bank->inputs);
    run->dy = fill_block(run, run->way->x, bank->dy, bank->outputs);
    run->state = fill_states(run, bank->state);
    run->dstate = fill_states(run, bank->dstate);
    run->y = make_block(run->way->y, rows, T, bank->outputs);
    run->dx = make_block(run->way->y, rows, T, bank->inputs);
    run->final = make_block(TIME_MAJOR, rows, 1, bank->state_size);
    run->initial = make_block(TIME_MAJOR, rows, 1, bank->state_size);
    run->gradient = make_block(TIME_MAJOR, 1, 1, bank->parameters);
}

static void forward(const struct run *run, int c)
{
    const struct bank *bank = run->bank;
    const int64_t first = run->first[c], steps = run->first[c + 1] - first;
    int64_t lengths[MOST_STREAMS];
    for (int64_t b = 0; b < run->company->rows; b++) {
        const int64_t left = bank->lengths[run->company->stream[b]] - first;
        lengths[b] = left < 0 ? 0 : left > steps ? steps : left;
    }
    must(run, weir_forward_full_r(run->plan, &(struct weir_forward_args_r){
                                                 .rows = run->company->rows,
                                                 .steps = steps,
                                                 .lengths = bank->ragged ? lengths : NULL,
                                                 .x = at(&run->x, first, 0),
                                                 .x_step_stride = run->x.step_stride,
                                                 .x_row_stride = run->x.row_stride,
                                                 .state_in = c > 0                        ? run->final.data
                                                             : bank->setting->starts_anew ? NULL
                                                                                          : run->state.data,
                                                 .y = at(&run->y, first, 0),
                                                 .y_step_stride = run->y.step_stride,
                                                 .y_row_stride = run->y.row_stride,
                                                 .state_out = run->final.data,
                                                 .tape = run->tapes[c],
                                                 .draw = 5,
                                                 .first_step = first,
                                                 .sequences = run->sequences,
                                             }));
}

static void backward(const struct run *run, int c)
{
    const int64_t first = run->first[c];
    must(run,
         weir_backward_full_r(run->plan, &(struct weir_backward_args_r){
                                             .tape = run->tapes[c],
                                             .x = at(&run->x, first, 0),
                                             .x_step_stride = run->x.step_stride,
                                             .x_row_stride = run->x.row_stride,
                                             .dy = at(&run->dy, first, 0),
                                             .dy_step_stride = run->dy.step_stride,
                                             .dy_row_stride = run->dy.row_stride,
                                             .dstate_out = c == run->chunks - 1 ? run->dstate.data : run->initial.data,
                                             .gradient = run->way->gradient ? run->gradient.data : NULL,
                                             .dx = at(&run->dx, first, 0),
                                             .dx_step_stride = run->dx.step_stride,
                                             .dx_row_stride = run->dx.row_stride,
                                             .dstate_in = run->initial.data,
                                             .add = c < run->chunks - 1,
                                         }));
}

static void free_run(struct run *run)
{
    for (int c = 0; c < run->chunks; c++)
        weir_tape_destroy(&run->tapes[c]);
    weir_plan_destroy(&run->plan);
    free(run->x.memory);
    free(run->dy.memory);
    free(run->state.memory);
    free(run->dstate.memory);
}

static struct result finish(struct run *run)
{
    const struct bank *bank = run->bank;
    const int64_t rows = run->company->rows, T = bank->steps;
    const bool trains = run->way->mode == WEIR_TRAINING, gradient = trains && run->way->gradient;
    struct result result = {.y = take_rows("y", &run->y, rows, T, bank->outputs),
                            .state = take_rows("state", &run->final, rows, 1, bank->state_size)};
    if (trains) {
        result.dx = take_rows("dx", &run->dx, rows, T, bank->inputs);
        result.dstate = take_rows("dstate", &run->initial, rows, 1, bank->state_size);
    } else {
        free(run->dx.memory);
        free(run->initial.memory);
    }
    if (gradient)
        result.gradient = take_rows("gradient", &run->gradient, 1, 1, bank->parameters);
    else
        free(run->gradient.memory);
    free_run(run);
    return result;
}

static struct result run_company(const struct bank *bank, const struct company *company, const struct way *way)
{
    struct run run = {.bank = bank, .company = company, .way = way};
    begin(&run);
    for (int c = 0; c < run.chunks; c++)
        forward(&run, c);
    for (int c = run.chunks - 1; way->mode == WEIR_TRAINING && c >= 0; c--)
        backward(&run, c);
    return finish(&run);
}

/* --- Bits --------------------------------------------------------------------------------------------------------- */

static bool is_watched(const struct bank *bank, int64_t stream) { return stream % bank->watched_step == 0; }

/* What runs in which company, for messages. */
static void assert_same(const char *what, const char *where, int64_t row, const real *ours, const real *other,
                        int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        if (memcmp(&ours[i], &other[i], sizeof *ours) != 0)
            fail_msg("%s: %s of row %lld, number %lld is %a, not %a", where, what, (long long)row, (long long)i,
                     (double)ours[i], (double)other[i]);
}

static void compare_row(const struct bank *bank, const char *where, const struct result *ours, int64_t row,
                        int64_t stream)
{
    const int64_t T = bank->steps, S = bank->state_size, O = T * bank->outputs, I = T * bank->inputs;
    assert_same("y", where, row, ours->y + row * O, bank->alone.y + stream * O, O);
    assert_same("state", where, row, ours->state + row * S, bank->alone.state + stream * S, S);
    if (ours->dx) {
        assert_same("dx", where, row, ours->dx + row * I, bank->alone.dx + stream * I, I);
        assert_same("dstate", where, row, ours->dstate + row * S, bank->alone.dstate + stream * S, S);
    }
}

/* Runs, and compares every watched row with what it was alone. */
static void check_company(const struct bank *bank, const char *where, const struct company *company,
                          const struct way *way)
{
    struct result ours = run_company(bank, company, way);
    for (int64_t b = 0; b < company->rows; b++)
        if (is_watched(bank, company->stream[b]))
            compare_row(bank, where, &ours, b, company->stream[b]);
    free_result(&ours);
}

static void keep(real *all, const real *one, int64_t stream, int64_t count)
{
    if (one)
        memcpy(all + stream * count, one, (size_t)count * sizeof *all);
}

/* Each watched stream by itself, on a plan that is just large enough. */
static void run_alone(struct bank *bank, weir_mode mode)
{
    const int64_t T = bank->steps, n = bank->streams, S = bank->state_size;
    const struct way way = {.mode = mode};
    free_result(&bank->alone);
    bank->alone = (struct result){.y = room(n * T * bank->outputs),
                                  .dx = room(n * T * bank->inputs),
                                  .state = room(n * S),
                                  .dstate = room(n * S)};
    for (int64_t s = 0; s < n; s += bank->watched_step) {
        const struct company company = {.rows = 1, .stream = {s}};
        struct result one = run_company(bank, &company, &way);
        keep(bank->alone.y, one.y, s, T * bank->outputs);
        keep(bank->alone.dx, one.dx, s, T * bank->inputs);
        keep(bank->alone.state, one.state, s, S);
        keep(bank->alone.dstate, one.dstate, s, S);
        free_result(&one);
    }
}

/* --- Companies ---------------------------------------------------------------------------------------------------- */

/* The first streams, from one of them on, in either direction, around and around. */
static struct company some_streams(const struct bank *bank, int64_t rows, int64_t from, int64_t step)
{
    struct company company = {.rows = rows};
    for (int64_t b = 0; b < rows; b++)
        company.stream[b] = ((from + b * step) % bank->streams + bank->streams) % bank->streams;
    return company;
}

static struct company shuffled_streams(const struct bank *bank)
{
    struct company company = some_streams(bank, bank->streams, 0, 1);
    struct generator generator = {weir_mix((uint64_t)bank->streams)};
    for (int64_t b = company.rows - 1; b > 0; b--) {
        const int64_t other = (int64_t)(weir_next(&generator) % (uint64_t)(b + 1)), stream = company.stream[b];
        company.stream[b] = company.stream[other];
        company.stream[other] = stream;
    }
    return company;
}

/* Plans of other maxima have other tiles where the net is large or the run long. */
static void check_companies(struct bank *bank, weir_mode mode)
{
    const int64_t all = bank->streams, seven = all < 7 ? all : 7;
    const struct {
        const char *where;
        struct company company;
        struct way way;
    } runs[] = {
        {"alone on another plan", some_streams(bank, 1, 0, 1), {mode, 0, 0, BATCH_FIRST, GAPS, {0}, false, ALONE}},
        {"alone on a large plan",
         some_streams(bank, 1, 0, 1),
         {mode, 9, 17, PACKED_GAPS, PACKED_GAPS, {0}, true, ALONE}},
        {"first of seven", some_streams(bank, seven, 0, 1), {mode, 0, 0, TIME_MAJOR, TIME_MAJOR, {0}, true, ALONE}},
        {"last of seven", some_streams(bank, seven, 6, -1), {mode, 1, 2, GAPS, BATCH_FIRST, {0}, false, ALONE}},
        {"beside itself", some_streams(bank, 5, 0, 0), {mode, 0, 1, PACKED_GAPS, TIME_MAJOR, {0}, false, ALONE}},
        {"all", some_streams(bank, all, 0, 1), {mode, 0, 0, BATCH_FIRST, BATCH_FIRST, {0}, false, ALONE}},
        {"all, backwards",
         some_streams(bank, all, all - 1, -1),
         {mode, 31, 0, TIME_MAJOR, PACKED_GAPS, {0}, true, ALONE}},
        {"all, shuffled", shuffled_streams(bank), {mode, 3, 5, GAPS, GAPS, {0}, false, ALONE}},
        {"all, on two threads", some_streams(bank, all, 1, 1), {mode, 0, 2, TIME_MAJOR, GAPS, {0}, true, TWO_BY_ROWS}},
        {"alone on three threads",
         some_streams(bank, 1, 0, 1),
         {mode, 2, 0, GAPS, TIME_MAJOR, {0}, false, THREE_BY_UNITS}},
        {"all, directions apart",
         some_streams(bank, all, 0, 1),
         {mode, 1, 3, GAPS, TIME_MAJOR, {0}, true, TWO_BY_DIRECTIONS}},
        {"all, layers apart",
         some_streams(bank, all, all - 1, -1),
         {mode, 2, 1, TIME_MAJOR, GAPS, {0}, false, THREE_BY_LAYERS}},
    };
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++)
        check_company(bank, runs[i].where, &runs[i].company, &runs[i].way);
}

static void check_chunks(struct bank *bank, weir_mode mode)
{
    const int64_t all = bank->streams, seven = all < 7 ? all : 7, T = bank->steps;
    const struct {
        const char *where;
        struct company company;
        struct way way;
    } runs[] = {
        {"alone in chunks",
         some_streams(bank, 1, 0, 1),
         {mode, 0, 0, TIME_MAJOR, GAPS, {1, 1 + T / 3, T - 1}, true, ALONE}},
        {"seven in halves", some_streams(bank, seven, 0, 1), {mode, 2, 3, GAPS, BATCH_FIRST, {T / 2}, false, ALONE}},
        {"all in chunks",
         shuffled_streams(bank),
         {mode, 0, 0, TIME_MAJOR, TIME_MAJOR, {2, 3, 2 * T / 3}, false, ALONE}},
        {"all but the last step",
         some_streams(bank, all, all - 1, -1),
         {mode, 20, 1, BATCH_FIRST, PACKED_GAPS, {T - 1}, false, ALONE}},
        {"seven in halves, layers apart",
         some_streams(bank, seven, 0, 1),
         {mode, 1, 0, TIME_MAJOR, TIME_MAJOR, {T / 2}, true, THREE_BY_LAYERS}},
    };
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++)
        check_company(bank, runs[i].where, &runs[i].company, &runs[i].way);
}

/* --- Nets --------------------------------------------------------------------------------------------------------- */

enum { DRAWN = 200, LARGE = 2, DRAWN_BRIEFLY = 20 };

static struct setting *settings; /* the table's, then drawn ones, then large ones */
static char names[DRAWN][120];

static bool is_drawn(const struct setting *setting) { return setting >= settings + all_settings_count; }
static bool is_large(const struct setting *setting) { return setting >= settings + all_settings_count + DRAWN; }

static bool is_brief(void) { return getenv("WEIR_TEST_BRIEF"); }

static void open(struct bank *bank, const struct setting *setting)
{
    const int64_t rows = is_drawn(setting) ? setting->rows : is_brief() ? TABLE_STREAMS_BRIEFLY : TABLE_STREAMS;
    open_bank(bank, setting, rows, is_large(setting) ? 16 : is_drawn(setting) ? 1 + rows / 8 : 1);
}

static int64_t draw_size(struct generator *generator)
{
    static const int64_t sizes[] = {1, 2, 3, 5, 7, 13, 16, 17, 31, 33, 64, 65};
    return sizes[weir_next(generator) % (sizeof sizes / sizeof *sizes)];
}

static weir_layer draw_layer(struct generator *generator)
{
    static const weir_kind kinds[] = {WEIR_RNN, WEIR_RNN_RELU, WEIR_LSTM, WEIR_GRU, WEIR_GRU_RESET_BEFORE, WEIR_LINEAR};
    static const weir_bias biases[] = {WEIR_BIAS_TWO, WEIR_BIAS_ONE, WEIR_BIAS_NONE};
    static const weir_direction directions[] = {WEIR_FORWARD, WEIR_FORWARD, WEIR_REVERSE, WEIR_BOTH};
    const weir_kind kind = kinds[weir_next(generator) % 6];
    weir_layer layer = {.kind = kind, .units = draw_size(generator), .bias = biases[weir_next(generator) % 3]};
    if (kind == WEIR_LINEAR)
        return (weir_layer){.kind = kind, .units = layer.units};
    layer.direction = directions[weir_next(generator) % 4];
    layer.learned_state = weir_next(generator) % 4 == 0;
    layer.dropout = weir_next(generator) % 4 == 0 ? 0.3 : 0.0;
    return layer;
}

static void draw_setting(struct generator *generator, struct setting *setting, char *name, size_t size)
{
    const int64_t layers = 1 + (int64_t)(weir_next(generator) % 2);
    *setting = (struct setting){.inputs = draw_size(generator), .rows = draw_size(generator)};
    setting->steps = draw_size(generator);
    setting->starts_anew = weir_next(generator) % 3 == 0;
    for (int64_t k = 0; k < layers; k++)
        setting->layers[k] = draw_layer(generator);
    setting->layers[layers - 1].dropout = 0.0; /* there is no layer behind it */
    snprintf(name, size, "I = %d, B = %d, T = %d:", (int)setting->inputs, (int)setting->rows, (int)setting->steps);
    for (int64_t k = 0; k < layers; k++) {
        const weir_layer *layer = &setting->layers[k];
        const size_t used = strlen(name);
        snprintf(name + used, size - used, " kind %d, H = %d, direction %d%s", (int)layer->kind, (int)layer->units,
                 (int)layer->direction, k < layers - 1 ? ";" : "");
    }
    setting->name = name;
}

static size_t make_settings(void)
{
    static const struct setting large[LARGE] = {
        {"H = 1000", {{.kind = WEIR_LSTM, .units = 1000}}, .inputs = 3, .rows = 33, .steps = 2},
        {"H = 1760", {{.kind = WEIR_RNN, .units = 1760}}, .inputs = 5, .rows = 33, .steps = 2},
    };
    struct generator generator = {2026};
    settings = calloc(all_settings_count + DRAWN + LARGE, sizeof *settings);
    if (!settings)
        abort();
    memcpy(settings, all_settings, all_settings_count * sizeof *settings);
    for (int i = 0; i < DRAWN; i++)
        draw_setting(&generator, &settings[all_settings_count + (size_t)i], names[i], sizeof names[i]);
    memcpy(settings + all_settings_count + DRAWN, large, sizeof large);
    return all_settings_count + (is_brief() ? DRAWN_BRIEFLY : DRAWN + LARGE);
}

/* --- What is promised --------------------------------------------------------------------------------------------- */

static bool runs_forward_only(const struct setting *setting) { return !setting_has_reverse(setting); }

static void check(void *const *state, weir_mode mode, void (*ways)(struct bank *bank, weir_mode mode))
{
    struct bank bank;
    open(&bank, *state);
    for (int ragged = 0; ragged < 2; ragged++) {
        if (is_large(bank.setting) && ragged != (mode == WEIR_TRAINING)) /* one of each is long enough */
            continue;
        set_lengths(&bank, ragged);
        run_alone(&bank, mode);
        ways(&bank, mode);
    }
    close_bank(&bank);
}

static void test_training(void **state) { check(state, WEIR_TRAINING, check_companies); }
static void test_inference(void **state) { check(state, WEIR_INFERENCE, check_companies); }
static void test_training_chunks(void **state) { check(state, WEIR_TRAINING, check_chunks); }
static void test_inference_chunks(void **state) { check(state, WEIR_INFERENCE, check_chunks); }

/* The gradient of one company in several ways. */
static void check_gradient(const struct bank *bank, const struct company *company)
{
    const struct way ways[] = {
        {WEIR_TRAINING, 0, 0, TIME_MAJOR, TIME_MAJOR, {0}, true, ALONE},
        {WEIR_TRAINING, 0, 0, GAPS, BATCH_FIRST, {0}, true, ALONE},
        {WEIR_TRAINING, 0, 1, PACKED_GAPS, GAPS, {0}, true, ALONE},
        {WEIR_TRAINING, 0, bank->steps + 7, BATCH_FIRST, TIME_MAJOR, {0}, true, ALONE},
        {WEIR_TRAINING, 13, 3, TIME_MAJOR, TIME_MAJOR, {0}, true, ALONE},
        {WEIR_TRAINING, 256, 0, TIME_MAJOR, TIME_MAJOR, {0}, true, ALONE}, /* small tiles */
        {WEIR_TRAINING, 1, 0, GAPS, TIME_MAJOR, {0}, true, TWO_BY_ROWS},
        {WEIR_TRAINING, 0, 0, TIME_MAJOR, GAPS, {0}, true, THREE_BY_UNITS},
        {WEIR_TRAINING, 0, 2, TIME_MAJOR, GAPS, {0}, true, TWO_BY_DIRECTIONS},
        {WEIR_TRAINING, 2, 0, GAPS, TIME_MAJOR, {0}, true, THREE_BY_LAYERS},
        {WEIR_TRAINING, 0, 0, TIME_MAJOR, GAPS, {1, 1 + bank->steps / 3, bank->steps - 1}, true, ALONE}, /* chunks */
    };
    const int all = sizeof ways / sizeof *ways;
    const int count = bank->ragged || setting_has_reverse(bank->setting) ? all - 1 : all;
    struct result first = run_company(bank, company, &ways[0]);
    for (int i = 1; i < count; i++) {
        struct result other = run_company(bank, company, &ways[i]);
        assert_same("gradient", "another way", i, other.gradient, first.gradient, bank->parameters);
        free_result(&other);
    }
    free_result(&first);
}

static void test_gradient(void **state)
{
    struct bank bank;
    open(&bank, *state);
    for (int ragged = 0; ragged < 2; ragged++) {
        set_lengths(&bank, ragged);
        const struct company few = some_streams(&bank, 3, 0, 1), several = some_streams(&bank, 9, 8, -1);
        check_gradient(&bank, &few);
        if (!is_large(bank.setting))
            check_gradient(&bank, &several);
    }
    close_bank(&bank);
}

static const struct property properties[] = {
    {"a gradient has the same bits again", test_gradient, NULL},
    {"a row trains with the same bits in any company", test_training, NULL},
    {"a row is inferred with the same bits in any company", test_inference, NULL},
    {"a row trains with the same bits in any chunks", test_training_chunks, runs_forward_only},
    {"a row is inferred with the same bits in any chunks", test_inference_chunks, runs_forward_only},
};

int main(void)
{
    const size_t count = make_settings();
    if (weir_pool_create(&pool, 3, NULL, NULL) != WEIR_OK)
        return EXIT_FAILURE;
    const int status = run_table("reproducible", properties, sizeof properties / sizeof *properties, settings, count);
    weir_pool_destroy(&pool);
    free(settings);
    return status;
}

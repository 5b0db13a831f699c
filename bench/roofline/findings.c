/*
 * roofline/findings.c: a sentence for each thing that the points show.
 */
#include <inttypes.h>
#include <math.h>

#include "roofline/roofline.h"

/* Some of the points: of one panel, under one roof. */
struct choice {
    const struct row *panel;
    bool is_peak;
    enum memory_level level; /* where the roof is no peak */
    bool all_roofs;
    bool with_flagged;
};

static bool is_chosen(const struct choice *choice, const struct covered *point)
{
    const struct roof *roof = &point->roof;
    if (!roofline_share_panel(choice->panel, point->row) || (row_is_flagged(point->row) && !choice->with_flagged))
        return false;
    return choice->all_roofs || (roof->is_peak == choice->is_peak && (roof->is_peak || roof->level == choice->level));
}

/* Geometric means of the shares. */
struct mean {
    size_t count;
    double share, phase_share;
};

static struct mean mean_of(const struct roofline *roofline, const struct choice *choice)
{
    struct mean mean = {0};
    double logarithms = 0.0, phase_logarithms = 0.0;
    for (size_t i = 0; i < roofline->count; i++) {
        const struct covered *point = &roofline->points[i];
        if (!is_chosen(choice, point))
            continue;
        logarithms += log(point->share);
        phase_logarithms += log(point->phase_share);
        mean.count++;
    }
    if (mean.count > 0) {
        mean.share = exp(logarithms / (double)mean.count);
        mean.phase_share = exp(phase_logarithms / (double)mean.count);
    }
    return mean;
}

static void print_panel_name(const struct row *row, FILE *stream)
{
    fprintf(stream, "- %s, %s, %s engine", row->point.mode == WEIR_INFERENCE ? "Inference" : "Training",
            point_precision_name(&row->point), point_engine_name(&row->point));
}

static void tell_mean(const struct roofline *roofline, const struct choice *choice, const char *roof, FILE *stream)
{
    const struct mean mean = mean_of(roofline, choice);
    if (mean.count == 0)
        return;
    print_panel_name(choice->panel, stream);
    const bool one = mean.count == 1;
    fprintf(stream, ": %zu point%s under %s reach%s %.0f %% of that roof, %.0f %% of the phases%s.\n", mean.count,
            one ? "" : "s", roof, one ? "es" : "", 100.0 * mean.share, 100.0 * mean.phase_share,
            one ? "" : " (geometric means)");
}

static void tell_roofs(const struct roofline *roofline, struct choice choice, FILE *stream)
{
    choice.is_peak = true;
    tell_mean(roofline, &choice, "the FMA peak", stream);
    choice.is_peak = false;
    for (choice.level = LEVEL_L1; choice.level < LEVEL_COUNT; choice.level++) {
        char roof[64];
        snprintf(roof, sizeof roof, "the bandwidth of %s", memory_level_name(choice.level));
        tell_mean(roofline, &choice, roof, stream);
    }
}

static void print_point(const struct covered *covered, FILE *stream)
{
    const struct point *point = &covered->row->point;
    fprintf(stream, "the %s of %" PRId64 " units, batch %" PRId64 " (%.0f %% of %s)", point->stack.cell->name,
            point->stack.hidden, point->batch, 100.0 * covered->share,
            covered->roof.is_peak ? "the peak" : memory_level_name(covered->roof.level));
}

static void tell_extremes(const struct roofline *roofline, struct choice choice, FILE *stream)
{
    const struct covered *nearest = NULL, *furthest = NULL;
    choice.all_roofs = true;
    for (size_t i = 0; i < roofline->count; i++) {
        const struct covered *point = &roofline->points[i];
        if (!is_chosen(&choice, point))
            continue;
        nearest = nearest == NULL || point->share > nearest->share ? point : nearest;
        furthest = furthest == NULL || point->share < furthest->share ? point : furthest;
    }
    if (nearest == furthest)
        return;
    print_panel_name(choice.panel, stream);
    fprintf(stream, ": nearest to its roof is ");
    print_point(nearest, stream);
    fprintf(stream, ", furthest from it ");
    print_point(furthest, stream);
    fprintf(stream, ".\n");
}

static void tell_ridges(const struct roofline *roofline, const struct row *panel, FILE *stream)
{
    const int bits = point_bits(&panel->point);
    fprintf(stream, "- In %s the peak is the roof from so many FLOP/byte on:", point_precision_name(&panel->point));
    const char *separator = "";
    for (enum memory_level level = LEVEL_L1; level < LEVEL_COUNT; level++) {
        const double bandwidth = roofline->bandwidth.bytes_per_second[level];
        if (bandwidth == 0.0)
            continue;
        fprintf(stream, "%s %s %.1f", separator, memory_level_name(level),
                machine_peak(roofline->machine, bits) / bandwidth);
        separator = ",";
    }
    fprintf(stream, ".\n");
}

/* More than a roof allows is no speed but an error, of the bandwidth or of the level. */
static void tell_impossible(const struct roofline *roofline, FILE *stream)
{
    size_t count = 0;
    for (size_t i = 0; i < roofline->count; i++)
        count += roofline->points[i].share > 1.0;
    if (count > 0)
        fprintf(stream,
                "- %zu point%s above a roof: its bandwidth or peak was measured in a slow moment, or the weights lie "
                "nearer than the size of R says.\n",
                count, count == 1 ? " lies" : "s lie");
}

static bool most_are_flagged(const struct roofline *roofline)
{
    size_t flagged = 0;
    for (size_t i = 0; i < roofline->count; i++)
        flagged += row_is_flagged(roofline->points[i].row);
    return 2 * flagged > roofline->count;
}

void roofline_print_findings(const struct roofline *roofline, FILE *stream)
{
    const bool with_flagged = most_are_flagged(roofline);
    if (with_flagged)
        fprintf(stream,
                "Most rows are flagged (!): do not believe these sentences, measure again on a quiet machine.\n");
    for (size_t i = 0; i < roofline->count; i++) {
        const struct choice choice = {.panel = roofline->points[i].row, .with_flagged = with_flagged};
        if (!roofline_begins_panel(roofline, i))
            continue;
        tell_roofs(roofline, choice, stream);
        tell_extremes(roofline, choice, stream);
    }
    if (roofline->count > 0)
        tell_ridges(roofline, roofline->points[0].row, stream);
    tell_impossible(roofline, stream);
}

/*
 * all/learned_panel.c: what committed runs have found on parts of the data, as a panel.
 */
#include <math.h>

#include "all/learned.h"
#include "learn/cells.h"
#include "report/plot.h"

enum { SMALLEST_PART = 1024 };

static void print_part(const struct samples *scores, int64_t part, FILE *plot)
{
    double low = HUGE_VAL, high = -HUGE_VAL;
    for (size_t i = 0; i < scores->count; i++) {
        low = fmin(low, scores->values[i]);
        high = fmax(high, scores->values[i]);
    }
    fprintf(plot, "%g %g %g %g\n", 1.0 / (double)part, samples_median(scores), low, high);
}

/* Whether there is any point. */
static bool print_parts(const struct committed *full, const char *name, const char *cell, FILE *plot)
{
    bool any = false;
    fprintf(plot, "$%s_%s << end\n", name, cell);
    for (int64_t part = 1; part <= SMALLEST_PART; part *= 2) {
        const struct samples scores = learned_scores(full, cell, part);
        if (scores.count > 0)
            print_part(&scores, part, plot);
        any = any || scores.count > 0;
    }
    fputs("end\n", plot);
    return any;
}

static void draw_cell(const char *name, const char *cell, weir_kind kind, FILE *plot)
{
    char block[64];
    snprintf(block, sizeof block, "%s_%s", name, cell);
    fputc(',', plot);
    plot_band(plot, block, (int)(cell_of(kind) - cells) + 1, cell);
}

void learned_draw_parts(const struct committed *full, const struct learned_panel *panel, FILE *plot)
{
    char origin[128];
    const bool gru = print_parts(full, panel->name, "gru", plot), lstm = print_parts(full, panel->name, "lstm", plot);
    if (!gru || !lstm) {
        fputs("set multiplot next\n", plot);
        return;
    }
    committed_origin(full, origin, sizeof origin);
    plot_ylabel(plot, "test score (%s)", panel->unit);
    fprintf(plot,
            "set title \"%s\\nequal parameters; median and range; full run of %s\"\nset xlabel 'share of the training "
            "data'\nset logscale x 2\nset key inside top right vertical maxrows 2\nplot NaN notitle",
            panel->title, origin);
    draw_cell(panel->name, "gru", WEIR_GRU, plot);
    draw_cell(panel->name, "lstm", WEIR_LSTM, plot);
    fputc('\n', plot);
}

/*
 * all/learned.c: what committed runs of weir-bench learn have found.
 */
#include "all/learned.h"

#include <math.h>
#include <string.h>

/* A final training at equal parameters. */
static bool is_final(const struct committed *full, size_t row, const char *cell, int64_t part)
{
    return committed_number(full, row, "draw") == 0.0 &&
           strstr(committed_text(full, row, "equal"), "parameters") != NULL &&
           strcmp(committed_text(full, row, "cell"), cell) == 0 &&
           committed_number(full, row, "part") == (double)part && isfinite(committed_number(full, row, "test"));
}

struct samples learned_scores(const struct committed *full, const char *cell, int64_t part)
{
    struct samples scores = {0};
    for (size_t row = 0; row < full->rows; row++)
        if (is_final(full, row, cell, part))
            samples_add(&scores, committed_number(full, row, "test"));
    return scores;
}

double learned_score(const struct committed *full, const char *cell)
{
    const struct samples scores = learned_scores(full, cell, 1);
    return scores.count > 0 ? samples_median(&scores) : (double)NAN;
}

double learned_solved(const struct committed *full, const char *cell)
{
    double solved = 0.0, all = 0.0;
    for (size_t row = 0; row < full->rows; row++)
        if (is_final(full, row, cell, 1)) {
            solved += strcmp(committed_text(full, row, "end"), "solved") == 0;
            all += 1.0;
        }
    return solved / all;
}

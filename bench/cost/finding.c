/*
 * cost/finding.c: what all shapes of a mode and precision say of the claim.
 */
#include "cost/finding.h"

#include <math.h>
#include <stdlib.h>

#include "base/buffer.h"

enum cost_side cost_side_of(const struct estimate *ratio)
{
    return ratio->high < COST_CLAIM ? COST_BELOW : ratio->low > COST_CLAIM ? COST_ABOVE : COST_CONTAINS;
}

const char *cost_side_name(enum cost_side side)
{
    static const char *const names[] = {"below", "contains", "above"};
    return names[side];
}

enum verdict cost_verdict_of(const struct estimate *ratio)
{
    return verdict_of((struct interval){ratio->low, ratio->high}, COST_CLAIM * (1.0 - COST_NEAR),
                      COST_CLAIM * (1.0 + COST_NEAR));
}

bool cost_is_like(const struct cost_row *row, const struct cost_row *like)
{
    return row->measured && cost_point(row)->mode == cost_point(like)->mode &&
           cost_point(row)->precision == cost_point(like)->precision;
}

size_t cost_parts(const struct cost_rows *rows, const struct cost_row *parts[COST_PARTS])
{
    size_t count = 0;
    for (size_t i = 0; i < rows->count; i++) {
        bool known = !rows->rows[i].measured;
        for (size_t k = 0; k < count; k++)
            known = known || cost_is_like(&rows->rows[i], parts[k]);
        if (!known)
            parts[count++] = &rows->rows[i];
    }
    return count;
}

static void take(struct cost_finding *finding, const struct cost_row *row)
{
    finding->shapes++;
    finding->sides[cost_side_of(&row->ratio)]++;
    finding->verdicts[cost_verdict_of(&row->ratio)]++;
    if (finding->least == NULL || row->ratio.median < finding->least->ratio.median)
        finding->least = row;
    if (finding->most == NULL || row->ratio.median > finding->most->ratio.median)
        finding->most = row;
}

/* Rounds are drawn, and shapes: the interval is that of shapes like these. All have as many rounds as the row that has
   fewest. */
static struct estimate mean_of(const struct cost_row *const *rows, size_t count)
{
    size_t rounds = count > 0 ? SAMPLES_MOST : 0;
    for (size_t i = 0; i < count; i++)
        rounds = rows[i]->rounds.count < rounds ? rows[i]->rounds.count : rounds;
    if (rounds == 0)
        return (struct estimate){(double)NAN, (double)NAN, (double)NAN};
    double *logarithms = buffer_allocate(rounds * count, sizeof *logarithms);
    double *ones = buffer_allocate(count, sizeof *ones);
    for (size_t i = 0; i < count; i++) {
        ones[i] = 1.0;
        for (size_t k = 0; k < rounds; k++)
            logarithms[k * count + i] = log(rows[i]->rounds.values[k]);
    }
    const struct paired paired = {.seeds = rounds, .pieces = count, .difference = logarithms, .steps = ones};
    const struct interval interval = paired_interval(&paired);
    const struct estimate mean = {exp(paired_mean(&paired)), exp(interval.low), exp(interval.high)};
    free(logarithms);
    free(ones);
    return mean;
}

struct cost_finding cost_find(const struct cost_rows *rows, const struct cost_row *like)
{
    struct cost_finding finding = {0};
    const struct cost_row **taken = buffer_allocate(rows->count, sizeof *taken);
    for (size_t i = 0; i < rows->count; i++) {
        const struct cost_row *row = &rows->rows[i];
        if (!cost_is_like(row, like))
            continue;
        if (cost_is_flagged(row)) {
            finding.flagged++;
            continue;
        }
        taken[finding.shapes] = row;
        take(&finding, row);
    }
    finding.mean = mean_of(taken, finding.shapes);
    free(taken);
    return finding;
}

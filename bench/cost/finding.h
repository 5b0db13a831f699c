/*
 * cost/finding.h: what all shapes of a mode and precision say of the claim.
 */
#ifndef BENCH_COST_FINDING_H
#define BENCH_COST_FINDING_H

#include "base/paired.h"
#include "cost/cost.h"

/* Where an interval lies. */
enum cost_side { COST_BELOW, COST_CONTAINS, COST_ABOVE, COST_SIDES };

enum { COST_VERDICTS = VERDICT_NOT_RESOLVED + 1 };

/* Flagged shapes are counted, and left out of everything else. */
struct cost_finding {
    size_t shapes, flagged;
    size_t sides[COST_SIDES];       /* of the interval, beside the claim */
    size_t verdicts[COST_VERDICTS]; /* on the claim, as near as COST_NEAR */
    struct estimate mean;           /* geometric, over the shapes; NaN without any */
    const struct cost_row *least, *most;
};

enum cost_side cost_side_of(const struct estimate *ratio);
const char *cost_side_name(enum cost_side side); /* "below", "contains", "above" */

/* That the ratio is the claim's to COST_NEAR. */
enum verdict cost_verdict_of(const struct estimate *ratio);

/* Whether a row was measured, in the mode and precision of another one. */
bool cost_is_like(const struct cost_row *row, const struct cost_row *like);

/* The first measured row of each mode and precision that there are numbers of, which stands for all that are like it;
   how many. */
enum { COST_PARTS = 4 };
size_t cost_parts(const struct cost_rows *rows, const struct cost_row *parts[COST_PARTS]);

/* Of the rows that are like one. */
struct cost_finding cost_find(const struct cost_rows *rows, const struct cost_row *like);

#endif

/*
 * plans/contest.h: all ways to run a point, each with a plan.
 */
#ifndef BENCH_PLANS_CONTEST_H
#define BENCH_PLANS_CONTEST_H

#include "plans/plans.h"
#include "work/timing.h"

/* A plan that takes part. */
struct contender {
    struct workload *workload;
    char described[DESCRIPTION_MOST];
    struct timing timing;
    bool given_up; /* not sampled any more */
};

struct contest {
    struct contender *contenders; /* [CANDIDATES_MOST]; no two of their plans are the same */
    size_t count;
    size_t model, learned;
    double learning_seconds;
};

/* Makes plans on `pool` (may be NULL) with up to so many threads; false, and why, if the model's or the measured one
   cannot be made. Candidates that cannot are left out. Close in either case. */
bool contest_open(struct contest *contest, const struct point *point, weir_pool *pool, int64_t threads,
                  struct why *why);
void contest_close(struct contest *contest);

/* What a plan chose, from its description. */
void contest_label(const char *described, char label[LABEL_MOST]);

#endif

/*
 * music/verdict.h: whether trainings may be compared: only if all of them ran to their end.
 */
#ifndef BENCH_MUSIC_VERDICT_H
#define BENCH_MUSIC_VERDICT_H

#include <stdio.h>

#include "base/numbers.h"
#include "music/training.h"

/* What was asked for. */
struct asked {
    const struct numbers *cells; /* places in `cells` */
    const struct numbers *seeds;
    int64_t epochs; /* of each training at most */
};

/* A line for each training that did not run to its end, or did not begin; the answer is how many. */
size_t verdict_print_missing(const struct asked *asked, const struct training *trainings, size_t count, FILE *stream);

#endif

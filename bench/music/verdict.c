/*
 * music/verdict.c: whether trainings may be compared: only if all of them ran to their end.
 */
#include "music/verdict.h"

#include <inttypes.h>

static const struct training *find(const struct cell *cell, uint64_t seed, const struct training *trainings,
                                   size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (trainings[i].stack.cell == cell && trainings[i].seed == seed)
            return &trainings[i];
    return NULL;
}

size_t verdict_print_missing(const struct asked *asked, const struct training *trainings, size_t count, FILE *stream)
{
    size_t missing = 0;
    for (size_t k = 0; k < asked->seeds->count; k++)
        for (size_t i = 0; i < asked->cells->count; i++) {
            const struct cell *cell = &cells[asked->cells->values[i]];
            const int64_t seed = asked->seeds->values[k];
            const struct training *training = find(cell, (uint64_t)seed, trainings, count);
            if (training != NULL && training->end != END_INTERRUPTED && training->end != END_SECONDS)
                continue;
            if (training == NULL)
                fprintf(stream, "- The %s with seed %" PRId64 " was not trained.\n", cell->name, seed);
            else
                fprintf(stream,
                        "- The %s with seed %" PRId64 " was stopped by %s at epoch %" PRId64 " of %" PRId64 ".\n",
                        cell->name, seed, training->end == END_SECONDS ? "its time limit" : "hand", training->epochs,
                        asked->epochs);
            missing++;
        }
    return missing;
}

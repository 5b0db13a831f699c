/*
 * net/schedule.h: which states a training run keeps, and what it runs again to go back (docs/engine.md, "Under a memory
 * limit").
 *
 * A run is cut into segments. Going back through one takes its *record*, all that its steps left; there is room for one
 * record, and for some states of those at the beginnings of segments. So backward loads the last state that is kept,
 * advances from there to the segment before, records it, and goes back through it. Where all states are kept, each
 * segment is run again once; where there is less room, the binomial schedule of Griewank & Walther (2000, algorithm
 * 799, "revolve") says which to keep so that the fewest segments are advanced through.
 *
 * Arithmetic only: who follows a schedule moves the states.
 */
#ifndef WEIR_NET_SCHEDULE_H
#define WEIR_NET_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

/* What is next. `segment` is what it is about, `slot` where a state is kept. */
enum schedule_task {
    SCHEDULE_LOAD,    /* the state at the beginning of `segment`, kept in `slot`; the run's initial one if slot is -1 */
    SCHEDULE_KEEP,    /* the state at hand, that at the beginning of `segment`, in `slot`: and kept[slot] = segment */
    SCHEDULE_ADVANCE, /* run `segment` from the state at hand, leaving that at its end */
    SCHEDULE_RECORD,  /* likewise, leaving its record too, instead of any other */
    SCHEDULE_BACK,    /* go back through the segment that is recorded */
    SCHEDULE_DONE
};

struct schedule {
    int64_t segment, slot;
    int64_t slots;
    const int64_t *kept; /* [slots] segments, ascending: written by who follows */
    int64_t live;        /* how many of them are still of use: those not after `wanted` */
    int64_t wanted;      /* the segment to be recorded next; -1: there are no more */
    int64_t at;          /* the one at whose beginning the state at hand is; -1: there is none at hand */
    int64_t keep_at;     /* the next one on the way whose state is kept; -1: none */
    bool recorded;       /* `wanted` is */
};

/* A forward run through `segments` >= 0: ends with the last one's record. */
struct schedule weir_schedule_forward(int64_t segments, int64_t slots, const int64_t *kept);

/* A backward run. `count` states are kept: those that forward left, or none if one of them was overwritten, for where
   they are then they would be in the way; `recorded`: the last segment is. */
struct schedule weir_schedule_backward(int64_t segments, int64_t slots, const int64_t *kept, int64_t count,
                                       bool recorded);

enum schedule_task weir_schedule_next(struct schedule *schedule);

/* With the first one's state at hand and so many slots free: after how many segments to keep the next state; 0: none on
   the way to the last. */
int64_t weir_schedule_split(int64_t segments, int64_t slots);

/* The fewest segments that are advanced through until all have been recorded, the last one first: t(segments, slots) =
   r segments - C(slots + r + 1, r - 1), r being the least for which C(slots + 1 + r, r) >= segments. So many are run
   again in a backward after its forward. `segments` below 2^31. */
int64_t weir_schedule_advances(int64_t segments, int64_t slots);

#endif

/*
 * base/team.h: the threads of one run, which all go through the same code and wait for each other at its barriers.
 */
#ifndef WEIR_BASE_TEAM_H
#define WEIR_BASE_TEAM_H

#include <stdatomic.h>
#include <stdint.h>

/* All of them. */
struct team {
    int64_t size;
    _Atomic int64_t arrived;
    _Atomic uint64_t phase; /* barriers passed */
};

/* One of them. */
struct member {
    struct team *team;
    int64_t index; /* 0 is the caller of the run */
};

/* Waits until every member has come here; what they wrote before is then seen by all. */
void weir_team_wait(struct member member);

/* A moment of waiting, the k-th: short at first, then the CPU is offered to others. */
void weir_pause(int64_t k);

/* [first, end): the member's share of count things, in whole multiples of `grain` but at the end. */
struct share {
    int64_t first, end;
};
struct share weir_share_of(struct member member, int64_t count, int64_t grain);

#endif

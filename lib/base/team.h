/*
 * base/team.h: the threads of one run, which all go through the same code and wait for each other at its barriers; and
 * crews, parts of them that go a way of their own.
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

/* A moment of waiting, the k-th: short at first, then the CPU is offered to others, then left to them. */
void weir_pause(int64_t k);

/* [first, end): the member's share of count things, in whole multiples of `grain` but at the end. */
struct share {
    int64_t first, end;
};
struct share weir_share_of(struct member member, int64_t count, int64_t grain);

/* Consecutive members of a whole team as a team of their own, and how far they have come, for other crews to see. */
struct crew {
    struct share members;
    _Alignas(64) struct team team;
    _Alignas(64) _Atomic int64_t done;
};

/* How many threads the k-th of `count` crews of equal size has, or one more. */
int64_t weir_crew_size(int64_t threads, int64_t count, int64_t k);

/* Makes that crew. */
void weir_crew_form(struct crew *crew, int64_t threads, int64_t count, int64_t k);

/* The member as one of the crew; its team is NULL if it is in another. Who runs alone is in every crew. */
struct member weir_crew_member(struct crew *crew, struct member member);

/* Says that the crew has done so much, or waits until it has; what it wrote before is then seen. One member says it,
   when all have come so far. */
void weir_crew_set_done(struct crew *crew, int64_t done);
void weir_crew_wait(const struct crew *crew, int64_t done);

#endif

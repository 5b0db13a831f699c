/*
 * net/schedule.c: the binomial schedule.
 */
#include "net/schedule.h"

/* --- Binomials -----------------------------------------------------------------------------------------------------
 */

/* beta(s, r) = C(s + r, r): the most segments that can be gone back through with s states (the first one's included) if
   none is advanced through more than r times. */
struct reach {
    int64_t times;                   /* r, the least that reaches */
    int64_t two_less, one_less, all; /* beta(s, r - 2), beta(s, r - 1), beta(s, r) */
};

static struct reach reach_of(int64_t segments, int64_t states)
{
    struct reach reach = {0, 0, 0, 1};
    while (reach.all < segments) {
        const int64_t r = ++reach.times;
        reach.two_less = reach.one_less;
        reach.one_less = reach.all;
        reach.all = reach.all * (states + r) / r;
    }
    return reach;
}

/* More slots than segments are of no use, and would be too many to count with. */
static int64_t useful(int64_t segments, int64_t slots) { return slots < segments ? slots : segments; }

static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

/* Any split at which both parts still reach, the right one with a slot less, is one of the best: its left part is at
   most beta(s, r - 1) and its right one at most beta(s - 1, r) = beta(s, r) - beta(s, r - 1). This is the first. */
int64_t weir_schedule_split(int64_t segments, int64_t slots)
{
    if (segments < 2 || slots < 1)
        return 0;
    const struct reach reach = reach_of(segments, useful(segments, slots) + 1);
    return larger(1, larger(reach.two_less, segments - (reach.all - reach.one_less)));
}

int64_t weir_schedule_advances(int64_t segments, int64_t slots)
{
    if (slots < 1)
        return segments * (segments - 1) / 2;
    const int64_t states = useful(segments, slots) + 1, times = reach_of(segments, states).times;
    int64_t saved = times > 0; /* beta(s + 1, r - 1) */
    for (int64_t r = 1; r < times; r++)
        saved = saved * (states + 1 + r) / r;
    return times * segments - saved;
}

/* --- Tasks ---------------------------------------------------------------------------------------------------------
 */

/* From the state at hand on. */
static void choose_keep(struct schedule *schedule)
{
    const int64_t split = weir_schedule_split(schedule->wanted - schedule->at + 1, schedule->slots - schedule->live);
    schedule->keep_at = split > 0 ? schedule->at + split : -1;
}

static void want(struct schedule *schedule, int64_t segment)
{
    schedule->wanted = segment;
    schedule->at = -1;
    schedule->recorded = false;
    while (schedule->live > 0 && schedule->kept[schedule->live - 1] > segment)
        schedule->live--;
}

struct schedule weir_schedule_forward(int64_t segments, int64_t slots, const int64_t *kept)
{
    struct schedule schedule = {.slots = slots, .kept = kept, .wanted = segments - 1};
    choose_keep(&schedule);
    return schedule;
}

struct schedule weir_schedule_backward(int64_t segments, int64_t slots, const int64_t *kept, int64_t count,
                                       bool recorded)
{
    struct schedule schedule = {.slots = slots, .kept = kept, .live = count};
    want(&schedule, segments - 1);
    schedule.recorded = recorded;
    return schedule;
}

enum schedule_task weir_schedule_next(struct schedule *schedule)
{
    if (schedule->wanted < 0)
        return SCHEDULE_DONE;
    if (schedule->recorded) {
        schedule->segment = schedule->wanted;
        want(schedule, schedule->wanted - 1);
        return SCHEDULE_BACK;
    }
    if (schedule->at < 0) {
        schedule->slot = schedule->live - 1;
        schedule->segment = schedule->at = schedule->live > 0 ? schedule->kept[schedule->live - 1] : 0;
        choose_keep(schedule);
        return SCHEDULE_LOAD;
    }
    schedule->segment = schedule->at;
    if (schedule->at == schedule->keep_at) {
        schedule->slot = schedule->live++;
        choose_keep(schedule);
        return SCHEDULE_KEEP;
    }
    schedule->recorded = schedule->at == schedule->wanted;
    if (schedule->recorded)
        return SCHEDULE_RECORD;
    schedule->at++;
    return SCHEDULE_ADVANCE;
}

/*
 * net/limit.c: a training plan under a memory limit: how long its segments are, and how many states its tapes keep
 * (docs/engine.md, "Under a memory limit").
 *
 * Longer segments leave less room for states, and fewer states mean that more is run again. All that matters is
 * counted, not modelled: for each length that is tried, the bytes that such a plan takes, and the segments that the
 * best schedule then runs again.
 */
#include "net/run.h"

#include "base/fail.h"
#include "net/schedule.h"

/* A way to cut a run. */
struct cut {
    int64_t segment_steps, slots;
    double again; /* segments run again, over all */
};

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

static bool fits(const struct plan_r *plan, int64_t limit) { return plan->shell.size.total <= limit; }

/* Lays out a plan that keeps states; whether its bytes can be counted. */
static bool lay_out(struct plan_r *plan, const struct choice *choice, int64_t segment_steps, int64_t slots)
{
    plan->shell.recomputes = true;
    plan->shell.slots = slots;
    plan_lay_out_r(plan, choice, segment_steps);
    return plan_count_r(plan);
}

/* Bytes of a state in a tape, and at most so many more for all of them, as each of the two arrays is rounded up. */
static double state_bytes(const struct plan_r *plan)
{
    return (double)plan->shell.net->state_size * (double)plan->shell.batch * (double)sizeof(real) +
           (double)sizeof *plan->shell.tape->kept;
}
enum { ROUNDING = 2 * MEMORY_ALIGNMENT };

/* States that there is room for in so many bytes; more than one a segment are of no use. */
static int64_t slots_in(const struct plan_r *plan, int64_t bytes)
{
    const int64_t useful = weir_plan_segments(&plan->shell) - 1;
    const double fitting = (double)(bytes - ROUNDING) / state_bytes(plan);
    return fitting < 0.0 ? 0 : fitting > (double)useful ? useful : (int64_t)fitting;
}

/* Segments of that length, with as many states as fit; false if not even the segment does. */
static bool try_cut(struct plan_r *plan, const struct choice *choice, int64_t limit, int64_t segment_steps,
                    struct cut *cut)
{
    if (!lay_out(plan, choice, segment_steps, 0) || !fits(plan, limit))
        return false;
    const int64_t segments = weir_plan_segments(&plan->shell);
    cut->segment_steps = segment_steps;
    cut->slots = slots_in(plan, limit - plan->shell.size.total);
    cut->again = (double)weir_schedule_advances(segments, cut->slots) / (double)segments;
    return true;
}

/* After so many segments, how many are tried next: of small numbers all, of large ones about every fiftieth, and as
   many as there are steps; 0: no more. */
static int64_t segments_after(int64_t segments, int64_t steps)
{
    const int64_t next = segments + 1 + segments / 50;
    return segments >= steps ? 0 : next < steps ? next : steps;
}

/* The cut that runs least again, the longest segments first; none is better than the first that runs each segment again
   once at most. `segment_steps` is 0 if there is none. */
static struct cut best_cut(struct plan_r *plan, const struct choice *choice, int64_t limit)
{
    struct cut best = {0}, cut;
    const int64_t T = plan->shell.steps;
    for (int64_t n = segments_after(1, T); n > 0; n = segments_after(n, T)) {
        if (!try_cut(plan, choice, limit, (T + n - 1) / n, &cut))
            continue;
        if (best.segment_steps == 0 || cut.again < best.again)
            best = cut;
        if (cut.again < 1.0)
            break;
    }
    return best;
}

/* The fewest bytes of a plan that recomputes: segments of a step, and no state but the first. */
static int64_t least_bytes(struct plan_r *plan, const struct choice *choice)
{
    return lay_out(plan, choice, 1, 0) ? plan->shell.size.total : INT64_MAX;
}

/* As many bytes are enough for one that runs no step again more than once: a state for each segment but the first. */
static int64_t enough_for_once(struct plan_r *plan, const struct choice *choice)
{
    const int64_t T = plan->shell.steps;
    int64_t least = INT64_MAX;
    for (int64_t n = segments_after(1, T); n > 0; n = segments_after(n, T)) {
        const int64_t length = (T + n - 1) / n, segments = (T + length - 1) / length;
        if (lay_out(plan, choice, length, segments - 1))
            least = smaller(least, plan->shell.size.total + ROUNDING);
    }
    return least;
}

static weir_status refuse_whole(const struct plan_r *plan, int64_t limit, int64_t least, weir_error *error)
{
    return weir_fail(
        error, WEIR_ERROR_ARGUMENT,
        "memory_limit is %lld bytes, such a plan takes at least %lld on the %s engine: where a layer goes in "
        "reverse and another (a linear one too) forward, nothing can be run again in parts",
        (long long)limit, (long long)least, plan->engine->name);
}

static weir_status refuse(struct plan_r *plan, const struct choice *choice, int64_t limit, int64_t whole,
                          weir_error *error)
{
    const bool can_cut = weir_goes_one_way(plan->shell.net);
    const int64_t least = can_cut ? smaller(whole, least_bytes(plan, choice)) : whole;
    FAIL_IF(least == INT64_MAX, error, WEIR_ERROR_SIZE, "the plan has more bytes than this machine can count");
    if (!can_cut)
        return refuse_whole(plan, limit, least, error);
    return weir_fail(error, WEIR_ERROR_ARGUMENT,
                     "memory_limit is %lld bytes, such a plan takes at least %lld on the %s engine, and %lld to run no "
                     "step again more than once",
                     (long long)limit, (long long)least, plan->engine->name,
                     (long long)smaller(whole, enough_for_once(plan, choice)));
}

weir_status plan_limit_r(struct plan_r *plan, const struct choice *choice, int64_t limit, weir_error *error)
{
    const bool can_cut = weir_goes_one_way(plan->shell.net);
    int64_t whole = plan->shell.size.total > 0 ? plan->shell.size.total : INT64_MAX;
    plan->shell.together = true;
    plan_lay_out_r(plan, choice, plan->shell.steps);
    if (plan_count_r(plan)) {
        if (fits(plan, limit))
            return WEIR_OK;
        whole = smaller(whole, plan->shell.size.total);
    }
    const struct cut best = can_cut ? best_cut(plan, choice, limit) : (struct cut){0};
    if (best.segment_steps > 0 && lay_out(plan, choice, best.segment_steps, best.slots))
        return WEIR_OK;
    return refuse(plan, choice, limit, whole, error);
}

/*
 * net/checkpoints.c: runs of a plan that keeps states instead of all that backward needs (Griewank & Walther 2000; for
 * recurrent nets: Gruslys et al. 2016).
 *
 * A run is cut into segments, in the order in which its walks go through time. Forward leaves states in the tape, and a
 * record of the last segment in the workspace; backward goes from the last segment to the first, and makes the records
 * of the others by running them again. All threads of a run follow the same schedule (net/schedule.h) and wait for each
 * other; one of them moves states.
 *
 * A record belongs to the last run of the plan, whatever its tape: another forward overwrites it, and backward then
 * makes that of the last segment again too.
 */
#include "net/run.h"

#include "kern/vector.h"
#include "net/schedule.h"

/* A run with fewer rows than the plan has goes through longer segments: as many packed rows as there is room for. */
static int64_t steps_of_segment(const struct plan_r *plan, const struct steps *steps)
{
    return plan->shell.segment_steps * plan->shell.batch / steps->rows;
}

static int64_t segments_of(const struct plan_r *plan, const struct steps *steps)
{
    const int64_t length = steps_of_segment(plan, steps);
    return (steps->count + length - 1) / length;
}

/* Its steps. Where the net goes back, the first segment has the last steps. */
static struct share segment_at(const struct plan_r *plan, const struct steps *steps, int64_t segment)
{
    const int64_t length = steps_of_segment(plan, steps), first = segment * length, left = steps->count - first;
    const int64_t end = first + (left < length ? left : length);
    if (weir_goes_back(plan->shell.net))
        return (struct share){steps->count - end, steps->count - first};
    return (struct share){first, end};
}

/* --- States --------------------------------------------------------------------------------------------------------
 */

static void copy_state(const struct plan_r *plan, const real *from, real *to)
{
    copy_rows_r(1, plan->shell.net->state_size * plan->shell.batch, from, 0, to, 0);
}

static real *state_at(const struct plan_r *plan, const struct tape_r *tape, int64_t slot)
{
    return slot < 0 ? tape->initial : tape->states + slot * plan->shell.net->state_size * plan->shell.batch;
}

static void keep_state(const struct plan_r *plan, struct tape_r *tape, const struct schedule *schedule)
{
    copy_state(plan, plan->carry, state_at(plan, tape, schedule->slot));
    tape->shell.kept[schedule->slot] = schedule->segment;
    tape->shell.kept_count = 0; /* no longer those that forward left */
}

/* From now on what is in the record is that of this segment, or of none. */
static void claim_record(struct plan_r *plan, const struct tape_r *tape, int64_t segment, bool records)
{
    const struct share which = segment_at(plan, &tape->shell.steps, segment);
    weir_steps_cut(&plan->record.steps, &tape->shell.steps, which.first, which.end);
    plan->record.forward = records ? tape->shell.forward : 0;
    plan->record.segment = segment;
    if (records)
        copy_state(plan, plan->carry, plan->record.start);
}

/* What one thread does before the others go on. */
static void move_states(struct plan_r *plan, struct tape_r *tape, const struct schedule *schedule,
                        enum schedule_task task)
{
    switch (task) {
    case SCHEDULE_LOAD:
        copy_state(plan, state_at(plan, tape, schedule->slot), plan->carry);
        break;
    case SCHEDULE_KEEP:
        keep_state(plan, tape, schedule);
        break;
    case SCHEDULE_ADVANCE:
    case SCHEDULE_RECORD:
        claim_record(plan, tape, schedule->segment, task == SCHEDULE_RECORD);
        break;
    case SCHEDULE_BACK:
    case SCHEDULE_DONE:
        break;
    }
}

/* --- Runs ----------------------------------------------------------------------------------------------------------
 */

/* Does what the schedule says next, but for going back. */
static void follow(struct plan_r *plan, const struct weir_forward_args_r *args, struct tape_r *tape,
                   const struct schedule *schedule, enum schedule_task task, struct member member)
{
    if (member.index == 0)
        move_states(plan, tape, schedule, task);
    weir_team_wait(member);
    if (task == SCHEDULE_ADVANCE || task == SCHEDULE_RECORD)
        run_segment_r(plan, args, tape, segment_at(plan, &tape->shell.steps, schedule->segment),
                      task == SCHEDULE_RECORD, member);
}

void run_checkpointed_r(struct plan_r *plan, const struct weir_forward_args_r *args, struct member member)
{
    struct tape_r *tape = (struct tape_r *)args->tape;
    struct schedule schedule =
        weir_schedule_forward(segments_of(plan, &tape->shell.steps), plan->shell.slots, tape->shell.kept);
    enum schedule_task task;
    do {
        task = weir_schedule_next(&schedule);
        follow(plan, args, tape, &schedule, task, member);
    } while (task != SCHEDULE_RECORD && task != SCHEDULE_DONE);
    if (member.index == 0)
        tape->shell.kept_count = schedule.live;
}

/* Steps that are run again: x is read anew, and nobody wants y. */
static struct weir_forward_args_r forward_again(const struct weir_backward_args_r *args)
{
    return (struct weir_forward_args_r){
        .x = args->x,
        .x_step_stride = args->x_step_stride,
        .x_row_stride = args->x_row_stride,
        .span = WEIR_ALL_STEPS,
    };
}

void back_checkpointed_r(struct plan_r *plan, const struct weir_backward_args_r *args, struct member member)
{
    struct tape_r *tape = (struct tape_r *)args->tape;
    const struct weir_forward_args_r again = forward_again(args);
    const int64_t segments = segments_of(plan, &tape->shell.steps);
    const bool recorded = plan->record.forward == tape->shell.forward && plan->record.segment == segments - 1;
    struct schedule schedule =
        weir_schedule_backward(segments, plan->shell.slots, tape->shell.kept, tape->shell.kept_count, recorded);
    weir_team_wait(member); /* all have read what was recorded and kept */
    for (enum schedule_task task; (task = weir_schedule_next(&schedule)) != SCHEDULE_DONE;)
        if (task == SCHEDULE_BACK)
            back_segment_r(plan, args, tape, segment_at(plan, &tape->shell.steps, schedule.segment),
                           args->add || schedule.segment < segments - 1, member);
        else
            follow(plan, &again, tape, &schedule, task, member);
}

/*
 * net/forward.c: a forward run: who computes when.
 *
 * A plan goes through time in segments, from the end where all layers go in reverse; in each, layer after layer,
 * direction after direction. Training, and nets of which a layer goes another way than one below, have one segment:
 * everything; but a training plan that recomputes has several, and leaves in most of them nothing but the state
 * (net/checkpoints.c). All threads of a run go through this together, and wait for each other after each walk; what is
 * not a walk is done by the caller's.
 *
 * In inference the directions of an only layer go apart: one through all segments, then the other, from the end; or
 * both at the same time, each by half of the threads.
 *
 * Or they are a wave of crews, each of which goes through the layers that it owns, in training too segment by segment:
 * when the crew below has done with a segment, and, as there is room for a few segments between two crews only, when
 * the crew above has done with an earlier one. Who runs alone is every crew in turn, and never has to wait.
 */
#include "net/run.h"

#include "base/environment.h"
#include "kern/vector.h"

/* One run, and where a member of a crew stands in it. */
struct forward {
    struct plan_r *plan;
    const struct weir_forward_args_r *args;
    struct tape_r *tape; /* NULL in inference */
    const struct steps *steps;
    const struct layer_trace_r *traces; /* where layers leave what backward needs; NULL: nowhere */
    /* The steps that walks see: those of the run, or those of a segment, which begin at step `origin` of the run. */
    const struct steps *walked;
    int64_t origin;
    struct share directions; /* of each layer: all, or the one that goes apart */
    int64_t crew;
    struct member member;
    int64_t segment;    /* how many were before it */
    int64_t first, end; /* its steps */
};

static bool goes_apart(const struct forward *run) { return !run->tape && weir_goes_apart(run->plan->shell.net); }

static bool goes_by_halves(const struct forward *run) { return goes_apart(run) && run->plan->paths[0].beside; }

/* What is done by one, then seen by the crew. */
static bool is_first(const struct forward *run) { return run->member.index == 0; }

static struct sequence_r x_of(const struct forward *run)
{
    return (struct sequence_r){run->args->x, run->args->x_step_stride, run->args->x_row_stride,
                               run->plan->shell.net->inputs};
}

static struct sequence_target_r y_of(const struct forward *run)
{
    return (struct sequence_target_r){run->args->y, run->args->y_step_stride, run->args->y_row_stride,
                                      run->plan->shell.net->outputs};
}

/* Packed rows of a trace that come before those of these steps. */
static int64_t rows_before(const struct forward *run)
{
    return weir_rows_before_step(run->walked, run->first - run->origin);
}

/* Where layer k writes: its trace, the caller's y if it is packed, or the plan's memory. */
static struct target_r output_of(const struct forward *run, int64_t k)
{
    const struct plan_r *plan = run->plan;
    const weir_net *net = plan->shell.net;
    const struct weir_forward_args_r *args = run->args;
    const int64_t width = net->layers[k].outputs;
    if (run->traces)
        return (struct target_r){run->traces[k].outputs + rows_before(run) * width, width};
    const int64_t stride = packed_stride_r(run->steps, args->y_step_stride, args->y_row_stride);
    if (k == net->layer_count - 1 && args->y && args->span == WEIR_ALL_STEPS && stride)
        return (struct target_r){args->y + run->first * args->y_step_stride, stride};
    const int64_t slot = run->segment % plan->paths[k].slots;
    return (struct target_r){plan->paths[k].sequence + slot * plan->shell.segment_steps * plan->shell.batch * width,
                             width};
}

/* What layer k wrote, as it is read. */
static struct matrix_r rows_of(const struct forward *run, int64_t k)
{
    const struct target_r y = output_of(run, k);
    const real *dropped = run->plan->paths[k].dropped;
    return (struct matrix_r){dropped ? dropped + rows_before(run) * y.stride : y.data, y.stride};
}

static real *carry_at(const struct forward *run, int64_t offset)
{
    return offset < 0 ? NULL : run->plan->carry + offset * run->plan->shell.batch;
}

static void run_walk(const struct forward *run, int64_t k, int64_t d, struct member member, struct matrix_r x)
{
    const struct plan_r *plan = run->plan;
    const struct walk_r *walk = &plan->layers[k].walks[d];
    const struct direction_offsets *at = &plan->shell.net->layers[k].directions[d];
    const struct target_r y = output_of(run, k);
    const struct forward_run_r walk_run = {
        .walk = walk,
        .member = member,
        .scratch = plan->paths[k].scratch[d],
        .steps = run->walked,
        .first = run->first - run->origin,
        .end = run->end - run->origin,
        .x = x,
        .y = {y.data + d * walk->units, y.stride},
        .h = carry_at(run, at->state_h),
        .c = carry_at(run, at->state_c),
        .trace = run->traces ? &run->traces[k].directions[d] : NULL,
    };
    if (walk->cell)
        plan->engine->forward(&walk_run);
    else
        plan->engine->linear_forward(&walk_run);
}

/* All of them one direction after the other, or half of them each. */
static void run_directions(const struct forward *run, int64_t k, struct matrix_r x)
{
    const bool beside = run->plan->paths[k].beside && !goes_apart(run);
    const int64_t count = run->plan->shell.net->layers[k].direction_count;
    for (int64_t d = run->directions.first; d < run->directions.end && d < count; d++) {
        const struct member member = beside ? weir_crew_member(&run->plan->halves[d], run->member) : run->member;
        if (member.team)
            run_walk(run, k, d, member, x);
        if (!beside)
            weir_team_wait(run->member);
    }
    if (beside)
        weir_team_wait(run->member);
}

/* Makes of what layer k wrote what the next one reads. */
static void drop_output(const struct forward *run, int64_t k)
{
    if (!drops_r(run->plan, k))
        return;
    const struct target_r written = output_of(run, k);
    real *read = run->plan->paths[k].dropped + rows_before(run) * written.stride;
    drop_r(run->plan, &run->tape->shell, k, (struct share){run->first, run->end}, run->member, written.data, read);
    weir_team_wait(run->member);
}

/* Hands the last layer's rows to the caller, unless they were written there: all columns, or those of the direction
   that goes apart. */
static void deliver(const struct forward *run, struct matrix_r rows)
{
    struct sequence_target_r y = y_of(run);
    const int64_t all = y.width, width = goes_apart(run) ? all / 2 : all, column = run->directions.first * width;
    if (!y.data)
        return;
    rows.data += column;
    y.data += column;
    y.width = width;
    if (run->args->span == WEIR_LAST_STEP)
        rows_to_last_r(run->steps, rows, run->first, run->end, width, (struct target_r){y.data, all});
    else if (rows.data != y.data + run->first * y.step_stride)
        rows_to_sequence_r(run->steps, rows, run->first, run->end, &y);
}

/* Where inputs are packed: each direction has its own where both go at the same time. */
static real *x_memory(const struct forward *run)
{
    const weir_plan *shell = &run->plan->shell;
    const int64_t before = goes_by_halves(run) ? run->directions.first : 0;
    return run->plan->x_rows + before * shell->segment_steps * shell->batch * shell->net->inputs;
}

/* What layer k reads, in packed rows. */
static struct matrix_r input_of(const struct forward *run, int64_t k)
{
    if (k > 0)
        return rows_of(run, k - 1);
    const struct sequence_r x = x_of(run);
    struct matrix_r rows = {x_memory(run), x.width};
    if (sequence_is_packed_r(run->steps, &x))
        return sequence_rows_r(run->steps, &x, run->first, run->end, NULL);
    if (is_first(run))
        rows = sequence_rows_r(run->steps, &x, run->first, run->end, x_memory(run));
    weir_team_wait(run->member);
    return rows;
}

/* Until the crew's input is there, and there is room for its output. */
static void wait_for_others(const struct forward *run)
{
    const struct plan_r *plan = run->plan;
    const int64_t last = plan->crews[run->crew].layers.end - 1;
    if (run->crew > 0)
        weir_crew_wait(&plan->crews[run->crew - 1].threads, run->segment + 1);
    if (!run->tape && run->crew + 1 < plan->shell.crew_count)
        weir_crew_wait(&plan->crews[run->crew + 1].threads, run->segment + 1 - plan->paths[last].slots);
}

/* A crew's way through its layers. */
static void run_segment(const struct forward *run)
{
    struct layer_crew *crew = &run->plan->crews[run->crew];
    wait_for_others(run);
    for (int64_t k = crew->layers.first; k < crew->layers.end; k++) {
        run_directions(run, k, input_of(run, k));
        drop_output(run, k);
    }
    if (is_first(run) && crew->layers.end == run->plan->shell.net->layer_count)
        deliver(run, rows_of(run, crew->layers.end - 1));
    weir_team_wait(run->member);
    if (is_first(run))
        weir_crew_set_done(&crew->threads, run->segment + 1);
}

/* A training plan follows the net: its threads pack the weights anew together. */
static void take_parameters(const struct plan_r *plan, struct member member)
{
    const struct weights_terms_r terms = plan_weights_terms_r(plan);
    prepare_weights_r(&terms, plan->layers, member);
    weir_team_wait(member);
}

/* Who goes through the crew's layers. */
static struct crew *threads_of(const struct forward *run)
{
    return goes_by_halves(run) ? &run->plan->halves[run->directions.first] : &run->plan->crews[run->crew].threads;
}

/* A member's way through all segments, from either end. */
static void run_segments(const struct forward *of_all, bool descending, struct member member)
{
    struct forward run = *of_all;
    const int64_t rows = run.plan->shell.segment_steps * run.plan->shell.batch;
    struct pieces segment = weir_pieces_of(run.steps, 0, run.steps->count, rows, descending);
    for (; weir_pieces_next(&segment); run.segment++) {
        run.first = segment.first;
        run.end = segment.end;
        for (run.crew = 0; run.crew < run.plan->shell.crew_count; run.crew++) {
            run.member = weir_crew_member(threads_of(&run), member);
            if (run.member.team)
                run_segment(&run);
        }
    }
}

/* And in all directions. */
static void run_ways(const struct forward *of_all, struct member member)
{
    struct forward run = *of_all;
    if (!goes_apart(&run)) {
        run_segments(&run, weir_goes_back(run.plan->shell.net), member);
        return;
    }
    for (int64_t d = 0; d < 2; d++) {
        run.directions = (struct share){d, d + 1};
        run_segments(&run, d == 1, member);
    }
}

void run_segment_r(struct plan_r *plan, const struct weir_forward_args_r *args, struct tape_r *tape, struct share which,
                   bool record, struct member member)
{
    run_segment(&(struct forward){
        .plan = plan,
        .args = args,
        .tape = tape,
        .steps = &tape->shell.steps,
        .traces = record ? plan->record.layers : NULL,
        .walked = &plan->record.steps,
        .origin = which.first,
        .directions = {0, 2},
        .member = weir_crew_member(&plan->crews[0].threads, member),
        .first = which.first,
        .end = which.end,
    });
}

/* A member's way through the run. */
static void run_member(void *data, struct member member)
{
    const struct forward *run = data;
    struct environment environment;
    weir_environment_enter(&environment);
    if (run->tape)
        take_parameters(run->plan, member);
    if (run->plan->shell.recomputes)
        run_checkpointed_r(run->plan, run->args, member);
    else
        run_ways(run, member);
    weir_environment_leave(&environment);
}

/* Notes on the tape what backward has to know of this run. */
static void begin_tape(const struct forward *run)
{
    const struct weir_forward_args_r *args = run->args;
    weir_tape *tape = &run->tape->shell;
    tape->is_filled = true;
    tape->generation = run->plan->shell.generation;
    tape->span = args->span;
    tape->started_anew = args->state_in == NULL;
    tape->draw = args->draw;
    tape->first_step = args->first_step;
    tape->forward = ++run->plan->shell.forwards;
    run->plan->dropped_of = tape->forward;
    tape->kept_count = 0;
    for (int64_t b = 0; b < tape->steps.rows; b++) {
        const int64_t row = tape->steps.order[b];
        tape->sequences[b] = args->sequences ? args->sequences[row] : row;
    }
    copy_rows_r(1, run->plan->shell.net->state_size * run->plan->shell.batch, run->plan->carry, 0, run->tape->initial,
                0);
}

static void begin(const struct forward *run)
{
    const struct plan_r *plan = run->plan;
    if (run->args->state_in)
        carry_from_state_r(plan->shell.net, plan->shell.batch, run->steps, run->args->state_in, plan->carry);
    else
        carry_start_r(plan->shell.net, plan->shell.batch, run->steps, plan->carry);
    if (run->tape)
        begin_tape(run);
    for (int64_t k = 0; k < plan->shell.crew_count; k++)
        weir_crew_set_done(&plan->crews[k].threads, 0);
}

static void finish(const struct forward *run)
{
    const struct plan_r *plan = run->plan;
    const struct sequence_target_r y = y_of(run);
    if (y.data && run->args->span == WEIR_LAST_STEP)
        zero_last_of_empty_r(run->steps, y.width, y.data);
    else if (y.data)
        zero_past_ends_r(run->steps, &y);
    if (run->args->state_out)
        carry_to_state_r(plan->shell.net, plan->shell.batch, run->steps, plan->carry, run->args->state_out);
}

void run_forward_r(struct plan_r *plan, const struct weir_forward_args_r *args)
{
    struct environment environment;
    weir_environment_enter(&environment);

    struct tape_r *tape = (struct tape_r *)args->tape;
    struct steps *steps = tape ? &tape->shell.steps : &plan->steps;
    weir_steps_build(steps, args->rows, args->steps, args->lengths);
    if (tape)
        plan->shell.generation = atomic_load(&plan->shell.net->generation);

    struct forward run = {
        .plan = plan, .args = args, .tape = tape, .steps = steps, .walked = steps, .directions = {0, 2}};
    run.traces = tape ? tape->layers : NULL;
    begin(&run);
    weir_pool_run(plan->shell.pool, plan->shell.threads, run_member, &run);
    finish(&run);

    weir_environment_leave(&environment);
}

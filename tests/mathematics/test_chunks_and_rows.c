/*
 * mathematics/test_chunks_and_rows.c: cutting a run along time or along rows changes nothing, forward or backward.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mathematics/lab.h"

static bool runs_forward_only(const struct setting *setting) { return !setting_has_reverse(setting); }
static bool has_rows(const struct setting *setting) { return setting->rows > 1; }

/* The steps [first, end) of a lab's rows. */
struct chunk {
    int64_t first, end;
    int64_t lengths[SETTING_ROWS];
    weir_tape *tape;
};

enum { CHUNKS = 4 };

/* One step, then about a third, then most of the rest, then the last step: some chunks may be empty. */
static int cut(const struct lab_r *lab, struct chunk *chunks)
{
    const int64_t T = lab->setting->steps, ends[CHUNKS] = {1, 1 + T / 3, T - 1, T};
    int count = 0;
    for (int64_t first = 0, i = 0; i < CHUNKS; i++) {
        if (ends[i] <= first)
            continue;
        struct chunk chunk = {.first = first, .end = ends[i]};
        for (int64_t b = 0; b < lab->setting->rows; b++) {
            const int64_t left = lab->lengths[b] - first, most = chunk.end - first;
            chunk.lengths[b] = left < 0 ? 0 : left > most ? most : left;
        }
        chunks[count++] = chunk;
        first = chunk.end;
    }
    return count;
}

static weir_plan_options options_of(int64_t rows, int64_t steps, weir_mode mode)
{
    return (weir_plan_options){.batch = rows, .steps = steps, .mode = mode, .dropout_seed = 3};
}

static void forward_chunk(const struct lab_r *lab, weir_plan *plan, const struct chunk *chunk,
                          const struct outcome_r *out)
{
    const int64_t rows = lab->setting->rows;
    struct weir_forward_args_r args = lab_forward_args_r(lab, out);
    args.steps = chunk->end - chunk->first;
    args.lengths = chunk->lengths;
    args.x += chunk->first * rows * lab->setting->inputs;
    args.y += chunk->first * rows * lab->outputs;
    args.first_step = chunk->first;
    args.tape = chunk->tape;
    if (chunk->first > 0)
        args.state_in = out->state;
    lab_forward_r(plan, &args);
}

static void backward_chunk(const struct lab_r *lab, weir_plan *plan, const struct chunk *chunk,
                           const struct outcome_r *out)
{
    const int64_t rows = lab->setting->rows;
    struct weir_backward_args_r args = lab_backward_args_r(lab, out);
    const bool is_last = chunk->end == lab->setting->steps;
    args.x += chunk->first * rows * lab->setting->inputs;
    args.dy += chunk->first * rows * lab->outputs;
    args.dx += chunk->first * rows * lab->setting->inputs;
    args.dstate_out = is_last ? lab->dstate : out->dstate;
    args.add = !is_last;
    args.tape = chunk->tape;
    lab_backward_r(plan, &args);
}

static void test_chunks(void **state)
{
    struct lab_r lab;
    lab_open_r(&lab, *state);
    const struct outcome_r whole = lab_run_r(&lab, lab.plan), cut_up = lab_outcome_r(&lab);
    weir_plan *plan = lab_plan_r(&lab, options_of(lab.setting->rows, lab.setting->steps, WEIR_TRAINING));
    struct chunk chunks[CHUNKS];
    const int count = cut(&lab, chunks);
    for (int i = 0; i < count; i++) {
        chunks[i].tape = lab_tape_r(&lab, plan);
        forward_chunk(&lab, plan, &chunks[i], &cut_up);
    }
    for (int i = count - 1; i >= 0; i--)
        backward_chunk(&lab, plan, &chunks[i], &cut_up);
    assert_outcomes_close_r(&lab, &cut_up, &whole);
    lab_close_r(&lab);
}

static void run_inference(struct lab_r *lab, const struct outcome_r *out)
{
    weir_plan *plan = lab_plan_r(lab, options_of(lab->setting->rows, lab->setting->steps, WEIR_INFERENCE));
    const struct weir_forward_args_r args = lab_forward_args_r(lab, out);
    lab_forward_r(plan, &args);
}

static void test_inference_chunks(void **state)
{
    struct lab_r lab;
    lab_open_r(&lab, *state);
    const struct outcome_r whole = lab_outcome_r(&lab), cut_up = lab_outcome_r(&lab);
    run_inference(&lab, &whole);
    struct chunk chunks[CHUNKS];
    const int count = cut(&lab, chunks);
    for (int i = 0; i < count; i++) {
        const int64_t steps = chunks[i].end - chunks[i].first;
        weir_plan *plan = lab_plan_r(&lab, options_of(lab.setting->rows, steps, WEIR_INFERENCE));
        forward_chunk(&lab, plan, &chunks[i], &cut_up);
    }
    assert_outcomes_close_r(&lab, &cut_up, &whole);
    lab_close_r(&lab);
}

static void test_inference_is_training_without_dropout(void **state)
{
    struct lab_r lab;
    lab_open_r(&lab, *state);
    const struct outcome_r inference = lab_outcome_r(&lab), training = lab_outcome_r(&lab);
    run_inference(&lab, &inference);
    weir_plan_options options = options_of(lab.setting->rows, lab.setting->steps, WEIR_TRAINING);
    options.dropout_off = 1;
    const struct weir_forward_args_r args = lab_forward_args_r(&lab, &training);
    lab_forward_r(lab_plan_r(&lab, options), &args);
    assert_outcomes_close_r(&lab, &training, &inference);
    lab_close_r(&lab);
}

/* Runs row b by itself, by strides through the whole's arrays; gradients add up. */
static void run_row(const struct lab_r *lab, weir_plan *plan, int64_t b, const struct outcome_r *out)
{
    const int64_t rows = lab->setting->rows, I = lab->setting->inputs, O = lab->outputs, S = lab->state_size;
    struct weir_forward_args_r forward = lab_forward_args_r(lab, out);
    struct weir_backward_args_r backward = lab_backward_args_r(lab, out);
    forward.rows = forward.x_row_stride = forward.y_row_stride = 1; /* the stride of one row does not matter */
    forward.x_step_stride = backward.x_step_stride = backward.dx_step_stride = rows * I;
    forward.y_step_stride = backward.dy_step_stride = rows * O;
    forward.lengths = lab->lengths + b;
    forward.x += b * I;
    forward.y += b * O;
    forward.state_in = forward.state_in ? forward.state_in + b * S : NULL;
    forward.state_out += b * S;
    forward.sequences = &b;
    lab_forward_r(plan, &forward);
    backward.x += b * I;
    backward.dy += b * O;
    backward.dx += b * I;
    backward.dstate_out += b * S;
    backward.dstate_in += b * S;
    backward.add = b > 0;
    lab_backward_r(plan, &backward);
}

static void test_single_rows(void **state)
{
    struct lab_r lab;
    lab_open_r(&lab, *state);
    const struct outcome_r together = lab_run_r(&lab, lab.plan), apart = lab_outcome_r(&lab);
    weir_plan *plan = lab_plan_r(&lab, options_of(1, lab.setting->steps, WEIR_TRAINING));
    for (int64_t b = 0; b < lab.setting->rows; b++)
        run_row(&lab, plan, b, &apart);
    assert_outcomes_close_r(&lab, &apart, &together);
    lab_close_r(&lab);
}

/* to[t][b] = from[t][order[b]], or the other way round. */
static real *reorder(struct lab_r *lab, const real *from, int64_t steps, int64_t width, const int64_t *order, bool back)
{
    const int64_t rows = lab->setting->rows;
    real *to = lab_room_r(lab, steps * rows * width);
    for (int64_t t = 0; t < steps; t++)
        for (int64_t b = 0; b < rows; b++)
            for (int64_t j = 0; j < width; j++) {
                const int64_t here = (t * rows + b) * width + j, there = (t * rows + order[b]) * width + j;
                to[back ? there : here] = from[back ? here : there];
            }
    return to;
}

static void reorder_outcome(struct lab_r *lab, const int64_t *order, struct outcome_r *out)
{
    const int64_t T = lab->setting->steps;
    out->y = reorder(lab, out->y, T, lab->outputs, order, true);
    out->dx = reorder(lab, out->dx, T, lab->setting->inputs, order, true);
    out->state = reorder(lab, out->state, 1, lab->state_size, order, true);
    out->dstate = reorder(lab, out->dstate, 1, lab->state_size, order, true);
}

static struct outcome_r run_in_order(struct lab_r *lab, const int64_t *order)
{
    const int64_t T = lab->setting->steps, I = lab->setting->inputs;
    struct outcome_r out = lab_outcome_r(lab);
    struct weir_forward_args_r forward = lab_forward_args_r(lab, &out);
    struct weir_backward_args_r backward = lab_backward_args_r(lab, &out);
    int64_t lengths[SETTING_ROWS];
    for (int64_t b = 0; b < lab->setting->rows; b++)
        lengths[b] = lab->lengths[order[b]];
    forward.lengths = lengths;
    forward.sequences = order;
    backward.x = forward.x = reorder(lab, lab->x, T, I, order, false);
    if (forward.state_in)
        forward.state_in = reorder(lab, lab->state, 1, lab->state_size, order, false);
    lab_forward_r(lab->plan, &forward);
    backward.dy = reorder(lab, lab->dy, T, lab->outputs, order, false);
    backward.dstate_out = reorder(lab, lab->dstate, 1, lab->state_size, order, false);
    lab_backward_r(lab->plan, &backward);
    reorder_outcome(lab, order, &out);
    return out;
}

/* Longest first, or shortest first. */
static void sort_order(const struct lab_r *lab, bool longest_first, int64_t *order)
{
    for (int64_t b = 0; b < lab->setting->rows; b++) {
        int64_t place = b;
        for (; place > 0; place--) {
            const int64_t before = lab->lengths[order[place - 1]], here = lab->lengths[b];
            if (longest_first ? before >= here : before < here)
                break;
            order[place] = order[place - 1];
        }
        order[place] = b;
    }
}

static void test_row_order(void **state)
{
    struct lab_r lab;
    lab_open_r(&lab, *state);
    const struct outcome_r given = lab_run_r(&lab, lab.plan);
    for (int longest_first = 0; longest_first < 2; longest_first++) {
        int64_t order[SETTING_ROWS];
        sort_order(&lab, longest_first, order);
        const struct outcome_r sorted = run_in_order(&lab, order);
        assert_outcomes_close_r(&lab, &sorted, &given);
    }
    lab_close_r(&lab);
}

static const struct property properties[] = {
    {"chunks with a tape each give what the whole gives", test_chunks, runs_forward_only},
    {"inference in chunks gives what the whole gives", test_inference_chunks, runs_forward_only},
    {"inference gives what training without dropout gives", test_inference_is_training_without_dropout, NULL},
    {"rows one by one give what the batch gives", test_single_rows, NULL},
    {"sorted rows give what unsorted ones give", test_row_order, has_rows},
};

int main(void)
{
    return run_table("chunks and rows", properties, sizeof properties / sizeof *properties, all_settings,
                     all_settings_count);
}

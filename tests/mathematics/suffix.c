/*
 * mathematics/suffix.c: cutting a row of a lab.
 */
#include "mathematics/suffix.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* Steps [first, first + steps) of the row. */
static void run_steps(const struct suffix_r *suffix, int64_t first, int64_t steps, const real *state_in,
                      real *state_out)
{
    const struct lab_r *lab = suffix->lab;
    const int64_t I = lab->setting->inputs, step = lab->setting->rows * I;
    lab_forward_r(suffix->plan, &(struct weir_forward_args_r){
                                    .rows = 1,
                                    .steps = steps,
                                    .x = lab->x + first * step + suffix->row * I,
                                    .x_step_stride = step,
                                    .x_row_stride = I,
                                    .state_in = state_in,
                                    .state_out = state_out,
                                    .draw = 11,
                                    .first_step = first,
                                    .sequences = &suffix->row,
                                });
}

struct suffix_r suffix_open_r(struct lab_r *lab, weir_plan *plan, int64_t row, int64_t steps)
{
    struct suffix_r suffix = {lab, plan, row, steps, lab_room_r(lab, lab->state_size)};
    const int64_t before = lab->lengths[row] - steps;
    if (lab->setting->starts_anew)
        assert_int_equal(weir_state_start_r(lab->net, 1, suffix.state, NULL), WEIR_OK);
    else
        suffix.state = lab_copy_r(lab, lab->state + row * lab->state_size, lab->state_size);
    if (before > 0)
        run_steps(&suffix, 0, before, suffix.state, suffix.state);
    return suffix;
}

void suffix_run_r(const struct suffix_r *suffix, const real *state_in, real *state_out)
{
    run_steps(suffix, suffix->lab->lengths[suffix->row] - suffix->steps, suffix->steps, state_in, state_out);
}

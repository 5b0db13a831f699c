/*
 * mathematics/test_lag.c: dL/d(state) by lag is what backward through the last k steps of a row alone, from the state
 * before them, gives as dL/d(initial state): for each layer's h and c, each row at its own end, with dropout.
 *
 * The two go through the same steps in other products, whose sums may be in another order: the norms agree to the
 * roundings of a lab. A norm that f32 can hardly hold may have been flushed in part: it is looked at as far as numbers
 * above the smallest normal one go.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>

#include "mathematics/suffix.h"

/* A lab that has gone forward, and the norms that its tape tells. */
struct diagnosis {
    struct lab_r lab;
    int64_t views;
    real *dy; /* [rows][O] of each row's last step */
    double *norms, *view_norms;
};

static double *room_for(struct lab_r *lab, int64_t count)
{
    return (double *)(void *)lab_room_r(lab, count * (int64_t)(sizeof(double) / sizeof(real)));
}

static real *last_dy(struct lab_r *lab)
{
    const int64_t rows = lab->setting->rows, O = lab->outputs;
    real *dy = lab_room_r(lab, rows * O);
    for (int64_t b = 0; b < rows; b++)
        for (int64_t j = 0; j < O; j++)
            dy[b * O + j] = lab->lengths[b] > 0 ? lab->dy[((lab->lengths[b] - 1) * rows + b) * O + j] : (real)NAN;
    return dy;
}

static void diagnosis_open(struct diagnosis *diagnosis, const struct setting *setting)
{
    struct lab_r *lab = &diagnosis->lab;
    lab_open_r(lab, setting);
    const struct outcome_r out = lab_outcome_r(lab);
    const struct weir_forward_args_r forward = lab_forward_args_r(lab, &out);
    lab_forward_r(lab->plan, &forward);
    diagnosis->views = weir_net_state_view_count(lab->net);
    diagnosis->dy = last_dy(lab);
    diagnosis->norms = room_for(lab, setting->steps * setting->rows);
    diagnosis->view_norms = room_for(lab, setting->steps * setting->rows * diagnosis->views);
    const struct weir_gradient_by_lag_args_r args = {
        .dy = diagnosis->dy,
        .dstate_out = lab->dstate,
        .lags = setting->steps,
        .norms = diagnosis->norms,
        .view_norms = diagnosis->view_norms,
    };
    if (weir_gradient_by_lag_r(lab->plan, &args) != WEIR_OK)
        fail_msg("%s", weir_plan_error(lab->plan));
}

static double norm_of_view(const struct lab_r *lab, int64_t v, const real *state)
{
    weir_view view;
    double norm = 0.0;
    assert_int_equal(weir_net_state_view(lab->net, v, &view, NULL), WEIR_OK);
    for (int64_t j = 0; j < view.rows; j++)
        norm = hypot(norm, (double)state[view.offset + j]);
    return norm;
}

static void assert_norm(const char *what, int64_t row, int64_t lag, double ours, double other)
{
    const double flushed = REAL_BITS == 32 ? 100.0 * (double)FLT_MIN : 0.0;
    if (!(fabs(ours - other) <= CLOSE * other + flushed))
        fail_msg("%s, row %lld, lag %lld: %.17g, not %.17g", what, (long long)row, (long long)lag, ours, other);
}

/* What backward through the last steps of a row says. */
static void check_lag(struct diagnosis *diagnosis, weir_plan *plan, int64_t row, int64_t lag)
{
    struct lab_r *lab = &diagnosis->lab;
    const int64_t S = lab->state_size, at = (lag - 1) * lab->setting->rows + row;
    const struct suffix_r suffix = suffix_open_r(lab, plan, row, lag);
    real *dstate = lab_room_r(lab, S);
    double whole = 0.0;
    suffix_run_r(&suffix, suffix.state, NULL);
    lab_backward_r(plan, &(struct weir_backward_args_r){.dy = diagnosis->dy + row * lab->outputs,
                                                        .dstate_out = lab->dstate + row * S,
                                                        .dstate_in = dstate,
                                                        .span = WEIR_LAST_STEP});
    for (int64_t v = 0; v < diagnosis->views; v++) {
        const double norm = norm_of_view(lab, v, dstate);
        assert_norm("a view", row, lag, diagnosis->view_norms[at * diagnosis->views + v], norm);
        whole = hypot(whole, norm);
    }
    assert_norm("whole", row, lag, diagnosis->norms[at], whole);
}

/* Of long rows, lags that are not too many. */
static int64_t next_lag(int64_t lag) { return lag < 8 ? lag + 1 : lag * 2 - 3; }

static void test_lags(void **state)
{
    struct diagnosis diagnosis;
    diagnosis_open(&diagnosis, *state);
    struct lab_r *lab = &diagnosis.lab;
    weir_plan *plan =
        lab_plan_r(lab, (weir_plan_options){.steps = lab->setting->steps, .mode = WEIR_TRAINING, .dropout_seed = 3});
    for (int64_t b = 0; b < lab->setting->rows; b++) {
        for (int64_t lag = 1; lag < lab->lengths[b]; lag = next_lag(lag))
            check_lag(&diagnosis, plan, b, lag);
        if (lab->lengths[b] > 0)
            check_lag(&diagnosis, plan, b, lab->lengths[b]);
    }
    lab_close_r(lab);
}

/* A row has no lag that is longer than itself. */
static void test_ends(void **state)
{
    struct diagnosis diagnosis;
    diagnosis_open(&diagnosis, *state);
    const int64_t rows = diagnosis.lab.setting->rows;
    for (int64_t lag = 1; lag <= diagnosis.lab.setting->steps; lag++)
        for (int64_t b = 0; b < rows; b++) {
            const int64_t at = (lag - 1) * rows + b;
            const bool is_past = lag > diagnosis.lab.lengths[b];
            assert_int_equal(isnan(diagnosis.norms[at]) != 0, is_past);
            for (int64_t v = 0; v < diagnosis.views; v++)
                assert_int_equal(isnan(diagnosis.view_norms[at * diagnosis.views + v]) != 0, is_past);
        }
    lab_close_r(&diagnosis.lab);
}

static const struct property properties[] = {
    {"the gradient at a lag is that of the last steps alone", test_lags, setting_has_lags},
    {"there is no lag past a row's beginning", test_ends, setting_has_lags},
};

int main(void)
{
    return run_table("lag", properties, sizeof properties / sizeof *properties, all_settings, all_settings_count);
}

/*
 * diagnose/lag.c: dL/d(state) by lag: what backward carries, before each step.
 */
#include "diagnose/link.h"

#include <math.h>

#include "base/environment.h"
#include "base/fail.h"
#include "kern/vector.h"

struct by_lag {
    const struct weir_gradient_by_lag_args_r *args;
    struct link_r link;
    real *dy; /* [B][O] sorted rows; NULL: zero */
    real *du; /* dL/d(state), like a carry */
};

static void place(struct arena *arena, struct by_lag *run, const struct plan_r *plan, const struct tape_r *tape)
{
    const weir_net *net = plan->shell.net;
    const int64_t rows = tape->shell.steps.rows;
    link_place_r(arena, &run->link, plan, tape, rows);
    run->dy = run->args->dy ? weir_arena_take_matrix(arena, rows, net->outputs, sizeof(real)) : NULL;
    run->du = weir_arena_take_matrix(arena, rows, net->state_size, sizeof(real));
}

static void begin(struct by_lag *run)
{
    const weir_net *net = run->link.plan->shell.net;
    const struct steps *steps = &run->link.tape->shell.steps;
    const int64_t O = net->outputs;
    link_open_r(&run->link);
    for (int64_t p = 0; run->dy && p < steps->rows; p++)
        copy_rows_r(1, O, run->args->dy + steps->order[p] * O, O, run->dy + p * O, O);
    if (run->args->dstate_out)
        carry_from_state_r(net, run->link.most, steps, run->args->dstate_out, run->du);
    else
        zero_rows_r(1, run->link.most * net->state_size, run->du, 0);
}

/* Norms of sorted row p, or NaN. */
static void put_norms(const struct by_lag *run, int64_t lag, int64_t p, bool is_live)
{
    const weir_net *net = run->link.plan->shell.net;
    const struct steps *steps = &run->link.tape->shell.steps;
    const int64_t at = lag * steps->rows + steps->order[p];
    double whole = is_live ? 0.0 : (double)NAN;
    for (int64_t v = 0; v < net->state_view_count; v++) {
        const weir_view *view = &net->state_views[v];
        const real *block = run->du + view->offset * run->link.most + p * view->rows;
        const double norm = is_live ? norm_of_r(view->rows, block) : (double)NAN;
        whole = hypot(whole, norm);
        if (run->args->view_norms)
            run->args->view_norms[at * net->state_view_count + v] = norm;
    }
    if (run->args->norms)
        run->args->norms[at] = whole;
}

static void run_lags(struct by_lag *run)
{
    const struct steps *steps = &run->link.tape->shell.steps;
    for (int64_t lag = 0; lag < run->args->lags; lag++) {
        const int64_t live = weir_rows_longer(steps, lag);
        if (live > 0) {
            link_load_r(&run->link, (struct share){0, live}, lag);
            link_adjoint_r(&run->link, lag == 0 ? run->dy : NULL, run->du);
        }
        for (int64_t p = 0; p < steps->rows; p++)
            put_norms(run, lag, p, p < live);
    }
}

weir_status gradient_by_lag_r(weir_plan *shell, const struct weir_gradient_by_lag_args_r *args)
{
    const struct plan_r *plan = (const struct plan_r *)shell;
    const struct tape_r *tape = (const struct tape_r *)args->tape;
    struct environment environment;
    struct by_lag run = {.args = args};
    struct arena arena = {0};
    place(&arena, &run, plan, tape);
    FORWARD_FAILURE(weir_diagnose_allocate(&arena, shell));
    place(&arena, &run, plan, tape);
    weir_environment_enter(&environment);
    begin(&run);
    run_lags(&run);
    weir_environment_leave(&environment);
    weir_release(&shell->allocator, arena.base, arena.used);
    return WEIR_OK;
}

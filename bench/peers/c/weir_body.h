/*
 * peers/c/weir_body.h: runs of one precision. weir.c includes this once for each, with REAL and NAME(x) defined.
 */

/* A sequence: one call. */
static weir_status NAME(infer)(struct subject *subject)
{
    const struct subject_work *work = &subject->work;
    if (work->lengths == NULL)
        return NAME(weir_forward)(subject->plan, subject->arrays.x, NULL, subject->arrays.y);
    const NAME(weir_forward_args) args = {
        .rows = work->batch,
        .steps = work->steps,
        .lengths = work->lengths,
        .x = subject->arrays.x,
        .y = subject->arrays.y,
    };
    return NAME(weir_forward_full)(subject->plan, &args);
}

/* A time loop: the state goes from call to call. */
static weir_status NAME(infer_by_calls)(struct subject *subject)
{
    const struct subject_work *work = &subject->work;
    const REAL *x = subject->arrays.x;
    REAL *y = subject->arrays.y;
    weir_status status = NAME(weir_state_start)(subject->net, work->batch, subject->state, NULL);
    for (int64_t k = 0; k < work->calls && status == WEIR_OK; k++) {
        status = NAME(weir_forward)(subject->plan, x, subject->state, y);
        x += work->steps * work->batch * work->inputs;
        y += work->steps * work->batch * work->directions * work->hidden;
    }
    return status;
}

/* An optimiser changes the parameters before every forward, so a plan that packs them has to do it again. */
static weir_status NAME(touch)(struct subject *subject)
{
    REAL *parameters;
    const weir_status status = NAME(weir_net_edit)(subject->net, &parameters, NULL);
    return status != WEIR_OK ? status : weir_net_commit(subject->net, NULL);
}

static weir_status NAME(train)(struct subject *subject)
{
    const struct subject_work *work = &subject->work;
    const NAME(weir_forward_args) forward = {
        .rows = work->batch,
        .steps = work->steps,
        .lengths = work->lengths,
        .x = subject->arrays.x,
        .y = subject->arrays.y,
    };
    const NAME(weir_backward_args) backward = {
        .x = subject->arrays.x,
        .dy = subject->arrays.dy,
        .gradient = subject->arrays.gradient,
        .dx = subject->arrays.dx,
        .dstate_in = subject->arrays.dstate,
    };
    weir_status status = NAME(touch)(subject);
    if (status == WEIR_OK)
        status = NAME(weir_forward_full)(subject->plan, &forward);
    return status != WEIR_OK ? status : NAME(weir_backward_full)(subject->plan, &backward);
}

static weir_status NAME(run)(struct subject *subject)
{
    if (subject->work.training)
        return NAME(train)(subject);
    return subject->work.calls > 1 ? NAME(infer_by_calls)(subject) : NAME(infer)(subject);
}

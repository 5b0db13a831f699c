/*
 * net/choose.c: what a plan chooses, and by what: a choice that is remembered, a measurement, the model.
 */
#include "net/choices.h"

#include "base/fail.h"
#include "net/plan.h"

/* Without measuring: whether the answer is remembered, or the model's. */
static enum planned answer(const struct question *question, struct choice *choice)
{
    weir_choices *choices = question->options->choices;
    *choice = weir_question_estimate(question);
    return choices && weir_choices_find(choices, question, choice) ? PLAN_REMEMBERED : PLAN_ESTIMATED;
}

weir_status weir_plan_size_up(weir_plan_size *size, const weir_net *net, const weir_plan_options *options,
                              weir_error *error)
{
    struct question question;
    struct choice choice;
    FORWARD_FAILURE(weir_question_ask(&question, net, options, error));
    answer(&question, &choice);
    return net->precision == WEIR_F32 ? weir_f32_plan_measure(size, net, options, &choice, error)
                                      : weir_f64_plan_measure(size, net, options, &choice, error);
}

weir_status weir_plan_make_with(weir_plan **plan, weir_net *net, const weir_plan_options *options,
                                const struct choice *choice, weir_error *error)
{
    return net->precision == WEIR_F32 ? weir_f32_plan_make(plan, net, options, choice, error)
                                      : weir_f64_plan_make(plan, net, options, choice, error);
}

weir_status weir_plan_make(weir_plan **plan, weir_net *net, const weir_plan_options *options, weir_error *error)
{
    struct question question;
    struct choice choice;
    weir_plan *made;
    FORWARD_FAILURE(weir_question_ask(&question, net, options, error));
    enum planned planned = answer(&question, &choice);
    if (planned == PLAN_ESTIMATED && options->planning == WEIR_MEASURE) {
        planned = PLAN_MEASURED;
        FORWARD_FAILURE(weir_choice_measure(&question, net, &choice, error));
    }
    FORWARD_FAILURE(weir_plan_make_with(&made, net, options, &choice, error));
    made->planned = planned;
    const weir_status status = planned == PLAN_MEASURED && options->choices
                                   ? weir_choices_remember(options->choices, &question, &choice, error)
                                   : WEIR_OK;
    if (status == WEIR_OK)
        *plan = made;
    else
        weir_plan_free(made);
    return status;
}

/*
 * learn/rule.c: a rule that stops a training by what it met in training.
 */
#include "learn/rule.h"

#include <math.h>

/* Beyond this a net has come to nothing; an infinite error could not be taken out of the sum again. */
static const double error_most = 1e6;

void rule_meet(const struct stop_rule *rule, struct recent *recent, double *errors, double error, bool right)
{
    /* The error of a sequence that was wrong is kept with a sign. */
    double *place = &errors[recent->met++ % rule->window];
    const double bounded = fmin(error, error_most);
    recent->wrong += (right ? 0 : 1) - (signbit(*place) ? 1 : 0);
    recent->error += bounded - fabs(*place);
    *place = right ? bounded : -bounded;
}

bool rule_is_met(const struct stop_rule *rule, const struct recent *recent)
{
    return rule->window > 0 && recent->met >= rule->window && recent->wrong <= rule->wrong &&
           (rule->error == 0.0 || recent->error / (double)rule->window < rule->error);
}

/*
 * learn/rule.h: a rule that stops a training by what it met in training: of the last sequences few were wrong, and
 * their mean error was small (Hochreiter & Schmidhuber 1997).
 */
#ifndef BENCH_LEARN_RULE_H
#define BENCH_LEARN_RULE_H

#include <stdbool.h>
#include <stdint.h>

struct stop_rule {
    int64_t window; /* sequences that it looks back on; 0: there is no such rule */
    int64_t wrong;  /* at most so many of them */
    double error;   /* below which their mean error has to be; 0: any */
};

/* The last sequences, beside an array [window] of their errors, which is zero at first. */
struct recent {
    int64_t met;   /* all there were */
    int64_t wrong; /* of those in the window */
    double error;  /* summed over them */
};

/* Takes one more sequence into the window, and the oldest out of it. An error is not negative. */
void rule_meet(const struct stop_rule *rule, struct recent *recent, double *errors, double error, bool right);

bool rule_is_met(const struct stop_rule *rule, const struct recent *recent);

#endif

/*
 * kernels/checks.h: what is checked of each level's kernels, and timed.
 */
#ifndef TEST_KERNELS_CHECKS_H
#define TEST_KERNELS_CHECKS_H

#include "base/random.h"
#include "base/real.h"
#include "contract/suite.h"
#include "kern/kernels.h"

/* Numbers wide enough to be exact beside ours. */
#if REAL_BITS == 32
typedef double wide;
#define WIDE(name) name
#else
typedef long double wide;
#define WIDE(name) name##l
#endif

/* Uniform in [low, high). */
static inline real draw(struct generator *generator, double low, double high)
{
    return (real)(low + (high - low) * weir_uniform(generator));
}

/* Adds the tests of a level; the test finds *level in its state. */
void add_product_checks(struct suite *suite, const enum level *level);
void add_array_checks(struct suite *suite, const enum level *level);
void add_pass_checks(struct suite *suite, const enum level *level);

/* Prints how long everything takes. */
void time_kernels(void);

#endif

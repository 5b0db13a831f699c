/*
 * support/ulps.h: how far exp, sigmoid and tanh may be off, in units of the last place of the exact result: what
 * kern/math.h states (docs/math.md, "Exponentials").
 */
#ifndef TEST_SUPPORT_ULPS_H
#define TEST_SUPPORT_ULPS_H

#define EXP_ULPS 1.5
#define SIGMOID_ULPS 2.7
#define TANH_ULPS 3.0

#endif

/*
 * test_support.h: what several of the harness's tests need.
 */
#ifndef BENCH_TEST_SUPPORT_H
#define BENCH_TEST_SUPPORT_H

/* Fails unless `value` is within `tolerance` of what is expected; a NaN never is. */
void assert_near(double value, double expected, double tolerance);

/* Writes a file that holds just the text. */
void write_text(const char *path, const char *text);

#endif

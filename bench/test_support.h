/*
 * test_support.h: what several of the harness's tests need.
 */
#ifndef BENCH_TEST_SUPPORT_H
#define BENCH_TEST_SUPPORT_H

/* Fails unless `value` is within `tolerance` of what is expected; a NaN never is. */
void assert_near(double value, double expected, double tolerance);

/* Writes a file that holds just the text. */
void write_text(const char *path, const char *text);

/* Setup and teardown of a test: its state is the path of an empty folder, which goes with all that is in it. */
int make_folder(void **state);
int remove_folder(void **state);

/* Writes a file of that folder. */
void write_file(const char *folder, const char *name, const char *text);

#endif

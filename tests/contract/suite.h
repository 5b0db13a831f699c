/*
 * contract/suite.h: a list of tests that grows, run as one TAP plan; and what a test needs to include for cmocka.
 */
#ifndef TEST_CONTRACT_SUITE_H
#define TEST_CONTRACT_SUITE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct suite {
    struct CMUnitTest *tests;
    size_t count, room;
};

/* Adds a test that finds `of` in *state. The name is made as by printf. */
__attribute__((format(printf, 4, 5))) void suite_add(struct suite *suite, CMUnitTestFunction test, const void *of,
                                                     const char *name, ...);

/* Adds a test that cannot run here, and says why. (cmocka's skip() writes "not ok", which TAP readers count as a
   failure.) */
void suite_skip(struct suite *suite, const char *name, const char *reason);

/* Runs all and frees the list; the exit status. */
int suite_run(struct suite *suite, const char *name);

#endif

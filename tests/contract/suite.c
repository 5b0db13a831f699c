/*
 * contract/suite.c: lists of tests.
 */
#include "contract/suite.h"

#include <stdio.h>
#include <stdlib.h>

static void add(struct suite *suite, CMUnitTestFunction test, const void *of, char *name)
{
    if (suite->count == suite->room) {
        suite->room = suite->room ? 2 * suite->room : 64;
        suite->tests = realloc(suite->tests, suite->room * sizeof *suite->tests);
    }
    if (!suite->tests || !name)
        abort();
    suite->tests[suite->count++] = (struct CMUnitTest){name, test, NULL, NULL, (void *)(uintptr_t)of};
}

void suite_add(struct suite *suite, CMUnitTestFunction test, const void *of, const char *name, ...)
{
    char *text = NULL;
    va_list arguments;
    va_start(arguments, name);
    if (vasprintf(&text, name, arguments) < 0)
        abort();
    va_end(arguments);
    add(suite, test, of, text);
}

static void pass(void **state) { (void)state; }

void suite_skip(struct suite *suite, const char *name, const char *reason)
{
    suite_add(suite, pass, NULL, "%s # SKIP %s", name, reason);
}

int suite_run(struct suite *suite, const char *name)
{
    const int failed = _cmocka_run_group_tests(name, suite->tests, suite->count, NULL, NULL);
    for (size_t i = 0; i < suite->count; i++)
        free((void *)(uintptr_t)suite->tests[i].name);
    free(suite->tests);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

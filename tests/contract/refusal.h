/*
 * contract/refusal.h: arguments that are right but for a change or two, as rows of a table.
 */
#ifndef TEST_CONTRACT_REFUSAL_H
#define TEST_CONTRACT_REFUSAL_H

#include <stddef.h>
#include <stdint.h>

#include <weir/error.h>

#include "contract/suite.h"

enum change_kind { CHANGE_NONE, CHANGE_NUMBER, CHANGE_REAL, CHANGE_POINTER };

/* A member of an argument struct, and what to put there. */
struct change {
    enum change_kind kind;
    size_t offset, size;
    int64_t number;
    double real;
    const void *pointer;
};

enum { REFUSAL_CHANGES = 10 };

/* What is wrong, what it is to be answered with, and how the right arguments become these. */
struct refusal {
    const char *what;
    weir_status status;
    struct change changes[REFUSAL_CHANGES];
};

#define PUT_(type, member, kind) (kind), offsetof(type, member), sizeof(((type *)0)->member)
#define PUT(type, member, value)                                                                                       \
    {                                                                                                                  \
        PUT_(type, member, CHANGE_NUMBER), (value), 0.0, NULL                                                          \
    }
#define PUT_REAL(type, member, value)                                                                                  \
    {                                                                                                                  \
        PUT_(type, member, CHANGE_REAL), 0, (value), NULL                                                              \
    }
#define PUT_POINTER(type, member, value)                                                                               \
    {                                                                                                                  \
        PUT_(type, member, CHANGE_POINTER), 0, 0.0, (value)                                                            \
    }

/* Makes the changes of a row in *arguments. */
void refusal_apply(const struct refusal *refusal, void *arguments);

/* Adds a test for each row of a table of refusals, which finds it in *state. */
#define ADD_REFUSALS(suite, test, call, rows) add_refusals(suite, test, call, rows, sizeof(rows) / sizeof *(rows))
void add_refusals(struct suite *suite, CMUnitTestFunction test, const char *call, const struct refusal *rows,
                  size_t count);

/* Fills *error with what no call leaves there. */
weir_error error_unset(void);

/* The call gave this status, and said so in one sentence. */
void assert_refused(const weir_error *error, weir_status status, weir_status expected);

/* The call succeeded, and said so. */
void assert_accepted(const weir_error *error, weir_status status);

#endif

/*
 * contract/refusal.c: wrong arguments, and how a call answers them.
 */
#include "contract/refusal.h"

#include <string.h>

static void put(const struct change *change, char *at)
{
    const int32_t narrow = (int32_t)change->number;
    switch (change->kind) {
    case CHANGE_NONE:
        break;
    case CHANGE_NUMBER:
        memcpy(at, change->size == sizeof narrow ? (const void *)&narrow : &change->number, change->size);
        break;
    case CHANGE_REAL:
        memcpy(at, &change->real, change->size);
        break;
    case CHANGE_POINTER:
        memcpy(at, &change->pointer, change->size);
        break;
    }
}

void refusal_apply(const struct refusal *refusal, void *arguments)
{
    for (int i = 0; i < REFUSAL_CHANGES; i++)
        put(&refusal->changes[i], (char *)arguments + refusal->changes[i].offset);
}

void add_refusals(struct suite *suite, CMUnitTestFunction test, const char *call, const struct refusal *rows,
                  size_t count)
{
    for (size_t i = 0; i < count; i++)
        suite_add(suite, test, &rows[i], "%s: %s is %s", call, rows[i].what, weir_status_name(rows[i].status));
}

weir_error error_unset(void)
{
    weir_error error;
    memset(&error, 0x7F, sizeof error);
    return error;
}

static size_t length_of(const weir_error *error)
{
    const char *end = memchr(error->message, '\0', sizeof error->message);
    assert_non_null(end);
    return (size_t)(end - error->message);
}

void assert_refused(const weir_error *error, weir_status status, weir_status expected)
{
    assert_string_equal(weir_status_name(status), weir_status_name(expected));
    assert_int_equal(error->status, status);
    assert_in_range(length_of(error), 1, sizeof error->message - 2); /* not cut off */
}

void assert_accepted(const weir_error *error, weir_status status)
{
    assert_string_equal(weir_status_name(status), "WEIR_OK");
    assert_int_equal(error->status, WEIR_OK);
    assert_int_equal(length_of(error), 0);
}

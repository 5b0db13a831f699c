/*
 * api/choices.c: the public functions of <weir/choices.h>.
 */
#include <weir/choices.h>

#include "base/fail.h"
#include "net/choices.h"

weir_status weir_choices_create(weir_choices **choices, const weir_allocator *allocator, weir_error *error)
{
    FAIL_IF(!choices, error, WEIR_ERROR_ARGUMENT, "choices is NULL");
    FAIL_IF(allocator && (!allocator->allocate || !allocator->release), error, WEIR_ERROR_ARGUMENT,
            "the allocator lacks a function");
    FORWARD_FAILURE(weir_choices_make(choices, allocator ? allocator : &weir_default_allocator, error));
    return weir_succeed(error);
}

void weir_choices_destroy(weir_choices **choices)
{
    if (!choices || !*choices)
        return;
    weir_choices_free(*choices);
    *choices = NULL;
}

/* To look, they are locked; nothing else of them changes. */
static weir_choices *lockable(const weir_choices *choices) { return (weir_choices *)choices; }

int64_t weir_choices_count(const weir_choices *choices) { return choices ? weir_choices_number(lockable(choices)) : 0; }

int64_t weir_choices_export(const weir_choices *choices, char *text, size_t size)
{
    if (text && size > 0)
        text[0] = '\0';
    return choices ? weir_choices_write(lockable(choices), text, text ? size : 0) : 0;
}

weir_status weir_choices_import(weir_choices *choices, const char *text, weir_error *error)
{
    FAIL_IF(!choices || !text, error, WEIR_ERROR_ARGUMENT, "%s is NULL", choices ? "text" : "choices");
    FORWARD_FAILURE(weir_choices_read(choices, text, error));
    return weir_succeed(error);
}

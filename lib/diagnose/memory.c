/*
 * diagnose/memory.c: memory for as long as a diagnosis takes.
 */
#include "diagnose/diagnose.h"

#include "base/fail.h"

weir_status weir_diagnose_allocate(struct arena *arena, weir_plan *plan)
{
    const int64_t bytes = arena->used;
    FAIL_IF(arena->overflow, &plan->last_error, WEIR_ERROR_SIZE,
            "the diagnosis takes more bytes than this machine can count");
    *arena = (struct arena){.base = weir_allocate(&plan->allocator, bytes)};
    FAIL_IF(!arena->base, &plan->last_error, WEIR_ERROR_MEMORY, "no memory for a diagnosis of %lld bytes",
            (long long)bytes);
    return WEIR_OK;
}

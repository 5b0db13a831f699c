/*
 * engine/blocking.h: how an engine cuts the products of a walk forward (docs/engine.md, "What a plan chooses").
 */
#ifndef WEIR_ENGINE_BLOCKING_H
#define WEIR_ENGINE_BLOCKING_H

#include <stdbool.h>
#include <stdint.h>

#include "kern/blocks.h"

/* For the rows whose inputs a thread multiplies at once, and those that it has of a step. */
struct blocking {
    int64_t panel_units;
    bool keeps_input;  /* W is kept packed; else a panel of it is packed as it is used */
    bool is_afar;      /* R counts as larger than a core's own caches */
    bool is_asked_for; /* and a step asks for it ahead */
    struct product_blocks input;
    int stage_count; /* products with R in a step; 0 without recurrence */
    struct product_blocks stages[2];
};

#endif

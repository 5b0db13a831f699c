/*
 * base/processor.h: what the CPU calls itself, and what is known of it by that.
 */
#ifndef WEIR_BASE_PROCESSOR_H
#define WEIR_BASE_PROCESSOR_H

#include <stdbool.h>

enum { PROCESSOR_NAME = 64 };

/* Its model as one word of letters, digits and "_.()@-": AMD_EPYC_9B45_00b00f21. Always terminated. */
void weir_processor_name(char name[PROCESSOR_NAME]);

/* Whether a stream of weights from the third cache or from memory comes sooner if it is asked for than by the CPU's own
   prefetchers (docs/engine.md, "Weights that come from afar"). */
bool weir_processor_wants_asking(void);

#endif

/*
 * base/interrupt.h: Ctrl-C ends the measuring, not the program; a second one ends the program at once.
 */
#ifndef BENCH_BASE_INTERRUPT_H
#define BENCH_BASE_INTERRUPT_H

#include <stdbool.h>

/* From here on the first SIGINT or SIGTERM is only noted. */
void interrupt_watch(void);

/* Whether one came: stop measuring and write what there is. */
bool interrupted(void);

#endif

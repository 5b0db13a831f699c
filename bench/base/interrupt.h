/*
 * base/interrupt.h: Ctrl-C ends the measuring, not the program; a second one ends the program at once.
 */
#ifndef BENCH_BASE_INTERRUPT_H
#define BENCH_BASE_INTERRUPT_H

#include <stdbool.h>

/* From here on the first SIGINT or SIGTERM is only noted; and a reader that goes away, a picture's or the report's, is
   a failed write, not the end of the program. */
void interrupt_watch(void);

/* For a process that another one waits for, and that must not be lost: each is only noted. A terminal, or `timeout`,
   sends one to all of them, and the other process sends its own. */
void interrupt_note_all(void);

/* Whether one came: stop measuring and write what there is. */
bool interrupted(void);

#endif

/*
 * base/interrupt.c: Ctrl-C ends the measuring, not the program; a second one ends the program at once.
 */
#include "base/interrupt.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t noted;

static void note(int signal_number)
{
    (void)signal_number;
    noted = 1;
}

void interrupt_watch(void)
{
    /* The handler is gone after its first call, so that the second signal does what it always does. */
    struct sigaction action = {.sa_handler = note, .sa_flags = (int)SA_RESETHAND | SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

bool interrupted(void) { return noted != 0; }

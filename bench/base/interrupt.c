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

static void watch(unsigned flags)
{
    struct sigaction action = {.sa_handler = note, .sa_flags = (int)flags};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

void interrupt_watch(void)
{
    /* The handler is gone after its first call, so that the second signal does what it always does. */
    watch(SA_RESETHAND | SA_RESTART);
    signal(SIGPIPE, SIG_IGN);
}

void interrupt_note_all(void) { watch(SA_RESTART); }

bool interrupted(void) { return noted != 0; }

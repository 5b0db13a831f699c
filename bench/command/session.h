/*
 * command/session.h: what every job begins and ends with.
 */
#ifndef BENCH_COMMAND_SESSION_H
#define BENCH_COMMAND_SESSION_H

#include <stdio.h>

#include "command/options.h"
#include "machine/machine.h"
#include "report/results.h"

struct session {
    struct machine machine;
    struct results results;
    FILE *report; /* what is printed at the end */
    char *text;
    size_t text_size;
    bool plots;   /* can be drawn */
    bool nothing; /* was measured by one of the jobs */
};

/* Pins, measures the machine (on the progress bar) and opens the results; what does not work ends the program. */
void session_open(struct session *session, const struct common_options *common, int argc, char **argv);

/* Of `measured` rows: if there are none, the report says so, and session_close answers with a failure. */
void session_expect(struct session *session, size_t measured);

/* Prints the report, saves it, and says where the results are. The answer is the exit status. */
int session_close(struct session *session);

#endif

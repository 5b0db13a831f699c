/*
 * command/session.c: what every job begins and ends with.
 */
#include "command/session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/message.h"
#include "base/progress.h"
#include "report/plot.h"

/* The line that was typed, without the folder that the program lies in. */
static void join_command(char *text, size_t size, int argc, char **argv)
{
    text[0] = '\0';
    for (int i = 0; i < argc; i++) {
        const size_t used = strlen(text);
        snprintf(text + used, size - used, "%s%s", i == 0 ? "" : " ", argv[i]);
    }
}

void session_open(struct session *session, const struct common_options *common, int argc, char **argv)
{
    struct why why;
    char command[1024];
    *session = (struct session){.plots = plot_is_possible()};
    interrupt_watch();
    join_command(command, sizeof command, argc, argv);
    if (!machine_open(&session->machine, &common->machine, &why) ||
        !results_open(&session->results, common->output, &why))
        message_fail("%s", why.text);
    progress_show(0.0, "measuring the machine");
    machine_measure(&session->machine);
    session->results.machine = machine_describe(&session->machine, command);
    session->report = open_memstream(&session->text, &session->text_size);
    if (session->report == NULL)
        message_fail("no memory for the report");
}

void session_expect(struct session *session, size_t measured)
{
    if (measured > 0)
        return;
    session->nothing = true;
    fprintf(session->report, "\nNothing was measured.\n");
}

/* After everything that goes to files: whoever reads this may have had enough of it (`| head`). */
static bool print(const struct session *session)
{
    results_print_head(session->results.machine, "", stdout);
    fputs(session->text, stdout);
    printf("\nResults: %s\n", session->results.folder);
    if (fflush(stdout) == 0)
        return true;
    message_warn("the report could not be printed: %s", strerror(errno));
    return false;
}

int session_close(struct session *session)
{
    if (interrupted())
        fprintf(session->report, "\nStopped by hand: these are the results up to then.\n");
    if (!session->plots)
        fprintf(session->report,
                "\nNo plots: the program gnuplot was not found. The tables are complete without it.\n");
    fclose(session->report);
    progress_end();
    results_write_report(&session->results, session->text);
    const bool printed = print(session);
    free(session->text);
    results_close(&session->results);
    if (interrupted())
        return 130; /* as a shell reports an interrupted program */
    if (session->nothing)
        message_warn("nothing was measured; the report says why");
    return session->nothing || !printed || !results_are_whole() ? EXIT_FAILURE : EXIT_SUCCESS;
}

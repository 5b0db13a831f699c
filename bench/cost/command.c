/*
 * cost/command.c: weir-bench cost.
 */
#include "command/command.h"
#include "cost/cost.h"
#include "cost/options.h"

int command_cost(int argc, char **argv)
{
    struct cost_options cost = cost_options_default();
    struct session session;
    argp_parse(&cost_argp, argc, argv, 0, NULL, &cost);
    session_open(&session, &cost.common, argc, argv);
    struct cost_rows rows = cost_list(&cost.sweep);
    cost_measure(&rows, &session.machine, &cost.measure);
    cost_report(&session, &rows, &cost.sweep);
    cost_close(&rows);
    return session_close(&session);
}

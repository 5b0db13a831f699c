/*
 * examples/timeloop.c: a net inside the time loop of a simulation.
 *
 * Catchments fill with rain and drain by a tenth of what they hold each day: the linear reservoir of hydrology,
 *
 *     storage = rain + 0.9 storage',     runoff = 0.1 storage,
 *
 * which is exactly a vanilla RNN of one ReLU unit and a linear layer. So the weights are known, are set by name, and
 * what the net says can be checked. A trained LSTM goes in the same way: only `layers` and the numbers change.
 *
 *     cc timeloop.c $(pkg-config --cflags --libs weir)
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <weir/weir.h>

enum { N_CATCHMENTS = 3, N_DAYS = 365 };

static int fail(const char *message)
{
    fprintf(stderr, "timeloop: %s\n", message);
    return EXIT_FAILURE;
}

/* Sets the only number of a named parameter; zero if the net has it. */
static int set(const weir_net *net, double *parameters, const char *name, double value, weir_error *error)
{
    weir_view view;
    if (weir_net_find(net, name, &view, error))
        return 1;
    parameters[view.offset] = value;
    return 0;
}

/* Zero if all went well. */
static int set_reservoir(weir_net *net, weir_error *error)
{
    double *parameters = NULL;
    return weir_net_edit_f64(net, &parameters, error) || set(net, parameters, "weight_ih_l0", 1.0, error) ||
           set(net, parameters, "weight_hh_l0", 0.9, error) || set(net, parameters, "weight_l1", 0.1, error) ||
           weir_net_commit(net, error);
}

/* A storm a week, of a different strength in each catchment (mm). */
static double rain(int day, int catchment) { return day % 7 == catchment ? 10.0 + catchment : 0.0; }

int main(void)
{
    weir_error error;

    /* Once: a net, a plan for one day of all catchments, and a row of state for each catchment. */
    const weir_layer layers[] = {
        {.kind = WEIR_RNN_RELU, .units = 1, .bias = WEIR_BIAS_NONE},
        {.kind = WEIR_LINEAR, .units = 1, .bias = WEIR_BIAS_NONE},
    };
    weir_net *net = NULL;
    if (weir_net_create(&net, WEIR_F64, 1, layers, 2, &error) || set_reservoir(net, &error))
        return fail(error.message);

    weir_plan *plan = NULL;
    const weir_plan_options options = {.batch = N_CATCHMENTS};
    if (weir_plan_create(&plan, net, &options, &error))
        return fail(error.message);

    double *state = calloc((size_t)(N_CATCHMENTS * weir_net_state_size(net)), sizeof *state);
    if (!state)
        return fail("no memory");

    /* Each day: one call. `state` carries every catchment from day to day; write it to a file and the run can go on. */
    double forcing[N_CATCHMENTS], runoff[N_CATCHMENTS];
    double storage[N_CATCHMENTS] = {0}, worst = 0.0;
    for (int day = 0; day < N_DAYS; day++) {
        for (int i = 0; i < N_CATCHMENTS; i++)
            forcing[i] = rain(day, i);

        if (weir_forward_f64(plan, forcing, state, runoff))
            return fail(weir_plan_error(plan));

        for (int i = 0; i < N_CATCHMENTS; i++) {
            storage[i] = forcing[i] + 0.9 * storage[i];
            worst = fmax(worst, fabs(runoff[i] - 0.1 * storage[i]));
        }
    }

    printf("runoff on day %d: %.3f %.3f %.3f mm, ", N_DAYS, runoff[0], runoff[1], runoff[2]);
    printf("%s the explicit formula to 1e-12\n", worst < 1e-12 ? "equal to" : "NOT equal to");

    free(state);
    weir_plan_destroy(&plan);
    weir_net_destroy(&net);
    return worst < 1e-12 ? EXIT_SUCCESS : EXIT_FAILURE;
}

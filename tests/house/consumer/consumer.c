/*
 * consumer.c: the smallest program that somebody else would build against an installed Weir.
 */
#include <stdio.h>
#include <stdlib.h>

#include <weir/weir.h>

int main(void)
{
    const weir_layer layers[] = {{.kind = WEIR_LSTM, .units = 8}, {.kind = WEIR_LINEAR, .units = 1}};
    weir_error error;
    weir_net *net = NULL;
    weir_plan *plan = NULL;
    float x[3] = {1.0f, 2.0f, 3.0f}, state[16] = {0}, y = 0.0f;
    if (weir_net_create(&net, WEIR_F32, 3, layers, 2, &error) || weir_plan_create(&plan, net, NULL, &error)) {
        fprintf(stderr, "%s\n", error.message);
        return EXIT_FAILURE;
    }
    const int failed = weir_forward_f32(plan, x, state, &y) != WEIR_OK || state[0] == 0.0f || y == 0.0f;
    printf("weir %s %s\n", weir_version(), failed ? "failed" : "ran");
    weir_plan_destroy(&plan);
    weir_net_destroy(&net);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/*
 * test_golden.c: outputs and all gradients against PyTorch's, case by case (tests/golden).
 *
 *     test_golden FILE.json ...
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "support/net_run.h"

/*
 * How far single precision may be off (docs/math.md, "Error of a forward pass"): with u the unit roundoff, parameters
 * below 1/2 and states and inputs below S, a step's pre-activations are off by (I + H + 4) u times the sum of their
 * terms, its gates by three ulp more, and what was off before is amplified by the Jacobian, at most 1 + H/2 in h and
 * I/2 in x.
 */
static double forward_bound(const struct golden_case *one)
{
    const double u = 0x1p-24;
    double from_below = 0.0;
    for (int64_t k = 0, inputs = one->inputs; k < one->layer_count; k++) {
        const weir_layer *layer = &one->layers[k];
        const double H = (double)layer->units, I = (double)inputs;
        const double magnitude = layer->kind == WEIR_RNN_RELU || layer->kind == WEIR_LINEAR ? 1.0 + H + I : 1.0;
        const double made_here = u * ((I + H + 4.0) * (0.5 * (I + H) + 1.0) + 6.0) * magnitude;
        double error = 0.0;
        for (int64_t t = 0; t < one->steps; t++)
            error = (1.0 + 0.5 * H) * error + 0.5 * I * from_below + made_here;
        from_below = error;
        inputs = layer->units * (layer->direction == WEIR_BOTH ? 2 : 1);
    }
    return from_below;
}

/* Golden numbers to 1e-12 in double precision, times the largest of the tensor if that is more than 1; in single
   precision to the bound above. */
static double tolerance(const struct golden_case *one, const double *golden, int64_t count)
{
    const double scale = fmax(1.0, largest_of(golden, count));
    return scale * (REAL_BITS == 64 ? 1e-12 : forward_bound(one));
}

static void check(const struct golden_case *one, const char *key, const real *ours, int64_t count)
{
    int64_t golden_count = 0;
    double *golden = golden_output(one, key, &golden_count);
    assert_non_null(golden);
    assert_int_equal(golden_count, count);
    const double most = tolerance(one, golden, count);
    for (int64_t i = 0; i < count; i++)
        if (!(fabs((double)ours[i] - golden[i]) <= most))
            fail_msg("%s[%lld] is %.17g, golden %.17g, tolerance %.2g", key, (long long)i, (double)ours[i], golden[i],
                     most);
    free(golden);
}

static void test_case(void **state)
{
    struct golden_case one;
    golden_case_read(&one, *state);
    struct net_run_r run;
    net_run_open_r(&run, &one);
    net_run_go_r(&run, &one);
    check(&one, "y", run.y, run.y_count);
    check(&one, "state_out", run.state_out, run.state_count);
    check(&one, "gradient", run.gradient, run.parameter_count);
    check(&one, "dx", run.dx, run.x_count);
    check(&one, "state_in_gradient", run.dstate_in, run.state_count);
    net_run_close_r(&run);
    golden_case_free(&one);
}

static json_t *load(const char *path)
{
    json_error_t error;
    json_t *file = json_load_file(path, 0, &error);
    if (!file) {
        fprintf(stderr, "%s: %s (line %d)\n", path, error.text, error.line);
        exit(EXIT_FAILURE);
    }
    return file;
}

int main(int argc, char **argv)
{
    int failed = 0;
    for (int i = 1; i < argc; i++) {
        json_t *file = load(argv[i]), *cases = json_object_get(file, "cases");
        const size_t count = json_array_size(cases);
        struct CMUnitTest *tests = calloc(count, sizeof *tests);
        for (size_t k = 0; k < count; k++) {
            json_t *one = json_array_get(cases, k);
            tests[k] = (struct CMUnitTest){json_string_value(json_object_get(one, "name")), test_case, NULL, NULL, one};
        }
        failed += _cmocka_run_group_tests(argv[i], tests, count, NULL, NULL);
        free(tests);
        json_decref(file);
    }
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

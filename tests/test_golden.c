/*
 * test_golden.c: outputs and all gradients against PyTorch's, case by case (tests/golden).
 *
 *     test_golden FILE.json ...
 *
 * In double precision to 1e-12. In single precision to a bound of its own for each number, by running error analysis
 * (mathematics/witness.h; docs/math.md, "Error of a pass").
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "mathematics/witness.h"
#include "support/net_run.h"

static double *widen(const real *numbers, int64_t count)
{
    double *wide = calloc((size_t)count + 1, sizeof *wide);
    assert_non_null(wide);
    for (int64_t i = 0; i < count; i++)
        wide[i] = (double)numbers[i];
    return wide;
}

/* What should come out of a run, and how far single precision may be off in each number. */
static struct witness witness_of(const struct net_run_r *run, const struct golden_case *one)
{
    double *parameters = widen(run->parameters, run->parameter_count), *x = widen(run->x, run->x_count);
    double *state = widen(run->state, run->state_count), *dstate = widen(run->dstate, run->state_count);
    double *dy = widen(run->dy, run->y_count);
    const struct witness_case in = {
        .layers = one->layers,
        .layer_count = one->layer_count,
        .inputs = one->inputs,
        .rows = one->rows,
        .steps = one->steps,
        .lengths = one->lengths,
        .parameters = parameters,
        .x = x,
        .state = one->state_given ? state : NULL,
        .dy = dy,
        .dstate = dstate,
    };
    const struct witness witness = witness_run(&in, 0x1p-24);
    double *arrays[] = {parameters, x, state, dy, dstate};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        free(arrays[i]);
    return witness;
}

/* Golden numbers to 1e-12 in double precision, times the largest of the tensor if that is more than 1; in single
   precision to the witness' bound besides. The witness itself must agree with them as doubles do. */
static void check(const struct golden_case *one, const char *key, const real *ours, const struct bounded *witness,
                  int64_t count)
{
    int64_t golden_count = 0;
    double *golden = golden_output(one, key, &golden_count);
    assert_non_null(golden);
    assert_int_equal(golden_count, count);
    const double close = 1e-12 * fmax(1.0, largest_of(golden, count));
    for (int64_t i = 0; i < count; i++) {
        const double most = close + (REAL_BITS == 32 ? witness[i].error : 0.0);
        if (!(fabs((double)ours[i] - golden[i]) <= most))
            fail_msg("%s[%lld] is %.17g, golden %.17g, tolerance %.2g", key, (long long)i, (double)ours[i], golden[i],
                     most);
        if (!(fabs(witness[i].value - golden[i]) <= close))
            fail_msg("%s[%lld]: the witness says %.17g, golden %.17g", key, (long long)i, witness[i].value, golden[i]);
    }
    free(golden);
}

static void test_case(void **state)
{
    struct golden_case one;
    golden_case_read(&one, *state);
    struct net_run_r run;
    net_run_open_r(&run, &one);
    net_run_go_r(&run, &one);
    struct witness witness = witness_of(&run, &one);
    check(&one, "y", run.y, witness.y, run.y_count);
    check(&one, "state_out", run.state_out, witness.state, run.state_count);
    check(&one, "gradient", run.gradient, witness.gradient, run.parameter_count);
    check(&one, "dx", run.dx, witness.dx, run.x_count);
    check(&one, "state_in_gradient", run.dstate_in, witness.dstate, run.state_count);
    witness_free(&witness);
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

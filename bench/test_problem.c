/*
 * test_problem.c: an open problem, music that it may read, and a net whose outputs are known.
 */
#include "test_problem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "test_support.h"

struct problem problem_of(const char *task, int64_t length, int64_t batch, const char *folder)
{
    struct problem problem;
    struct why why;
    if (!problem_open(&problem, task_find(task), length, batch, folder, &why))
        fail_msg("%s", why.text);
    return problem;
}

void write_chorales(const char *folder, const char *train, const char *valid, const char *test)
{
    write_file(folder, "jsb.train.txt", train);
    write_file(folder, "jsb.valid.txt", valid);
    write_file(folder, "jsb.test.txt", test);
}

void write_numbered(const char *folder)
{
    char text[1024] = "";
    for (int k = 0; k < PIECES; k++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%d\n%d\n\n", k, k + 1);
    write_chorales(folder, text, text, text);
}

struct learner *known_learner(const struct problem *problem, const float *bias)
{
    const struct stack like = {.inputs = problem->inputs, .hidden = 3, .layers = 1, .outputs = problem->outputs};
    const struct stack stack = variety_stack(&varieties[3], EQUAL_UNITS, like, 0);
    const struct course_settings settings = {.scheme = WEIR_INIT_GLOROT_ORTHOGONAL,
                                             .optimizer = WEIR_ADAM,
                                             .rate = 1e-3,
                                             .batch = problem->rows[SPLIT_TRAIN]};
    struct learner *learner = learner_open(problem, &varieties[3], &stack, &settings, 1);
    float *parameters = buffer_allocate((size_t)learner->parameters, sizeof *parameters);
    weir_view view;
    assert_int_equal(weir_net_find(learner->net, "bias_l1", &view, NULL), WEIR_OK);
    memcpy(parameters + view.offset, bias, (size_t)problem->outputs * sizeof *bias);
    assert_int_equal(weir_net_set_parameters_f32(learner->net, parameters, learner->parameters, NULL), WEIR_OK);
    free(parameters);
    return learner;
}

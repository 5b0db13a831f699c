/*
 * test_heap_calls.c: a run asks nobody for memory, the first one included.
 *
 * Compiled with PLAIN_BLAS, where products are loops of ours, that is asserted; with a real BLAS the calls are that
 * BLAS's, and are only printed.
 */
#undef _FILE_OFFSET_BITS

#include "contract/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <weir/weir.h>

#include "base/public.h"
#include "contract/heap_calls.h"

#ifndef PLAIN_BLAS
#define PLAIN_BLAS 0
#endif

enum { ROWS = 3, STEPS = 6, WIDTH = 8, MOST_LAYERS = 3 };

static const struct net_case {
    const char *name;
    int64_t n_layers;
    weir_layer layers[MOST_LAYERS];
} nets[] = {
    {"RNN", 1, {{WEIR_RNN, .units = 3}}},
    {"ReLU RNN, both ways", 1, {{WEIR_RNN_RELU, WEIR_BOTH, .units = 3}}},
    {"LSTM", 1, {{WEIR_LSTM, .units = 4, .learned_state = 1}}},
    {"GRU, in reverse", 1, {{WEIR_GRU, WEIR_REVERSE, .units = 3}}},
    {"GRU resetting before", 1, {{WEIR_GRU_RESET_BEFORE, .units = 3}}},
    {"linear layer", 1, {{WEIR_LINEAR, .units = 3}}},
    {"stack with dropout",
     3,
     {{WEIR_LSTM, WEIR_BOTH, .units = 4, .dropout = 0.5}, {WEIR_GRU, .units = 5}, {WEIR_LINEAR, .units = 3}}},
};

/* All that a run reads and writes. */
struct rig {
    weir_net *net;
    weir_plan *plan;
    real x[ROWS * STEPS * WIDTH], y[ROWS * STEPS * WIDTH], dx[ROWS * STEPS * WIDTH], state[ROWS * 64], gradient[4096];
};

static void rig_open(struct rig *rig, const struct net_case *net_case, weir_mode mode)
{
    const weir_plan_options options = {.batch = ROWS, .steps = STEPS, .mode = mode};
    memset(rig, 0, sizeof *rig);
    assert_int_equal(weir_net_create(&rig->net, REAL_PRECISION, WIDTH, net_case->layers, net_case->n_layers, NULL),
                     WEIR_OK);
    assert_int_equal(weir_plan_create(&rig->plan, rig->net, &options, NULL), WEIR_OK);
}

static void rig_close(struct rig *rig)
{
    weir_plan_destroy(&rig->plan);
    weir_net_destroy(&rig->net);
}

static weir_status go_back(struct rig *rig, weir_span span, int64_t step_stride, int64_t row_stride)
{
    const struct weir_backward_args_r args = {.x = rig->x,
                                              .x_step_stride = step_stride,
                                              .x_row_stride = row_stride,
                                              .dy = rig->y,
                                              .gradient = rig->gradient,
                                              .dx = rig->dx,
                                              .dx_step_stride = step_stride,
                                              .dx_row_stride = row_stride,
                                              .dstate_in = rig->state,
                                              .span = span};
    return weir_backward_full_r(rig->plan, &args);
}

/* Every path through a run: gapless and batch-first, full and ragged, all steps and the last; then the short calls. */
static weir_status go(struct rig *rig, weir_mode mode)
{
    static const int64_t lengths[ROWS] = {2, 6, 0};
    weir_status worst = WEIR_OK;
    for (int way = 0; way < 8; way++) {
        const int64_t step_stride = way & 1 ? WIDTH : 0, row_stride = way & 1 ? STEPS * WIDTH : 0;
        const weir_span span = way & 4 ? WEIR_LAST_STEP : WEIR_ALL_STEPS;
        const struct weir_forward_args_r args = {.rows = ROWS,
                                                 .steps = STEPS,
                                                 .lengths = way & 2 ? lengths : NULL,
                                                 .x = rig->x,
                                                 .x_step_stride = step_stride,
                                                 .x_row_stride = row_stride,
                                                 .y = rig->y,
                                                 .state_out = rig->state,
                                                 .span = span};
        worst |= weir_forward_full_r(rig->plan, &args);
        if (mode == WEIR_TRAINING)
            worst |= go_back(rig, span, step_stride, row_stride);
    }
    worst |= weir_forward_r(rig->plan, rig->x, rig->state, rig->y);
    return worst | weir_plan_refresh(rig->plan);
}

static long calls_of_run(struct rig *rig, weir_mode mode)
{
    const long before = heap_calls();
    const weir_status status = go(rig, mode);
    const long after = heap_calls();
    assert_int_equal(status, WEIR_OK);
    return after - before;
}

static void check_run(const struct net_case *net_case, weir_mode mode)
{
    struct rig rig;
    rig_open(&rig, net_case, mode);
    const long first = calls_of_run(&rig, mode), second = calls_of_run(&rig, mode);
    rig_close(&rig);
    if (PLAIN_BLAS) {
        assert_int_equal(first, 0);
        assert_int_equal(second, 0);
    } else
        printf("# %s, %s: %ld calls for memory in the first runs, %ld in the second\n", net_case->name,
               mode == WEIR_TRAINING ? "training" : "inference", first, second);
}

static void test_inference(void **state) { check_run(*state, WEIR_INFERENCE); }
static void test_training(void **state) { check_run(*state, WEIR_TRAINING); }

/* The counter sees each way of asking for memory, or the tests above would show nothing. */
static void test_counter(void **state)
{
    (void)state;
    void *volatile memory = NULL;
    long before = heap_calls();
#define ASSERT_COUNTED(call)                                                                                           \
    call;                                                                                                              \
    assert_int_equal(heap_calls(), ++before)
    ASSERT_COUNTED(memory = malloc(10));
    ASSERT_COUNTED(memory = realloc(memory, 20));
    ASSERT_COUNTED(free(memory));
    ASSERT_COUNTED(memory = calloc(2, 10));
    ASSERT_COUNTED(free(memory));
    ASSERT_COUNTED(memory = aligned_alloc(64, 64));
    ASSERT_COUNTED(free(memory));
    ASSERT_COUNTED(memory = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    assert_ptr_not_equal(memory, MAP_FAILED);
    ASSERT_COUNTED(munmap(memory, 4096));
    ASSERT_COUNTED(memory = mmap64(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    ASSERT_COUNTED(munmap(memory, 4096));
    ASSERT_COUNTED(assert_ptr_not_equal(sbrk(0), (void *)-1));
#undef ASSERT_COUNTED
}

/* valgrind puts its own functions in place of malloc. */
static int is_under_valgrind(void)
{
    const char *preloaded = getenv("LD_PRELOAD");
    return preloaded && strstr(preloaded, "vgpreload");
}

int main(void)
{
    struct suite suite = {0};
    if (is_under_valgrind())
        suite_skip(&suite, "a run asks nobody for memory", "valgrind takes malloc's place");
    for (size_t i = 0; !is_under_valgrind() && i < sizeof nets / sizeof *nets; i++) {
        const char *what = PLAIN_BLAS ? "no call for memory, from the first run on" : "calls for memory are counted";
        suite_add(&suite, test_inference, &nets[i], "%s, inference: %s", nets[i].name, what);
        suite_add(&suite, test_training, &nets[i], "%s, training: %s", nets[i].name, what);
    }
    if (!is_under_valgrind())
        suite_add(&suite, test_counter, NULL, "every call for memory is counted");
    return suite_run(&suite, "heap calls");
}

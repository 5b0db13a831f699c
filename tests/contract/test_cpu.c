/*
 * test_cpu.c: which levels of instructions there are, and how a mask holds plans back: that of the program, and that of
 * the environment.
 */
#include "contract/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weir/weir.h>

#include "contract/refusal.h"

enum { EVERY_LEVEL = WEIR_CPU_PORTABLE | WEIR_CPU_AVX2 | WEIR_CPU_AVX512 | WEIR_CPU_NEON };
enum { ROWS = 2, INPUTS = 3, UNITS = 5 };

/* --- Plans and their levels --------------------------------------------------------------------------------------- */

/* A net to begin with, and no mask by anybody. */
static weir_net *make_net(void)
{
    const weir_layer layer = {.kind = WEIR_LSTM, .units = UNITS};
    weir_net *net = NULL;
    assert_int_equal(weir_cpu_set_mask(0, NULL), WEIR_OK);
    assert_int_equal(unsetenv("WEIR_CPU_MASK"), 0);
    assert_int_equal(weir_net_create(&net, WEIR_F32, INPUTS, &layer, 1, NULL), WEIR_OK);
    return net;
}

static weir_plan *make_plan(weir_net *net)
{
    weir_plan *plan = NULL;
    weir_error error;
    assert_accepted(&error, weir_plan_create(&plan, net, &(weir_plan_options){.batch = ROWS}, &error));
    return plan;
}

/* What of a mask this CPU runs: the highest level's name. */
static const char *highest_of(uint32_t mask)
{
    uint32_t highest = WEIR_CPU_PORTABLE;
    for (uint32_t level = 1; level <= EVERY_LEVEL; level *= 2)
        if (mask & weir_cpu_levels() & level)
            highest = level;
    return weir_cpu_level_name((weir_cpu_level)highest);
}

static void assert_plan_has(const weir_plan *plan, const char *level)
{
    char text[4096], line[64];
    snprintf(line, sizeof line, "\nlevel: %s\n", level);
    assert_in_range(weir_plan_describe(plan, text, sizeof text), 1, sizeof text - 1);
    if (!strstr(text, line))
        fail_msg("no line \"level: %s\" in\n%s", level, text);
}

/* Plans made now have the highest level of a mask. */
static void assert_mask_is(weir_net *net, uint32_t mask)
{
    weir_plan *plan = make_plan(net);
    assert_plan_has(plan, highest_of(mask));
    weir_plan_destroy(&plan);
}

static void set_mask(uint32_t mask)
{
    weir_error error;
    assert_accepted(&error, weir_cpu_set_mask(mask, &error));
}

static void set_environment(const char *list) { assert_int_equal(setenv("WEIR_CPU_MASK", list, 1), 0); }

/* --- What the program says ---------------------------------------------------------------------------------------- */

static void test_levels(void **state)
{
    (void)state;
    assert_true(weir_cpu_levels() & WEIR_CPU_PORTABLE);
    assert_int_equal(weir_cpu_levels() & ~(uint32_t)EVERY_LEVEL, 0);
    assert_string_equal(weir_cpu_level_name(WEIR_CPU_PORTABLE), "portable");
    assert_string_equal(weir_cpu_level_name(WEIR_CPU_AVX2), "avx2");
    assert_string_equal(weir_cpu_level_name(WEIR_CPU_AVX512), "avx512");
    assert_string_equal(weir_cpu_level_name(WEIR_CPU_NEON), "neon");
    assert_string_equal(weir_cpu_level_name((weir_cpu_level)0), "unknown level");
    assert_string_equal(weir_cpu_level_name((weir_cpu_level)EVERY_LEVEL), "unknown level");
}

/* Levels of other CPUs too: what is left of such a mask is portable. */
static void test_every_mask(void **state)
{
    (void)state;
    weir_net *net = make_net();
    assert_mask_is(net, EVERY_LEVEL);
    for (uint32_t mask = 1; mask <= EVERY_LEVEL; mask++) {
        set_mask(mask);
        assert_mask_is(net, mask);
    }
    set_mask(WEIR_CPU_PORTABLE);
    set_mask(0);
    assert_mask_is(net, EVERY_LEVEL);
    weir_net_destroy(&net);
}

static void test_unknown_bits(void **state)
{
    (void)state;
    const uint32_t wrong[] = {EVERY_LEVEL + 1, UINT32_C(1) << 31, UINT32_MAX, (EVERY_LEVEL + 1) | WEIR_CPU_PORTABLE};
    weir_net *net = make_net();
    set_mask(WEIR_CPU_PORTABLE);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        weir_error error = error_unset();
        assert_refused(&error, weir_cpu_set_mask(wrong[i], &error), WEIR_ERROR_ARGUMENT);
        assert_int_equal(weir_cpu_set_mask(wrong[i], NULL), WEIR_ERROR_ARGUMENT);
        assert_mask_is(net, WEIR_CPU_PORTABLE);
    }
    weir_net_destroy(&net);
}

/* A plan that exists keeps its level, also when it takes the parameters anew. */
static void test_plans_keep_theirs(void **state)
{
    (void)state;
    const float x[ROWS * INPUTS] = {0.5F, -0.25F, 1.0F, -1.0F, 0.75F, 0.0F};
    float before[ROWS * UNITS], after[ROWS * UNITS];
    weir_net *net = make_net();
    weir_plan *plan = make_plan(net);
    assert_int_equal(weir_forward_f32(plan, x, NULL, before), WEIR_OK);
    set_mask(WEIR_CPU_PORTABLE);
    assert_mask_is(net, WEIR_CPU_PORTABLE);
    assert_int_equal(weir_plan_refresh(plan), WEIR_OK);
    assert_plan_has(plan, highest_of(EVERY_LEVEL));
    assert_int_equal(weir_forward_f32(plan, x, NULL, after), WEIR_OK);
    assert_memory_equal(after, before, sizeof before);
    weir_plan_destroy(&plan);
    weir_net_destroy(&net);
}

/* --- What the environment says ------------------------------------------------------------------------------------ */

static void test_environment(void **state)
{
    (void)state;
    weir_net *net = make_net();
    for (uint32_t level = 1; level <= EVERY_LEVEL; level *= 2) {
        set_environment(weir_cpu_level_name((weir_cpu_level)level));
        assert_mask_is(net, level);
    }
    set_environment("avx2,portable");
    assert_mask_is(net, WEIR_CPU_AVX2 | WEIR_CPU_PORTABLE);
    set_environment("neon,avx512,avx2,portable,portable");
    assert_mask_is(net, EVERY_LEVEL);
    set_environment("");
    assert_mask_is(net, EVERY_LEVEL);
    weir_net_destroy(&net);
}

static void assert_environment_refused(weir_net *net, const char *list)
{
    weir_plan *plan = NULL;
    weir_plan_size size;
    weir_error error = error_unset();
    set_environment(list);
    assert_refused(&error, weir_plan_create(&plan, net, NULL, &error), WEIR_ERROR_ARGUMENT);
    assert_null(plan);
    assert_non_null(strstr(error.message, "WEIR_CPU_MASK"));
    assert_int_equal(weir_plan_bytes(&size, net, NULL, NULL), WEIR_ERROR_ARGUMENT);
}

static void test_wrong_environments(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "avx3",           "AVX2",      "avx",           "avx2 ", " avx2",          "portable, avx2",
        "portable;avx2",  "avx2,sse2", "sse2,avx2",     ",",     ",avx2",          "avx2,",
        "avx2,,portable", "2",         "unknown level", "none",  "portable\navx2", NULL};
    weir_net *net = make_net();
    for (int i = 0; wrong[i]; i++)
        assert_environment_refused(net, wrong[i]);
    char long_name[5000];
    memset(long_name, 'a', sizeof long_name);
    long_name[sizeof long_name - 1] = '\0';
    assert_environment_refused(net, long_name);
    weir_net_destroy(&net);
}

/* What the program sets stands before the environment, whatever that says, until it is taken back. */
static void test_program_before_environment(void **state)
{
    (void)state;
    weir_net *net = make_net();
    set_environment("portable");
    set_mask(EVERY_LEVEL);
    assert_mask_is(net, EVERY_LEVEL);
    set_environment("avx3");
    assert_mask_is(net, EVERY_LEVEL);
    set_environment("avx512,avx2,neon");
    set_mask(WEIR_CPU_PORTABLE);
    assert_mask_is(net, WEIR_CPU_PORTABLE);
    set_environment("portable");
    set_mask(0);
    assert_mask_is(net, WEIR_CPU_PORTABLE);
    assert_environment_refused(net, "avx3");
    weir_net_destroy(&net);
}

int main(void)
{
    struct suite suite = {0};
    suite_add(&suite, test_levels, NULL, "levels have names, and portable is always there");
    suite_add(&suite, test_every_mask, NULL, "every mask holds plans back, and 0 takes it back");
    suite_add(&suite, test_unknown_bits, NULL, "bits that are no level are refused, and change nothing");
    suite_add(&suite, test_plans_keep_theirs, NULL, "plans that exist keep their level");
    suite_add(&suite, test_environment, NULL, "WEIR_CPU_MASK is the mask where the program sets none");
    suite_add(&suite, test_wrong_environments, NULL, "a WEIR_CPU_MASK that is no list of levels is refused");
    suite_add(&suite, test_program_before_environment, NULL, "the program's mask stands before WEIR_CPU_MASK");
    return suite_run(&suite, "cpu");
}

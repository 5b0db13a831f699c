/*
 * mathematics/test_initialisers.c: the numbers that a net begins with.
 *
 * Statements about chance hold to five standard deviations of a fixed seed, so they pass or fail for good.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <weir/weir.h>

#include "base/public.h"
#include "base/random.h"

/* --- Nets to draw ------------------------------------------------------------------------------------------------- */

struct drawn {
    weir_net *net;
    const real *numbers;
};

static struct drawn draw(int64_t inputs, const weir_layer *layers, int64_t count, weir_init init)
{
    struct drawn drawn = {0};
    weir_error error;
    assert_int_equal(weir_net_create(&drawn.net, REAL_PRECISION, inputs, layers, count, NULL), WEIR_OK);
    if (weir_net_init(drawn.net, &init, &error) != WEIR_OK)
        fail_msg("%s", error.message);
    drawn.numbers = weir_net_parameters_r(drawn.net);
    return drawn;
}

/* A named part, as an array. */
struct part {
    const real *numbers;
    int64_t rows, columns;
};

static struct part find(const struct drawn *drawn, const char *name)
{
    weir_view view;
    assert_int_equal(weir_net_find(drawn->net, name, &view, NULL), WEIR_OK);
    return (struct part){drawn->numbers + view.offset, view.rows, view.columns};
}

static const weir_layer small[] = {{.kind = WEIR_LSTM, .units = 3, .direction = WEIR_BOTH},
                                   {.kind = WEIR_LINEAR, .units = 2}};

static void assert_bits(const real *ours, const real *other, int64_t count)
{
    assert_memory_equal(ours, other, (size_t)count * sizeof *ours);
}

/* --- The same numbers on every machine ---------------------------------------------------------------------------- */

/* The first outputs of splitmix64 from state 0, as its authors' and others' programs give them. */
static void test_generator(void **state)
{
    (void)state;
    const uint64_t published[] = {UINT64_C(0xe220a8397b1dcdaf), UINT64_C(0x6e789e6aa1b965f4),
                                  UINT64_C(0x06c45d188009454f), UINT64_C(0xf88bb8a8724c81ec),
                                  UINT64_C(0x1b39896a51a8749b)};
    struct generator generator = {0};
    for (size_t i = 0; i < sizeof published / sizeof *published; i++)
        assert_true(weir_next(&generator) == published[i]);
}

/* To 4 units of roundoff, from the smallest to the largest normal number, and close to 1. */
static void test_logarithm(void **state)
{
    (void)state;
    struct generator generator = {1};
    for (int i = 0; i < 200000; i++) {
        const double u = weir_uniform(&generator);
        const double x = i % 2 ? ldexp(1.0 + u, i % 2043 - 1022) : 1.0 + (u - 0.5) * 0x1p-8;
        const double exact = log(x);
        if (!(fabs(weir_log(x) - exact) <= 0x1p-51 * fabs(exact)))
            fail_msg("log(%a) is %a, not %a", x, weir_log(x), exact);
    }
}

/* Some numbers of a net with 182 parameters. Uniform and normal ones have been computed anew from the definition of the
   generator, in Python; f32's are those of f64, rounded, unless sums of them go into it (R, orthogonal). */
static void test_pinned_numbers(void **state)
{
    (void)state;
    static const weir_layer identity[] = {{.kind = WEIR_RNN_RELU, .units = 3}};
    const struct {
        const weir_layer *layers;
        int64_t count;
        weir_init init;
        int64_t at;
        double pinned;
    } pins[] = {
        {small, 2, {.seed = 0}, 0, 0x1.c53b586169059p-2},
        {small, 2, {.seed = 0}, 1, -0x1.43d94db43feb4p-4},
        {small, 2, {.seed = 0}, 107, -0x1.5425e5e53153ap-2},
        {small, 2, {.seed = 0}, 180, -0x1.0d562004725a0p-2},
        {small, 2, {.seed = 0}, 181, 0x1.2e96183287398p-4},
        {small, 2, {.seed = 42}, 0, 0x1.c69be41c8dd5cp-4},
        {small, 2, {.seed = 42}, 181, 0x1.dda81a0a2ea5dp-4},
        {small, 2, {.seed = 3, .keep_bias = WEIR_KEEP_BIAS_CHRONO, .keep_value = 50}, 60, -0x1.56910c2918c78p+1},
        {small, 2, {.seed = 3, .keep_bias = WEIR_KEEP_BIAS_CHRONO, .keep_value = 50}, 65, 0x1.9f2bd0451db98p+1},
        {small, 2, {.seed = 7, .scheme = WEIR_INIT_GLOROT_ORTHOGONAL}, 0, 0x1.b4f496fe300bap-5},
#if REAL_BITS == 64
        {small, 2, {.seed = 7, .scheme = WEIR_INIT_GLOROT_ORTHOGONAL}, 24, -0x1.604bfa206bc30p-1},
        {small, 2, {.seed = 7, .scheme = WEIR_INIT_GLOROT_ORTHOGONAL}, 32, -0x1.15cb04d49ffebp-5},
#else
        {small, 2, {.seed = 7, .scheme = WEIR_INIT_GLOROT_ORTHOGONAL}, 24, -0x1.604bfap-1},
        {small, 2, {.seed = 7, .scheme = WEIR_INIT_GLOROT_ORTHOGONAL}, 32, -0x1.15cb02p-5},
#endif
        {identity, 1, {.seed = 7, .scheme = WEIR_INIT_IDENTITY}, 0, 0x1.eb2fb63a56927p-13},
        {identity, 1, {.seed = 7, .scheme = WEIR_INIT_IDENTITY}, 5, 0x1.c40763f7b239dp-13},
    };
    for (size_t i = 0; i < sizeof pins / sizeof *pins; i++) {
        struct drawn drawn = draw(2, pins[i].layers, pins[i].count, pins[i].init);
        if (drawn.numbers[pins[i].at] != (real)pins[i].pinned)
            fail_msg("pin %zu: %a, not %a", i, (double)drawn.numbers[pins[i].at], pins[i].pinned);
        weir_net_destroy(&drawn.net);
    }
}

static void test_defaults(void **state)
{
    (void)state;
    weir_net *plain = NULL, *null = NULL;
    struct drawn zero = draw(2, small, 2, (weir_init){0}), other = draw(2, small, 2, (weir_init){.seed = 1});
    assert_int_equal(weir_net_create(&plain, REAL_PRECISION, 2, small, 2, NULL), WEIR_OK);
    assert_int_equal(weir_net_clone(&null, other.net, NULL), WEIR_OK);
    assert_int_equal(weir_net_init(null, NULL, NULL), WEIR_OK);
    const int64_t count = weir_net_parameter_count(plain);
    assert_bits(weir_net_parameters_r(plain), zero.numbers, count);
    assert_bits(weir_net_parameters_r(null), zero.numbers, count);
    for (int64_t i = 0; i < count; i++)
        assert_true(other.numbers[i] != zero.numbers[i]);
    weir_net_destroy(&plain);
    weir_net_destroy(&null);
    weir_net_destroy(&zero.net);
    weir_net_destroy(&other.net);
}

/* --- Distributions ------------------------------------------------------------------------------------------------ */

/* Means of x and x^2 of a sample against a distribution's, whose x^4 has the mean `fourth`. */
static void assert_moments(const char *what, const struct part *part, double second, double fourth)
{
    const int64_t n = part->rows * part->columns;
    double sum = 0.0, squares = 0.0;
    for (int64_t i = 0; i < n; i++) {
        sum += (double)part->numbers[i];
        squares += (double)part->numbers[i] * (double)part->numbers[i];
    }
    if (!(fabs(sum / (double)n) <= 5.0 * sqrt(second / (double)n)))
        fail_msg("%s: mean %g of %lld", what, sum / (double)n, (long long)n);
    if (!(fabs(squares / (double)n - second) <= 5.0 * sqrt((fourth - second * second) / (double)n)))
        fail_msg("%s: mean square %g of %lld, not %g", what, squares / (double)n, (long long)n, second);
}

static void assert_uniform(const char *what, const struct part *part, double bound)
{
    double largest = 0.0;
    for (int64_t i = 0; i < part->rows * part->columns; i++) { /* no fmax: lib/train/clip.c says why */
        const double size = fabs((double)part->numbers[i]);
        largest = size > largest ? size : largest;
    }
    if (!(largest <= (double)(real)bound && largest >= 0.98 * bound))
        fail_msg("%s: largest %g, bound %g", what, largest, bound);
    assert_moments(what, part, bound * bound / 3.0, bound * bound * bound * bound / 5.0);
}

static void assert_normal(const char *what, const struct part *part, double deviation)
{
    const int64_t n = part->rows * part->columns;
    int64_t far = 0;
    for (int64_t i = 0; i < n; i++)
        far += fabs((double)part->numbers[i]) > 2.0 * deviation;
    const double share = 0.0455, square = deviation * deviation;
    if (!(fabs((double)far - share * (double)n) <= 5.0 * sqrt((double)n * share)))
        fail_msg("%s: %lld of %lld beyond 2 deviations", what, (long long)far, (long long)n);
    assert_moments(what, part, square, 3.0 * square * square);
}

static void assert_all(const struct part *part, double value)
{
    for (int64_t i = 0; i < part->rows * part->columns; i++)
        assert_true(part->numbers[i] == (real)value);
}

enum { INPUTS = 100, UNITS = 64 };

/* A layer of each kind, over a linear one that is drawn before it. */
static const struct kind {
    weir_kind kind;
    int gates;
} kinds[] = {{WEIR_RNN, 1}, {WEIR_RNN_RELU, 1}, {WEIR_LSTM, 4}, {WEIR_GRU, 3}, {WEIR_GRU_RESET_BEFORE, 3}};
enum { KINDS = sizeof kinds / sizeof *kinds };

static const char *const names[] = {"weight_ih_l1", "weight_hh_l1", "bias_ih_l1", "bias_hh_l1"};

static struct drawn draw_kind(weir_kind kind, weir_init init)
{
    const weir_layer layers[] = {{.kind = WEIR_LINEAR, .units = INPUTS},
                                 {.kind = kind, .units = UNITS, .direction = WEIR_BOTH, .learned_state = 1}};
    return draw(INPUTS, layers, 2, init);
}

static void test_pytorch(void **state)
{
    const struct kind *kind = *state;
    struct drawn drawn = draw_kind(kind->kind, (weir_init){.seed = 11});
    for (int i = 0; i < 4; i++) {
        char reverse[32] = "";
        strcat(strcpy(reverse, names[i]), "_reverse");
        const struct part forward = find(&drawn, names[i]), backward = find(&drawn, reverse);
        assert_uniform(names[i], &forward, 1.0 / sqrt((double)UNITS));
        assert_uniform(reverse, &backward, 1.0 / sqrt((double)UNITS));
        assert_true(forward.numbers[0] != backward.numbers[0]);
    }
    const struct part weight = find(&drawn, "weight_l0"), bias = find(&drawn, "bias_l0");
    assert_uniform("weight_l0", &weight, 1.0 / sqrt((double)INPUTS));
    assert_uniform("bias_l0", &bias, 1.0 / sqrt((double)INPUTS));
    weir_net_destroy(&drawn.net);
}

/* |M M^T - I| in every element. */
static void assert_orthogonal(const real *matrix, int64_t n)
{
    const double most = REAL_BITS == 64 ? 1e-12 : 1e-6;
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j <= i; j++) {
            double sum = i == j ? -1.0 : 0.0;
            for (int64_t k = 0; k < n; k++)
                sum += (double)matrix[i * n + k] * (double)matrix[j * n + k];
            if (!(fabs(sum) <= most))
                fail_msg("rows %lld and %lld of %lld: off by %g", (long long)i, (long long)j, (long long)n, sum);
        }
}

static void test_glorot_orthogonal(void **state)
{
    const struct kind *kind = *state;
    struct drawn drawn = draw_kind(kind->kind, (weir_init){.scheme = WEIR_INIT_GLOROT_ORTHOGONAL, .seed = 12});
    const struct part W = find(&drawn, "weight_ih_l1"), R = find(&drawn, "weight_hh_l1_reverse");
    const struct part weight = find(&drawn, "weight_l0");
    assert_uniform("weight_ih_l1", &W, sqrt(6.0 / (INPUTS + UNITS)));
    assert_uniform("weight_l0", &weight, sqrt(6.0 / (INPUTS + INPUTS)));
    for (int gate = 0; gate < kind->gates; gate++)
        assert_orthogonal(R.numbers + gate * UNITS * UNITS, UNITS);
    assert_moments("weight_hh_l1_reverse", &R, 1.0 / UNITS, 3.0 / (UNITS * UNITS));
    const char *const zeros[] = {"bias_ih_l1", "bias_hh_l1_reverse", "bias_l0"};
    for (int i = 0; i < 3; i++) {
        const struct part bias = find(&drawn, zeros[i]);
        assert_all(&bias, 0.0);
    }
    weir_net_destroy(&drawn.net);
}

static void test_orthogonal_sizes(void **state)
{
    (void)state;
    const int64_t sizes[] = {1, 2, 3, 10, 31, 200};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (uint64_t seed = 0; seed < 4; seed++) {
            const weir_layer layer = {.kind = WEIR_RNN, .units = sizes[i]};
            struct drawn drawn = draw(1, &layer, 1, (weir_init){.scheme = WEIR_INIT_GLOROT_ORTHOGONAL, .seed = seed});
            assert_orthogonal(find(&drawn, "weight_hh_l0").numbers, sizes[i]);
            weir_net_destroy(&drawn.net);
        }
}

static void test_identity(void **state)
{
    const struct kind *kind = *state;
    struct drawn drawn = draw_kind(kind->kind, (weir_init){.scheme = WEIR_INIT_IDENTITY, .seed = 13});
    const struct part W = find(&drawn, "weight_ih_l1"), R = find(&drawn, "weight_hh_l1_reverse");
    const struct part bias = find(&drawn, "bias_ih_l1"), weight = find(&drawn, "weight_l0");
    assert_normal("weight_ih_l1", &W, 0.001);
    for (int i = 0; i < UNITS; i++)
        for (int j = 0; j < UNITS; j++)
            assert_true(R.numbers[i * UNITS + j] == (i == j ? 1 : 0));
    assert_all(&bias, 0.0);
    assert_uniform("weight_l0", &weight, sqrt(6.0 / (INPUTS + INPUTS)));
    weir_net_destroy(&drawn.net);
}

static void test_learned_states(void **state)
{
    (void)state;
    for (int scheme = WEIR_INIT_PYTORCH; scheme <= WEIR_INIT_GLOROT_ORTHOGONAL; scheme++) {
        struct drawn drawn = draw_kind(WEIR_LSTM, (weir_init){.scheme = (weir_init_scheme)scheme});
        const char *const states[] = {"h_l1", "c_l1", "h_l1_reverse", "c_l1_reverse"};
        for (int i = 0; i < 4; i++) {
            const struct part learned = find(&drawn, states[i]);
            assert_all(&learned, 0.0);
        }
        weir_net_destroy(&drawn.net);
    }
}

/* --- The bias of the gate that keeps ------------------------------------------------------------------------------ */

/* Gate block `gate` of a bias of UNITS a block. */
static struct part gate_of(const struct drawn *drawn, const char *name, int gate)
{
    return (struct part){find(drawn, name).numbers + gate * UNITS, UNITS, 1};
}

/* f of an LSTM and z of a GRU are both block 1. */
static void test_constant_keep_bias(void **state)
{
    const struct kind *kind = *state;
    const weir_init scheme = {.seed = 5};
    weir_init keep = scheme;
    keep.keep_bias = WEIR_KEEP_BIAS_CONSTANT;
    keep.keep_value = 1.5;
    struct drawn before = draw_kind(kind->kind, scheme), after = draw_kind(kind->kind, keep);
    for (int gate = 0; gate < kind->gates; gate++)
        for (int i = 2; i < 4; i++) {
            const struct part ours = gate_of(&after, names[i], gate), drawn = gate_of(&before, names[i], gate);
            if (gate == 1)
                assert_all(&ours, i == 2 ? 1.5 : 0.0);
            else
                assert_bits(ours.numbers, drawn.numbers, UNITS);
        }
    const struct part ours = find(&after, "weight_hh_l1_reverse"), drawn = find(&before, "weight_hh_l1_reverse");
    assert_bits(ours.numbers, drawn.numbers, ours.rows * ours.columns);
    weir_net_destroy(&before.net);
    weir_net_destroy(&after.net);
}

/* exp of each keep bias is uniform from 1 to 99: its mean 50, its mean square distance from that 98^2/12. */
static void assert_chrono(const struct part *keep)
{
    struct part centred = *keep;
    real steps[UNITS];
    for (int j = 0; j < UNITS; j++) {
        assert_true(keep->numbers[j] >= 0 && keep->numbers[j] <= (real)log(99.0));
        steps[j] = (real)(exp((double)keep->numbers[j]) - 50.0);
    }
    centred.numbers = steps;
    assert_moments("chrono", &centred, 49.0 * 49.0 / 3.0, 49.0 * 49.0 * 49.0 * 49.0 / 5.0);
}

static void test_chrono_keep_bias(void **state)
{
    const struct kind *kind = *state;
    const weir_init init = {.seed = 5, .keep_bias = WEIR_KEEP_BIAS_CHRONO, .keep_value = 100};
    struct drawn drawn = draw_kind(kind->kind, init);
    const struct part keep = gate_of(&drawn, "bias_ih_l1", 1), keep_hh = gate_of(&drawn, "bias_hh_l1", 1);
    const struct part first = gate_of(&drawn, "bias_ih_l1", 0), first_hh = gate_of(&drawn, "bias_hh_l1", 0);
    assert_chrono(&keep);
    assert_all(&keep_hh, 0.0);
    if (kind->kind == WEIR_LSTM) {
        for (int j = 0; j < UNITS; j++)
            assert_true(first.numbers[j] == -keep.numbers[j]);
        assert_all(&first_hh, 0.0);
    } else {
        assert_uniform("r's bias", &first, 1.0 / sqrt((double)UNITS));
    }
    weir_net_destroy(&drawn.net);
}

static void test_keep_bias_of_one_vector(void **state)
{
    (void)state;
    const weir_layer layers[] = {{.kind = WEIR_LSTM, .units = 4, .bias = WEIR_BIAS_ONE},
                                 {.kind = WEIR_RNN, .units = 2}};
    struct drawn drawn = draw(3, layers, 2, (weir_init){.keep_bias = WEIR_KEEP_BIAS_CONSTANT, .keep_value = -2});
    const struct part forget = {find(&drawn, "bias_ih_l0").numbers + 4, 4, 1};
    assert_all(&forget, -2.0);
    weir_net_destroy(&drawn.net);
}

/* --- What is refused ---------------------------------------------------------------------------------------------- */

static void test_refusals(void **state)
{
    (void)state;
    static const weir_layer no_bias[] = {{.kind = WEIR_GRU, .units = 3, .bias = WEIR_BIAS_NONE}};
    const struct {
        const weir_layer *layers;
        int64_t count;
        weir_init init;
    } refused[] = {
        {small, 2, {.scheme = (weir_init_scheme)3}},
        {small, 2, {.keep_bias = (weir_keep_bias)3}},
        {small, 2, {.scheme = WEIR_INIT_IDENTITY}},
        {no_bias, 1, {.scheme = WEIR_INIT_IDENTITY}},
        {no_bias, 1, {.keep_bias = WEIR_KEEP_BIAS_CONSTANT, .keep_value = 1}},
        {no_bias, 1, {.keep_bias = WEIR_KEEP_BIAS_CHRONO, .keep_value = 10}},
        {small, 2, {.keep_bias = WEIR_KEEP_BIAS_CONSTANT, .keep_value = (double)NAN}},
        {small, 2, {.keep_bias = WEIR_KEEP_BIAS_CONSTANT, .keep_value = (double)INFINITY}},
        {small, 2, {.keep_bias = WEIR_KEEP_BIAS_CHRONO, .keep_value = 2}},
        {small, 2, {.reserved = {0, 0, 0, 1}}},
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct drawn before = draw(2, refused[i].layers, refused[i].count, (weir_init){0});
        struct drawn after = draw(2, refused[i].layers, refused[i].count, (weir_init){0});
        weir_error error;
        assert_int_equal(weir_net_init(after.net, &refused[i].init, &error), WEIR_ERROR_ARGUMENT);
        assert_true(error.status == WEIR_ERROR_ARGUMENT && error.message[0] != '\0');
        assert_bits(after.numbers, before.numbers, weir_net_parameter_count(before.net));
        weir_net_destroy(&before.net);
        weir_net_destroy(&after.net);
    }
}

static void test_refused_within_an_edit(void **state)
{
    (void)state;
    struct drawn drawn = draw(2, small, 2, (weir_init){0});
    real *numbers;
    assert_int_equal(weir_net_edit_r(drawn.net, &numbers, NULL), WEIR_OK);
    assert_int_equal(weir_net_init(drawn.net, NULL, NULL), WEIR_ERROR_ORDER);
    assert_int_equal(weir_net_commit(drawn.net, NULL), WEIR_OK);
    assert_int_equal(weir_net_init(drawn.net, NULL, NULL), WEIR_OK);
    assert_int_equal(weir_net_init(NULL, NULL, NULL), WEIR_ERROR_ARGUMENT);
    weir_net_destroy(&drawn.net);
}

#define OF_KIND(promise, test, k)                                                                                      \
    {                                                                                                                  \
        promise, test, NULL, NULL, (void *)(uintptr_t)&kinds[k]                                                        \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"the generator is splitmix64", test_generator, NULL, NULL, NULL},
        {"the logarithm is as exact as it says", test_logarithm, NULL, NULL, NULL},
        {"pinned numbers are the same on every machine", test_pinned_numbers, NULL, NULL, NULL},
        {"a new net is PyTorch's scheme of seed 0", test_defaults, NULL, NULL, NULL},
        OF_KIND("PyTorch's scheme: rnn", test_pytorch, 0),
        OF_KIND("PyTorch's scheme: rnn_relu", test_pytorch, 1),
        OF_KIND("PyTorch's scheme: lstm", test_pytorch, 2),
        OF_KIND("PyTorch's scheme: gru", test_pytorch, 3),
        OF_KIND("PyTorch's scheme: gru_reset_before", test_pytorch, 4),
        OF_KIND("Glorot's W and orthogonal R: rnn", test_glorot_orthogonal, 0),
        OF_KIND("Glorot's W and orthogonal R: rnn_relu", test_glorot_orthogonal, 1),
        OF_KIND("Glorot's W and orthogonal R: lstm", test_glorot_orthogonal, 2),
        OF_KIND("Glorot's W and orthogonal R: gru", test_glorot_orthogonal, 3),
        OF_KIND("Glorot's W and orthogonal R: gru_reset_before", test_glorot_orthogonal, 4),
        {"R R^T = I for every size", test_orthogonal_sizes, NULL, NULL, NULL},
        OF_KIND("identity: rnn", test_identity, 0),
        OF_KIND("identity: rnn_relu", test_identity, 1),
        {"learned states begin at zero", test_learned_states, NULL, NULL, NULL},
        OF_KIND("a constant keep bias replaces both: lstm", test_constant_keep_bias, 2),
        OF_KIND("a constant keep bias replaces both: gru", test_constant_keep_bias, 3),
        OF_KIND("a constant keep bias replaces both: gru_reset_before", test_constant_keep_bias, 4),
        OF_KIND("chrono keep bias: lstm", test_chrono_keep_bias, 2),
        OF_KIND("chrono keep bias: gru", test_chrono_keep_bias, 3),
        OF_KIND("chrono keep bias: gru_reset_before", test_chrono_keep_bias, 4),
        {"a keep bias goes into the one vector; others ignore it", test_keep_bias_of_one_vector, NULL, NULL, NULL},
        {"what makes no sense is refused and changes nothing", test_refusals, NULL, NULL, NULL},
        {"no initialisation within an edit", test_refused_within_an_edit, NULL, NULL, NULL},
    };
    return cmocka_run_group_tests_name("initialisers", tests, NULL, NULL);
}

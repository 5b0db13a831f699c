/*
 * diagnose/jacobian.c: the largest singular value of the Jacobian of the state over some steps, by products.
 *
 * Golub-Kahan-Lanczos: from a vector v_1 on,
 *
 *     a_j u_j = J v_j - b_(j-1) u_(j-1)        b_j v_(j+1) = J^T u_j - a_j v_j
 *
 * with a_j, b_j >= 0 such that u_j and v_j have norm 1; so J V = U B for the upper bidiagonal B of these numbers. The
 * largest singular value s of B, with singular vectors p and q, is at most that of J, and J^T U p - s V q is b_k p_k
 * v_(k+1): a singular value of J lies within b_k p_k of s. Every vector is made orthogonal to all of its kind before
 * it, twice, which takes away what the recurrence subtracts, and what rounding would let grow.
 *
 * A product of many steps may leave the range of its numbers long before its value leaves that of double: so vectors
 * are brought back to a norm near 1 after each step, by powers of 2, and a_j and b_j are counted in units of 2^e, e
 * being that of the first product.
 */
#include "diagnose/link.h"

#include <math.h>

#include "base/environment.h"
#include "base/fail.h"
#include "base/random.h"
#include "kern/vector.h"

/* Where nobody says: products with J, and how large a residual may be beside the value. */
enum { DEFAULT_PRODUCTS = 100 };
static const double default_tolerance = REAL_BITS == 64 ? 1e-6 : 1e-3;

struct bases {
    int64_t S, most; /* numbers in a vector, vectors */
    real *u, *v;     /* [most][S], [most + 1][S] */
    double *numbers; /* a_1 b_1 a_2 b_2 ... [2 most] */
    double *work;    /* for B */
};

struct search {
    struct link_r link;
    struct bases bases;
    struct share row; /* the sorted one */
    int64_t steps;
    double tolerance;
    int64_t exponent; /* a_j and b_j are to be multiplied by 2 to this */
};

static struct share sorted_place(const struct steps *steps, int64_t row)
{
    int64_t p = 0;
    while (steps->order[p] != row)
        p++;
    return (struct share){p, p + 1};
}

static void place(struct arena *arena, struct search *search, const struct plan_r *plan, const weir_jacobian_args *args)
{
    const struct tape_r *tape = (const struct tape_r *)args->tape;
    const int64_t S = plan->shell.net->state_size, asked = args->products > 0 ? args->products : DEFAULT_PRODUCTS;
    const int64_t most = asked < S ? asked : S;
    search->steps = args->steps;
    search->tolerance = args->tolerance > 0.0 ? args->tolerance : default_tolerance;
    search->row = sorted_place(&tape->shell.steps, args->row);
    link_place_r(arena, &search->link, plan, tape, 1);
    search->bases = (struct bases){
        .S = S,
        .most = most,
        .u = weir_arena_take_matrix(arena, most, S, sizeof(real)),
        .v = weir_arena_take_matrix(arena, most + 1, S, sizeof(real)),
        .numbers = weir_arena_take_matrix(arena, most, 2, sizeof(double)),
        .work = weir_arena_take_matrix(arena, most, 6, sizeof(double)),
    };
}

/* --- Products ----------------------------------------------------------------------------------------------------- */

/* x = 2^e times what x then is, whose norm is in [1/2, 1); returns e. Zero, and what is not finite, stays. */
static int64_t rescale(int64_t S, real *x)
{
    const double norm = norm_of_r(S, x);
    int e = 0;
    if (isfinite(norm) && norm > 0.0)
        frexp(norm, &e);
    for (int64_t j = 0; e != 0 && j < S; j++)
        x[j] = (real)ldexp((double)x[j], -e);
    return e;
}

/* J v = 2^e to; returns e. */
static int64_t multiply(struct search *search, const real *v, real *to)
{
    int64_t e = 0;
    copy_rows_r(1, search->bases.S, v, search->bases.S, to, search->bases.S);
    for (int64_t lag = search->steps - 1; lag >= 0; lag--) {
        link_load_r(&search->link, search->row, lag);
        link_tangent_r(&search->link, to);
        e += rescale(search->bases.S, to);
    }
    return e;
}

/* J^T u = 2^e to; returns e. */
static int64_t multiply_transposed(struct search *search, const real *u, real *to)
{
    int64_t e = 0;
    copy_rows_r(1, search->bases.S, u, search->bases.S, to, search->bases.S);
    for (int64_t lag = 0; lag < search->steps; lag++) {
        link_load_r(&search->link, search->row, lag);
        link_adjoint_r(&search->link, NULL, to);
        e += rescale(search->bases.S, to);
    }
    return e;
}

/* --- Vectors ------------------------------------------------------------------------------------------------------ */

static void subtract_component(int64_t S, const real *unit, real *x)
{
    double dot = 0.0;
    for (int64_t j = 0; j < S; j++)
        dot += (double)unit[j] * (double)x[j];
    for (int64_t j = 0; j < S; j++)
        x[j] -= (real)(dot * (double)unit[j]);
}

/* Makes vector `count` of a base orthogonal to those before it, and, unless nothing is left, its norm 1. Returns what
   the norm was. */
static double make_unit(int64_t S, real *base, int64_t count)
{
    real *x = base + count * S;
    for (int pass = 0; pass < 2; pass++)
        for (int64_t i = 0; i < count; i++)
            subtract_component(S, base + i * S, x);
    const double norm = norm_of_r(S, x);
    for (int64_t j = 0; norm > 0.0 && j < S; j++)
        x[j] = (real)((double)x[j] / norm);
    return norm;
}

static void draw_first(const struct bases *bases)
{
    struct generator generator = {0};
    for (int64_t j = 0; j < bases->S; j++)
        bases->v[j] = (real)weir_normal(&generator);
    make_unit(bases->S, bases->v, 0);
}

/* --- The search --------------------------------------------------------------------------------------------------- */

/* One more vector of each kind; false if numbers are no longer finite. */
static bool extend(struct search *search, int64_t k)
{
    const struct bases *bases = &search->bases;
    const int64_t S = bases->S;
    double *numbers = bases->numbers + 2 * k;
    const int64_t forth = multiply(search, bases->v + k * S, bases->u + k * S);
    if (k == 0)
        search->exponent = forth;
    numbers[0] = scalbln(make_unit(S, bases->u, k), (long)(forth - search->exponent));
    const int64_t back = multiply_transposed(search, bases->u + k * S, bases->v + (k + 1) * S);
    numbers[1] = scalbln(make_unit(S, bases->v, k + 1), (long)(back - search->exponent));
    return isfinite(numbers[0]) && isfinite(numbers[1]);
}

static weir_singular_value find(struct search *search)
{
    const struct bases *bases = &search->bases;
    weir_singular_value found = {0};
    draw_first(bases);
    while (!found.converged && found.products < bases->most) {
        double last;
        if (!extend(search, found.products++)) {
            found.value = found.residual = (double)NAN;
            break;
        }
        const int64_t count = 2 * found.products - 1;
        found.value = weir_bidiagonal_largest(count, bases->numbers, bases->work, &last);
        found.residual = bases->numbers[count] * last;
        found.converged = found.residual <= search->tolerance * found.value;
    }
    found.value = scalbln(found.value, (long)search->exponent);
    found.residual = scalbln(found.residual, (long)search->exponent);
    return found;
}

weir_status jacobian_norm_r(weir_plan *shell, const weir_jacobian_args *args, weir_singular_value *result)
{
    const struct plan_r *plan = (const struct plan_r *)shell;
    struct environment environment;
    struct search search;
    struct arena arena = {0};
    place(&arena, &search, plan, args);
    FORWARD_FAILURE(weir_diagnose_allocate(&arena, shell));
    place(&arena, &search, plan, args);
    weir_environment_enter(&environment);
    link_open_r(&search.link);
    *result = find(&search);
    weir_environment_leave(&environment);
    weir_release(&shell->allocator, arena.base, arena.used);
    return WEIR_OK;
}

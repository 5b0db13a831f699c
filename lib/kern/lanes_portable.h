/*
 * kern/lanes_portable.h: the vocabulary of kern/lanes.h in C with the vectors of gcc and clang, for any machine.
 */
#include <string.h>

#define VEC_REGISTERS 16

typedef real vec __attribute__((vector_size(16)));

LANES_INLINE vec vec_set(real x)
{
#if REAL_BITS == 32
    return (vec){x, x, x, x};
#else
    return (vec){x, x};
#endif
}

LANES_INLINE vec vec_load(const real *p)
{
    vec x;
    memcpy(&x, p, sizeof x);
    return x;
}

LANES_INLINE void vec_store(real *p, vec x) { memcpy(p, &x, sizeof x); }

LANES_INLINE vec vec_load_first(const real *p, int n)
{
    vec x = {0};
    memcpy(&x, p, (size_t)n * sizeof *p);
    return x;
}

LANES_INLINE void vec_store_first(real *p, vec x, int n) { memcpy(p, &x, (size_t)n * sizeof *p); }

/* Rounded twice: not every machine has a fused one. */
LANES_INLINE vec vec_multiply_add(vec a, vec b, vec c) { return a * b + c; }

LANES_INLINE vec vec_where_less(vec a, vec b, vec x, vec y)
{
    const vec_bits less = (vec_bits)(a < b);
    return (vec)((less & (vec_bits)x) | (~less & (vec_bits)y));
}

LANES_INLINE vec vec_at_least(vec least, vec x) { return vec_where_less(x, least, least, x); }

LANES_INLINE vec vec_at_most(vec most, vec x) { return vec_where_less(most, x, most, x); }

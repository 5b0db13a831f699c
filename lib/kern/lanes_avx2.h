/*
 * kern/lanes_avx2.h: the vocabulary of kern/lanes.h for AVX2 with FMA.
 */
#if !defined(__AVX2__) || !defined(__FMA__)
#error "the avx2 level is compiled without its instructions"
#endif

#include <immintrin.h>

#define VEC_REGISTERS 16

#if REAL_BITS == 32
typedef __m256 vec;
#define VEC_OP(name) _mm256_##name##_ps
#define VEC_COUNTING _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7)
LANES_INLINE __m256i vec_first(int n) { return _mm256_cmpgt_epi32(_mm256_set1_epi32(n), VEC_COUNTING); }
#else
typedef __m256d vec;
#define VEC_OP(name) _mm256_##name##_pd
#define VEC_COUNTING _mm256_setr_epi64x(0, 1, 2, 3)
LANES_INLINE __m256i vec_first(int n) { return _mm256_cmpgt_epi64(_mm256_set1_epi64x(n), VEC_COUNTING); }
#endif

LANES_INLINE vec vec_set(real x) { return VEC_OP(set1)(x); }

LANES_INLINE vec vec_load(const real *p) { return VEC_OP(loadu)(p); }

LANES_INLINE void vec_store(real *p, vec x) { VEC_OP(storeu)(p, x); }

LANES_INLINE vec vec_load_first(const real *p, int n) { return VEC_OP(maskload)(p, vec_first(n)); }

LANES_INLINE void vec_store_first(real *p, vec x, int n) { VEC_OP(maskstore)(p, vec_first(n), x); }

LANES_INLINE vec vec_multiply_add(vec a, vec b, vec c) { return VEC_OP(fmadd)(a, b, c); }

LANES_INLINE vec vec_at_least(vec least, vec x) { return VEC_OP(max)(least, x); }

LANES_INLINE vec vec_at_most(vec most, vec x) { return VEC_OP(min)(most, x); }

LANES_INLINE vec vec_where_less(vec a, vec b, vec x, vec y)
{
    return VEC_OP(blendv)(y, x, VEC_OP(cmp)(a, b, _CMP_LT_OQ));
}

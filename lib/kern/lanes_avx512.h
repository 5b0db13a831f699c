/*
 * kern/lanes_avx512.h: the vocabulary of kern/lanes.h for AVX-512.
 */
#if !defined(__AVX512F__) || !defined(__AVX512BW__) || !defined(__AVX512DQ__) || !defined(__AVX512VL__)
#error "the avx512 level is compiled without its instructions"
#endif

#include <immintrin.h>

#define VEC_REGISTERS 32

#if REAL_BITS == 32
typedef __m512 vec;
typedef __mmask16 vec_mask;
#define VEC_OP(name) _mm512_##name##_ps
#define VEC_COMPARE_LESS(a, b) _mm512_cmp_ps_mask(a, b, _CMP_LT_OQ)
#else
typedef __m512d vec;
typedef __mmask8 vec_mask;
#define VEC_OP(name) _mm512_##name##_pd
#define VEC_COMPARE_LESS(a, b) _mm512_cmp_pd_mask(a, b, _CMP_LT_OQ)
#endif

LANES_INLINE vec vec_set(real x) { return VEC_OP(set1)(x); }

LANES_INLINE vec vec_load(const real *p) { return VEC_OP(loadu)(p); }

LANES_INLINE void vec_store(real *p, vec x) { VEC_OP(storeu)(p, x); }

LANES_INLINE vec_mask vec_first(int n) { return (vec_mask)((1u << n) - 1); }

LANES_INLINE vec vec_load_first(const real *p, int n) { return VEC_OP(maskz_loadu)(vec_first(n), p); }

LANES_INLINE void vec_store_first(real *p, vec x, int n) { VEC_OP(mask_storeu)(p, vec_first(n), x); }

LANES_INLINE vec vec_multiply_add(vec a, vec b, vec c) { return VEC_OP(fmadd)(a, b, c); }

LANES_INLINE vec vec_at_least(vec least, vec x) { return VEC_OP(max)(least, x); }

LANES_INLINE vec vec_at_most(vec most, vec x) { return VEC_OP(min)(most, x); }

LANES_INLINE vec vec_where_less(vec a, vec b, vec x, vec y) { return VEC_OP(mask_blend)(VEC_COMPARE_LESS(a, b), y, x); }

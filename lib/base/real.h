/*
 * base/real.h: one source, two precisions.
 *
 * Files that compute say `real` and are compiled twice, with REAL_BITS 32 and 64. A name that ends in _r is of the
 * precision of the compilation: the header that declares times_r defines it as weir_f32_times or weir_f64_times.
 */
#ifndef WEIR_BASE_REAL_H
#define WEIR_BASE_REAL_H

#define REAL_JOIN_(a, b) a##b
#define REAL_JOIN(a, b) REAL_JOIN_(a, b)

#if REAL_BITS == 32
typedef float real;
#define REAL(name) REAL_JOIN(weir_f32_, name)
#define REAL_PUBLIC(name) REAL_JOIN(name, _f32)
#define REAL_PRECISION WEIR_F32
#elif REAL_BITS == 64
typedef double real;
#define REAL(name) REAL_JOIN(weir_f64_, name)
#define REAL_PUBLIC(name) REAL_JOIN(name, _f64)
#define REAL_PRECISION WEIR_F64
#else
#error "compile with -DREAL_BITS=32 or -DREAL_BITS=64"
#endif

#endif

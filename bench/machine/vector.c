/*
 * machine/vector.c: the loops of machine/vector_body.h for every vector width, and the choice among them.
 */
#include "machine/vector.h"

/* Two units with a latency of four to five steps want ten chains; with the constants, twelve fit 16 registers. */
enum { ADD_CHAINS = 12, READ_CHAINS = 8 };

#if defined(__x86_64__)

#define ELEMENT float
#define VECTOR_BYTES 64
#define TARGET __attribute__((target("avx512f")))
#define NAME(x) x##_f32_avx512
#include "machine/vector_body.h"
#undef ELEMENT
#undef NAME

#define ELEMENT double
#define NAME(x) x##_f64_avx512
#include "machine/vector_body.h"
#undef ELEMENT
#undef VECTOR_BYTES
#undef TARGET
#undef NAME

#define ELEMENT float
#define VECTOR_BYTES 32
#define TARGET __attribute__((target("avx2,fma")))
#define NAME(x) x##_f32_avx2
#include "machine/vector_body.h"
#undef ELEMENT
#undef NAME

#define ELEMENT double
#define NAME(x) x##_f64_avx2
#include "machine/vector_body.h"
#undef ELEMENT
#undef VECTOR_BYTES
#undef TARGET
#undef NAME

#endif

#define ELEMENT float
#define VECTOR_BYTES 16
#define TARGET
#define NAME(x) x##_f32_baseline
#include "machine/vector_body.h"
#undef ELEMENT
#undef NAME

#define ELEMENT double
#define NAME(x) x##_f64_baseline
#include "machine/vector_body.h"
#undef ELEMENT
#undef VECTOR_BYTES
#undef TARGET
#undef NAME

#define LOOPS(instructions_, suffix)                                                                                   \
    {                                                                                                                  \
        .instructions = instructions_, .flops_per_round = 2.0 * ADD_CHAINS * lanes##suffix,                            \
        .multiply_add = multiply_add##suffix, .read = read##suffix                                                     \
    }

#if defined(__x86_64__)

static const struct vector_loops avx512[] = {LOOPS("AVX-512", _f32_avx512), LOOPS("AVX-512", _f64_avx512)};
static const struct vector_loops avx2[] = {LOOPS("AVX2 with FMA", _f32_avx2), LOOPS("AVX2 with FMA", _f64_avx2)};
static const struct vector_loops baseline[] = {LOOPS("SSE2", _f32_baseline), LOOPS("SSE2", _f64_baseline)};

const struct vector_loops *vector_loops_widest(int bits)
{
    const int place = bits == 64;
    if (__builtin_cpu_supports("avx512f"))
        return &avx512[place];
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return &avx2[place];
    return &baseline[place];
}

#else

static const struct vector_loops baseline[] = {LOOPS("16-byte vectors", _f32_baseline),
                                               LOOPS("16-byte vectors", _f64_baseline)};

const struct vector_loops *vector_loops_widest(int bits) { return &baseline[bits == 64]; }

#endif

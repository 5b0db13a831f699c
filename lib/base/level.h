/*
 * base/level.h: one source, many instruction sets.
 *
 * Files that compute on vectors are compiled once for each level and precision, with LEVEL set to the level's name. A
 * name that ends in _v is of that compilation: weir_f32_avx2_..., say.
 */
#ifndef WEIR_BASE_LEVEL_H
#define WEIR_BASE_LEVEL_H

#include "base/real.h"

#ifndef LEVEL
#error "compile with -DLEVEL=portable, or another level of base/cpu.h"
#endif

#define LEVEL_JOIN_(bits, level, name) weir_f##bits##_##level##_##name
#define LEVEL_JOIN(bits, level, name) LEVEL_JOIN_(bits, level, name)
#define AT_LEVEL(name) LEVEL_JOIN(REAL_BITS, LEVEL, name)

#endif

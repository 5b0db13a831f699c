/*
 * diagnose/typed.h: the functions of diagnose/diagnose.h in the precision of this compilation.
 */
#ifndef WEIR_DIAGNOSE_TYPED_H
#define WEIR_DIAGNOSE_TYPED_H

#include "base/public.h"
#include "diagnose/diagnose.h"

#define gradient_by_lag_r REAL(gradient_by_lag)
#define jacobian_norm_r REAL(jacobian_norm)
#define direct_path_r REAL(direct_path)
#define gate_statistics_r REAL(gate_statistics)

#endif

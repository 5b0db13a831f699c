/*
 * train/typed.h: the functions of train/train.h in the precision of this compilation.
 */
#ifndef WEIR_TRAIN_TYPED_H
#define WEIR_TRAIN_TYPED_H

#include "base/public.h"
#include "train/train.h"

#define clip_norm_r REAL(clip_norm)
#define clip_value_r REAL(clip_value)
#define finite_count_r REAL(finite_count)
#define loss_r REAL(loss)
#define update_r REAL(update)

#endif

/*
 * work/arrays.c: the sequences that a net is run on; one body, two precisions.
 */
#include "work/arrays.h"

#include <math.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/random.h"

#define ELEMENT float
#define NAME(x) x##_f32
#include "work/arrays_body.h"
#undef ELEMENT
#undef NAME

#define ELEMENT double
#define NAME(x) x##_f64
#include "work/arrays_body.h"

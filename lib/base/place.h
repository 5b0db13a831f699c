/*
 * base/place.h: which CPU a thread runs on.
 */
#ifndef WEIR_BASE_PLACE_H
#define WEIR_BASE_PLACE_H

#include <stdint.h>

/* The CPU that the calling thread is on; -1 where the system does not tell. */
int weir_place_now(void);

/* Moves the calling thread to another CPU that it may use and that is none of `taken`, if there is one. Which it may
   use later stays as it was. */
void weir_place_leave(const int taken[], int64_t count);

#endif

/*
 * base/fingerprint.h: a number that tells data from other data.
 */
#ifndef BENCH_BASE_FINGERPRINT_H
#define BENCH_BASE_FINGERPRINT_H

#include <stddef.h>
#include <stdint.h>

/* Of no bytes at all. */
#define FINGERPRINT_NONE UINT64_C(0xCBF29CE484222325)

/* Of what `before` is of, and these bytes behind it: FNV-1a (Fowler, Noll & Vo), 64 bits. Against chance, not against
   a forger. */
uint64_t fingerprint_add(uint64_t before, const void *bytes, size_t count);

#endif

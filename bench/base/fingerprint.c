/*
 * base/fingerprint.c: a number that tells data from other data.
 */
#include "base/fingerprint.h"

static const uint64_t prime = UINT64_C(0x100000001B3);

uint64_t fingerprint_add(uint64_t before, const void *bytes, size_t count)
{
    const unsigned char *byte = bytes;
    for (size_t i = 0; i < count; i++)
        before = (before ^ byte[i]) * prime;
    return before;
}

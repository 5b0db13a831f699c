/*
 * machine/vector_body.h: the two loops that measure a machine, for one element type and one vector width.
 *
 * machine/vector.c includes this once for each, with ELEMENT, VECTOR_BYTES, TARGET (an attribute, or nothing) and
 * NAME(x) defined. It is GCC's vector notation, which clang has too; with contraction allowed (see bench/meson.build)
 * a product and a sum become one instruction where the machine has it. The loops over chains unroll, so that the chains
 * live in registers.
 */
typedef ELEMENT NAME(vector) __attribute__((vector_size(VECTOR_BYTES)));

enum { NAME(lanes) = VECTOR_BYTES / sizeof(ELEMENT) };

/* x = x/2 + 1/2 on independent vectors, `rounds` times: it tends to 1 from anywhere, so nothing grows or dies away. */
TARGET static double NAME(multiply_add)(int64_t rounds, double start)
{
    const NAME(vector) zero = {0}, half = zero + (ELEMENT)0.5;
    NAME(vector) chains[ADD_CHAINS];
    for (int k = 0; k < ADD_CHAINS; k++)
        chains[k] = zero + (ELEMENT)(start + k);
    for (int64_t round = 0; round < rounds; round++) {
#pragma GCC unroll 16
        for (int k = 0; k < ADD_CHAINS; k++)
            chains[k] = chains[k] * half + half;
    }
    for (int k = 1; k < ADD_CHAINS; k++)
        chains[0] += chains[k];
    return (double)chains[0][0];
}

/* Adds up `bytes` of memory, a multiple of READ_CHAINS vectors. */
TARGET static double NAME(read)(const void *memory, size_t bytes)
{
    const NAME(vector) *vectors = memory;
    const size_t count = bytes / sizeof *vectors;
    NAME(vector) chains[READ_CHAINS] = {{0}};
    for (size_t i = 0; i < count; i += READ_CHAINS) {
#pragma GCC unroll 16
        for (size_t k = 0; k < READ_CHAINS; k++)
            chains[k] += vectors[i + k];
    }
    for (int k = 1; k < READ_CHAINS; k++)
        chains[0] += chains[k];
    return (double)chains[0][0];
}

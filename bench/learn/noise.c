/*
 * learn/noise.c: noise on the parameters of a net while the gradient of an update is found (Graves 2011).
 */
#include "learn/noise.h"

#include "base/random.h"

/* So that noise has nothing to do with sequences of the same seed. */
static const uint64_t noise_start = UINT64_C(0x4015E0F3E1645);

void noise_add(float *parameters, int64_t count, double deviation, uint64_t seed, int64_t update)
{
    struct generator generator = {.state = noise_start + seed};
    double pair[2];
    generator.state = random_next(&generator) + (uint64_t)update;
    generator.state = random_next(&generator);
    for (int64_t i = 0; i < count; i++) {
        if (i % 2 == 0)
            random_normal(&generator, pair);
        parameters[i] += (float)(deviation * pair[i % 2]);
    }
}

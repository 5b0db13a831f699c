/*
 * base/random.c: normal numbers and the logarithm that they need.
 *
 * IEEE additions, multiplications, divisions and square roots are the same everywhere; libm's log is not.
 */
#include "base/random.h"

#include <math.h>

double weir_log(double x)
{
    /* x = m 2^e with m in [sqrt(1/2), sqrt(2)); log m = 2 artanh(s), s = (m-1)/(m+1), |s| < 0.172. */
    int exponent;
    double m = frexp(x, &exponent);
    if (m < 0.70710678118654752) {
        m *= 2.0;
        exponent--;
    }
    const double s = (m - 1.0) / (m + 1.0), s2 = s * s;
    double series = 0.0;
    for (int n = 21; n >= 1; n -= 2) /* the next term is below 0.172^22/23 = 1e-18 */
        series = series * s2 + 1.0 / n;
    return 0.69314718055994531 * exponent + 2.0 * s * series;
}

double weir_normal(struct generator *generator)
{
    double u, v, s;
    do {
        u = 2.0 * weir_uniform(generator) - 1.0;
        v = 2.0 * weir_uniform(generator) - 1.0;
        s = u * u + v * v;
    } while (s >= 1.0 || s == 0.0);
    return u * sqrt(-2.0 * weir_log(s) / s);
}

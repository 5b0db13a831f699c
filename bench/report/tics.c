/*
 * report/tics.c: where a logarithmic axis has numbers.
 */
#include "report/tics.h"

#include <math.h>

static const double few = 100.0; /* less than two decades */

void tics_print(const char *axis, double least, double most, FILE *plot)
{
    static const double steps[] = {1.0, 2.0, 5.0};
    if (!(least > 0.0) || !(most / least < few)) {
        fprintf(plot, "set %stics autofreq\n", axis);
        return;
    }
    fprintf(plot, "set %stics (", axis);
    for (int decade = (int)floor(log10(least)); decade <= (int)ceil(log10(most)); decade++)
        for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
            fprintf(plot, "%s%g", decade == (int)floor(log10(least)) && i == 0 ? "" : ", ",
                    steps[i] * pow(10.0, decade));
    fputs(")\n", plot);
}

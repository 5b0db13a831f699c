/*
 * machine/environment.c: variables of the environment that change how fast, or with which code, a run computes.
 */
#include "machine/environment.h"

#include <stddef.h>
#include <string.h>

bool environment_steers(const char *variable)
{
    static const char *const prefixes[] = {"OPENBLAS_", "GOTO_", "OMP_", "BLIS_", "MKL_", "WEIR_"};
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
        if (strncmp(variable, prefixes[i], strlen(prefixes[i])) == 0)
            return strchr(variable, '=') != NULL;
    return false;
}

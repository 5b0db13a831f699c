/*
 * work/data.c: where the data are that come with Weir.
 */
#include "work/data.h"

#include <stdio.h>
#include <unistd.h>

void data_path(const char *folder, const char *file, char *path, size_t size)
{
    /* The source tree's own copy wins: it is the one that a developer may have changed. */
    snprintf(path, size, "%s/%s", BENCH_DATA_SOURCE, file);
    if (folder != NULL || access(path, R_OK) != 0)
        snprintf(path, size, "%s/%s", folder != NULL ? folder : BENCH_DATA_INSTALLED, file);
}

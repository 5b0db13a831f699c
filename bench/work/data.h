/*
 * work/data.h: where the data are that come with Weir.
 */
#ifndef BENCH_WORK_DATA_H
#define BENCH_WORK_DATA_H

#include <stddef.h>

/* The path of a file in `folder`; NULL: in the source tree's bench/data, or else where that was installed. */
void data_path(const char *folder, const char *file, char *path, size_t size);

#endif

/*
 * machine/blas.h: which BLAS is loaded, and how many threads it takes.
 */
#ifndef BENCH_MACHINE_BLAS_H
#define BENCH_MACHINE_BLAS_H

struct blas {
    const char *path;    /* the file that cblas_sgemm came from */
    const char *version; /* what it says of itself */
    const char *threading;
};

/* Static text; the same at every call. */
struct blas blas_find(void);

/* Tells the BLAS, whichever it is, to take so many threads; how many it says that it takes, `threads` if it is silent.
 */
int blas_set_threads(int threads);

#endif

/*
 * machine/blas.c: which BLAS is loaded, and how many threads it takes.
 *
 * CBLAS has no words for this. Each implementation has its own, which are looked up by name, because the flavours of a
 * BLAS share a soname and only the one that is loaded can say what it is.
 */
#include "machine/blas.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef const char *text_function(void);
typedef int int_function(void);
typedef void set_function(int threads);
typedef void set_long_function(long threads);

/* A function pointer from dlsym, which ISO C has no cast for; POSIX says that the bits are the same. */
#define LOOK_UP(function, name)                                                                                        \
    do {                                                                                                               \
        void *symbol_ = dlsym(RTLD_DEFAULT, name);                                                                     \
        memcpy(&(function), &symbol_, sizeof(function));                                                               \
    } while (0)

static const char *find_path(void)
{
    static char path[PATH_MAX];
    Dl_info info;
    void *symbol = dlsym(RTLD_DEFAULT, "cblas_sgemm");
    if (symbol == NULL || dladdr(symbol, &info) == 0 || info.dli_fname == NULL)
        return "unknown";
    /* The name is often a link that says nothing; what it points to names the version and the flavour. */
    return realpath(info.dli_fname, path) != NULL ? path : "unknown";
}

static bool ask_openblas(struct blas *blas)
{
    static const char *const models[] = {"none (serial)", "pthreads", "OpenMP"};
    text_function *config;
    int_function *parallel;
    LOOK_UP(config, "openblas_get_config");
    LOOK_UP(parallel, "openblas_get_parallel");
    if (config == NULL)
        return false;
    blas->version = config();
    const int model = parallel != NULL ? parallel() : -1;
    blas->threading = model >= 0 && model <= 2 ? models[model] : "unknown";
    return true;
}

static bool ask_blis(struct blas *blas)
{
    static char version[128];
    text_function *version_text;
    int_function *openmp, *pthreads;
    LOOK_UP(version_text, "bli_info_get_version_str");
    LOOK_UP(openmp, "bli_info_get_enable_openmp");
    LOOK_UP(pthreads, "bli_info_get_enable_pthreads");
    if (version_text == NULL)
        return false;
    snprintf(version, sizeof version, "BLIS %s", version_text());
    blas->version = version;
    blas->threading = openmp != NULL && openmp()       ? "OpenMP"
                      : pthreads != NULL && pthreads() ? "pthreads"
                                                       : "none (serial)";
    return true;
}

struct blas blas_find(void)
{
    struct blas blas = {.path = find_path(), .version = "unknown (it does not say)", .threading = "unknown"};
    if (!ask_openblas(&blas))
        ask_blis(&blas);
    return blas;
}

void blas_set_threads(int threads)
{
    static const char *const setters[] = {"openblas_set_num_threads", "omp_set_num_threads"};
    for (size_t i = 0; i < sizeof setters / sizeof setters[0]; i++) {
        set_function *set;
        LOOK_UP(set, setters[i]);
        if (set != NULL)
            set(threads);
    }
    set_long_function *set_blis; /* its dim_t is as wide as a pointer */
    LOOK_UP(set_blis, "bli_thread_set_num_threads");
    if (set_blis != NULL)
        set_blis(threads);
}

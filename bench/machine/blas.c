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
typedef long long_function(void);
typedef void set_function(int threads);
typedef void set_long_function(long threads);

/* The object that cblas_sgemm came from, and its path. Others in the process may be a BLAS too, but not the one in use.
 */
static void *find_object(const char **path)
{
    Dl_info info;
    void *symbol = dlsym(RTLD_DEFAULT, "cblas_sgemm");
    *path = NULL;
    if (symbol == NULL || dladdr(symbol, &info) == 0 || info.dli_fname == NULL)
        return RTLD_DEFAULT;
    *path = info.dli_fname;
    void *object = dlopen(info.dli_fname, RTLD_NOW | RTLD_NOLOAD);
    return object != NULL ? object : RTLD_DEFAULT;
}

/* Looks a function up in it. ISO C has no cast from dlsym's answer to a function; POSIX says that the bits are the
 * same. */
static void look_up(void *function, const char *name)
{
    const char *path;
    void *symbol = dlsym(find_object(&path), name);
    memcpy(function, &symbol, sizeof symbol);
}

static const char *find_path(void)
{
    static char resolved[PATH_MAX];
    const char *path;
    find_object(&path);
    /* The name is often a link that says nothing; what it points to names the version and the flavour. */
    return path != NULL && realpath(path, resolved) != NULL ? resolved : "unknown";
}

static bool ask_openblas(struct blas *blas)
{
    static const char *const models[] = {"none (serial)", "pthreads", "OpenMP"};
    text_function *config;
    int_function *parallel;
    look_up(&config, "openblas_get_config");
    look_up(&parallel, "openblas_get_parallel");
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
    look_up(&version_text, "bli_info_get_version_str");
    look_up(&openmp, "bli_info_get_enable_openmp");
    look_up(&pthreads, "bli_info_get_enable_pthreads");
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

int blas_set_threads(int threads)
{
    set_function *set_openblas, *set_openmp;
    set_long_function *set_blis; /* its dim_t is as wide as a pointer */
    int_function *get_openblas;
    long_function *get_blis;
    look_up(&set_openblas, "openblas_set_num_threads");
    look_up(&set_openmp, "omp_set_num_threads");
    look_up(&set_blis, "bli_thread_set_num_threads");
    look_up(&get_openblas, "openblas_get_num_threads");
    look_up(&get_blis, "bli_thread_get_num_threads");
    if (set_openmp != NULL)
        set_openmp(threads);
    if (set_openblas != NULL)
        set_openblas(threads);
    if (set_blis != NULL)
        set_blis(threads);
    if (set_openblas != NULL && get_openblas != NULL)
        return get_openblas();
    return set_blis != NULL && get_blis != NULL ? (int)get_blis() : threads;
}

/*
 * loaded_blas.c: which BLAS the loader gave to libweir.so.
 *
 *     loaded_blas          prints the path of the shared object that cblas_sgemm comes from
 *     loaded_blas FOLDER   and fails unless it lies in that folder
 *
 * With no argument WEIR_TEST_BLAS_FOLDER, if set, says the folder.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weir/weir.h>

/* The real path of the object that defines the symbol, or NULL. Yours to free. */
static char *object_of(const char *symbol)
{
    Dl_info info;
    void *address = dlsym(RTLD_DEFAULT, symbol);
    return address && dladdr(address, &info) ? realpath(info.dli_fname, NULL) : NULL;
}

static int lies_in(const char *path, const char *folder)
{
    char *real_folder = realpath(folder, NULL);
    const size_t length = real_folder ? strlen(real_folder) : 0;
    const int lies = length > 0 && strncmp(path, real_folder, length) == 0 && path[length] == '/';
    free(real_folder);
    return lies;
}

int main(int argc, char **argv)
{
    const char *folder = argc > 1 ? argv[1] : getenv("WEIR_TEST_BLAS_FOLDER");
    char *path = object_of("cblas_sgemm");
    printf("%s\n", path ? path : "no cblas_sgemm");
    int failed = path == NULL || weir_version() == NULL;
    if (!failed && folder && !lies_in(path, folder)) {
        fprintf(stderr, "loaded_blas: that is not in %s\n", folder);
        failed = 1;
    }
    free(path);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

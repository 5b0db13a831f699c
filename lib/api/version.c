/*
 * api/version.c: which Weir this is, and the names of statuses.
 */
#include <weir/error.h>
#include <weir/version.h>

#include "base/version.h"
#include "build_info.h" /* made by the build: BUILD_COMPILER, BUILD_FLAGS, BUILD_LEVELS, BUILD_BLAS */

const char *weir_version(void) { return VERSION; }

const char *weir_build_info(void)
{
    return "version: " VERSION "\n"
           "compiler: " BUILD_COMPILER "\n"
           "flags: " BUILD_FLAGS "\n"
           "built levels: " BUILD_LEVELS "\n"
           "blas: " BUILD_BLAS "\n";
}

const char *weir_status_name(weir_status status)
{
    switch (status) {
    case WEIR_OK:
        return "WEIR_OK";
    case WEIR_ERROR_ARGUMENT:
        return "WEIR_ERROR_ARGUMENT";
    case WEIR_ERROR_MEMORY:
        return "WEIR_ERROR_MEMORY";
    case WEIR_ERROR_SIZE:
        return "WEIR_ERROR_SIZE";
    case WEIR_ERROR_PRECISION:
        return "WEIR_ERROR_PRECISION";
    case WEIR_ERROR_LENGTH:
        return "WEIR_ERROR_LENGTH";
    case WEIR_ERROR_MODE:
        return "WEIR_ERROR_MODE";
    case WEIR_ERROR_STALE:
        return "WEIR_ERROR_STALE";
    case WEIR_ERROR_MISMATCH:
        return "WEIR_ERROR_MISMATCH";
    case WEIR_ERROR_ORDER:
        return "WEIR_ERROR_ORDER";
    case WEIR_ERROR_THREADS:
        return "WEIR_ERROR_THREADS";
    }
    return "unknown status";
}

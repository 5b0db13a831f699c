/**
 * @file
 * weir/version.h: which Weir this is.
 *
 * The one source of truth: the build reads these numbers back for the package version and the soname.
 */
#ifndef WEIR_VERSION_H
#define WEIR_VERSION_H

/* The package: what a release is called. */
#define WEIR_VERSION_MAJOR 0 /**< of the package */
#define WEIR_VERSION_MINOR 1 /**< of the package */
#define WEIR_VERSION_PATCH 0 /**< of the package */

/* The ABI. */
#define WEIR_API_VERSION_MAJOR 0 /**< rises when a program must be recompiled: the soname */
#define WEIR_API_VERSION_MINOR 1 /**< rises when something is added */

/** Marks what the library exports. */
#if defined(__GNUC__)
#define WEIR_API __attribute__((visibility("default")))
#else
#define WEIR_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** The version of the library that is running, "MAJOR.MINOR.PATCH". Static memory; any thread. */
WEIR_API const char *weir_version(void);

/**
 * How the library that is running was built: lines "key: value" for version, compiler, flags, built levels
 * (weir/cpu.h) with the flags that each has besides, and BLAS.
 * Static memory; any thread.
 */
WEIR_API const char *weir_build_info(void);

#ifdef __cplusplus
}
#endif

#endif

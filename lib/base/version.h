/*
 * base/version.h: the version of the package as text.
 */
#ifndef WEIR_BASE_VERSION_H
#define WEIR_BASE_VERSION_H

#include <weir/version.h>

#define VERSION_TEXT_(number) #number
#define VERSION_TEXT(number) VERSION_TEXT_(number)

/* "0.1.0" */
#define VERSION                                                                                                        \
    VERSION_TEXT(WEIR_VERSION_MAJOR) "." VERSION_TEXT(WEIR_VERSION_MINOR) "." VERSION_TEXT(WEIR_VERSION_PATCH)

#endif

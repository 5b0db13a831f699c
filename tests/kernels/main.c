/*
 * kernels/main.c: checks every kernel of every level that this CPU runs; with --time, times them instead.
 *
 * After the checkasm of dav1d and x264: one program that knows how to call each kernel, and looks at what it computes,
 * what it touches, and how long it takes.
 */
#include "kernels/checks.h"

#include <stdlib.h>
#include <string.h>

#define LEVEL_FLAG(name, flag) flag,
static const uint32_t flags[LEVEL_COUNT] = {FOR_EACH_LEVEL(LEVEL_FLAG)};

#define LEVEL_ITSELF(name, flag) LEVEL_##name,
static const enum level levels[LEVEL_COUNT] = {FOR_EACH_LEVEL(LEVEL_ITSELF)};

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "--time") == 0) {
        time_kernels();
        return EXIT_SUCCESS;
    }
    struct suite suite = {0};
    for (int i = 0; i < LEVEL_COUNT; i++)
        if (weir_cpu_levels() & flags[i]) {
            add_product_checks(&suite, &levels[i]);
            add_array_checks(&suite, &levels[i]);
            add_pass_checks(&suite, &levels[i]);
        } else {
            suite_skip(&suite, weir_level_name(levels[i]), "this CPU does not run it");
        }
    return suite_run(&suite, "kernels");
}

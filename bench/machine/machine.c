/*
 * machine/machine.c: the machine that a result was measured on, and how fast it was.
 */
#include "machine/machine.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <gnu/libc-version.h>
#include <weir/version.h>

#include "base/clock.h"
#include "machine/blas.h"
#include "machine/environment.h"
#include "machine/levels.h"
#include "machine/processor.h"
#include "machine/vector.h"
#include "revision.h" /* made by the build: REVISION, of the checkout */

enum { TEXT_SIZE = 512 };

bool machine_open(struct machine *machine, const struct machine_options *options, struct why *why)
{
    const int64_t threads = options->blas_threads == 0 ? 1 : options->blas_threads;
    *machine = (struct machine){.blas_threads = (int)threads, .caches = caches_find()};
    const int64_t cpus = options->threads > threads ? options->threads : threads;
    if (!pin_choose(&machine->cpus, &options->cpus, (size_t)cpus, why))
        return false;
    const int taken = blas_set_threads((int)threads);
    if (taken != threads) {
        snprintf(why->text, sizeof why->text, "--blas-threads: asked for %d threads, this BLAS takes %d", (int)threads,
                 taken);
        return false;
    }
    machine->pinned = pin_process(&machine->cpus);
    return true;
}

void machine_measure(struct machine *machine)
{
    for (int place = 0; place < 2; place++) {
        const int bits = place == 0 ? 32 : 64;
        machine->peak[place] = peak_measure(bits, &machine->cpus);
        machine->product[place] = product_rate_measure(bits);
    }
    machine->bandwidth = bandwidth_measure(&machine->caches);
}

double machine_peak(const struct machine *machine, int bits) { return machine->peak[bits == 64]; }

struct product_rate machine_product(const struct machine *machine, int bits) { return machine->product[bits == 64]; }

__attribute__((format(printf, 3, 4))) static void put(json_t *object, const char *key, const char *format, ...)
{
    char text[2 * TEXT_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    json_object_set_new(object, key, json_string(text));
}

static void put_processor(json_t *object, const struct machine *machine)
{
    const struct caches *caches = &machine->caches;
    char text[TEXT_SIZE];
    processor_name(text, sizeof text);
    put(object, "cpu", "%s", text);
    processor_model(text, sizeof text);
    if (text[0] != '\0')
        put(object, "cpu model", "%s", text);
    processor_instructions(text, sizeof text);
    put(object, "instructions", "%s", text);
    put(object, "caches", "L1 %lld KiB, L2 %lld KiB, L3 %lld KiB%s", (long long)caches->l1 >> 10,
        (long long)caches->l2 >> 10, (long long)caches->l3 >> 10,
        caches->assumed ? " (assumed: the system does not say)" : "");
    put(object, "memory", "%.1f GiB", (double)memory_total() / 0x1p30);
    put(object, "virtual machine", "%s", processor_is_virtual());
}

static void put_cpus(json_t *object, const struct machine *machine)
{
    char text[TEXT_SIZE] = "";
    for (size_t i = 0; i < machine->cpus.count; i++) {
        const size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%s%d", i == 0 ? "" : ",", machine->cpus.ids[i]);
    }
    put(object, "pinned to cpu", "%s%s", text, machine->pinned ? "" : " (refused by the system)");
}

static void put_software(json_t *object, const struct machine *machine)
{
    const struct blas blas = blas_find();
    struct utsname names = {0};
    uname(&names);
    put(object, "system", "%s %s, glibc %s", names.sysname, names.release, gnu_get_libc_version());
    put(object, "blas", "%s", blas.version);
    put(object, "blas file", "%s", strrchr(blas.path, '/') != NULL ? strrchr(blas.path, '/') + 1 : blas.path);
    put(object, "blas path", "%s", blas.path);
    put(object, "blas threading", "%s", blas.threading);
    put(object, "blas threads", "%d", machine->blas_threads);
}

/* The variables that are set and steer a BLAS, OpenMP or Weir, each with "environment" before its name. */
static void put_environment(json_t *object)
{
    for (char **variable = environ; *variable != NULL; variable++) {
        if (!environment_steers(*variable))
            continue;
        char key[TEXT_SIZE];
        const size_t length = strcspn(*variable, "=");
        snprintf(key, sizeof key, "environment %.*s", (int)length, *variable);
        put(object, key, "%s", *variable + length + 1);
    }
}

static void put_levels(json_t *object)
{
    char text[TEXT_SIZE];
    levels_list(text, sizeof text);
    put(object, "weir levels", "%s", text);
    levels_of_plan("level", text, sizeof text);
    put(object, "weir plans take", "%s", text);
}

/* The library's own lines, "key: value", each with "weir" before its key. */
static void put_library(json_t *object)
{
    for (const char *line = weir_build_info(); *line != '\0'; line += strspn(line, "\n")) {
        const size_t length = strcspn(line, "\n"), key_length = strcspn(line, ":\n");
        if (key_length < length) {
            char key[TEXT_SIZE];
            snprintf(key, sizeof key, "weir %.*s", (int)key_length, line);
            const size_t skipped = key_length + 1 + strspn(line + key_length + 1, " ");
            put(object, key, "%.*s", skipped < length ? (int)(length - skipped) : 0, line + skipped);
        }
        line += length;
    }
    put(object, "weir revision", "%s", REVISION);
#if defined(__clang__)
    put(object, "harness compiler", "clang %s", __clang_version__);
#else
    put(object, "harness compiler", "gcc %s", __VERSION__);
#endif
    put(object, "harness flags", "%s", BENCH_FLAGS);
}

static void put_rates(json_t *object, const struct machine *machine)
{
    static const char *const precisions[] = {"f32", "f64"};
    char key[64];
    for (int place = 0; place < 2; place++) {
        snprintf(key, sizeof key, "peak %s", precisions[place]);
        put(object, key, "%.1f GFLOP/s (%s)", 1e-9 * machine->peak[place],
            vector_loops_widest(place == 0 ? 32 : 64)->instructions);
        snprintf(key, sizeof key, "blas product %s", precisions[place]);
        put(object, key, "%.1f GFLOP/s (%d x %d x %d)", 1e-9 * machine->product[place].flops,
            machine->product[place].size, machine->product[place].size, machine->product[place].size);
    }
    for (enum memory_level level = LEVEL_L1; level < LEVEL_COUNT; level++) {
        if (machine->bandwidth.bytes_per_second[level] == 0.0)
            continue;
        snprintf(key, sizeof key, "bandwidth %s", memory_level_name(level));
        put(object, key, "%.1f GB/s", 1e-9 * machine->bandwidth.bytes_per_second[level]);
    }
}

json_t *machine_describe(const struct machine *machine, const char *command)
{
    char date[64];
    json_t *object = json_object();
    clock_date(date, sizeof date);
    put(object, "date", "%s", date);
    put(object, "command", "%s", command);
    put_processor(object, machine);
    put_cpus(object, machine);
    put_software(object, machine);
    put_environment(object);
    put_library(object);
    put_levels(object);
    put_rates(object, machine);
    return object;
}

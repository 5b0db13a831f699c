/*
 * machine/processor.c: which CPU this is, as Linux and the compiler's builtins tell it.
 */
#include "machine/processor.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

/* The rest of the first line of a /proc file that begins with `key`, without what separates the two. */
static bool find_line(const char *path, const char *key, char *text, size_t size)
{
    char line[8192];
    bool found = false;
    FILE *stream = fopen(path, "r");
    if (stream == NULL)
        return false;
    while (!found && fgets(line, sizeof line, stream) != NULL) {
        if (strncmp(line, key, strlen(key)) != 0)
            continue;
        const char *rest = line + strlen(key);
        rest += strspn(rest, " \t:");
        snprintf(text, size, "%.*s", (int)strcspn(rest, "\n"), rest);
        found = true;
    }
    fclose(stream);
    return found;
}

void processor_name(char *text, size_t size)
{
    struct utsname names;
    if (find_line("/proc/cpuinfo", "model name", text, size))
        return;
    snprintf(text, size, "%s", uname(&names) == 0 ? names.machine : "unknown");
}

void processor_model(char *text, size_t size)
{
    static const struct {
        const char *key, *name;
    } lines[] = {{"cpu family\t", "family"}, {"model\t", "model"}, {"stepping\t", "stepping"}};
    char number[32];
    text[0] = '\0';
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        const size_t used = strlen(text);
        if (find_line("/proc/cpuinfo", lines[i].key, number, sizeof number))
            snprintf(text + used, size - used, "%s%s %s", used == 0 ? "" : ", ", lines[i].name, number);
    }
}

#if defined(__x86_64__)

static void append(char *text, size_t size, const char *name, bool present)
{
    const size_t used = strlen(text);
    if (present)
        snprintf(text + used, size - used, "%s%s", used == 0 ? "" : " ", name);
}

void processor_instructions(char *text, size_t size)
{
    text[0] = '\0';
    append(text, size, "SSE4.2", __builtin_cpu_supports("sse4.2"));
    append(text, size, "AVX", __builtin_cpu_supports("avx"));
    append(text, size, "AVX2", __builtin_cpu_supports("avx2"));
    append(text, size, "FMA", __builtin_cpu_supports("fma"));
    append(text, size, "AVX-512F", __builtin_cpu_supports("avx512f"));
    append(text, size, "AVX-512VL", __builtin_cpu_supports("avx512vl"));
    append(text, size, "AVX-512DQ", __builtin_cpu_supports("avx512dq"));
}

#else

void processor_instructions(char *text, size_t size)
{
    struct utsname names;
    snprintf(text, size, "%s baseline", uname(&names) == 0 ? names.machine : "unknown");
}

#endif

const char *processor_is_virtual(void)
{
    char flags[8192];
    return find_line("/proc/cpuinfo", "flags", flags, sizeof flags) && strstr(flags, " hypervisor") != NULL ? "yes"
                                                                                                            : "no";
}

static int64_t memory_line(const char *key)
{
    char text[64];
    long long kibibytes = 0;
    if (find_line("/proc/meminfo", key, text, sizeof text))
        sscanf(text, "%lld", &kibibytes);
    return (int64_t)kibibytes * 1024;
}

int64_t memory_total(void) { return memory_line("MemTotal:"); }

int64_t memory_available(void) { return memory_line("MemAvailable:"); }

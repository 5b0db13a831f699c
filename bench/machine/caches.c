/*
 * machine/caches.c: how much each level of cache holds, as Linux tells it.
 */
#include "machine/caches.h"

#include <stdio.h>
#include <string.h>

enum { INDEXES = 8 };

static bool read_line(int index, const char *file, char *line, int size)
{
    char path[96];
    snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu0/cache/index%d/%s", index, file);
    FILE *stream = fopen(path, "r");
    if (stream == NULL)
        return false;
    const bool read = fgets(line, size, stream) != NULL;
    fclose(stream);
    return read;
}

/* "512K" in bytes. */
static int64_t parse_size(const char *text)
{
    long long number = 0;
    char unit = '\0';
    sscanf(text, "%lld%c", &number, &unit);
    return number * (unit == 'K' ? 1024 : unit == 'M' ? 1024 * 1024 : 1);
}

static void note(struct caches *caches, int index)
{
    char level[16], type[32], size[32];
    if (!read_line(index, "level", level, sizeof level) || !read_line(index, "type", type, sizeof type) ||
        !read_line(index, "size", size, sizeof size) || strncmp(type, "Instruction", 11) == 0)
        return;
    int64_t *const levels[] = {['1'] = &caches->l1, ['2'] = &caches->l2, ['3'] = &caches->l3};
    if (level[0] >= '1' && level[0] <= '3')
        *levels[(unsigned char)level[0]] = parse_size(size);
}

struct caches caches_find(void)
{
    struct caches caches = {0};
    for (int index = 0; index < INDEXES; index++)
        note(&caches, index);
    if (caches.l1 == 0 || caches.l2 == 0)
        caches = (struct caches){.l1 = 32 << 10, .l2 = 1 << 20, .l3 = 32 << 20, .assumed = true};
    return caches;
}

/*
 * machine/levels.c: which levels of instructions Weir's plans can take here, and which one they do.
 */
#include "machine/levels.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <weir/cpu.h>
#include <weir/plan.h>

enum { DESCRIPTION_SIZE = 4096 };

void levels_list(char *text, size_t size)
{
    const uint32_t levels = weir_cpu_levels();
    text[0] = '\0';
    for (uint32_t flag = 1; flag != 0 && flag <= levels; flag <<= 1) {
        const size_t used = strlen(text);
        if ((levels & flag) != 0)
            snprintf(text + used, size - used, "%s%s", used == 0 ? "" : " ", weir_cpu_level_name((weir_cpu_level)flag));
    }
}

/* The smallest plan there is: it takes the level that all others take. NULL, and why, if it cannot be made. */
static weir_plan *make_plan(weir_error *error)
{
    const weir_layer layer = {.kind = WEIR_RNN, .units = 1};
    const weir_plan_options options = {.engine = WEIR_ENGINE_NATIVE};
    weir_net *net = NULL;
    weir_plan *plan = NULL;
    if (!weir_net_create(&net, WEIR_F32, 1, &layer, 1, error))
        weir_plan_create(&plan, net, &options, error);
    weir_net_destroy(&net);
    return plan;
}

static void find_line(const char *description, const char *key, char *text, size_t size)
{
    const size_t length = strlen(key);
    for (const char *line = description; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, key, length) == 0 && line[length] == ':') {
            const char *value = line + length + 1 + strspn(line + length + 1, " ");
            snprintf(text, size, "%.*s", (int)strcspn(value, "\n"), value);
            return;
        }
    }
}

void levels_of_plan(const char *key, char *text, size_t size)
{
    char description[DESCRIPTION_SIZE];
    weir_error error;
    weir_plan *plan = make_plan(&error);
    snprintf(text, size, "%s", plan != NULL ? "unknown" : error.message);
    if (plan == NULL)
        return;
    weir_plan_describe(plan, description, sizeof description);
    find_line(description, key, text, size);
    weir_plan_destroy(&plan);
}

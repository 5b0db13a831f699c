/*
 * api/cpu.c: the public functions of <weir/cpu.h>.
 */
#include "base/cpu.h"
#include "base/fail.h"

uint32_t weir_cpu_levels(void) { return weir_cpu_has(); }

const char *weir_cpu_level_name(weir_cpu_level level) { return weir_cpu_name((uint32_t)level); }

weir_status weir_cpu_set_mask(uint32_t mask, weir_error *error)
{
    FORWARD_FAILURE(weir_cpu_change_mask(mask, error));
    return weir_succeed(error);
}

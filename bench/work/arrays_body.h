/*
 * work/arrays_body.h: work/arrays.c in one precision, with ELEMENT and NAME(x) defined.
 */
static bool NAME(open_one)(ELEMENT **memory, size_t count)
{
    *memory = count == 0 ? NULL : buffer_try(count, sizeof **memory);
    return count == 0 || *memory != NULL;
}

static void NAME(fill)(ELEMENT *memory, size_t count, struct generator *generator)
{
    for (size_t i = 0; i < count; i++)
        memory[i] = (ELEMENT)random_signed(generator);
}

bool NAME(arrays_open)(struct NAME(arrays) * arrays, const struct array_sizes *sizes, uint64_t seed)
{
    *arrays = (struct NAME(arrays)){.sizes = *sizes};
    if (!NAME(open_one)(&arrays->x, sizes->x) || !NAME(open_one)(&arrays->y, sizes->y) ||
        !NAME(open_one)(&arrays->dy, sizes->dy) || !NAME(open_one)(&arrays->dx, sizes->dx) ||
        !NAME(open_one)(&arrays->gradient, sizes->gradient))
        return false;
    struct generator generator = {.state = seed};
    NAME(fill)(arrays->x, sizes->x, &generator);
    NAME(fill)(arrays->dy, sizes->dy, &generator);
    return true;
}

void NAME(arrays_close)(struct NAME(arrays) * arrays)
{
    free(arrays->x);
    free(arrays->y);
    free(arrays->dy);
    free(arrays->dx);
    free(arrays->gradient);
    *arrays = (struct NAME(arrays)){0};
}

weir_status NAME(arrays_run)(const struct NAME(arrays) * arrays, weir_plan *plan)
{
    const weir_status status = NAME(weir_forward)(plan, arrays->x, NULL, arrays->y);
    if (status != WEIR_OK || arrays->gradient == NULL)
        return status;
    return NAME(weir_backward)(plan, arrays->x, arrays->dy, arrays->gradient, arrays->dx);
}

static bool NAME(are_normal)(const ELEMENT *memory, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!isnormal(memory[i]) && memory[i] != 0)
            return false;
    return true;
}

bool NAME(arrays_are_normal)(const struct NAME(arrays) * arrays)
{
    const struct array_sizes *sizes = &arrays->sizes;
    return NAME(are_normal)(arrays->x, sizes->x) && NAME(are_normal)(arrays->y, sizes->y) &&
           NAME(are_normal)(arrays->dy, sizes->dy) && NAME(are_normal)(arrays->dx, sizes->dx) &&
           NAME(are_normal)(arrays->gradient, sizes->gradient);
}

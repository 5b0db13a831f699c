/*
 * music/settings.h: what a person can choose about the music job.
 */
#ifndef BENCH_MUSIC_SETTINGS_H
#define BENCH_MUSIC_SETTINGS_H

#include <argp.h>

#include "music/training.h"

struct music_settings {
    struct training_settings training;
    struct numbers cells; /* places in `cells` */
    struct numbers seeds;
    const char *data; /* a folder; NULL: where it was installed, or lies in the source tree */
};

/* Short enough for the main job, and long enough for the published results. */
struct music_settings music_settings_short(void);
struct music_settings music_settings_long(void);

/* To be a child of a subcommand's parser, which sets its input to a struct music_settings, its defaults filled in. */
extern const struct argp music_argp;

#endif

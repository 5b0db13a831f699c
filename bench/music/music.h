/*
 * music/music.h: the job, for its own subcommand and for the main job.
 */
#ifndef BENCH_MUSIC_MUSIC_H
#define BENCH_MUSIC_MUSIC_H

#include <stdio.h>

#include "command/session.h"
#include "music/settings.h"

/* All trainings that were asked for, those that Ctrl-C prevented left out. */
struct trainings {
    size_t count;
    struct training *trainings;
    double frequency_cost; /* of the test pieces, by key frequencies alone */
};

/* Reads the music; what is wrong with it ends the program. */
void music_open(struct music *music, const struct music_settings *settings);
void music_close(struct music *music);

/* Trains one net for each cell and seed; shows progress. */
struct trainings music_run(const struct music *music, const struct music_settings *settings);
void trainings_close(struct trainings *trainings);

/* Saves and draws what was learned, and prints it to the session's report. */
void music_report(struct session *session, const struct trainings *trainings, const struct music_settings *settings);

/* music/plot.c: draws music-curves.svg. */
void music_plot(const struct results *results, const struct trainings *trainings);

/* A panel of another picture: the curves over seconds, of at least one training. */
void music_draw_panel(const struct trainings *trainings, FILE *plot);

#endif

/*
 * learn/report.h: what was learned, for programs and for people.
 */
#ifndef BENCH_LEARN_REPORT_H
#define BENCH_LEARN_REPORT_H

#include "command/session.h"
#include "learn/job.h"

/* Everything below, in the session's report and folder, where the names of files begin with `stem`. `resumable`:
   --resume goes on with what has not ended. */
void learn_report(struct session *session, const struct job *job, const char *stem, bool resumable);

/* Writes every training, with its settings, and every curve and group: <stem>*.csv and .json. */
void learn_save(const struct results *results, const struct job *job, const char *stem);

/* Score against updates and against seconds, a picture for each length and comparison. */
void learn_draw(const struct results *results, const struct job *job, const char *stem);

/* A panel of another picture: the scores of one comparison against seconds, at validation (solid) and as they were met
   in training (dotted). False, and nothing is drawn, if there are none. */
bool learn_draw_seconds(const struct job *job, const struct problem *problem, enum equal equal, FILE *plot);

/* A table for each length and comparison, cells as columns; and what follows from it. */
void learn_print(const struct job *job, FILE *stream);

/* The entrants of one comparison, in the order of their cells; how many. */
size_t learn_compared(const struct job *job, const struct problem *problem, enum equal equal,
                      const struct entrant *entrants[]);

/* The problems of one length, whose parts of the data differ; how many. */
size_t learn_parts(const struct job *job, int64_t length, const struct problem *problems[]);

/* Where there are several parts of the data: the median test score of each cell against them, as a table and as a
   picture. */
void learn_print_parts(const struct job *job, FILE *stream);
void learn_draw_parts(const struct results *results, const struct job *job, const char *stem);

/* What an entrant's final trainings came to. */
struct summary {
    int64_t courses;                           /* that have ended */
    int64_t solved;                            /* of these */
    double updates;                            /* median to solve; HUGE_VAL: half of them or more did not */
    double seconds;                            /* likewise */
    double unsolved_updates, unsolved_seconds; /* the fewest after which one had not; HUGE_VAL: all had */
    double score;                              /* median on the test split; NaN without trainings */
    double best, worst;                        /* likewise; HUGE_VAL for what was not finite */
    double right;                              /* mean share of the test's sequences */
    double spent;                              /* mean seconds of a training */
    double milliseconds;                       /* mean of an update */
};
struct summary learn_summary(const struct job *job, const struct entrant *entrant);

/* The median over an entrant's trainings of the best validation that each had after so many seconds of training;
   HUGE_VAL if half of them had none yet. */
double learn_valid_within(const struct job *job, const struct entrant *entrant, double seconds);

/* The median of finding `i` over an entrant's trainings, and its name; NaN, and NULL, if it has none. */
double learn_finding(const struct job *job, const struct entrant *entrant, int64_t i, const char **name);

/* A line for each training that was stopped under way, and one for all that had not begun; how many that are. */
size_t learn_print_open(const struct courses *courses, FILE *stream);

/* The sums of an entrant's test scores over all its trainings that have ended. */
void learn_test_score(const struct job *job, const struct entrant *entrant, struct score *score);

#endif

/*
 * base/message.h: sentences for the person at the terminal.
 */
#ifndef BENCH_BASE_MESSAGE_H
#define BENCH_BASE_MESSAGE_H

/* Prints "weir-bench: <sentence>" to standard error. */
__attribute__((format(printf, 1, 2))) void message_warn(const char *format, ...);

/* The same, then ends the program with status 1. */
__attribute__((format(printf, 1, 2))) _Noreturn void message_fail(const char *format, ...);

#endif

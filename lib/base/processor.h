/*
 * base/processor.h: what the CPU calls itself.
 */
#ifndef WEIR_BASE_PROCESSOR_H
#define WEIR_BASE_PROCESSOR_H

enum { PROCESSOR_NAME = 64 };

/* Its model as one word of letters, digits and "_.()@-": AMD_EPYC_9B45_00b00f21. Always terminated. */
void weir_processor_name(char name[PROCESSOR_NAME]);

#endif

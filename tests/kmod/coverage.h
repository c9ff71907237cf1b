/* SPDX-License-Identifier: Apache-2.0 */
/* Whether every event of the module was recorded by a test. */
#ifndef KMOD_COVERAGE_H
#define KMOD_COVERAGE_H

#include <stdint.h>

/* Notes that a record of this event was found, in memory that all test processes share. */
void coverage_found(uint16_t event);
/*
 * The nth event (from 0) that can occur on this architecture and was not found; NULL if there are
 * no more.
 */
const char *coverage_missing(unsigned nth);
/* Adds to, and returns, the number of argument cases that arg_sweep.c has checked in this run. */
void coverage_add_cases(unsigned n);
unsigned coverage_cases(void);

#endif

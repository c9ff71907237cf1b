/* SPDX-License-Identifier: Apache-2.0 */
/* Whether every event of the module was recorded by a test. */
#ifndef KMOD_COVERAGE_H
#define KMOD_COVERAGE_H

#include <stdint.h>

/* A record of this event was found. The flag is shared by all test processes. */
void coverage_found(uint16_t event);
/*
 * The nth event (from 0) that can occur on this architecture and was not found; NULL if there are
 * no more.
 */
const char *coverage_missing(unsigned nth);
/* Argument cases of arg_sweep.c, over all tests of a run. */
void coverage_add_cases(unsigned n);
unsigned coverage_cases(void);

#endif

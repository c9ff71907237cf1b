/* SPDX-License-Identifier: Apache-2.0 */
/* Every event the module can make here has been looked at by a test. */
#ifndef KMOD_COVERAGE_H
#define KMOD_COVERAGE_H

#include <stdint.h>

/* A test has found a record of this event; all processes write to one memory. */
void coverage_found(uint16_t event);
/* The nth event (from 0) that can happen on this architecture and that no test has found; NULL: no more. */
const char *coverage_missing(unsigned nth);
/* Cases of the sweep, over all tests of a run. */
void coverage_add_cases(unsigned n);
unsigned coverage_cases(void);

#endif

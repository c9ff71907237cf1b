/* SPDX-License-Identifier: Apache-2.0 */
/* Names of error, signal and capability numbers, static; NULL: the number has no name. */
#ifndef EVENT_NAMES_H
#define EVENT_NAMES_H

const char *errno_name(unsigned error);	   /* 2 -> "ENOENT"; also 512 and up (kernel-internal) */
const char *signal_name(unsigned sig);	   /* 9 -> "SIGKILL" */
const char *capability_name(unsigned bit); /* 21 -> "CAP_SYS_ADMIN" */

#endif

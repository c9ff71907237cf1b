/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers of the kernel's interface -> their names; NULL for a number without one. */
#ifndef EVENT_NAMES_H
#define EVENT_NAMES_H

const char *errno_name(unsigned error);	   /* 2 -> ENOENT; also the kernel's own 512.. */
const char *signal_name(unsigned sig);	   /* 9 -> SIGKILL */
const char *capability_name(unsigned bit); /* 21 -> CAP_SYS_ADMIN */

#endif

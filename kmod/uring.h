/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Events of io_uring operations that system calls do, too. */
#ifndef FALCO_URING_H
#define FALCO_URING_H

/* Probe of io_uring_complete; NULL where the kernel's headers do not describe a request. */
extern void *const falco_uring_probe;

#endif

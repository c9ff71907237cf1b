/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What io_uring does that system calls do too. */
#ifndef FALCO_URING_H
#define FALCO_URING_H

/* Of io_uring_complete; NULL where the kernel's headers do not say what a request is. */
extern void *const falco_uring_probe;

#endif

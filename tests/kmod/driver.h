/* SPDX-License-Identifier: Apache-2.0 */
/* The driver as a test sees it: open, record, take everything out, look. */
#ifndef KMOD_DRIVER_H
#define KMOD_DRIVER_H

#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>

#include "schema/schema.h"

#ifndef ARRAY_SIZE /* kselftest_harness.h has it too */
#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a[0]))
#endif

/* One record, as views into a copy of the rings. */
struct record {
	uint64_t ts, tid;
	uint16_t type;
	uint32_t n_params;
	const uint8_t *param[MAX_PARAMS];
	uint16_t len[MAX_PARAMS];
};

struct driver {
	unsigned n_rings;
	int *fds;
	void **pages; /* struct falco_ring_page */
	uint8_t **data;
	uint32_t ring_size;
	/* Records taken out of the rings, all CPUs, in time order. */
	struct record *records;
	unsigned n_records;
	uint8_t *copy;
};

/* 0, or -1 with a line on stderr.  Small rings unless bytes says otherwise. */
int driver_open(struct driver *d, unsigned long ring_bytes);
void driver_close(struct driver *d);

/* A plain ioctl on the first ring; the result or -errno. */
long driver_ioctl(struct driver *d, unsigned long command, unsigned long argument);

/* Record this system call (several: call again), from now on.  Other events come by driver_trace(). */
void driver_record(struct driver *d, int native_nr);
void driver_trace(struct driver *d, int tracepoint); /* enum falco_tp */
/* Also record what the call says when it begins. */
void driver_record_enter(struct driver *d, int native_nr);
/* Stop recording and take everything out of the rings. */
void driver_stop(struct driver *d);

/* Drops the records that are in the rings now: sets each tail to head. */
void driver_discard(struct driver *d);

/* Stops if need be.  The nth (from 0) record of this type by this thread, NULL if there is none; tid 0: any thread. */
const struct record *driver_find(struct driver *d, uint16_t type, uint64_t tid, unsigned nth);
unsigned driver_count(struct driver *d, uint16_t type, uint64_t tid);

/* A fixed-size parameter, sign-extended as its type says. */
int64_t record_num(const struct record *r, unsigned param);
bool record_is(const struct record *r, unsigned param, const void *bytes, size_t n);

/* The 32-bit way into the kernel, from a 64-bit process; memory it points to must lie below 4 GiB (low_memory()). */
long syscall_ia32(long nr, long a, long b, long c, long d, long e, long f);
/* n zeroed bytes a 32-bit caller can name; never freed. */
void *low_memory(size_t n);

#endif

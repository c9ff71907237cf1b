/* SPDX-License-Identifier: Apache-2.0 */
/* Access to the driver for tests: opens the rings, records, reads and searches records. */
#ifndef KMOD_DRIVER_H
#define KMOD_DRIVER_H

#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>

#include "schema/schema.h"

#ifndef ARRAY_SIZE /* kselftest_harness.h defines it too */
#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a[0]))
#endif

enum { NSEC_PER_SEC = 1000000000 };

/* One record. param: pointers into the copy of struct driver; len: bytes. */
struct record {
	uint64_t ts, tid; /* ns since the epoch; global thread id */
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
	/* Records of all rings, by time; set by driver_stop(). */
	struct record *records;
	unsigned n_records;
	uint8_t *copy; /* of the ring contents that the records point to */
};

/*
 * Opens the rings of all CPUs as one consumer. ring_bytes 0: 1 MiB. Returns 0, or -1 after printing
 * the error to stderr.
 */
int driver_open(struct driver *d, unsigned long ring_bytes);
void driver_close(struct driver *d);

/* An ioctl on the first ring; the result or -errno. */
long driver_ioctl(struct driver *d, unsigned long command, unsigned long argument);

/*
 * driver_record(): records this system call from now on, in addition to others. driver_trace():
 * enables a tracepoint.
 */
void driver_record(struct driver *d, int native_nr);
void driver_trace(struct driver *d, int tracepoint); /* enum falco_tp */
/* Records the system call, including its enter event. */
void driver_record_enter(struct driver *d, int native_nr);
/* Stops recording and reads all records; only the first call has an effect. */
void driver_stop(struct driver *d);

/* Discards the records that are in the rings now. */
void driver_discard(struct driver *d);

/*
 * The nth record (from 0) of this type by this thread, NULL if there is none; tid 0: any thread.
 * Stops recording.
 */
const struct record *driver_find(struct driver *d, uint16_t type, uint64_t tid, unsigned nth);
/* The number of records of this type by this thread; tid 0: any thread. Stops recording. */
unsigned driver_count(struct driver *d, uint16_t type, uint64_t tid);

/* The value of a parameter of fixed size. If its length is wrong, prints that; INT64_MIN. */
int64_t record_num(const struct record *r, unsigned param);
/* Whether the parameter has exactly these n bytes. */
bool record_is(const struct record *r, unsigned param, const void *bytes, size_t n);

/*
 * Makes a 32-bit system call (int 0x80) from a 64-bit process. Pointers must be below 4 GiB:
 * low_memory().
 */
long syscall_ia32(long nr, long a, long b, long c, long d, long e, long f);
/* n zeroed bytes below 4 GiB; never freed. */
void *low_memory(size_t n);

#endif

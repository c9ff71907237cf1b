/* SPDX-License-Identifier: Apache-2.0 */
/* Opens the rings of all CPUs, reads them and checks every record against the schema. */
#ifndef READER_H
#define READER_H

#include <stdbool.h>
#include <stdint.h>

#include "schema/schema.h"
#include "uapi/ring.h"

enum { READER_CPUS = 64 };

struct reader {
	unsigned n_cpus; /* number of device nodes, whether open or not */
	uint32_t ring_size;
	int fd[READER_CPUS]; /* by CPU; -1: not open */
	struct falco_ring_page *page[READER_CPUS];
	uint8_t *data[READER_CPUS];
	/* Called for each record, if set. param: the bytes of its first parameter. */
	void (*on_record)(struct reader *r, const struct falco_event_header *h,
			  const uint8_t *param);
	void *arg;
	uint64_t n[EVENT_NUMBERS]; /* records read, by event */
	uint64_t n_read, n_malformed;
};

/* Opens the rings of all online CPUs. Prints an error. ring_size: bytes. */
bool reader_open(struct reader *r, uint32_t ring_size);
/* Opens the ring of one CPU; returns 0 or -errno. */
int reader_open_cpu(struct reader *r, unsigned cpu);
void reader_close(struct reader *r);
/* Makes the ioctl on the first open ring; returns its result or -errno. */
long reader_ioctl(struct reader *r, unsigned long command, unsigned long argument);
/*
 * Records all system calls, io_uring if supported, and these tracepoints (mask: bit n is
 * tracepoint n of enum falco_tp).
 */
bool reader_record_all(struct reader *r, uint32_t tracepoints);
/* Records this system call (native number) from now on, in addition to others. */
bool reader_record(struct reader *r, int syscall);
/* Disables all tracepoints and the recording of io_uring. */
bool reader_stop(struct reader *r);
/*
 * Opens the device, records 100 calls of this thread, and checks that exactly these were recorded.
 */
bool reader_works(void);
/* Size of the smallest record of this event: all variable-size parameters empty. */
uint32_t reader_min_size(unsigned event);

/* Checks and consumes all records; false if one is malformed. */
bool reader_drain(struct reader *r);
bool reader_drain_cpu(struct reader *r, unsigned cpu);
/* Checks the records between two ring offsets without consuming them. */
bool reader_check(struct reader *r, unsigned cpu, uint32_t from, uint32_t to);
/* Records lost since open; event 0: of all events. UINT64_MAX on error. */
uint64_t reader_lost(struct reader *r, unsigned event);
/*
 * Whether the event counters of the ring pages equal the records read plus the records lost. Call
 * it after reader_stop() and reader_drain().
 */
bool reader_counts_match(struct reader *r);

#endif

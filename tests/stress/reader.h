/* SPDX-License-Identifier: Apache-2.0 */
/* A ring reader that checks every record against the schema. */
#ifndef READER_H
#define READER_H

#include <stdbool.h>
#include <stdint.h>

#include "schema/schema.h"
#include "uapi/ring.h"

enum { READER_CPUS = 64 };

struct reader {
	unsigned n_cpus; /* device nodes, open or not */
	uint32_t ring_size;
	int fd[READER_CPUS]; /* -1: not open */
	struct falco_ring_page *page[READER_CPUS];
	uint8_t *data[READER_CPUS];
	/* Called for each record, if set. param: its first parameter. */
	void (*each)(struct reader *r, const struct falco_event_header *h, const uint8_t *param);
	void *arg;
	uint64_t n[EVENT_NUMBERS]; /* records read, by event */
	uint64_t n_read, n_malformed;
};

bool reader_open(struct reader *r, uint32_t ring_size);
/* Opens one CPU's ring; 0 or -errno. */
int reader_open_cpu(struct reader *r, unsigned cpu);
void reader_close(struct reader *r);
long reader_ioctl(struct reader *r, unsigned long command, unsigned long argument);
/*
 * Records all system calls, io_uring if supported, and these tracepoints (bit mask of enum
 * falco_tp).
 */
bool reader_record_all(struct reader *r, uint32_t tracepoints);
bool reader_record(struct reader *r, int syscall);
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
/* Checks the records between two offsets without consuming them. */
bool reader_check(struct reader *r, unsigned cpu, uint32_t from, uint32_t to);
/* Records lost since open, of one event or of all (0); UINT64_MAX on error. */
uint64_t reader_lost(struct reader *r, unsigned event);
/*
 * After reader_stop() and reader_drain(): whether the rings' counters are the sum of records read
 * and lost.
 */
bool reader_counts_match(struct reader *r);

#endif

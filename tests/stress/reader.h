/* SPDX-License-Identifier: Apache-2.0 */
/* A reader that believes nothing: every record is held against the schema. */
#ifndef READER_H
#define READER_H

#include <stdbool.h>
#include <stdint.h>

#include "schema/schema.h"
#include "uapi/ring.h"

enum { READER_CPUS = 64 };

struct reader {
	unsigned n_cpus; /* nodes there are */
	uint32_t ring_size;
	int fd[READER_CPUS]; /* -1: not open */
	struct falco_ring_page *page[READER_CPUS];
	uint8_t *data[READER_CPUS];
	/* Called for each record, with its first parameter, if set. */
	void (*each)(struct reader *r, const struct falco_event_header *h, const uint8_t *param);
	void *arg;
	uint64_t n[EVENT_NUMBERS]; /* records read, by event */
	uint64_t n_read, n_wrong;
};

bool reader_open(struct reader *r, uint32_t ring_size);
/* Another CPU's ring: 0, or -errno. */
int reader_open_cpu(struct reader *r, unsigned cpu);
void reader_close(struct reader *r);
long reader_ioctl(struct reader *r, unsigned long command, unsigned long argument);
/* Everything the schema knows, and these tracepoints (bits of enum falco_tp). */
bool reader_want_all(struct reader *r, uint32_t tracepoints);
bool reader_want(struct reader *r, int syscall);
bool reader_stop(struct reader *r);
/* The module does what it is for: opens, records what this thread does, to the event. */
bool reader_works(void);
/* Bytes of a record of this event in which all that can be empty is. */
uint32_t reader_least(unsigned event);

/* Takes out what is there; false if a record was wrong. */
bool reader_drain(struct reader *r);
bool reader_drain_cpu(struct reader *r, unsigned cpu);
/* Looks at what lies between two offsets and leaves it there. */
bool reader_walk(struct reader *r, unsigned cpu, uint32_t from, uint32_t to);
/* Of one event, or of all (0), since the rings were opened; UINT64_MAX if the driver does not say. */
uint64_t reader_lost(struct reader *r, unsigned event);
/* After reader_stop() and reader_drain(): what the rings say was made is what was read and what was lost. */
bool reader_adds_up(struct reader *r);

#endif

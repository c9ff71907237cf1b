/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel module as a source: for source/kmod.c, source/device.c and tests. */
#ifndef SOURCE_KMOD_H
#define SOURCE_KMOD_H

#include <stddef.h>

#include "source/convert.h"
#include "source/merge.h"
#include "source/source.h"

struct kmod_device {
	int fd; /* -1: the CPU is offline */
	struct falco_ring_page *page;
	void *data;
};

struct kmod {
	struct source src;
	char device[128];     /* path without the CPU number */
	uint64_t features;    /* FALCO_FEATURE_*; 0: not this project's module */
	uint64_t api, schema; /* versions of the driver, encoded as in uapi/version.h */
	char version[64];
	struct convert *convert; /* NULL: records are of today's schema */
	uint64_t ring_size;
	struct kmod_device *devices; /* one per possible CPU */
	unsigned n_devices;
	struct ring *rings; /* one per opened device */
	unsigned n_rings;
	int fd; /* of the first opened device, for ioctls and poll; closed with it */
	struct merge merge;
	unsigned idle_us; /* next sleep, when the module does not support poll() */
	uint64_t n_corrupt, n_unknown;
};

/*
 * source/device.c: opens and maps the devices of all online CPUs.  0, or -1 with the reason in err.
 */
int device_open_all(struct kmod *k, const struct kmod_options *opt, char *err, size_t err_size);
void device_close_all(struct kmod *k);

/*
 * source/kmod.c: the next event, converted to today's schema; corrupt and unknown records are
 * counted.  False: no record is older than the merge horizon.
 */
bool kmod_next_event(struct kmod *k, struct event *ev);

#endif

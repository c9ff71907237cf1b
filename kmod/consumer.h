/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * A consumer: one thread that has opened the devices, with its masks, settings and one ring per
 * CPU.
 *
 * Everything that a probe can reach through falco_consumers is freed only after
 * tracepoint_synchronize_unregister(): running inside a probe is the read-side critical section.
 */
#ifndef FALCO_CONSUMER_H
#define FALCO_CONSUMER_H

#include <linux/bitmap.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "uapi/ioctl.h"

struct falco_ring;
struct pid;
struct poll_table_struct;

/* Bits of falco_consumer.filters: checks besides the masks. */
enum {
	FALCO_FILTER_SAMPLING = 1 << 0,
	FALCO_FILTER_FAILED = 1 << 1,
	FALCO_FILTER_SELF = 1 << 2,
};

struct falco_consumer {
	struct list_head node; /* in falco_consumers; falco_mutex */

	/* Read by probes at any time; written under falco_mutex. */
	unsigned long enter[BITS_TO_LONGS(
		FALCO_SYSCALL_SLOTS)]; /* copy of syscalls if sys_enter is enabled, else 0 */
	unsigned long exit[BITS_TO_LONGS(
		FALCO_SYSCALL_SLOTS)]; /* copy of syscalls if sys_exit is enabled, else 0 */
	struct falco_ring __percpu *rings;
	u32 tps;	       /* bits of enum falco_tp, and FALCO_TP_URING */
	u32 filters;	       /* FALCO_FILTER_*; 0 is the common case */
	pid_t self;	       /* thread group that FALCO_FILTER_SELF leaves out */
	u32 sampling_ratio;    /* 1, 2, 4 ... 128 */
	u32 sampling_ns;       /* of each second, what passes */
	int sampling_reported; /* last drop event: 1 events are being dropped; cmpxchg by probes */

	/* Read by snaplen.c, from probes; written under falco_mutex. */
	u32 snaplen; /* bytes */
	bool dynamic_snaplen;
	u16 fullcapture_first, fullcapture_last; /* ports; last 0 is none */
	u16 statsd_port;

	/* Not for probes; falco_mutex. */
	unsigned long syscalls[BITS_TO_LONGS(FALCO_SYSCALL_SLOTS)]; /* as set by ioctl */
	struct pid *owner;   /* the thread; referenced, so that its number cannot be reused */
	unsigned int n_open; /* rings open */
	size_t ring_size;    /* bytes, a power of two */

	/* wakeup.c */
	wait_queue_head_t wait;
	struct delayed_work timeout; /* the oldest byte has waited long enough */
	u32 watermark;		     /* bytes */
	u32 timeout_ms;
	int timeout_pending; /* set by overdue, cleared by poll */
};

extern struct list_head falco_consumers;
extern struct mutex falco_mutex;      /* consumers, their settings, attached tracepoints */
extern unsigned long falco_ring_size; /* module parameter: of consumers yet to come */
extern unsigned int falco_max_consumers;

/*
 * Opens the ring of a CPU for the current thread, whose consumer is made if it has none.  Process
 * context; takes falco_mutex.  ERR_PTR: -ENODEV offline, -EBUSY open already or too many consumers,
 * -ENOMEM.
 */
struct falco_ring *falco_consumer_open(unsigned int cpu);
/* Closes it; the last one frees the consumer, after a grace period of tracepoints. */
void falco_consumer_close(struct falco_ring *ring);

/*
 * Recomputes masks and attached tracepoints after consumer->syscalls or ->tps has changed.
 * falco_mutex held; may sleep.  Returns the error of attaching, else 0.
 */
int falco_consumer_update(struct falco_consumer *consumer);

#endif

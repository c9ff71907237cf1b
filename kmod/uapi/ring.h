/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Memory shared by kernel and reader: one ring per CPU, mapped from /dev/falco<cpu>.
 * doc/ring-protocol.md is the protocol, doc/wire-format.md the format of records.
 *
 *   offset 0, up to one page:          struct falco_ring_page, read/write
 *   offset 0, exactly 2 x ring size:   the records, read-only, the same bytes twice back to back, so that a record
 *                                      which crosses the end is still contiguous
 *
 * Producer (kmod/ring.h)                     Reader (userspace/source/ring.c)
 *   write records                              load head, acquire
 *   store head, release        ── pairs ──>    read records in [tail, head)
 *   load tail, acquire         <── pairs ──    store tail, release
 *
 * head and tail are byte offsets below the ring size; equal means empty, so at most size - 1 bytes
 * are ever used. Records are packed without padding.  The kernel keeps its own head and counters
 * and only publishes them here: what a reader writes elsewhere than to tail is ignored, and a tail
 * out of bounds leaves the last valid one in force.
 */
#ifndef FALCO_UAPI_RING_H
#define FALCO_UAPI_RING_H

#include <linux/types.h>

struct falco_ring_page {
	__u32 head; /* kernel: where the next record goes */
	__u32 tail; /* reader: first byte it still needs */

	/* Kernel: since the ring was opened. */
	__u64 n_evts;	      /* begun, lost ones included */
	__u64 n_drops_buffer; /* lost, ring full; by kind in the next ten */
	__u64 n_drops_buffer_clone_fork_exit;
	__u64 n_drops_buffer_execve_exit;
	__u64 n_drops_buffer_connect_enter;
	__u64 n_drops_buffer_connect_exit;
	__u64 n_drops_buffer_open_enter;
	__u64 n_drops_buffer_open_exit;
	__u64 n_drops_buffer_dir_file_exit;
	__u64 n_drops_buffer_other_interest_exit;
	__u64 n_drops_buffer_close_exit;
	__u64 n_drops_buffer_proc_exit;
	__u64 n_drops_pf;    /* lost because an argument was unreadable */
	__u64 n_preemptions; /* lost because this CPU was in the middle of another record */
	__u64 n_context_switches;
};

/* Before every record, little or big endian as the machine is. */
struct falco_event_header {
	__u64 ts;   /* wall clock, ns */
	__u64 tid;  /* in the initial pid namespace */
	__u32 len;  /* of the whole record, this header included */
	__u16 type; /* event number of schema/events.def */
	__u32 nparams;
	/*
	 * nparams lengths, __u16 each (__u32 for LARGE_PAYLOAD events), then the parameters without
	 * padding
	 */
} __attribute__((packed));

#define FALCO_RING_SIZE_DEFAULT (8u << 20) /* bytes per CPU: module parameter g_buffer_bytes_dim */
#define FALCO_PARAM_MAX 65000u		   /* bytes of one parameter the kernel writes */

#endif

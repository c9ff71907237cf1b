/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers and offsets of the driver's interface against literals: other programs have them
 * compiled in, so a change of kmod/uapi/ must fail here.
 */
#include "test.h"

#include <stddef.h>

#include "base/macros.h"
#include "schema/schema.h"
#include "uapi/ioctl.h"
#include "uapi/ring.h"
#include "uapi/version.h"

TEST(ioctl_numbers)
{
	static const struct {
		unsigned got, want;
	} numbers[] = {
		{ FALCO_IOCTL_DISABLE_DROPPING_MODE, 0x7302 },
		{ FALCO_IOCTL_ENABLE_DROPPING_MODE, 0x7303 },
		{ FALCO_IOCTL_SET_SNAPLEN, 0x7304 },
		{ FALCO_IOCTL_DISABLE_DYNAMIC_SNAPLEN, 0x7308 },
		{ FALCO_IOCTL_ENABLE_DYNAMIC_SNAPLEN, 0x7309 },
		{ FALCO_IOCTL_GET_VTID, 0x730a },
		{ FALCO_IOCTL_GET_VPID, 0x730b },
		{ FALCO_IOCTL_GET_CURRENT_TID, 0x730c },
		{ FALCO_IOCTL_GET_CURRENT_PID, 0x730d },
		{ FALCO_IOCTL_GET_PROCLIST, 0x7310 },
		{ FALCO_IOCTL_GET_N_TRACEPOINT_HIT, 0x7314 },
		{ FALCO_IOCTL_GET_DRIVER_VERSION, 0x7315 },
		{ FALCO_IOCTL_SET_FULLCAPTURE_PORT_RANGE, 0x7316 },
		{ FALCO_IOCTL_SET_STATSD_PORT, 0x7317 },
		{ FALCO_IOCTL_GET_API_VERSION, 0x7318 },
		{ FALCO_IOCTL_GET_SCHEMA_VERSION, 0x7319 },
		{ FALCO_IOCTL_ENABLE_SYSCALL, 0x731d },
		{ FALCO_IOCTL_DISABLE_SYSCALL, 0x731e },
		{ FALCO_IOCTL_ENABLE_TP, 0x731f },
		{ FALCO_IOCTL_DISABLE_TP, 0x7320 },
		{ FALCO_IOCTL_ENABLE_DROPFAILED, 0x7321 },
		{ FALCO_IOCTL_DISABLE_DROPFAILED, 0x7322 },
		{ FALCO_IOCTL_HANDSHAKE, 0x7340 },
		{ FALCO_IOCTL_GET_EVENT_PARAMS, 0x7341 },
		{ FALCO_IOCTL_SET_WATERMARK, 0x7342 },
		{ FALCO_IOCTL_SET_EXCLUDE_SELF, 0x7343 },
		{ FALCO_IOCTL_GET_LOST, 0x7344 },
		{ FALCO_IOCTL_SET_URING, 0x7345 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		EXPECT_INT(numbers[i].got, numbers[i].want);
}

TEST(tracepoint_numbers)
{
	EXPECT_INT(FALCO_TP_SYS_ENTER, 0);
	EXPECT_INT(FALCO_TP_SYS_EXIT, 1);
	EXPECT_INT(FALCO_TP_SCHED_PROC_EXIT, 2);
	EXPECT_INT(FALCO_TP_SCHED_SWITCH, 3);
	EXPECT_INT(FALCO_TP_PAGE_FAULT_USER, 4);
	EXPECT_INT(FALCO_TP_PAGE_FAULT_KERNEL, 5);
	EXPECT_INT(FALCO_TP_SIGNAL_DELIVER, 6);
	EXPECT_INT(FALCO_TP_SCHED_PROC_FORK, 7);
	EXPECT_INT(FALCO_TP_SCHED_PROC_EXEC, 8);
}

TEST(offsets_in_the_ring_page)
{
	EXPECT_INT(offsetof(struct falco_ring_page, head), 0);
	EXPECT_INT(offsetof(struct falco_ring_page, tail), 4);
	EXPECT_INT(offsetof(struct falco_ring_page, n_evts), 8);
	EXPECT_INT(offsetof(struct falco_ring_page, n_drops_buffer), 16);
	EXPECT_INT(offsetof(struct falco_ring_page, n_drops_buffer_clone_fork_exit), 24);
	EXPECT_INT(offsetof(struct falco_ring_page, n_drops_buffer_execve_exit), 32);
	EXPECT_INT(offsetof(struct falco_ring_page, n_drops_buffer_connect_enter), 40);
	EXPECT_INT(offsetof(struct falco_ring_page, n_drops_buffer_connect_exit), 48);
	EXPECT_INT(offsetof(struct falco_ring_page, n_drops_buffer_open_enter), 56);
	EXPECT_INT(offsetof(struct falco_ring_page, n_drops_buffer_open_exit), 64);
	EXPECT_INT(offsetof(struct falco_ring_page, n_drops_buffer_dir_file_exit), 72);
	EXPECT_INT(offsetof(struct falco_ring_page, n_drops_buffer_other_interest_exit), 80);
	EXPECT_INT(offsetof(struct falco_ring_page, n_drops_buffer_close_exit), 88);
	EXPECT_INT(offsetof(struct falco_ring_page, n_drops_buffer_proc_exit), 96);
	EXPECT_INT(offsetof(struct falco_ring_page, n_drops_pf), 104);
	EXPECT_INT(offsetof(struct falco_ring_page, n_preemptions), 112);
	EXPECT_INT(offsetof(struct falco_ring_page, n_context_switches), 120);
	EXPECT_INT(sizeof(struct falco_ring_page), 128);
}

TEST(offsets_in_a_record)
{
	EXPECT_INT(offsetof(struct falco_event_header, ts), 0);
	EXPECT_INT(offsetof(struct falco_event_header, tid), 8);
	EXPECT_INT(offsetof(struct falco_event_header, len), 16);
	EXPECT_INT(offsetof(struct falco_event_header, type), 20);
	EXPECT_INT(offsetof(struct falco_event_header, nparams), 22);
	EXPECT_INT(sizeof(struct falco_event_header), 26);
}

TEST(versions)
{
	EXPECT(FALCO_API_VERSION == (10ull << 44 | 1ull << 24));
	EXPECT(FALCO_SCHEMA_VERSION == (4ull << 44 | 5ull << 24 | 1));
}

/* One event of each family, from Falco's public list of events. */
TEST(event_numbers)
{
	EXPECT_INT(EV_generic, 1);
	EXPECT_INT(EV_open, 3);
	EXPECT_INT(EV_close, 5);
	EXPECT_INT(EV_read, 7);
	EXPECT_INT(EV_write, 9);
	EXPECT_INT(EV_connect, 23);
	EXPECT_INT(EV_procexit, 186);
	EXPECT_INT(EV_openat, 307);
}

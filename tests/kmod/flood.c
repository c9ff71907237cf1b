// SPDX-License-Identifier: Apache-2.0
/*
 * Writes overflow small rings while processes are created, execute programs and exit.
 *
 * Every event is either read or counted as lost; no clone, execve, procexit or set*id event is
 * lost.
 */
#include <pthread.h>
#include <sched.h>
#include <sys/wait.h>

#include "expect.h"
#include "uapi/ring.h"

enum { FLOOD_RING = 1 << 16, FLOOD_CALLS = 20000, FLOOD_THREADS = 4, FLOOD_CHILDREN = 40 };

struct flood_lost {
	struct falco_lost head;
	uint64_t counts[EVENT_NUMBERS];
};

static bool flood_lost(struct driver *d, unsigned cpu, struct flood_lost *lost)
{
	*lost = (struct flood_lost){ .head = { .cpu = cpu, .n = EVENT_NUMBERS } };
	return driver_ioctl(d, FALCO_IOCTL_GET_LOST, (unsigned long)lost) == 0;
}

static void *flood_writes(void *cpu)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET((size_t)cpu, &one);
	sched_setaffinity(0, sizeof(one), &one);
	for (int i = 0; i < FLOOD_CALLS; i++)
		syscall(__NR_pwrite64, -1, NULL, 0, 0);
	return NULL;
}

/* The child: changes its ids and executes a program, which exits. */
static void flood_child(void)
{
	syscall(__NR_setresgid, 12, 12, 12);
	syscall(__NR_setresuid, 12, 12, 12);
	execl("/bin/true", "true", NULL);
	_exit(1);
}

/* Counts the unread records by event and consumes them. */
static void flood_drain(struct driver *d, uint64_t read[EVENT_NUMBERS])
{
	for (unsigned i = 0; i < d->n_rings; i++) {
		struct falco_ring_page *page = d->pages[i];
		uint32_t head = __atomic_load_n(&page->head, __ATOMIC_ACQUIRE);
		const uint8_t *at = d->data[i] + page->tail,
			      *end = at + ((head - page->tail) & (d->ring_size - 1));
		struct falco_event_header h;

		for (; at < end; at += h.len) {
			memcpy(&h, at, sizeof(h));
			if (h.len < sizeof(h) || h.type >= EVENT_NUMBERS)
				abort();
			read[h.type]++;
		}
		__atomic_store_n(&page->tail, head, __ATOMIC_RELEASE);
	}
}

static void flood_processes(struct driver *d, uint64_t read[EVENT_NUMBERS])
{
	for (int i = 0; i < FLOOD_CHILDREN; i++) {
		pid_t pid = fork();

		if (!pid)
			flood_child();
		waitpid(pid, NULL, 0);
		flood_drain(d, read);
	}
}

/* The sum over all rings of the counter at this offset of the ring page. */
static uint64_t flood_sum(struct driver *d, size_t counter)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < d->n_rings; i++)
		sum += *(uint64_t *)((uint8_t *)d->pages[i] + counter);
	return sum;
}

static void flood_record(struct driver *d)
{
	driver_record(d, __NR_pwrite64);
	driver_record(d, __NR_clone);
	driver_record(d, __NR_execve);
	driver_record(d, __NR_setresuid);
	driver_record(d, __NR_setresgid);
	driver_trace(d, FALCO_TP_SCHED_PROC_EXIT);
	driver_trace(d, FALCO_TP_SCHED_PROC_FORK);
	driver_trace(d, FALCO_TP_SCHED_PROC_EXEC);
}

/* Each clone has two records: of the parent and of the child. */
TEST_F(driver, flood_keeps_process_events)
{
	static const struct {
		uint16_t event;
		unsigned records; /* at least */
	} process_events[] = {
		{ EV_clone, 2 * FLOOD_CHILDREN }, { EV_execve, FLOOD_CHILDREN },
		{ EV_procexit, FLOOD_CHILDREN },  { EV_setresuid, FLOOD_CHILDREN },
		{ EV_setresgid, FLOOD_CHILDREN },
	};
	static struct flood_lost lost, on_cpu, sum;
	static uint64_t read[EVENT_NUMBERS];
	pthread_t threads[FLOOD_THREADS];
	uint64_t counted, all_lost = 0, all_read = 0;

	driver_close(&self->d);
	ASSERT_EQ(0, driver_open(&self->d, FLOOD_RING));
	flood_record(&self->d);
	for (size_t i = 0; i < FLOOD_THREADS; i++)
		ASSERT_EQ(0, pthread_create(&threads[i], NULL, flood_writes,
					    (void *)(i % self->d.n_rings)));
	flood_processes(&self->d, read);
	for (int i = 0; i < FLOOD_THREADS; i++)
		pthread_join(threads[i], NULL);
	for (unsigned tp = 0; tp < FALCO_TP_COUNT; tp++)
		driver_ioctl(&self->d, FALCO_IOCTL_DISABLE_TP, tp);
	flood_drain(&self->d, read);
	ASSERT_TRUE(flood_lost(&self->d, FALCO_LOST_ALL_CPUS, &lost));
	for (unsigned cpu = 0; cpu < self->d.n_rings; cpu++) {
		ASSERT_TRUE(flood_lost(&self->d, cpu, &on_cpu));
		for (unsigned e = 0; e < EVENT_NUMBERS; e++)
			sum.counts[e] += on_cpu.counts[e];
	}
	EXPECT_EQ(0, memcmp(lost.counts, sum.counts, sizeof(lost.counts)));
	for (unsigned i = 0; i < ARRAY_SIZE(process_events); i++) {
		EXPECT_EQ(0u, lost.counts[process_events[i].event]);
		EXPECT_LE(process_events[i].records, read[process_events[i].event]);
	}
	for (unsigned e = 0; e < EVENT_NUMBERS; e++) {
		all_lost += lost.counts[e];
		all_read += read[e];
	}
	counted = flood_sum(&self->d, offsetof(struct falco_ring_page, n_evts));
	EXPECT_LT(1000u, lost.counts[EV_pwrite]);
	EXPECT_EQ(FLOOD_THREADS * FLOOD_CALLS, lost.counts[EV_pwrite] + read[EV_pwrite]);
	EXPECT_EQ(counted, all_lost + all_read);
	EXPECT_EQ(all_lost, flood_sum(&self->d, offsetof(struct falco_ring_page, n_drops_buffer)));
	TH_LOG("%llu events, %llu lost", (unsigned long long)counted, (unsigned long long)all_lost);
}

/*
 * If the rings are not read, process events fill the reserve that the handshake reports; every lost
 * event is counted.
 */
TEST_F(driver, flood_reserve_without_reader)
{
	enum {
		SETRESUID_CALLS = 1000,
		SETRESUID_RECORD = sizeof(struct falco_event_header) + 4 * sizeof(uint16_t) + 20
	};
	struct falco_handshake handshake = { .size = sizeof(handshake) };
	static uint64_t read[EVENT_NUMBERS];
	static struct flood_lost lost;

	driver_close(&self->d);
	ASSERT_EQ(0, driver_open(&self->d, FLOOD_RING));
	ASSERT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_HANDSHAKE, (unsigned long)&handshake));
	driver_record(&self->d, __NR_pwrite64);
	driver_record(&self->d, __NR_setresuid);
	flood_writes((void *)0);
	ASSERT_TRUE(flood_lost(&self->d, FALCO_LOST_ALL_CPUS, &lost));
	EXPECT_LT(0u, lost.counts[EV_pwrite]);
	for (int i = 0; i < SETRESUID_CALLS; i++)
		syscall(__NR_setresuid, -1, -1, -1);
	driver_ioctl(&self->d, FALCO_IOCTL_DISABLE_TP, FALCO_TP_SYS_EXIT);
	ASSERT_TRUE(flood_lost(&self->d, FALCO_LOST_ALL_CPUS, &lost));
	flood_drain(&self->d, read);
	EXPECT_EQ(FLOOD_CALLS, read[EV_pwrite] + lost.counts[EV_pwrite]);
	EXPECT_EQ(SETRESUID_CALLS, read[EV_setresuid] + lost.counts[EV_setresuid]);
	EXPECT_LE(handshake.reserve / SETRESUID_RECORD, read[EV_setresuid]);
	EXPECT_LT(0u, lost.counts[EV_setresuid]);
}

// SPDX-License-Identifier: Apache-2.0
/* Several consumers at the same time, each with its own masks. */
#include <pthread.h>
#include <semaphore.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "expect.h"
#include "uapi/ring.h"

enum { CONSUMERS = 3, CONSUMER_CALLS = 50 };

struct consumer {
	struct driver d;
	int nr;
	uint16_t event;
	uint64_t caller;
	unsigned from_caller, total; /* records */
	int opened;
	sem_t ready, done;
};

/* Each thread that opens the device is a consumer. */
static void *consumer_read(void *arg)
{
	struct consumer *consumer = arg;

	consumer->opened = driver_open(&consumer->d, 0);
	driver_record(&consumer->d, consumer->nr);
	sem_post(&consumer->ready);
	sem_wait(&consumer->done);
	consumer->from_caller = driver_count(&consumer->d, consumer->event, consumer->caller);
	consumer->total = consumer->d.n_records;
	driver_close(&consumer->d);
	return NULL;
}

TEST_F(driver, consumers_have_separate_masks)
{
	struct consumer consumers[CONSUMERS] = {
		{ .nr = __NR_getuid, .event = EV_getuid },
		{ .nr = __NR_getgid, .event = EV_getgid },
		{ .nr = __NR_geteuid, .event = EV_geteuid },
	};
	pthread_t threads[CONSUMERS];

	for (int i = 0; i < CONSUMERS; i++) {
		consumers[i].caller = gettid();
		sem_init(&consumers[i].ready, 0, 0);
		sem_init(&consumers[i].done, 0, 0);
		ASSERT_EQ(0, pthread_create(&threads[i], NULL, consumer_read, &consumers[i]));
		sem_wait(&consumers[i].ready);
		ASSERT_EQ(0, consumers[i].opened);
	}
	RECORD(__NR_getuid);
	RECORD(__NR_getegid);
	for (int i = 0; i < CONSUMER_CALLS; i++) {
		syscall(__NR_getuid);
		syscall(__NR_getgid);
		syscall(__NR_geteuid);
		syscall(__NR_getegid);
	}
	for (int i = 0; i < CONSUMERS; i++) {
		sem_post(&consumers[i].done);
		pthread_join(threads[i], NULL);
		EXPECT_EQ(CONSUMER_CALLS, consumers[i].from_caller);
		EXPECT_LE(consumers[i].from_caller, consumers[i].total);
	}
	/* the other consumers are closed; this one still records */
	syscall(__NR_getegid);
	EXPECT_EQ(CONSUMER_CALLS, driver_count(&self->d, EV_getuid, gettid()));
	EXPECT_EQ(CONSUMER_CALLS + 1, driver_count(&self->d, EV_getegid, gettid()));
	EXPECT_EQ(0, driver_count(&self->d, EV_getgid, gettid()));
	EXPECT_EQ(0, driver_count(&self->d, EV_geteuid, gettid()));
}

/* ---- reused thread ids ---- */

enum { PID_TRIES = 200 };

/* The next new task gets this pid, unless another process forks first. */
static bool set_next_pid(pid_t pid)
{
	FILE *f = fopen("/proc/sys/kernel/ns_last_pid", "w");

	if (!f)
		return false;
	fprintf(f, "%d", pid - 1);
	return !fclose(f);
}

/* Events recorded in the ring of this descriptor. */
static uint64_t ring_events(int fd)
{
	struct falco_ring_page *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	uint64_t n = page == MAP_FAILED ? 0 : page->n_evts;

	if (page != MAP_FAILED)
		munmap(page, 4096);
	return n;
}

/* A consumer outlives the thread that opened it. A later task with that id is another consumer. */
static void *open_and_exit(void *arg)
{
	int *opened = arg;

	opened[0] = open("/dev/falco0", O_RDWR | O_CLOEXEC);
	opened[1] = gettid();
	return NULL;
}

TEST_F(driver, consumers_with_reused_pid)
{
	int opened[2], other = -1, status;
	pthread_t thread;
	pid_t pid = -1;

	ASSERT_EQ(0, pthread_create(&thread, NULL, open_and_exit, opened));
	pthread_join(thread, NULL);
	ASSERT_LE(0, opened[0]);
	/* settings of the first consumer, which the second must not inherit */
	ASSERT_EQ(0, ioctl(opened[0], FALCO_IOCTL_ENABLE_SYSCALL, __NR_getppid));
	ASSERT_EQ(0, ioctl(opened[0], FALCO_IOCTL_ENABLE_TP, FALCO_TP_SYS_EXIT));
	for (int i = 0; i < PID_TRIES && pid != opened[1]; i++) {
		ASSERT_TRUE(set_next_pid(opened[1]));
		pid = fork();
		if (!pid && getpid() != opened[1])
			_exit(0);
		if (!pid) {
			/* another ring of the same CPU, with an empty mask */
			other = open("/dev/falco0", O_RDWR | O_CLOEXEC);
			if (other < 0)
				_exit(errno == EBUSY ? 1 : 2);
			if (ioctl(other, FALCO_IOCTL_ENABLE_TP, FALCO_TP_SYS_EXIT))
				_exit(3);
			sched_setaffinity(0, sizeof(cpu_set_t), &(cpu_set_t){ { 1 } });
			for (int n = 0; n < 10; n++)
				syscall(__NR_getppid);
			if (ring_events(other))
				_exit(4);
			_exit(ring_events(opened[0]) ? 0 : 5);
		}
		waitpid(pid, &status, 0);
	}
	ASSERT_EQ(opened[1], pid);
	EXPECT_EQ(0, status);
	close(opened[0]);
}

/* Unassigned numbers of the 32-bit table make no event, in particular no read event. */
TEST_F(driver, generic_ignores_unassigned_numbers_by_ia32)
{
	static const int unassigned[] = { 17,  31,  32,	 35,  44,  53,	56,  58,  98,  137,
					  188, 189, 222, 223, 251, 273, 285, 390, 415, 500 };

	for (int i = 0; i < 512; i++)
		RECORD(i);
	for (size_t i = 0; i < ARRAY_SIZE(unassigned); i++)
		EXPECT_EQ(-ENOSYS, syscall_ia32(unassigned[i], -1, 0, 0, 0, 0, 0));
	driver_stop(&self->d);
	EXPECT_EQ(0, driver_count(&self->d, EV_read, getpid()));
}

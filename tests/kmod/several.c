// SPDX-License-Identifier: Apache-2.0
/* Several readers at once, each with a mask of its own.  Included by main.c. */
#include <pthread.h>
#include <semaphore.h>

enum { SEVERAL = 3, SEVERAL_CALLS = 50 };

struct several {
	struct driver d;
	int nr;
	uint16_t event;
	uint64_t caller;
	unsigned own, all;
	int opened;
	sem_t ready, done;
};

/* A reader is a thread: what it opens is its own. */
static void *several_read(void *arg)
{
	struct several *s = arg;

	s->opened = driver_open(&s->d, 0);
	driver_record(&s->d, s->nr);
	sem_post(&s->ready);
	sem_wait(&s->done);
	s->own = driver_count(&s->d, s->event, s->caller);
	s->all = s->d.n_records;
	driver_close(&s->d);
	return NULL;
}

TEST_F(driver, several_readers_each_what_it_asked_for)
{
	struct several several[SEVERAL] = {
		{ .nr = __NR_getuid, .event = EV_getuid }, { .nr = __NR_getgid, .event = EV_getgid },
		{ .nr = __NR_geteuid, .event = EV_geteuid },
	};
	pthread_t threads[SEVERAL];

	for (int i = 0; i < SEVERAL; i++) {
		several[i].caller = gettid();
		sem_init(&several[i].ready, 0, 0);
		sem_init(&several[i].done, 0, 0);
		ASSERT_EQ(0, pthread_create(&threads[i], NULL, several_read, &several[i]));
		sem_wait(&several[i].ready);
		ASSERT_EQ(0, several[i].opened);
	}
	RECORD(__NR_getuid);
	RECORD(__NR_getegid);
	for (int i = 0; i < SEVERAL_CALLS; i++) {
		syscall(__NR_getuid);
		syscall(__NR_getgid);
		syscall(__NR_geteuid);
		syscall(__NR_getegid);
	}
	for (int i = 0; i < SEVERAL; i++) {
		sem_post(&several[i].done);
		pthread_join(threads[i], NULL);
		EXPECT_EQ(SEVERAL_CALLS, several[i].own);
		EXPECT_LE(several[i].own, several[i].all);
	}
	/* The others have gone: this one still listens. */
	syscall(__NR_getegid);
	EXPECT_EQ(SEVERAL_CALLS, driver_count(&self->d, EV_getuid, gettid()));
	EXPECT_EQ(SEVERAL_CALLS + 1, driver_count(&self->d, EV_getegid, gettid()));
	EXPECT_EQ(0, driver_count(&self->d, EV_getgid, gettid()));
	EXPECT_EQ(0, driver_count(&self->d, EV_geteuid, gettid()));
}

/* Numbers between those of the 32-bit table that nobody has: no event, least of all a read. */
TEST_F(driver, generic_not_of_holes_by_ia32)
{
	static const int holes[] = { 17, 31, 32, 35, 44, 53, 56, 58, 98, 137, 188, 189, 222, 223, 251, 273, 285, 390, 415, 500 };

	for (int i = 0; i < 512; i++)
		RECORD(i);
	for (size_t i = 0; i < sizeof(holes) / sizeof(*holes); i++)
		EXPECT_EQ(-ENOSYS, syscall_ia32(holes[i], -1, 0, 0, 0, 0, 0));
	driver_stop(&self->d);
	EXPECT_EQ(0, driver_count(&self->d, EV_read, getpid()));
}

// SPDX-License-Identifier: Apache-2.0
/*
 * CPUs go offline and online while events are recorded: no event of another CPU is lost, and counts
 * are exact.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reader.h"
#include "stress.h"
#include "uapi/ioctl.h"

enum { CALLERS = 3, RING = 8 << 20, PAGE = 4096, LATE_CALLS = 1000, LATE_RING = 256 << 20 };

/* What one caller did: number of calls, and the sum of their pos arguments. */
struct call_count {
	volatile uint64_t calls, sum;
	volatile int stop;
};

struct observed {
	uint64_t calls, sum, cpu_notices;
	uint32_t cpu;
};

static void *shared(size_t n)
{
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

static void observe(struct reader *r, const struct falco_event_header *h, const uint8_t *param)
{
	struct observed *seen = r->arg;
	uint64_t pos;

	if (h->type == EV_pwrite) {
		/* pos is the last parameter */
		memcpy(&pos, param - 2 * h->nparams - sizeof(*h) + h->len - sizeof(pos),
		       sizeof(pos));
		seen->calls++;
		seen->sum += pos;
	} else if (h->type == EV_cpu_hotplug) {
		seen->cpu_notices++;
		memcpy(&seen->cpu, param, sizeof(seen->cpu));
	}
}

/* The CPU that is taken offline; 0 if there is only one. */
static unsigned last_cpu(void)
{
	return (unsigned)sysconf(_SC_NPROCESSORS_CONF) - 1;
}

static pid_t start_caller(struct call_count *t, int cpu)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	if (cpu >= 0)
		stay_on((unsigned)cpu);
	while (!t->stop) {
		for (int i = 0; i < 20; i++) {
			uint64_t pos = t->calls * 3 + 1;

			syscall(SYS_pwrite64, -1, NULL, 0, pos);
			t->calls++;
			t->sum += pos;
		}
		usleep(1000);
	}
	_exit(0);
}

static bool read_for(struct reader *r, double seconds)
{
	double until = now() + seconds;
	bool ok = true;

	do {
		ok &= reader_drain(r);
		usleep(2000);
	} while (ok && now() < until);
	return ok;
}

static bool compare(struct reader *r, const struct observed *seen, const struct call_count *made)
{
	uint64_t calls = 0, sum = 0, lost = reader_lost(r, EV_pwrite);

	for (int i = 0; i < CALLERS; i++) {
		calls += made[i].calls;
		sum += made[i].sum;
	}
	printf("# hotplug: %llu calls made, %llu read, %llu lost\n", (unsigned long long)calls,
	       (unsigned long long)seen->calls, (unsigned long long)lost);
	if (lost || seen->calls != calls)
		return failure("calls were lost");
	return seen->sum == sum ||
	       failure("the arguments in the records are not those of the calls");
}

bool stress_hotplug(const struct options *o)
{
	struct call_count *made = shared(CALLERS * sizeof(*made));
	struct observed seen = { 0 };
	struct reader r;
	unsigned cpu = last_cpu();
	pid_t pid[CALLERS];
	bool ok = true;

	if (!cpu || !made || !reader_open(&r, RING))
		return failure("needs the module and two CPUs");
	r.each = observe;
	r.arg = &seen;
	if (!reader_record(&r, SYS_pwrite64))
		return false;
	for (int i = 0; i < CALLERS; i++)
		pid[i] = start_caller(&made[i], i ? -1 : 0);
	for (unsigned round = 0; ok && round < o->rounds; round++)
		ok = set_online(cpu, false) && read_for(&r, 0.1) && set_online(cpu, true) &&
		     read_for(&r, 0.1);
	for (int i = 0; i < CALLERS; i++)
		made[i].stop = 1;
	for (int i = 0; i < CALLERS; i++)
		waitpid(pid[i], NULL, 0);
	ok = reader_stop(&r) && reader_drain(&r) && ok;
	ok = ok && compare(&r, &seen, made) && reader_counts_match(&r);
	reader_close(&r);
	return ok;
}

/* ---- CPUs that were offline at open ---- */

/* Makes n calls on that CPU. */
static void call_on(unsigned cpu, unsigned n)
{
	pid_t pid = fork();

	if (!pid) {
		stay_on(cpu);
		while (n--)
			syscall(SYS_pwrite64, -1, NULL, 0, 1);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
}

static bool wait_notice(struct reader *r, struct observed *seen, unsigned cpu)
{
	double until = now() + 20;

	while (!seen->cpu_notices && now() < until)
		read_for(r, 0.05);
	if (!seen->cpu_notices)
		return failure("no cpu_hotplug event for CPU %u", cpu);
	return seen->cpu == cpu ||
	       failure("CPU %u came online, but the event is for CPU %u", cpu, seen->cpu);
}

static bool expect(struct reader *r, const struct observed *seen, unsigned read, unsigned lost)
{
	uint64_t counted = reader_lost(r, EV_pwrite);

	if (seen->calls == read && counted == lost)
		return true;
	return failure("expected %u records read and %u lost, got %llu and %llu", read, lost,
		       (unsigned long long)seen->calls, (unsigned long long)counted);
}

/* Events of a CPU without a ring are counted as lost; once its ring is open they are read. */
static bool open_late(uint32_t ring, bool (*meanwhile)(struct reader *, unsigned))
{
	struct observed seen = { 0 };
	struct reader r;
	unsigned cpu = last_cpu();
	bool ok = true;

	if (!cpu || !set_online(cpu, false) || !reader_open(&r, ring))
		return failure("needs the module and two CPUs");
	r.each = observe;
	r.arg = &seen;
	ok = reader_record(&r, SYS_pwrite64) && set_online(cpu, true) && wait_notice(&r, &seen, cpu);
	call_on(cpu, LATE_CALLS);
	ok = ok && reader_drain(&r) && expect(&r, &seen, 0, LATE_CALLS);
	ok = ok && (!meanwhile || meanwhile(&r, cpu));
	if (ok && reader_open_cpu(&r, cpu))
		ok = failure("the device of the late CPU cannot be opened");
	/* an open resets what is recorded */
	ok = ok && reader_record(&r, SYS_pwrite64);
	call_on(cpu, LATE_CALLS);
	ok = ok && reader_stop(&r) && reader_drain(&r) && expect(&r, &seen, LATE_CALLS, LATE_CALLS);
	reader_close(&r);
	return ok;
}

static unsigned long available(void)
{
	unsigned long kib = 0;
	char line[128];
	FILE *f = fopen("/proc/meminfo", "r");

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "MemAvailable: %lu kB", &kib) == 1)
			break;
	if (f)
		fclose(f);
	return kib * 1024;
}

static pid_t memory_user;

/* Allocates all available memory but these bytes. */
static bool use_memory(unsigned long leave)
{
	int ready[2];
	char c;

	if (pipe(ready))
		return false;
	memory_user = fork();
	if (!memory_user) {
		unsigned long have = available();

		if (have > leave &&
		    mmap(NULL, have - leave, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0) == MAP_FAILED)
			_exit(1);
		(void)!write(ready[1], "", 1);
		pause();
		_exit(0);
	}
	close(ready[1]);
	c = read(ready[0], &c, 1) == 1;
	close(ready[0]);
	return c;
}

static void release_memory(void)
{
	if (memory_user <= 0)
		return;
	kill(memory_user, SIGKILL);
	waitpid(memory_user, NULL, 0);
	memory_user = 0;
}

/* Opening the ring fails for want of memory; then the memory is freed. */
static bool without_memory(struct reader *r, unsigned cpu)
{
	int err = reader_open_cpu(r, cpu);

	release_memory();
	return err == -ENOMEM || failure("open without memory for the ring returned %d", err);
}

bool stress_late_cpu(const struct options *o)
{
	bool ok = true;

	for (unsigned round = 0; ok && round < o->rounds; round++) {
		ok = open_late(RING, NULL);
		/* the first ring fits, the second does not */
		ok = ok && use_memory(LATE_RING + LATE_RING / 2);
		ok = ok && open_late(LATE_RING, without_memory);
		release_memory();
	}
	return ok;
}

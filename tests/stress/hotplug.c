// SPDX-License-Identifier: Apache-2.0
/*
 * A CPU goes offline and online while events are recorded: no event is lost, and the counts are
 * exact. late_cpu: CPUs that were offline when the rings were opened.
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

enum { CALLERS = 3, RING = 8 << 20, LATE_CALLS = 1000, LARGE_RING = 256 << 20 };

/* Calls that one process has made, and the sum of their pos arguments; in shared memory. */
struct caller {
	volatile uint64_t calls, sum;
	volatile int stop;
};

struct observed {
	uint64_t calls, sum; /* pwrite events, and the sum of their pos parameters */
	uint64_t hotplug_events;
	uint32_t hotplug_cpu; /* of the last hotplug event */
};

static void *shared_memory(size_t n)
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
		seen->hotplug_events++;
		memcpy(&seen->hotplug_cpu, param, sizeof(seen->hotplug_cpu));
	}
}

/* The CPU that is taken offline; 0 if there is only one. */
static unsigned last_cpu(void)
{
	return (unsigned)sysconf(_SC_NPROCESSORS_CONF) - 1;
}

/* Forks a process that makes calls until caller->stop; cpu -1: on any CPU. */
static pid_t start_caller(struct caller *caller, int cpu)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	if (cpu >= 0)
		pin_to_cpu((unsigned)cpu);
	while (!caller->stop) {
		for (int i = 0; i < 20; i++) {
			uint64_t pos = caller->calls * 3 + 1;

			syscall(SYS_pwrite64, -1, NULL, 0, pos);
			caller->calls++;
			caller->sum += pos;
		}
		usleep(1000);
	}
	_exit(0);
}

/* Reads the rings for this time. */
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

/* Whether exactly the calls that were made have been read. */
static bool calls_match(struct reader *r, const struct observed *seen, const struct caller *made)
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
	struct caller *made = shared_memory(CALLERS * sizeof(*made));
	struct observed seen = { 0 };
	struct reader r;
	unsigned cpu = last_cpu();
	pid_t pid[CALLERS];
	bool ok = true;

	if (!cpu || !made || !reader_open(&r, RING))
		return failure("needs the module and two CPUs");
	r.on_record = observe;
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
	ok = ok && calls_match(&r, &seen, made) && reader_counts_match(&r);
	reader_close(&r);
	return ok;
}

/* ---- CPUs that were offline at open ---- */

/* Makes n calls on this CPU. */
static void call_on(unsigned cpu, unsigned n)
{
	pid_t pid = fork();

	if (!pid) {
		pin_to_cpu(cpu);
		while (n--)
			syscall(SYS_pwrite64, -1, NULL, 0, 1);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
}

static bool wait_for_hotplug_event(struct reader *r, struct observed *seen, unsigned cpu)
{
	double until = now() + 20;

	while (!seen->hotplug_events && now() < until)
		read_for(r, 0.05);
	if (!seen->hotplug_events)
		return failure("no cpu_hotplug event for CPU %u", cpu);
	return seen->hotplug_cpu == cpu ||
	       failure("CPU %u came online, but the event is for CPU %u", cpu, seen->hotplug_cpu);
}

static bool expect_counts(struct reader *r, const struct observed *seen, unsigned read,
			  unsigned lost)
{
	uint64_t counted = reader_lost(r, EV_pwrite);

	if (seen->calls == read && counted == lost)
		return true;
	return failure("expected %u records read and %u lost, got %llu and %llu", read, lost,
		       (unsigned long long)seen->calls, (unsigned long long)counted);
}

/*
 * Events of a CPU without an open ring are counted as lost; after its ring is opened, they are
 * recorded. before_open: called before that, if set.
 */
static bool open_late(uint32_t ring, bool (*before_open)(struct reader *, unsigned))
{
	struct observed seen = { 0 };
	struct reader r;
	unsigned cpu = last_cpu();
	bool ok = true;

	if (!cpu || !set_online(cpu, false) || !reader_open(&r, ring))
		return failure("needs the module and two CPUs");
	r.on_record = observe;
	r.arg = &seen;
	ok = reader_record(&r, SYS_pwrite64) && set_online(cpu, true) &&
	     wait_for_hotplug_event(&r, &seen, cpu);
	call_on(cpu, LATE_CALLS);
	ok = ok && reader_drain(&r) && expect_counts(&r, &seen, 0, LATE_CALLS);
	ok = ok && (!before_open || before_open(&r, cpu));
	if (ok && reader_open_cpu(&r, cpu))
		ok = failure("the ring of the CPU that came online cannot be opened");
	/* opening a ring has reset the masks of the consumer */
	ok = ok && reader_record(&r, SYS_pwrite64);
	call_on(cpu, LATE_CALLS);
	ok = ok && reader_stop(&r) && reader_drain(&r) &&
	     expect_counts(&r, &seen, LATE_CALLS, LATE_CALLS);
	reader_close(&r);
	return ok;
}

/* MemAvailable in bytes. */
static unsigned long available_memory(void)
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

static pid_t memory_hog;

/* Forks a process that allocates all available memory except these bytes. */
static bool use_memory_except(unsigned long leave)
{
	int ready[2];
	char c;

	if (pipe(ready))
		return false;
	memory_hog = fork();
	if (!memory_hog) {
		unsigned long bytes = available_memory();

		if (bytes > leave &&
		    mmap(NULL, bytes - leave, PROT_READ | PROT_WRITE,
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
	if (memory_hog <= 0)
		return;
	kill(memory_hog, SIGKILL);
	waitpid(memory_hog, NULL, 0);
	memory_hog = 0;
}

/* There is no memory for the ring: its open must fail with ENOMEM. Then frees the memory. */
static bool open_fails_without_memory(struct reader *r, unsigned cpu)
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
		/* enough memory for the ring of CPU 0, but not for a second one */
		ok = ok && use_memory_except(LARGE_RING + LARGE_RING / 2);
		ok = ok && open_late(LARGE_RING, open_fails_without_memory);
		release_memory();
	}
	return ok;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Measures how many events per second a reader gets from the rings.
 * usage: build/tests/bench/reader [-s seconds] [-w writers] [-d device] [-b ring bytes] [-a]
 *
 * Writer processes make cheap system calls in a loop, which are recorded with all parameters.  -a
 * records all system calls, else only those of the loop.  Prints one line: events read per second,
 * lost, out of order, not accounted for, and the reader's CPU time.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "source/source.h"

struct options {
	struct kmod_options kmod;
	unsigned seconds, writers;
	bool all;
};

struct result {
	uint64_t n, bytes, misplaced, last;
	double seconds, cpu;
	double delay,
		delay_max; /* seconds from the time of an event to its decoding; every 16th event */
	uint64_t n_all;	   /* including events left in the rings after the stop */
	struct source_stats stats;
};

static double seconds_of(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

/* Four events per iteration: open, read, lseek, close. */
static void flood(void)
{
	char byte[16];

	for (;;) {
		int fd = open("/proc/self/comm", O_RDONLY);

		if (read(fd, byte, sizeof(byte)) < 0 || lseek(fd, 0, SEEK_SET) < 0)
			_exit(1);
		close(fd);
	}
}

static void add_syscall(uint64_t *wanted, unsigned code)
{
	wanted[code / 64] |= 1ull << (code % 64);
}

static void select_syscalls(uint64_t *wanted, bool all)
{
	add_syscall(wanted, SC_open);
	add_syscall(wanted, SC_openat);
	add_syscall(wanted, SC_read);
	add_syscall(wanted, SC_lseek);
	add_syscall(wanted, SC_close);
	for (unsigned code = 1; all && code < SYSCALL_CODES; code++)
		if (code != SC_sched_switch && code != SC_page_fault_user &&
		    code != SC_page_fault_kernel)
			add_syscall(wanted, code);
}

static void delay_add(struct result *r, const struct event *ev)
{
	double delay = seconds_of(CLOCK_REALTIME) - (double)ev->ts * 1e-9;

	r->delay += delay;
	if (delay > r->delay_max)
		r->delay_max = delay;
}

static int measure(struct source *src, const struct options *opt, struct result *r)
{
	double start = seconds_of(CLOCK_MONOTONIC), cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
	enum source_result got;
	struct event ev;

	while ((got = source_next(src, &ev, 100)) >= 0) {
		if (got == SOURCE_EVENT) {
			r->n++;
			r->bytes += ev.len;
			r->misplaced += ev.ts < r->last;
			r->last = ev.ts;
			if (r->n % 16 == 0)
				delay_add(r, &ev);
			if (r->n % 1024)
				continue;
		}
		r->seconds = seconds_of(CLOCK_MONOTONIC) - start;
		if (r->seconds >= opt->seconds)
			break;
	}
	r->cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	return got < 0 ? -1 : 0;
}

/* After the stop: every event must have been read or counted as lost. */
static int drain(struct source *src, struct result *r)
{
	struct event ev;

	r->n_all = r->n;
	while (source_next(src, &ev, 100) == SOURCE_EVENT)
		r->n_all++;
	src->ops->stats(src, &r->stats);
	return 0;
}

static long long unaccounted(const struct result *r)
{
	const struct source_stats *s = &r->stats;

	return (long long)(s->n_evts - s->n_drops - s->n_corrupt - s->n_unknown - r->n_all);
}

static struct options options_read(int argc, char **argv)
{
	struct options opt = { .kmod = { .device = "/dev/falco" }, .seconds = 5, .writers = 2 };
	int c;

	while ((c = getopt(argc, argv, "s:w:d:b:a")) >= 0) {
		switch (c) {
		case 's':
			opt.seconds = (unsigned)atoi(optarg);
			break;
		case 'w':
			opt.writers = (unsigned)atoi(optarg);
			break;
		case 'd':
			opt.kmod.device = optarg;
			break;
		case 'b':
			opt.kmod.buffer_bytes = strtoull(optarg, NULL, 10);
			break;
		case 'a':
			opt.all = true;
			break;
		default:
			exit(2);
		}
	}
	return opt;
}

static void report(const struct result *r)
{
	printf("%.0f events/s read, %.0f produced/s, %.1f MB/s, %llu lost (%.1f %%), %llu corrupt, %llu unknown, "
	       "%llu out of order, %lld unaccounted, reader's CPU %.1f %%, %.0f ns/event, delay %.1f ms, at most %.1f ms\n",
	       (double)r->n / r->seconds, (double)r->stats.n_evts / r->seconds,
	       (double)r->bytes / r->seconds / 1e6, (unsigned long long)r->stats.n_drops,
	       100.0 * (double)r->stats.n_drops / (double)(r->stats.n_evts + 1),
	       (unsigned long long)r->stats.n_corrupt, (unsigned long long)r->stats.n_unknown,
	       (unsigned long long)r->misplaced, unaccounted(r), 100 * r->cpu / r->seconds,
	       r->cpu * 1e9 / (double)(r->n + 1), 1e3 * r->delay / (double)(r->n / 16 + 1),
	       1e3 * r->delay_max);
}

int main(int argc, char **argv)
{
	struct options opt = options_read(argc, argv);
	uint64_t wanted[(SYSCALL_CODES + 63) / 64] = { 0 };
	struct result r = { 0 };
	struct source *src;
	char err[512];
	int bad;

	setpgid(0, 0); /* so that kill(0) means the writers */
	schema_init();
	src = source_kmod_open(&opt.kmod, err, sizeof(err));
	if (!src) {
		fprintf(stderr, "%s\n", err);
		return 1;
	}
	select_syscalls(wanted, opt.all);
	for (unsigned i = 0; i < opt.writers; i++)
		if (fork() == 0)
			flood();
	bad = source_kmod_start(src, wanted) || measure(src, &opt, &r) || source_kmod_stop(src) ||
	      drain(src, &r);
	signal(SIGTERM, SIG_IGN);
	kill(0, SIGTERM);
	while (wait(NULL) > 0)
		;
	if (bad)
		fprintf(stderr, "%s\n", src->error);
	else
		report(&r);
	src->ops->close(src);
	return bad || unaccounted(&r);
}

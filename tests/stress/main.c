// SPDX-License-Identifier: Apache-2.0
/* The main program of kmod-stress, and functions that its commands share. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "stress.h"

static const struct {
	const char *name;
	bool (*run)(const struct options *);
	unsigned rounds; /* default of -n */
} commands[] = {
	{ "syscall_fuzz", stress_syscall_fuzz, 0 }, { "ring_full", stress_ring_full, 0 },
	{ "trinity", stress_trinity, 0 },	    { "device_fuzz", stress_device_fuzz, 0 },
	{ "hotplug", stress_hotplug, 10 },	    { "late_cpu", stress_late_cpu, 1 },
	{ "load_cycles", stress_load_cycles, 20 },  { "fault_inject", stress_fault_inject, 5 },
};
enum { COMMANDS = ARRAY_SIZE(commands) };

bool failure(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("# ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	return false;
}

/* xorshift64*: the same sequence of numbers for a seed on all machines */
uint64_t rng_next(struct rng *rng)
{
	uint64_t x = rng->state ? rng->state : 88172645463325252u;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	rng->state = x;
	return x * 2685821657736338717u;
}

uint64_t rng_below(struct rng *rng, uint64_t n)
{
	return rng_next(rng) % n;
}

double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void pin_to_cpu(unsigned cpu)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	sched_setaffinity(0, sizeof(one), &one);
}

bool write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : write(fd, text, strlen(text));

	if (fd >= 0)
		close(fd);
	return n == (ssize_t)strlen(text);
}

bool set_online(unsigned cpu, bool online)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%u/online", cpu);
	return write_text(path, online ? "1" : "0") ||
	       failure("CPU %u cannot be set %s", cpu, online ? "online" : "offline");
}

static int usage(void)
{
	fprintf(stderr,
		"usage: kmod-stress [-s SECONDS] [-n ROUNDS] [-r SEED] COMMAND...\ncommands:");
	for (unsigned i = 0; i < COMMANDS; i++)
		fprintf(stderr, " %s", commands[i].name);
	fprintf(stderr, "\n");
	return 2;
}

static int find(const char *name)
{
	for (unsigned i = 0; i < COMMANDS; i++)
		if (!strcmp(commands[i].name, name))
			return (int)i;
	return -1;
}

static bool run(unsigned which, struct options o)
{
	double start = now();
	bool ok;

	if (!o.rounds)
		o.rounds = commands[which].rounds;
	ok = commands[which].run(&o);
	printf("%sok %s (seed %llu, %.0f s)\n", ok ? "" : "not ", commands[which].name,
	       (unsigned long long)o.seed, now() - start);
	return ok;
}

int main(int argc, char **argv)
{
	struct options o = { .seconds = 10, .seed = 1 };
	unsigned passed = 0, failed = 0;
	int opt;

	setvbuf(stdout, NULL, _IOLBF, 0);
	while ((opt = getopt(argc, argv, "s:n:r:")) != -1)
		switch (opt) {
		case 's':
			o.seconds = (unsigned)atoi(optarg);
			break;
		case 'n':
			o.rounds = (unsigned)atoi(optarg);
			break;
		case 'r':
			o.seed = strtoull(optarg, NULL, 0);
			break;
		default:
			return usage();
		}
	if (optind == argc)
		return usage();
	for (; optind < argc; optind++) {
		int which = find(argv[optind]);

		if (which < 0)
			return usage();
		if (run((unsigned)which, o))
			passed++;
		else
			failed++;
	}
	printf("%u passed, %u failed, 0 skipped\n", passed, failed);
	return failed > 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stress tests of the module. Each command is one function: it prints its counts and returns
 * whether all checks passed.
 */
#ifndef STRESS_H
#define STRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof(*(array)))

struct options {
	unsigned seconds; /* duration: syscall_fuzz, ring_full, trinity, device_fuzz */
	unsigned rounds;  /* repetitions: the other commands */
	uint64_t seed;
};

bool stress_syscall_fuzz(const struct options *o); /* fuzzed system calls */
bool stress_ring_full(const struct options *o);	   /* fuzzed system calls, with nearly full rings */
bool stress_trinity(const struct options *o);	   /* /usr/bin/trinity, a system call fuzzer */
bool stress_device_fuzz(const struct options *o);  /* fuzzed open, mmap, ioctl, poll, close */
bool stress_hotplug(const struct options *o);	   /* CPUs go offline and online */
/* a CPU comes online after open; then the same without memory for the ring of that CPU */
bool stress_late_cpu(const struct options *o);
bool stress_load_cycles(const struct options *o);  /* load, attach, detach, unload */
bool stress_fault_inject(const struct options *o); /* each allocation fails once */

/* Prints the message as a line to stderr; returns false. */
bool failure(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Random numbers, one generator per thread. */
struct rng {
	uint64_t state;
};
uint64_t rng_next(struct rng *rng);
uint64_t rng_below(struct rng *rng, uint64_t n); /* 0 to n - 1 */

double now(void);	       /* CLOCK_MONOTONIC, in seconds */
void pin_to_cpu(unsigned cpu); /* pins the calling thread */
/* These functions return false after an error; all but write_text() print it. */
bool set_online(unsigned cpu, bool online);
bool module_load(void);
bool module_unload(void);
bool write_text(const char *path, const char *text);

#endif

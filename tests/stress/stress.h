/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The module under pressure: hostile calls, hostile readers, CPUs and modules that come and go, memory that is not there.
 *
 * Each command is one function: it prints what it did, and says false as soon as something was not as it must be.
 */
#ifndef STRESS_H
#define STRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>

struct options {
	unsigned seconds; /* how long, for what goes on until then */
	unsigned rounds;  /* how often, for what is counted */
	uint64_t seed;
};

bool stress_syscall_fuzz(const struct options *o); /* hostile system calls */
bool stress_ring_full(const struct options *o); /* the same, with rings that are always nearly full */
bool stress_trinity(const struct options *o);	/* another fuzzer's, /usr/bin/trinity */
bool stress_device_fuzz(const struct options *o); /* hostile open, mmap, ioctl, poll, close */
bool stress_hotplug(const struct options *o);	  /* CPUs go and come */
bool stress_late_cpu(
	const struct options *
		o); /* a CPU comes that was not there at open, and one without memory for its ring */
bool stress_load_cycles(const struct options *o);  /* load, attach, detach, unload */
bool stress_fault_inject(const struct options *o); /* each allocation of open and ioctl fails once */

/* false, with a line on stderr that says what is wrong */
bool wrong(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A random number generator per thread. */
struct dice {
	uint64_t state;
};
uint64_t dice_roll(struct dice *d);
uint64_t dice_below(struct dice *d, uint64_t n);

double now(void);
void stay_on(unsigned cpu);
bool set_online(unsigned cpu, bool online);
bool module_load(void);
bool module_unload(void);
bool write_text(const char *path, const char *text);

#endif

// SPDX-License-Identifier: Apache-2.0
/*
 * Each allocation (and each copy to or from the caller) of everything a reader can ask for fails once: the answer is an
 * error that makes sense, and afterwards the module works. Takes a kernel with fault injection.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "reader.h"
#include "stress.h"
#include "uapi/ioctl.h"

enum { RING = 1 << 16, MOST = 5000, MOST_KIB = 1024 };

/* The nth chance to fail from now on, of this thread. */
static bool fail_nth(unsigned n)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", n);
	return write_text("/proc/thread-self/fail-nth", text);
}

/* How many chances are left; 0: it has failed. */
static unsigned fail_left(void)
{
	char text[16] = "";
	int fd = open("/proc/thread-self/fail-nth", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		return 0;
	close(fd);
	return (unsigned)atoi(text);
}

static bool arm(void)
{
	static const char *const files[] = {
		"/sys/kernel/debug/failslab/ignore-gfp-wait",
		"/sys/kernel/debug/fail_page_alloc/ignore-gfp-wait",
		"/sys/kernel/debug/failslab/verbose",
		"/sys/kernel/debug/fail_page_alloc/verbose",
		"/sys/kernel/debug/fail_usercopy/verbose",
	};

	for (unsigned i = 0; i < sizeof(files) / sizeof(*files); i++)
		if (!write_text(files[i], i < 2 ? "N" : "0"))
			return wrong("no %s: this takes a debug kernel", files[i]);
	return write_text("/sys/kernel/debug/fail_page_alloc/min-order", "0");
}

/* ---- what is asked: the result, or -errno ---- */

static struct reader reader;

static long with_open(void)
{
	int fd = open("/dev/falco0", O_RDWR | O_CLOEXEC);
	int err = errno;

	if (fd < 0)
		return -err;
	close(fd);
	return 0;
}

/* What was mapped goes when nothing fails any more: a mapping that stays keeps the node open. */
static struct {
	void *at;
	size_t len;
} mapped;

static long with_map(size_t len, int prot)
{
	void *p = mmap(NULL, len, prot, MAP_SHARED, reader.fd[0], 0);

	if (p == MAP_FAILED)
		return -errno;
	mapped.at = p;
	mapped.len = len;
	return 0;
}

static void unmap(void)
{
	if (mapped.at)
		munmap(mapped.at, mapped.len);
	mapped.at = NULL;
}

static long with_map_page(void)
{
	return with_map(4096, PROT_READ | PROT_WRITE);
}
static long with_map_data(void)
{
	return with_map(2 * RING, PROT_READ);
}

static long with_attach(void)
{
	long err = 0;

	for (unsigned tp = 0; !err && tp < FALCO_TP_COUNT; tp++)
		err = reader_ioctl(&reader, FALCO_IOCTL_ENABLE_TP, tp);
	return err;
}

/* Nothing may keep us from letting go. */
static long with_detach(void)
{
	long err = 0;

	for (unsigned tp = 0; tp < FALCO_TP_COUNT; tp++)
		err = err ? err : reader_ioctl(&reader, FALCO_IOCTL_DISABLE_TP, tp);
	return err;
}

static long with_lost(void)
{
	static struct {
		struct falco_lost head;
		uint64_t counts[EVENT_NUMBERS];
	} lost;

	lost.head = (struct falco_lost){ .cpu = FALCO_LOST_ALL_CPUS, .n = EVENT_NUMBERS };
	return reader_ioctl(&reader, FALCO_IOCTL_GET_LOST, (unsigned long)&lost);
}

static long with_proclist(void)
{
	static struct {
		struct falco_proclist head;
		struct falco_proclist_entry entries[4000];
	} list;

	list.head.max_entries = 4000;
	return reader_ioctl(&reader, FALCO_IOCTL_GET_PROCLIST, (unsigned long)&list);
}

static long with_queries(void)
{
	struct falco_handshake h = { .size = sizeof(h) };
	struct falco_watermark w = { 1000, 30 };
	static uint8_t params[EVENT_NUMBERS];
	static long hits[1024];
	static char version[64];
	uint64_t v;
	long err = reader_ioctl(&reader, FALCO_IOCTL_HANDSHAKE, (unsigned long)&h);

	err = err ? err : reader_ioctl(&reader, FALCO_IOCTL_GET_EVENT_PARAMS, (unsigned long)params);
	err = err ? err
		  : reader_ioctl(&reader, FALCO_IOCTL_GET_N_TRACEPOINT_HIT, (unsigned long)hits);
	err = err ? err
		  : reader_ioctl(&reader, FALCO_IOCTL_GET_DRIVER_VERSION, (unsigned long)version);
	err = err ? err : reader_ioctl(&reader, FALCO_IOCTL_GET_API_VERSION, (unsigned long)&v);
	err = err ? err : reader_ioctl(&reader, FALCO_IOCTL_GET_SCHEMA_VERSION, (unsigned long)&v);
	return err ? err : reader_ioctl(&reader, FALCO_IOCTL_SET_WATERMARK, (unsigned long)&w);
}

static long with_poll(void)
{
	struct pollfd p = { reader.fd[0], POLLIN, 0 };

	return poll(&p, 1, 0) < 0 ? -errno : 0;
}

/* ---- the sweep ---- */

static const struct ask {
	const char *name;
	long (*ask)(void);
	bool open; /* with a reader */
} asks[] = {
	{ "open", with_open, false },
	{ "map the page", with_map_page, true },
	{ "map the data", with_map_data, true },
	{ "attach", with_attach, true },
	{ "detach", with_detach, true },
	{ "lost", with_lost, true },
	{ "proclist", with_proclist, true },
	{ "queries", with_queries, true },
	{ "poll", with_poll, true },
};
enum { ASKS = sizeof(asks) / sizeof(*asks) };

static bool answer_makes_sense(const struct ask *a, long answer)
{
	switch (answer) {
	case 0:
	case -ENOMEM:
	case -EFAULT:
		return true;
	case -EINVAL: /* what Falco's module says of user memory that is not there */
	case -EIO:    /* and of a mapping that cannot be */
		return a->open;
	}
	return false;
}

/* -1: wrong; else how many chances to fail there are */
static int sweep(const struct ask *a)
{
	unsigned n, left, refused = 0;
	long answer;

	for (n = 1; n < MOST; n++) {
		if (!fail_nth(n))
			return wrong("this kernel does not fail on request") - 1;
		answer = a->ask();
		left = fail_left();
		fail_nth(0);
		unmap();
		refused += answer < 0;
		if (!answer_makes_sense(a, answer))
			return wrong("%s: %ld when its allocation %u fails", a->name, answer, n) - 1;
		if (left && !answer)
			break;
		if (!a->open && n % 16 == 0 && !reader_works())
			return wrong("%s: after allocation %u failed nothing works", a->name, n) - 1;
	}
	printf("# fault_inject: %s: %u chances to fail, %u times refused\n", a->name, n - 1,
	       refused);
	return (int)n - 1;
}

static bool sweep_all(unsigned *chances)
{
	bool ok = true;

	for (unsigned i = 0; ok && i < ASKS; i++) {
		int n;

		if (asks[i].open && !reader_open(&reader, RING))
			return false;
		n = sweep(&asks[i]);
		if (asks[i].open)
			reader_close(&reader);
		ok = n >= 0 && reader_works();
		*chances += ok ? (unsigned)n : 0;
	}
	return ok;
}

/* Free, or in caches that a debug kernel keeps full on purpose; what those hold for good is for kmemleak to find. */
static long free_kib(void)
{
	static const char *const kinds[] = {
		"MemFree:",	"Slab:",       "Cached:", "AnonPages:",
		"KernelStack:", "PageTables:", "Percpu:",
	};
	char line[128], name[32];
	long kib, sum = 0;
	FILE *f = fopen("/proc/meminfo", "r");

	while (f && fgets(line, sizeof(line), f))
		for (unsigned i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
			if (sscanf(line, "%31s %ld", name, &kib) == 2 && !strcmp(name, kinds[i]))
				sum += kib;
	if (f)
		fclose(f);
	return sum;
}

/*
 * Without the module. To load it again has the kernel give back what it keeps of areas that are unmapped already, for
 * KASAN an eighth of each: some MiB, which the next rounds keep as well.
 */
static bool settled_kib(long *kib)
{
	if (!module_unload() || !module_load() || !module_unload())
		return false;
	write_text("/proc/sys/vm/drop_caches", "3");
	sleep(1);
	*kib = free_kib();
	return module_load();
}

/* Coarse: a page lost with every refusal is some 270 KiB in a round, so it takes five. kmemleak finds what is smaller. */
bool stress_fault_inject(const struct options *o)
{
	unsigned chances = 0, round;
	long first = 0, last = 0;
	bool ok = arm();

	for (round = 0; ok && round < o->rounds; round++) {
		ok = sweep_all(&chances) && settled_kib(&last);
		if (!round)
			first = last;
		printf("# fault_inject: round %u: %ld KiB are free\n", round + 1, last);
	}
	if (!ok)
		return false;
	printf("# fault_inject: %u failures in %u rounds; %ld KiB less than after the first\n",
	       chances, o->rounds, first - last);
	return first - last <= MOST_KIB || wrong("memory has gone");
}

// SPDX-License-Identifier: Apache-2.0
/*
 * Makes each allocation, and each copy from or to user memory, of every operation on the device
 * fail once (fault-inject, /proc/thread-self/fail-nth). The result must be an error that the
 * interface allows, and afterwards the module must work. Needs a kernel with fault injection.
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

enum { RING = 1 << 16, MAX_POINTS = 5000, MAX_LEAK_KIB = 1024 };

/* The nth call of this thread that can fail, fails. */
static bool fail_nth(unsigned n)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", n);
	return write_text("/proc/thread-self/fail-nth", text);
}

/* How many such calls are left until the failure; 0: it has happened. */
static unsigned fail_left(void)
{
	char text[16] = "";
	int fd = open("/proc/thread-self/fail-nth", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		return 0;
	close(fd);
	return (unsigned)atoi(text);
}

static bool set_up_injection(void)
{
	static const char *const files[] = {
		"/sys/kernel/debug/failslab/ignore-gfp-wait",
		"/sys/kernel/debug/fail_page_alloc/ignore-gfp-wait",
		"/sys/kernel/debug/failslab/verbose",
		"/sys/kernel/debug/fail_page_alloc/verbose",
		"/sys/kernel/debug/fail_usercopy/verbose",
	};

	for (unsigned i = 0; i < ARRAY_SIZE(files); i++)
		if (!write_text(files[i], i < 2 ? "N" : "0"))
			return failure("no %s: needs a kernel with fault injection", files[i]);
	return write_text("/sys/kernel/debug/fail_page_alloc/min-order", "0");
}

/* ---- operations: 0 or more, or -errno ---- */

static struct reader reader;

static long op_open(void)
{
	int fd = open("/dev/falco0", O_RDWR | O_CLOEXEC);
	int err = errno;

	if (fd < 0)
		return -err;
	close(fd);
	return 0;
}

/* Unmapped after the injection: a mapping that stays would keep the device open. */
static struct {
	void *at;
	size_t len;
} mapped;

static long op_map(size_t len, int prot)
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

static long op_map_page(void)
{
	return op_map(4096, PROT_READ | PROT_WRITE);
}
static long op_map_data(void)
{
	return op_map(2 * RING, PROT_READ);
}

static long op_attach(void)
{
	long err = 0;

	for (unsigned tp = 0; !err && tp < FALCO_TP_COUNT; tp++)
		err = reader_ioctl(&reader, FALCO_IOCTL_ENABLE_TP, tp);
	return err;
}

/* Detaches all, even after an error. */
static long op_detach(void)
{
	long err = 0;

	for (unsigned tp = 0; tp < FALCO_TP_COUNT; tp++)
		err = err ? err : reader_ioctl(&reader, FALCO_IOCTL_DISABLE_TP, tp);
	return err;
}

static long op_lost(void)
{
	static struct {
		struct falco_lost head;
		uint64_t counts[EVENT_NUMBERS];
	} lost;

	lost.head = (struct falco_lost){ .cpu = FALCO_LOST_ALL_CPUS, .n = EVENT_NUMBERS };
	return reader_ioctl(&reader, FALCO_IOCTL_GET_LOST, (unsigned long)&lost);
}

static long op_proclist(void)
{
	static struct {
		struct falco_proclist head;
		struct falco_proclist_entry entries[4000];
	} list;

	list.head.max_entries = 4000;
	return reader_ioctl(&reader, FALCO_IOCTL_GET_PROCLIST, (unsigned long)&list);
}

static long op_queries(void)
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

static long op_poll(void)
{
	struct pollfd p = { reader.fd[0], POLLIN, 0 };

	return poll(&p, 1, 0) < 0 ? -errno : 0;
}

/* ---- injection ---- */

static const struct operation {
	const char *name;
	long (*run)(void);
	bool open; /* needs an open reader */
} operations[] = {
	{ "open", op_open, false },
	{ "map the page", op_map_page, true },
	{ "map the data", op_map_data, true },
	{ "attach", op_attach, true },
	{ "detach", op_detach, true },
	{ "lost", op_lost, true },
	{ "proclist", op_proclist, true },
	{ "queries", op_queries, true },
	{ "poll", op_poll, true },
};
enum { OPERATIONS = ARRAY_SIZE(operations) };

static bool is_valid_result(const struct operation *a, long result)
{
	switch (result) {
	case 0:
	case -ENOMEM:
	case -EFAULT:
		return true;
	case -EINVAL: /* inaccessible user memory, as Falco's module reports it */
	case -EIO:    /* a mapping that is not possible */
		return a->open;
	}
	return false;
}

/*
 * Returns the number of points at which the operation can fail, or -1 after an unexpected result.
 */
static int inject_each(const struct operation *a)
{
	unsigned n, left, refused = 0;
	long result;

	for (n = 1; n < MAX_POINTS; n++) {
		if (!fail_nth(n))
			return failure("no /proc/thread-self/fail-nth: needs a kernel with fault injection") -
			       1;
		result = a->run();
		left = fail_left();
		fail_nth(0);
		unmap();
		refused += result < 0;
		if (!is_valid_result(a, result))
			return failure("%s returned %ld after failure %u", a->name, result, n) - 1;
		if (left && !result)
			break;
		if (!a->open && n % 16 == 0 && !reader_works())
			return failure("%s: the module does not work after failure %u", a->name, n) -
			       1;
	}
	printf("# fault_inject: %s: %u points of failure, %u errors returned\n", a->name, n - 1,
	       refused);
	return (int)n - 1;
}

static bool inject_all(unsigned *points)
{
	bool ok = true;

	for (unsigned i = 0; ok && i < OPERATIONS; i++) {
		int n;

		if (operations[i].open && !reader_open(&reader, RING))
			return false;
		n = inject_each(&operations[i]);
		if (operations[i].open)
			reader_close(&reader);
		ok = n >= 0 && reader_works();
		*points += ok ? (unsigned)n : 0;
	}
	return ok;
}

/*
 * Free memory, and caches that may grow while the test runs; leaks in those are for kmemleak to
 * find.
 */
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
		for (unsigned i = 0; i < ARRAY_SIZE(kinds); i++)
			if (sscanf(line, "%31s %ld", name, &kib) == 2 && !strcmp(name, kinds[i]))
				sum += kib;
	if (f)
		fclose(f);
	return sum;
}

/*
 * Free memory without the module. Loading it again makes the kernel free what vfree() left, with
 * KASAN an eighth of each area: some MiB.
 */
static bool free_kib_unloaded(long *kib)
{
	if (!module_unload() || !module_load() || !module_unload())
		return false;
	write_text("/proc/sys/vm/drop_caches", "3");
	sleep(1);
	*kib = free_kib();
	return module_load();
}

/*
 * Coarse: a page leaked per failure is about 270 KiB in a round, so it takes five rounds. kmemleak
 * finds smaller leaks.
 */
bool stress_fault_inject(const struct options *o)
{
	unsigned points = 0, round;
	long first = 0, last = 0;
	bool ok = set_up_injection();

	for (round = 0; ok && round < o->rounds; round++) {
		ok = inject_all(&points) && free_kib_unloaded(&last);
		if (!round)
			first = last;
		printf("# fault_inject: round %u: %ld KiB free\n", round + 1, last);
	}
	if (!ok)
		return false;
	printf("# fault_inject: %u failures in %u rounds, %ld KiB less free than after the first\n",
	       points, o->rounds, first - last);
	return first - last <= MAX_LEAK_KIB || failure("memory leaks");
}

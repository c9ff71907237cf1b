// SPDX-License-Identifier: Apache-2.0
/*
 * Lets each allocation, and each copy from or to user memory, of every operation on the device fail
 * once (fault injection, /proc/thread-self/fail-nth). The operation must return an error that the
 * interface allows, and the module must work afterwards. Needs a kernel with fault injection.
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

/* Lets the nth failure point that this thread passes fail; 0: none. */
static bool fail_nth(unsigned n)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", n);
	return write_text("/proc/thread-self/fail-nth", text);
}

/* Failure points left before the injected failure; 0: the failure has occurred. */
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
	static const struct {
		const char *path, *value;
	} files[] = {
		{ "/sys/kernel/debug/failslab/ignore-gfp-wait", "N" },
		{ "/sys/kernel/debug/fail_page_alloc/ignore-gfp-wait", "N" },
		{ "/sys/kernel/debug/failslab/verbose", "0" },
		{ "/sys/kernel/debug/fail_page_alloc/verbose", "0" },
		{ "/sys/kernel/debug/fail_usercopy/verbose", "0" },
	};

	for (unsigned i = 0; i < ARRAY_SIZE(files); i++)
		if (!write_text(files[i].path, files[i].value))
			return failure("cannot write %s: needs a kernel with fault injection",
				       files[i].path);
	return write_text("/sys/kernel/debug/fail_page_alloc/min-order", "0");
}

/* ---- operations; each returns 0, or -errno ---- */

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

/* The mapping that op_map() made. It keeps the device open until unmap(). */
static struct {
	void *address; /* NULL: none */
	size_t len;
} mapped;

static long op_map(size_t len, int prot)
{
	void *p = mmap(NULL, len, prot, MAP_SHARED, reader.fd[0], 0);

	if (p == MAP_FAILED)
		return -errno;
	mapped.address = p;
	mapped.len = len;
	return 0;
}

static void unmap(void)
{
	if (mapped.address)
		munmap(mapped.address, mapped.len);
	mapped.address = NULL;
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

static long op_detach(void)
{
	long err = 0;

	for (unsigned tp = 0; tp < FALCO_TP_COUNT; tp++)
		err = err ? err : reader_ioctl(&reader, FALCO_IOCTL_DISABLE_TP, tp);
	return err;
}

static long op_get_lost(void)
{
	static struct {
		struct falco_lost head;
		uint64_t counts[EVENT_NUMBERS];
	} lost;

	lost.head = (struct falco_lost){ .cpu = FALCO_LOST_ALL_CPUS, .n = EVENT_NUMBERS };
	return reader_ioctl(&reader, FALCO_IOCTL_GET_LOST, (unsigned long)&lost);
}

static long op_get_proclist(void)
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
	bool needs_reader; /* the rings must be open */
} operations[] = {
	{ "open", op_open, false },
	{ "map the ring page", op_map_page, true },
	{ "map the ring data", op_map_data, true },
	{ "attach", op_attach, true },
	{ "detach", op_detach, true },
	{ "lost", op_get_lost, true },
	{ "proclist", op_get_proclist, true },
	{ "queries", op_queries, true },
	{ "poll", op_poll, true },
};
enum { OPERATIONS = ARRAY_SIZE(operations) };

static bool is_valid_result(const struct operation *op, long result)
{
	switch (result) {
	case 0:
	case -ENOMEM:
	case -EFAULT:
		return true;
	case -EINVAL: /* user memory is inaccessible */
	case -EIO:    /* a mapping failed */
		return op->needs_reader;
	}
	return false;
}

/*
 * Runs the operation once for each of its failure points. Returns the number of these, or -1 after
 * an unexpected result.
 */
static int inject_each(const struct operation *op)
{
	unsigned n, left, errors = 0;
	long result;

	for (n = 1; n < MAX_POINTS; n++) {
		if (!fail_nth(n))
			return failure("cannot write /proc/thread-self/fail-nth: needs a kernel with fault injection") -
			       1;
		result = op->run();
		left = fail_left();
		fail_nth(0);
		unmap();
		errors += result < 0;
		if (!is_valid_result(op, result))
			return failure("%s returned %ld with an injected failure at point %u",
				       op->name, result, n) -
			       1;
		if (left && !result)
			break;
		if (!op->needs_reader && n % 16 == 0 && !reader_works())
			return failure("%s: the module does not work after failure %u", op->name, n) -
			       1;
	}
	printf("# fault_inject: %s: %u failure points, %u errors returned\n", op->name, n - 1,
	       errors);
	return (int)n - 1;
}

/* Adds the failure points of all operations to *points. */
static bool inject_all(unsigned *points)
{
	bool ok = true;

	for (unsigned i = 0; ok && i < OPERATIONS; i++) {
		int n;

		if (operations[i].needs_reader && !reader_open(&reader, RING))
			return false;
		n = inject_each(&operations[i]);
		if (operations[i].needs_reader)
			reader_close(&reader);
		ok = n >= 0 && reader_works();
		*points += ok ? (unsigned)n : 0;
	}
	return ok;
}

/*
 * Free memory in KiB, plus caches and other kinds of memory that may grow while the test runs.
 * kmemleak has to find leaks in these.
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
 * Free memory while the module is unloaded. It is loaded and unloaded once more before, which makes
 * the kernel free memory that vfree() has deferred: with KASAN some MiB.
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
 * This check is coarse: a leak of a page per failure is about 270 KiB per round, and takes five
 * rounds to exceed MAX_LEAK_KIB. kmemleak finds smaller leaks.
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
	printf("# fault_inject: %u failures in %u rounds, %ld KiB less free after the last round than after the first\n",
	       points, o->rounds, first - last);
	return first - last <= MAX_LEAK_KIB || failure("the module leaks memory");
}

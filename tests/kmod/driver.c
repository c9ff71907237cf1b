// SPDX-License-Identifier: Apache-2.0
/* Access to the driver for tests: opens the rings, records, reads and searches records. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "coverage.h"
#include "driver.h"
#include "uapi/ioctl.h"
#include "uapi/ring.h"

enum { DEFAULT_RING = 1 << 20, MAX_CPUS = 256, HEADER = sizeof(struct falco_event_header) };

static const uint8_t type_sizes[T_COUNT] = {
#define TYPE(name, wire, size, shown) [T_##name] = size,
#include "schema/types.def"
#undef TYPE
};

/* The types s8 to s64, and those of errors, descriptors and process ids. */
static bool is_signed(uint8_t type)
{
	switch (type) {
	case T_s8:
	case T_s16:
	case T_s32:
	case T_s64:
	case T_err:
	case T_fd:
	case T_fd_new:
	case T_dirfd:
	case T_pid:
	case T_fd32:
	case T_pid32:
		return true;
	default:
		return false;
	}
}

#define P(name, type, show, collect) T_##type,
#define EVENT(id, sym, row, ...) static const uint8_t types_##sym[] = { __VA_ARGS__ T_COUNT };
#include "schema/events.def"
#undef EVENT
#undef P
#define P(name, type, show, collect)
#define EVENT(id, sym, row, ...) [id] = types_##sym,
static const uint8_t *const types_of[EVENT_NUMBERS] = {
#include "schema/events.def"
};
#undef EVENT
#undef P

static void set_ring_bytes(unsigned long bytes)
{
	FILE *f = fopen("/sys/module/falco/parameters/g_buffer_bytes_dim", "w");

	if (!f)
		return;
	fprintf(f, "%lu\n", bytes);
	fclose(f);
}

static int open_ring(struct driver *d, unsigned cpu)
{
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/dev/falco%u", cpu);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return errno == ENODEV ? 0 : -1; /* ENODEV: the CPU is offline */
	d->fds[d->n_rings] = fd;
	d->pages[d->n_rings] = mmap(NULL, (size_t)sysconf(_SC_PAGESIZE), PROT_READ | PROT_WRITE,
				    MAP_SHARED, fd, 0);
	d->data[d->n_rings] = mmap(NULL, 2 * (size_t)d->ring_size, PROT_READ, MAP_SHARED, fd, 0);
	if (d->pages[d->n_rings] == MAP_FAILED || d->data[d->n_rings] == MAP_FAILED)
		return -1;
	d->n_rings++;
	return 0;
}

int driver_open(struct driver *d, unsigned long ring_bytes)
{
	char path[32];

	*d = (struct driver){ .ring_size = (uint32_t)(ring_bytes ? ring_bytes : DEFAULT_RING) };
	d->fds = calloc(MAX_CPUS, sizeof(*d->fds));
	d->pages = calloc(MAX_CPUS, sizeof(*d->pages));
	d->data = calloc(MAX_CPUS, sizeof(*d->data));
	set_ring_bytes(d->ring_size);
	for (unsigned cpu = 0; cpu < MAX_CPUS; cpu++) {
		snprintf(path, sizeof(path), "/dev/falco%u", cpu);
		if (access(path, F_OK))
			break;
		if (open_ring(d, cpu)) {
			fprintf(stderr, "%s: %s\n", path, strerror(errno));
			return -1;
		}
	}
	if (!d->n_rings)
		fprintf(stderr, "/dev/falco0: no such device: is the module loaded?\n");
	return d->n_rings ? 0 : -1;
}

void driver_close(struct driver *d)
{
	for (unsigned i = 0; i < d->n_rings; i++) {
		munmap(d->pages[i], (size_t)sysconf(_SC_PAGESIZE));
		munmap(d->data[i], 2 * (size_t)d->ring_size);
		close(d->fds[i]);
	}
	free(d->records);
	free(d->copy);
	free(d->fds);
	free(d->pages);
	free(d->data);
	*d = (struct driver){ 0 };
}

long driver_ioctl(struct driver *d, unsigned long command, unsigned long argument)
{
	long result = ioctl(d->fds[0], command, argument);

	return result < 0 ? -errno : result;
}

void driver_record(struct driver *d, int native_nr)
{
	if (native_nr >= 0)
		driver_ioctl(d, FALCO_IOCTL_ENABLE_SYSCALL, (unsigned long)native_nr);
	driver_ioctl(d, FALCO_IOCTL_ENABLE_TP, FALCO_TP_SYS_EXIT);
}

void driver_record_enter(struct driver *d, int native_nr)
{
	driver_ioctl(d, FALCO_IOCTL_ENABLE_TP, FALCO_TP_SYS_ENTER);
	driver_record(d, native_nr);
}

void driver_trace(struct driver *d, int tracepoint)
{
	driver_ioctl(d, FALCO_IOCTL_ENABLE_TP, (unsigned long)tracepoint);
}

/* ---- reading ---- */

static bool parse_record(struct record *r, const uint8_t *at, uint32_t left, uint32_t *len)
{
	struct falco_event_header h;
	uint32_t offset;

	if (left < HEADER)
		return false;
	memcpy(&h, at, HEADER);
	if (h.len < HEADER || h.len > left || h.nparams > MAX_PARAMS)
		return false;
	*r = (struct record){ .ts = h.ts, .tid = h.tid, .type = h.type, .n_params = h.nparams };
	offset = HEADER + 2 * h.nparams;
	for (uint32_t i = 0; i < h.nparams; i++) {
		memcpy(&r->len[i], at + HEADER + 2 * i, 2);
		r->param[i] = at + offset;
		offset += r->len[i];
	}
	*len = h.len;
	return offset == h.len;
}

static int by_time(const void *a, const void *b)
{
	const struct record *x = a, *y = b;

	return (x->ts > y->ts) - (x->ts < y->ts);
}

static void read_ring(struct driver *d, unsigned i, uint8_t *copy)
{
	struct falco_ring_page *page = d->pages[i];
	uint32_t head = __atomic_load_n(&page->head, __ATOMIC_ACQUIRE), tail = page->tail, n, len;

	n = head >= tail ? head - tail : head + d->ring_size - tail;
	memcpy(copy, d->data[i] + tail, n);
	for (uint32_t at = 0; at < n; at += len) {
		struct record *records = realloc(d->records, (d->n_records + 1) * sizeof(*records));

		if (!records)
			abort();
		d->records = records;
		if (!parse_record(&records[d->n_records], copy + at, n - at, &len)) {
			fprintf(stderr,
				"ring %u: the record at offset %u of %u unread bytes is malformed\n",
				i, at, n);
			abort();
		}
		d->n_records++;
	}
	__atomic_store_n(&page->tail, head, __ATOMIC_RELEASE);
}

void driver_stop(struct driver *d)
{
	if (d->copy)
		return;
	for (unsigned tp = 0; tp < FALCO_TP_COUNT; tp++)
		driver_ioctl(d, FALCO_IOCTL_DISABLE_TP, tp);
	d->copy = malloc((size_t)d->n_rings * d->ring_size);
	if (!d->copy)
		abort();
	for (unsigned i = 0; i < d->n_rings; i++)
		read_ring(d, i, d->copy + (size_t)i * d->ring_size);
	qsort(d->records, d->n_records, sizeof(*d->records), by_time);
}

void driver_discard(struct driver *d)
{
	for (unsigned i = 0; i < d->n_rings; i++) {
		struct falco_ring_page *page = d->pages[i];

		__atomic_store_n(&page->tail, __atomic_load_n(&page->head, __ATOMIC_ACQUIRE),
				 __ATOMIC_RELEASE);
	}
}

const struct record *driver_find(struct driver *d, uint16_t type, uint64_t tid, unsigned nth)
{
	driver_stop(d);
	for (unsigned i = 0; i < d->n_records; i++)
		if (d->records[i].type == type && (!tid || d->records[i].tid == tid) && !nth--) {
			coverage_found(type);
			return &d->records[i];
		}
	return NULL;
}

unsigned driver_count(struct driver *d, uint16_t type, uint64_t tid)
{
	unsigned n = 0;

	driver_stop(d);
	for (unsigned i = 0; i < d->n_records; i++)
		n += d->records[i].type == type && (!tid || d->records[i].tid == tid);
	if (n)
		coverage_found(type);
	return n;
}

int64_t record_num(const struct record *r, unsigned param)
{
	uint8_t type = types_of[r->type][param];
	unsigned size = type_sizes[type];
	uint64_t v = 0;

	if (!size || r->len[param] != size || size > 8) {
		fprintf(stderr, "event %u parameter %u: %u bytes, expected %u\n", r->type, param,
			r->len[param], size);
		return INT64_MIN;
	}
	memcpy(&v, r->param[param], size);
	if (is_signed(type) && size < 8)
		return (int64_t)(v << (64 - 8 * size)) >> (64 - 8 * size);
	return (int64_t)v;
}

bool record_is(const struct record *r, unsigned param, const void *bytes, size_t n)
{
	return r->len[param] == n && !memcmp(r->param[param], bytes, n);
}

/* ---- 32-bit callers ---- */

#ifdef __x86_64__
long syscall_ia32(long nr, long a, long b, long c, long d, long e, long f)
{
	long result;

	/* rbp holds the sixth argument, so it is saved here; int 0x80 may clobber r8 to r11. */
	asm volatile("push %%rbp\n\tmov %7, %%rbp\n\tint $0x80\n\tpop %%rbp"
		     : "=a"(result)
		     : "a"(nr), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e), "r"(f)
		     : "memory", "r8", "r9", "r10", "r11");
	return (int)result;
}
#else
long syscall_ia32(long nr, long a, long b, long c, long d, long e, long f)
{
	return -ENOSYS;
}
#endif

void *low_memory(size_t n)
{
	static uintptr_t next = 0x10000000;
	void *p = mmap((void *)next, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	next = (uintptr_t)p + (n | 0xffff) + 1;
	if (p == MAP_FAILED || (uintptr_t)p + n > UINT32_MAX)
		abort();
	return p;
}

// SPDX-License-Identifier: Apache-2.0
/* Reads the rings of all CPUs and checks the records against the schema. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "reader.h"
#include "stress.h"
#include "uapi/ioctl.h"

struct event_layout {
	const char *name;
	uint8_t n_params;
	bool large; /* parameter lengths have 4 bytes, not 2 */
	const uint8_t *types;
};

static const uint8_t type_sizes[T_COUNT] = {
#define TYPE(name, wire, size, shown) [T_##name] = size,
#include "schema/types.def"
#undef TYPE
};

#define P(name, type, show, collect) T_##type,
#define EVENT(id, sym, row, ...) static const uint8_t types_##sym[] = { __VA_ARGS__ T_COUNT };
#include "schema/events.def"
#undef EVENT
#undef P
#define P(name, type, show, collect)
#define EVENT(id, sym, row, ...) \
	[id] = { #sym, NPARAMS(sym), ROW_FLAGS row & LARGE_PAYLOAD, types_##sym },
static const struct event_layout layouts[EVENT_NUMBERS] = {
#include "schema/events.def"
};
#undef EVENT
#undef P

/* ---- opening ---- */

static bool set_ring_size(uint32_t bytes)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", bytes);
	return write_text("/sys/module/falco/parameters/g_buffer_bytes_dim", text);
}

int reader_open_cpu(struct reader *r, unsigned cpu)
{
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/dev/falco%u", cpu);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	r->page[cpu] = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	r->data[cpu] = mmap(NULL, 2 * (size_t)r->ring_size, PROT_READ, MAP_SHARED, fd, 0);
	r->fd[cpu] = fd;
	return r->page[cpu] == MAP_FAILED || r->data[cpu] == MAP_FAILED ? -ENOMEM : 0;
}

bool reader_open(struct reader *r, uint32_t ring_size)
{
	char path[32];
	int err, open = 0;

	*r = (struct reader){ .ring_size = ring_size };
	memset(r->fd, 0xff, sizeof(r->fd));
	if (!set_ring_size(ring_size))
		return failure("cannot set g_buffer_bytes_dim: is the module loaded?");
	for (; r->n_cpus < READER_CPUS; r->n_cpus++) {
		snprintf(path, sizeof(path), "/dev/falco%u", r->n_cpus);
		if (access(path, F_OK))
			break;
		err = reader_open_cpu(r, r->n_cpus);
		if (err && err != -ENODEV)
			return failure("%s: %s", path, strerror(-err));
		open += !err;
	}
	return open || failure("no ring could be opened");
}

void reader_close(struct reader *r)
{
	for (unsigned cpu = 0; cpu < r->n_cpus; cpu++) {
		if (r->fd[cpu] < 0)
			continue;
		munmap(r->page[cpu], 4096);
		munmap(r->data[cpu], 2 * (size_t)r->ring_size);
		close(r->fd[cpu]);
		r->fd[cpu] = -1;
	}
}

long reader_ioctl(struct reader *r, unsigned long command, unsigned long argument)
{
	for (unsigned cpu = 0; cpu < r->n_cpus; cpu++)
		if (r->fd[cpu] >= 0) {
			long result = ioctl(r->fd[cpu], command, argument);

			return result < 0 ? -errno : result;
		}
	return -EBADF;
}

bool reader_record(struct reader *r, int syscall)
{
	return !reader_ioctl(r, FALCO_IOCTL_ENABLE_SYSCALL, (unsigned long)syscall) &&
	       !reader_ioctl(r, FALCO_IOCTL_ENABLE_TP, FALCO_TP_SYS_EXIT);
}

/* Does nothing if the module has no io_uring support. */
static bool set_uring(struct reader *r, bool on)
{
	long err = reader_ioctl(r, FALCO_IOCTL_SET_URING, on);

	return !err || err == -EOPNOTSUPP || failure("cannot switch io_uring recording");
}

bool reader_record_all(struct reader *r, uint32_t tracepoints)
{
	for (unsigned nr = 0; nr < FALCO_SYSCALL_SLOTS; nr++)
		if (reader_ioctl(r, FALCO_IOCTL_ENABLE_SYSCALL, nr))
			return failure("cannot enable system call %u", nr);
	for (unsigned tp = 0; tp < FALCO_TP_COUNT; tp++)
		if (tracepoints >> tp & 1 && reader_ioctl(r, FALCO_IOCTL_ENABLE_TP, tp))
			return failure("cannot enable tracepoint %u", tp);
	return set_uring(r, 1);
}

bool reader_stop(struct reader *r)
{
	for (unsigned tp = 0; tp < FALCO_TP_COUNT; tp++)
		if (reader_ioctl(r, FALCO_IOCTL_DISABLE_TP, tp))
			return failure("cannot disable tracepoint %u", tp);
	return set_uring(r, 0);
}

/* ---- reading ---- */

uint32_t reader_min_size(unsigned event)
{
	const struct event_layout *s = &layouts[event];
	uint32_t n = sizeof(struct falco_event_header) + (s->large ? 4 : 2) * s->n_params;

	for (unsigned i = 0; i < s->n_params; i++)
		n += type_sizes[s->types[i]];
	return n;
}

enum { UNIX_PATH = 109, UNIX_POINTERS = 16 }; /* longest path, two kernel addresses */

/* A socket address or tuple: the family, then addresses of the size of that family. */
static bool is_valid_address(const uint8_t *at, uint32_t len, bool tuple)
{
	uint32_t sides = tuple ? 2 : 1, pointers = tuple ? UNIX_POINTERS : 0;

	switch (at[0]) {
	case AF_INET:
		return len == 1 + sides * (4 + 2); /* address and port */
	case AF_INET6:
		return len == 1 + sides * (16 + 2);
	case AF_UNIX:
		return len > 1 + pointers && len <= 1 + pointers + UNIX_PATH && !at[len - 1];
	}
	return len >= 1;
}

static bool is_valid_fdlist(const uint8_t *at, uint32_t len)
{
	uint16_t n;

	if (len < sizeof(n))
		return false;
	memcpy(&n, at, sizeof(n));
	return len == sizeof(n) + n * 10u; /* s64 descriptor, u16 flags */
}

/* A parameter that is absent has length 0, whatever its type. */
static bool is_valid_param(uint8_t type, const uint8_t *at, uint32_t len)
{
	if (!len)
		return true;
	if (type_sizes[type])
		return len == type_sizes[type];
	switch (type) {
	case T_str:
	case T_path:
	case T_relpath:
		return !at[len - 1] && memchr(at, 0, len) == at + len - 1;
	case T_strv:
		return !at[len - 1];
	case T_sockaddr:
	case T_socktuple:
		return is_valid_address(at, len, type == T_socktuple);
	case T_fdlist:
		return is_valid_fdlist(at, len);
	case T_dyn:
		return at[0] < 8;
	}
	return len <= FALCO_PARAM_MAX;
}

static bool report_malformed(const struct falco_event_header *h, const char *problem,
			     unsigned param, uint32_t len)
{
	const char *name = h->type < EVENT_NUMBERS && layouts[h->type].name ? layouts[h->type].name
									    : "?";

	return failure("record of event %u (%s), %u bytes, %u parameters: %s (parameter %u, %u bytes)",
		       h->type, name, h->len, h->nparams, problem, param, len);
}

/*
 * Checks the record at `at` against its schema row, and copies its header to *h. left: bytes from
 * `at` to the end of the unread records.
 */
static bool is_valid_record(const uint8_t *at, uint32_t left, struct falco_event_header *h)
{
	const struct event_layout *s;
	uint32_t offset, len = 0;

	if (left < sizeof(*h))
		return failure("%u bytes after the last record, less than a header", left);
	memcpy(h, at, sizeof(*h));
	if (h->type >= EVENT_NUMBERS || !layouts[h->type].name)
		return report_malformed(h, "unknown event", 0, 0);
	s = &layouts[h->type];
	if (h->len > left)
		return report_malformed(h, "longer than the unread bytes", 0, left);
	if (h->nparams != s->n_params)
		return report_malformed(h, "number of parameters differs from the schema", 0,
					s->n_params);
	offset = sizeof(*h) + (s->large ? 4 : 2) * h->nparams;
	for (unsigned i = 0; i < h->nparams; i++, offset += len) {
		len = 0;
		memcpy(&len, at + sizeof(*h) + (s->large ? 4 : 2) * i, s->large ? 4 : 2);
		if (offset + len > h->len)
			return report_malformed(h, "parameter exceeds the record", i, len);
		if (!is_valid_param(s->types[i], at + offset, len))
			return report_malformed(h, "parameter is invalid for its type", i, len);
	}
	return offset == h->len ||
	       report_malformed(h, "the parameters end before the record", 0, offset);
}

bool reader_check(struct reader *r, unsigned cpu, uint32_t from, uint32_t to)
{
	const uint8_t *at = r->data[cpu] + from, *end = at + ((to - from) & (r->ring_size - 1));
	struct falco_event_header h;

	for (; at < end; at += h.len) {
		if (!is_valid_record(at, (uint32_t)(end - at), &h)) {
			r->n_malformed++;
			return false;
		}
		r->n[h.type]++;
		r->n_read++;
		if (r->on_record)
			r->on_record(r, &h, at + sizeof(h) + 2 * h.nparams);
	}
	return true;
}

bool reader_drain_cpu(struct reader *r, unsigned cpu)
{
	struct falco_ring_page *page = r->page[cpu];
	uint32_t head = __atomic_load_n(&page->head, __ATOMIC_ACQUIRE);
	bool ok = reader_check(r, cpu, page->tail, head);

	__atomic_store_n(&page->tail, head, __ATOMIC_RELEASE);
	return ok;
}

bool reader_drain(struct reader *r)
{
	bool ok = true;

	for (unsigned cpu = 0; cpu < r->n_cpus; cpu++)
		if (r->fd[cpu] >= 0)
			ok &= reader_drain_cpu(r, cpu);
	return ok;
}

uint64_t reader_lost(struct reader *r, unsigned event)
{
	struct {
		struct falco_lost head;
		uint64_t counts[EVENT_NUMBERS];
	} lost = { .head = { .cpu = FALCO_LOST_ALL_CPUS, .n = EVENT_NUMBERS } };
	uint64_t sum = 0;

	if (reader_ioctl(r, FALCO_IOCTL_GET_LOST, (unsigned long)&lost))
		return UINT64_MAX;
	if (event)
		return lost.counts[event];
	for (unsigned i = 0; i < EVENT_NUMBERS; i++)
		sum += lost.counts[i];
	return sum;
}

bool reader_counts_match(struct reader *r)
{
	uint64_t counted = 0, lost = 0;

	for (unsigned cpu = 0; cpu < r->n_cpus; cpu++) {
		const struct falco_ring_page *page = r->page[cpu];

		if (r->fd[cpu] < 0)
			continue;
		counted += page->n_evts;
		lost += page->n_drops_buffer + page->n_drops_pf;
	}
	if (counted == r->n_read + lost)
		return true;
	return failure("the rings count %llu events, but %llu were read and %llu lost",
		       (unsigned long long)counted, (unsigned long long)r->n_read,
		       (unsigned long long)lost);
}

static void count_own_calls(struct reader *r, const struct falco_event_header *h,
			    const uint8_t *param)
{
	(void)param;
	if (h->type == EV_generic && h->tid == (uint64_t)gettid())
		++*(unsigned *)r->arg;
}

bool reader_works(void)
{
	struct reader r;
	unsigned n = 0;
	bool ok;

	if (!reader_open(&r, 1 << 16))
		return false;
	r.on_record = count_own_calls;
	r.arg = &n;
	ok = reader_record(&r, SYS_getppid);
	for (int i = 0; i < 100; i++)
		syscall(SYS_getppid);
	ok = ok && reader_stop(&r) && reader_drain(&r) && reader_counts_match(&r);
	reader_close(&r);
	return ok && (n == 100 || failure("%u of 100 calls were recorded", n));
}

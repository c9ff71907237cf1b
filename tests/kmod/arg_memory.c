// SPDX-License-Identifier: Apache-2.0
/*
 * The memory that arguments point to. All of it is below 4 GiB, for 32-bit callers.
 *
 * In: a row with its roles.  Out: its arguments, and how much of their memory can be read.
 */
#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/quota.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "arg_case.h"
#include "driver.h"

/* Layout of the memory of one argument: inner page, content, unmapped page. */
enum {
	PAGE = 4096,
	INNER = PAGE, /* elements that the content points to */
	CONTENT = 2 * PAGE,
	AREA = INNER + CONTENT + PAGE,
	PAYLOAD = 1024, /* offset of the payload in the inner page */
	LONG_IOVEC = 20,
	LONG_POLLFDS = 300
};

const char *const case_strings[3] = { "first", "second argument", NULL };

uint8_t case_pattern(unsigned i)
{
	return (uint8_t)('a' + i % 26);
}

bool case_applies(enum case_defect defect, enum case_class class, bool ia32)
{
	switch (defect) {
	case CASE_KERNEL:
	case CASE_NOT_CANONICAL:
		return !ia32;
	case CASE_EMPTY:
		return class == C_STRING || class == C_BYTES || class == C_ADDRESS ||
		       class == C_IOV || class == C_POLLFDS || class == C_ARGV;
	case CASE_LONG:
		return class == C_STRING || class == C_BYTES || class == C_ADDRESS ||
		       class == C_IOV || class == C_MESSAGE || class == C_POLLFDS;
	case CASE_INNER_NULL:
	case CASE_INNER_UNMAPPED:
		return class == C_IOV || class == C_MESSAGE || class == C_ARGV;
	case CASE_PAGED_OUT: /* memory that the kernel writes to is resident afterwards */
		return class != C_PATH_OUT && class != C_FDS && class != C_ID_OUT && class != C_OUT;
	default:
		return true;
	}
}

/* ---- contents, with the types of 64-bit or 32-bit callers ---- */

struct content {
	uint8_t bytes[CASE_BYTES];
	uint32_t n, count, total; /* as in struct case_memory */
	uint8_t *inner;		  /* a page that the contents may point to */
	unsigned long unmapped;	  /* an address without memory */
	bool ia32;
	enum case_defect defect;
};

static void put(struct content *c, const void *bytes, uint32_t n)
{
	memcpy(c->bytes + c->n, bytes, n);
	c->n += n;
}

/* An integer of the caller's word size. */
static void put_long(struct content *c, unsigned long v)
{
	put(c, &v, c->ia32 ? 4 : 8);
}

static void put_u32(struct content *c, uint32_t v)
{
	put(c, &v, 4);
}

static void fill_string(struct content *c, unsigned arg)
{
	static const char name[] = "/none/0/such file";

	if (c->defect == CASE_LONG) {
		for (; c->n < 5000; c->n++)
			c->bytes[c->n] = c->n % 8 ? case_pattern(c->n) : '/';
	} else if (c->defect != CASE_EMPTY) {
		put(c, name, sizeof(name) - 1);
		c->bytes[6] = (uint8_t)('0' + arg);
	}
	put(c, "", 1);
}

static void fill_bytes(struct content *c)
{
	uint32_t n = c->defect == CASE_EMPTY ? 0 : c->defect == CASE_LONG ? 3000 : CASE_ELEMENT;

	for (; c->n < n; c->n++)
		c->bytes[c->n] = case_pattern(c->n);
	c->count = n;
}

/* Writes an array of iovec elements to `to`; returns their number. */
static uint32_t fill_elements(struct content *c, uint8_t *to)
{
	uint32_t n = c->defect == CASE_EMPTY ? 0 : c->defect == CASE_LONG ? LONG_IOVEC : 2;
	struct content array = { .ia32 = c->ia32 };

	for (uint32_t i = 0; i < n; i++) {
		uint32_t len = c->defect != CASE_LONG && !i ? CASE_FIRST_ELEMENT
			       : c->defect == CASE_LONG	    ? CASE_ELEMENT
							    : 60;
		unsigned long base = (unsigned long)c->inner + PAYLOAD + c->total;

		if (!i && c->defect == CASE_INNER_NULL)
			base = 0;
		if (!i && c->defect == CASE_INNER_UNMAPPED)
			base = c->unmapped;
		put_long(&array, base);
		put_long(&array, len);
		c->total += len;
	}
	for (uint32_t i = 0; i < c->total; i++)
		c->inner[PAYLOAD + i] = case_pattern(i);
	memcpy(to, array.bytes, array.n);
	return n;
}

static void fill_iov(struct content *c)
{
	c->count = fill_elements(c, c->bytes);
	c->n = c->count * (c->ia32 ? 8 : 16);
}

static void fill_message(struct content *c)
{
	uint32_t n = fill_elements(c, c->inner);

	put_long(c, 0); /* name */
	put_long(c, 0); /* name length, with padding */
	put_long(c, (unsigned long)c->inner);
	put_long(c, n);
	put_long(c, 0); /* control */
	put_long(c, 0);
	put_long(c, 0); /* flags, with padding */
	c->count = 1;
}

static void fill_pollfds(struct content *c)
{
	c->count = c->defect == CASE_EMPTY ? 0 : c->defect == CASE_LONG ? LONG_POLLFDS : 2;
	for (uint32_t i = 0; i < c->count; i++)
		put(c, &(struct pollfd){ (int)(0x5000 + i), POLLIN, POLLNVAL },
		    sizeof(struct pollfd));
}

static void fill_argv(struct content *c)
{
	char *at = (char *)c->inner;

	for (int i = 0; i < 2 && c->defect != CASE_EMPTY; i++) {
		strcpy(at, case_strings[i]);
		put_long(c, i				       ? (unsigned long)at
			    : c->defect == CASE_INNER_NULL     ? 0
			    : c->defect == CASE_INNER_UNMAPPED ? c->unmapped
							       : (unsigned long)at);
		at += strlen(at) + 1;
	}
	put_long(c, 0);
}

static void fill_address(struct content *c)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
				  .sin_port = htons(0x1234),
				  .sin_addr.s_addr = htonl(0x0a0b0c0d) };

	put(c, &in, sizeof(in));
	c->count = c->defect == CASE_EMPTY ? 0 : c->defect == CASE_LONG ? 3000 : sizeof(in);
	if (c->defect == CASE_LONG)
		c->n = 3000;
}

/* Structures with the same layout for 64-bit and 32-bit callers. */
static const struct {
	const void *bytes;
	uint32_t n;
} structures[] = {
	[C_PATH_OUT] = { "..", 2 },
	[C_FDS] = { (const int[]){ -7, -8 }, 8 },
	[C_SIGSET] = { (const uint32_t[]){ 0xcafe, 0 }, 8 },
	[C_HOW] = { &(const struct open_how){
			    .flags = O_CREAT | O_RDWR, .mode = 0640, .resolve = RESOLVE_BENEATH },
		    sizeof(struct open_how) },
	[C_CLONE_ARGS] = { &(const struct clone_args){ .flags = CLONE_SIGHAND }, 64 },
	[C_DQBLK] = { &(const struct dqblk){ .dqb_bhardlimit = 1001,
					     .dqb_bsoftlimit = 1002,
					     .dqb_curspace = 1003,
					     .dqb_ihardlimit = 1004,
					     .dqb_isoftlimit = 1005,
					     .dqb_btime = 1007,
					     .dqb_itime = 1008,
					     .dqb_valid = QIF_ALL },
		      sizeof(struct dqblk) },
	[C_DQINFO] = { &(const struct dqinfo){
			       .dqi_bgrace = 1009, .dqi_igrace = 1010, .dqi_valid = IIF_ALL },
		       sizeof(struct dqinfo) },
	[C_URING] = { &(const struct io_uring_params){ .sq_entries = 33,
						       .cq_entries = 44,
						       .sq_thread_cpu = 55,
						       .sq_thread_idle = 66 },
		      sizeof(struct io_uring_params) },
};

static void fill_structure(struct content *c, enum case_class class, const struct case_call *call)
{
	/* for 32-bit callers, only calls with 64 in their name have 64-bit fields */
	uint32_t width = !c->ia32 || strstr(call->name, "64") ? 8 : 4;

	switch (class) {
	case C_OFFSET:
		put(c, &(uint64_t){ 0x123456789 }, width);
		return;
	case C_TIMESPEC:
		put(c, &(uint64_t){ 0 }, width);
		put(c, &(uint64_t){ 1000 }, width);
		return;
	case C_RLIMIT:
		put(c, &(uint64_t){ 0x1234 }, width);
		put(c, &(uint64_t){ 0x5678 }, width);
		return;
	case C_SEMOPS:
		put(c, (struct sembuf[]){ { 1, 2, IPC_NOWAIT }, { 3, 4, SEM_UNDO } }, 12);
		c->count = 2;
		return;
	case C_ID_OUT:
		put(c, (uint32_t[]){ 0x77777777 }, c->ia32 && !strstr(call->name, "32") ? 2 : 4);
		return;
	default:
		if (class < ARRAY_SIZE(structures) && structures[class].n)
			put(c, structures[class].bytes, structures[class].n);
		else
			put(c, (uint32_t[4]){ 0 }, 16);
	}
}

static void fill(struct content *c, enum case_class class, const struct case_row *row, unsigned arg)
{
	switch (class) {
	case C_STRING:
		fill_string(c, arg);
		return;
	case C_BYTES:
		fill_bytes(c);
		return;
	case C_IOV:
		fill_iov(c);
		return;
	case C_MESSAGE:
		fill_message(c);
		return;
	case C_MESSAGES:
		fill_message(c);
		put_long(c, 0);
		return;
	case C_POLLFDS:
		fill_pollfds(c);
		return;
	case C_ARGV:
		fill_argv(c);
		return;
	case C_ADDRESS:
		fill_address(c);
		return;
	case C_U32:
		put_u32(c, row->role[arg].of < 0 ? 16 : row->memory[row->role[arg].of].count);
		return;
	default:
		fill_structure(c, class, row->call);
	}
}

/* ---- location ---- */

/* Writes the contents to the page cache and maps it without page table entries. */
static void page_out(uint8_t *page, const struct content *c)
{
	int fd = memfd_create("paged out", MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, CONTENT) || pwrite(fd, c->bytes, c->n, 0) != (ssize_t)c->n ||
	    mmap(page, CONTENT, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0) == MAP_FAILED)
		abort();
	close(fd);
}

static void store(struct case_memory *p, uint8_t *at, const struct content *c, uint32_t n)
{
	memcpy(at, c->bytes, n);
	p->address = (unsigned long)at;
	p->readable = n;
}

/* Copies the content to the place in the area that its defect requires. */
static void place_content(struct case_memory *p, const struct content *c, uint8_t *area)
{
	uint8_t *content = area + INNER, *gap = content + CONTENT;

	switch (c->defect) {
	case CASE_NULL:
		p->address = 0;
		return;
	case CASE_FIRST_PAGE:
		p->address = 8;
		return;
	case CASE_UNMAPPED:
		p->address = (unsigned long)gap + 64;
		return;
	case CASE_NO_ACCESS:
		store(p, content, c, c->n);
		p->readable = 0;
		mprotect(content, CONTENT, PROT_NONE);
		return;
	case CASE_KERNEL:
		p->address = 0xffff888000001000;
		return;
	case CASE_NOT_CANONICAL:
		p->address = 0x0000900000000000;
		return;
	case CASE_ADDRESS_END:
		p->address = c->ia32 ? 0xfffffff8 : 0xfffffffffffffff8;
		return;
	case CASE_PAGE_END:
		store(p, gap - c->n, c, c->n);
		return;
	case CASE_TRUNCATED:
		store(p, gap - (c->n - 1), c, c->n - 1);
		return;
	case CASE_PAGED_OUT:
		page_out(content, c);
		p->address = (unsigned long)content;
		p->readable = c->n;
		return;
	default:
		store(p, content + 64, c, c->n);
	}
}

static uint8_t *new_area(void)
{
	static uint8_t *next, *end;
	uint8_t *area;

	if (next == end) {
		next = low_memory(128 * AREA);
		end = next + 128 * AREA;
	}
	area = next;
	next += AREA;
	munmap(area + INNER + CONTENT, PAGE);
	return area;
}

static void set_memory(struct case_row *row, unsigned arg)
{
	static struct content c;
	struct case_memory *p = &row->memory[arg];
	uint8_t *area = new_area();

	memset(&c, 0, sizeof(c));
	c.inner = area;
	c.unmapped = (unsigned long)area + INNER + CONTENT + 8;
	c.ia32 = row->ia32;
	c.defect = (int)arg == row->defect_arg ? row->defect : CASE_VALID;
	fill(&c, row->role[arg].class, row, arg);
	*p = (struct case_memory){ .n = c.n, .count = c.count, .total = c.total };
	p->inner = c.defect == CASE_INNER_NULL || c.defect == CASE_INNER_UNMAPPED ? c.defect
										  : CASE_VALID;
	p->bytes = malloc(c.n + 1);
	if (!p->bytes)
		abort();
	memcpy(p->bytes, c.bytes, c.n);
	place_content(p, &c, area);
	row->arg[arg] = p->address;
}

/*
 * A value by the class of the argument. Numbers differ between arguments, and are not valid
 * descriptors or process ids.
 */
static unsigned long number_for(const struct case_role *role, unsigned arg, int zero_fd)
{
	switch (role->class) {
	case C_ID:
		return 0x301 + arg;
	case C_FD:
		return 0x5011 + arg * 0x11;
	case C_FLAG:
		return (unsigned long)case_flag_native((int)role->value);
	case C_OPEN_FLAGS:
		return O_CREAT | O_RDWR;
	case C_MODE:
		return 0640;
	case C_CLONE_FLAGS:
		return CLONE_SIGHAND;
	case C_VALUE:
		return (unsigned long)role->value;
	case C_ZERO_FD:
		return (unsigned long)zero_fd;
	default:
		return 0x7f000011 + arg * 0x11;
	}
}

void case_set_arguments(struct case_row *row, int zero_fd)
{
	for (unsigned i = 0; i < 6; i++)
		if (row->role[i].class < C_STRING)
			row->arg[i] = number_for(&row->role[i], i, zero_fd);
		else if (row->role[i].class != C_U32)
			set_memory(row, i);
	for (unsigned i = 0; i < 6; i++)
		if (row->role[i].class == C_U32)
			set_memory(row, i);
		else if (row->role[i].class == C_LENGTH)
			row->arg[i] = row->memory[row->role[i].of].count;
}

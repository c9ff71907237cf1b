// SPDX-License-Identifier: Apache-2.0
/* Random arguments of system calls, and the memory that they point to: fuzz_args.h. */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>
#include <netinet/in.h>

#include "fuzz_args.h"
#include "arg_table.h"

/* File names, types of file systems and keys, and bytes that are not text. */
static const char *const strings[] = {
	"/proc/self/maps",
	"/proc/self/status",
	"/etc/passwd",
	".",
	"..",
	"",
	"file",
	"dir/../file",
	"/dev/null",
	"link",
	"/proc/self/fd/0",
	"/no/such/file",
	"ext4",
	"tmpfs",
	"overlay",
	"user",
	"keyring",
	"\x01\x02\xff\xfe",
	"/bin/true",
};

/* Of each group of pages, all but the last are writable. */
enum {
	FUZZ_ADDRESS = 0x20000000, /* below 4 GiB: 32-bit callers can point to it */
	PAGE = 4096,
	GROUP_PAGES = 8,
	WRITABLE_PAGES = GROUP_PAGES - 1,
	WRITABLE_BYTES = WRITABLE_PAGES * PAGE,
	START_PAGES = 6, /* pages in which an argument may start */
	GROUPS = FUZZ_PAGES / GROUP_PAGES,
	FILE_PAGES = 8,
};

/* The first page of a random group. */
static unsigned char *random_group(struct fuzz_memory *m, struct rng *rng)
{
	return m->pages + rng_below(rng, GROUPS) * GROUP_PAGES * PAGE;
}

bool fuzz_memory_create(struct fuzz_memory *m, struct rng *rng)
{
	int file = memfd_create("fuzz", 0);
	unsigned char *last;

	m->rng = rng;
	m->pages = mmap((void *)FUZZ_ADDRESS, FUZZ_BYTES, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	if (m->pages == MAP_FAILED || file < 0 || ftruncate(file, FILE_PAGES * PAGE))
		return failure("cannot map the memory for arguments");
	for (unsigned i = 0; i < FUZZ_BYTES; i++)
		m->pages[i] = (unsigned char)(i % 251 + 1);
	for (unsigned group = 0; group < GROUPS; group++) {
		last = m->pages + (group * GROUP_PAGES + WRITABLE_PAGES) * PAGE;
		switch (group % 4) {
		case 0:
			munmap(last, PAGE);
			break;
		case 1:
			mprotect(last, PAGE, PROT_NONE);
			break;
		case 2:
			mprotect(last, PAGE, PROT_READ);
			break;
		/* beyond the end of the mapped file: an access is a SIGBUS */
		case 3:
			mmap(last, PAGE, PROT_READ, MAP_SHARED | MAP_FIXED, file,
			     2 * FILE_PAGES * PAGE);
			break;
		}
	}
	close(file);
	return true;
}

void fuzz_memory_modify(struct fuzz_memory *m, struct rng *rng)
{
	unsigned char *page = random_group(m, rng) + rng_below(rng, START_PAGES) * PAGE;

	switch (rng_below(rng, 16)) {
	case 0:
		madvise(page, PAGE, MADV_DONTNEED);
		return;
	case 1:
		mprotect(page, PAGE, PROT_READ);
		mprotect(page, PAGE, PROT_READ | PROT_WRITE);
		return;
	default:
		/* TOCTOU: the module may read another value than the kernel has read */
		*(volatile uint64_t *)(page + rng_below(rng, 510) * 8) = fuzz_number(rng);
	}
}

unsigned long fuzz_number(struct rng *rng)
{
	static const unsigned long boundary_values[] = {
		0,
		1,
		2,
		7,
		8,
		63,
		64,
		255,
		256,
		511,
		512,
		4095,
		4096,
		4097,
		65000,
		65535,
		65536,
		0x7fffffff,
		0x80000000,
		0xffffffff,
		0x100000000,
		0x7fffffffffffffff,
		0x8000000000000000,
		-1ul,
		-4095ul,
		-100ul,
	};

	switch (rng_below(rng, 4)) {
	case 0:
		return boundary_values[rng_below(rng, ARRAY_SIZE(boundary_values))];
	case 1:
		return rng_below(rng, 64);
	case 2:
		return 1ul << rng_below(rng, 64);
	default:
		return rng_next(rng) >> rng_below(rng, 64);
	}
}

static unsigned long invalid_address(struct rng *rng)
{
	static const unsigned long addresses[] = {
		0,
		1,
		8,
		4095,
		0x7ffffffff000,
		0x7fffffffeff8,
		0x800000000000,
		0xffff800000000000,
		0xffff888000000000,
		0xffffffff81000000,
		0xffffffffff600000,
		-1ul,
		-8ul,
		0xdead000000000100,
	};

	return addresses[rng_below(rng, ARRAY_SIZE(addresses))];
}

unsigned long fuzz_address(struct fuzz_memory *m, unsigned n)
{
	unsigned long group = (unsigned long)random_group(m, m->rng);
	unsigned long end = group + WRITABLE_BYTES;

	switch (rng_below(m->rng, 8)) {
	case 0:
		return invalid_address(m->rng);
	/* the n bytes end where the last page of the group begins */
	case 1:
		return end - (n < WRITABLE_BYTES ? n : WRITABLE_BYTES);
	/* at most 64 bytes are before the last page: longer values extend into it */
	case 2:
		return end - rng_below(m->rng, 64) - 1;
	default:
		return group + rng_below(m->rng, START_PAGES * PAGE);
	}
}

/* Copies n bytes to `to` if they fit in one writable page of m; returns whether they did. */
static bool store_if_writable(struct fuzz_memory *m, unsigned long to, const void *bytes, unsigned n)
{
	unsigned long start = (unsigned long)m->pages, page = (to - start) / PAGE;

	if (to < start || to + n > start + FUZZ_BYTES || page % GROUP_PAGES == WRITABLE_PAGES ||
	    page != (to + n - 1 - start) / PAGE)
		return false;
	memcpy((void *)to, bytes, n);
	return true;
}

static unsigned long string_argument(struct fuzz_memory *m)
{
	static const unsigned lengths[] = { 100, 255, 256, 4095, 4096, 8191, 20000 };
	const char *text = strings[rng_below(m->rng, ARRAY_SIZE(strings))];
	unsigned long at = fuzz_address(m, (unsigned)strlen(text) + 1);

	/* the initial contents have no NUL: a string of thousands of bytes */
	switch (rng_below(m->rng, 8)) {
	case 0:
		return at;
	/* a NUL after that many bytes */
	case 1:
		store_if_writable(m, at + lengths[rng_below(m->rng, ARRAY_SIZE(lengths))], "", 1);
		return at;
	}
	store_if_writable(m, at, text, (unsigned)strlen(text) + 1);
	return at;
}

static unsigned long socket_address(struct fuzz_memory *m)
{
	union {
		struct sockaddr any;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
		struct sockaddr_un un;
		unsigned char bytes[sizeof(struct sockaddr_storage)];
	} a = { .any.sa_family = 0 };
	unsigned long at = fuzz_address(m, sizeof(a));

	for (unsigned i = 0; i < sizeof(a); i++)
		a.bytes[i] = (unsigned char)rng_next(m->rng);
	switch (rng_below(m->rng, 5)) {
	case 0:
		a.in = (struct sockaddr_in){ AF_INET, htons(1000), { htonl(INADDR_LOOPBACK) }, { 0 } };
		break;
	case 1:
		a.in6 = (struct sockaddr_in6){ .sin6_family = AF_INET6,
					       .sin6_port = 5,
					       .sin6_addr = IN6ADDR_LOOPBACK_INIT };
		break;
	case 2:
		a.any.sa_family = AF_UNIX;
		break;
	case 3:
		a.un = (struct sockaddr_un){ AF_UNIX, "sock" };
		break;
	}
	store_if_writable(m, at, &a, sizeof(a));
	return at;
}

static unsigned long iovec_array(struct fuzz_memory *m)
{
	struct iovec iov[8];
	unsigned long at = fuzz_address(m, sizeof(iov));

	for (unsigned i = 0; i < 8; i++)
		iov[i] = (struct iovec){ (void *)fuzz_address(m, 100),
					 rng_below(m->rng, 3) ? rng_below(m->rng, 300)
							      : fuzz_number(m->rng) };
	store_if_writable(m, at, iov, sizeof(iov));
	return at;
}

static unsigned long message_headers(struct fuzz_memory *m)
{
	struct mmsghdr headers[4];
	unsigned long at = fuzz_address(m, sizeof(headers));

	for (unsigned i = 0; i < 4; i++)
		headers[i] = (struct mmsghdr){
			.msg_hdr = {
				.msg_name = (void *)socket_address(m), .msg_namelen = (socklen_t)rng_below(m->rng, 140),
				.msg_iov = (void *)iovec_array(m),
				.msg_iovlen = rng_below(m->rng, 4) ? rng_below(m->rng, 9) : fuzz_number(m->rng),
				.msg_control = (void *)fuzz_address(m, 64),
				.msg_controllen = rng_below(m->rng, 4) ? 0 : fuzz_number(m->rng),
			},
			.msg_len = (unsigned)fuzz_number(m->rng),
		};
	store_if_writable(m, at, headers, sizeof(headers));
	return at;
}

static unsigned long pollfds(struct fuzz_memory *m)
{
	struct pollfd fds[16];
	unsigned long at = fuzz_address(m, sizeof(fds));

	for (unsigned i = 0; i < 16; i++)
		fds[i] = (struct pollfd){ (int)rng_below(m->rng, 40) - 1, (short)rng_next(m->rng),
					  0 };
	store_if_writable(m, at, fds, sizeof(fds));
	return at;
}

static unsigned long descriptor(struct fuzz_memory *m)
{
	return rng_below(m->rng, 8) ? 3 + rng_below(m->rng, 24) : fuzz_number(m->rng);
}

unsigned long fuzz_argument(struct fuzz_memory *m, unsigned kind)
{
	struct rng *rng = m->rng;

	switch (kind) {
	case ARG_STRING:
		return string_argument(m);
	case ARG_BUFFER:
		return fuzz_address(m, 64);
	case ARG_SOCKADDR:
		return socket_address(m);
	case ARG_IOVEC:
		return iovec_array(m);
	case ARG_MSGHDR:
		return message_headers(m);
	case ARG_POLLFDS:
		return pollfds(m);
	case ARG_FD:
	case ARG_SOCKET:
		return descriptor(m);
	case ARG_AT_FD:
		return rng_below(rng, 2) ? (unsigned long)AT_FDCWD : descriptor(m);
	case ARG_SIGNAL:
		return rng_below(rng, 70);
	case ARG_SMALL_NUMBER:
		return rng_below(rng, 4) ? rng_below(rng, 64) : fuzz_number(rng);
	case ARG_COUNT:
		return rng_below(rng, 4) ? rng_below(rng, 20) : fuzz_number(rng);
	case ARG_SOCKADDR_LENGTH:
		return rng_below(rng, 4) ? rng_below(rng, 130) : fuzz_number(rng);
	case ARG_STRUCT_SIZE:
		return rng_below(rng, 4) ? rng_below(rng, 12) * 8 : fuzz_number(rng);
	case ARG_LENGTH:
		return rng_below(rng, 2) ? rng_below(rng, 5000) : fuzz_number(rng);
	case ARG_NUMBER:
	case ARG_FLAGS:
		return fuzz_number(rng);
	}
	/* ARG_UNUSED, ARG_UNKNOWN */
	switch (rng_below(rng, 5)) {
	case 0:
		return string_argument(m);
	case 1:
		return fuzz_address(m, 64);
	case 2:
		return descriptor(m);
	default:
		return fuzz_number(rng);
	}
}

// SPDX-License-Identifier: Apache-2.0
/* Random arguments, and the memory they point to. */
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
	"/nowhere/at/all",
	"ext4",
	"tmpfs",
	"overlay",
	"user",
	"keyring",
	"\x01\x02\xff\xfe",
	"/bin/true",
};

bool fuzz_memory_create(struct fuzz_memory *h, struct rng *rng)
{
	int file = memfd_create("fuzz", 0);

	h->rng = rng;
	h->pages = mmap((void *)0x20000000, FUZZ_BYTES, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	if (h->pages == MAP_FAILED || file < 0 || ftruncate(file, 8 * 4096))
		return failure("no memory for arguments");
	for (unsigned i = 0; i < FUZZ_BYTES; i++)
		h->pages[i] = (unsigned char)(i % 251 + 1);
	for (unsigned page = 7; page < FUZZ_PAGES; page += 8) {
		unsigned char *at = h->pages + page * 4096;

		switch (page / 8 % 4) {
		case 0:
			munmap(at, 4096);
			break;
		case 1:
			mprotect(at, 4096, PROT_NONE);
			break;
		case 2:
			mprotect(at, 4096, PROT_READ);
			break;
		/* beyond the end of its file: mapped, but an access is a SIGBUS */
		case 3:
			mmap(at, 4096, PROT_READ, MAP_SHARED | MAP_FIXED, file, 64 * 4096);
			break;
		}
	}
	close(file);
	return true;
}

void fuzz_memory_modify(struct fuzz_memory *h, struct rng *rng)
{
	unsigned char *page =
		h->pages + rng_below(rng, FUZZ_PAGES / 8) * 8 * 4096 + rng_below(rng, 6) * 4096;

	switch (rng_below(rng, 16)) {
	case 0:
		madvise(page, 4096, MADV_DONTNEED);
		return;
	case 1:
		mprotect(page, 4096, PROT_READ);
		mprotect(page, 4096, PROT_READ | PROT_WRITE);
		return;
	default:
		/* what the kernel has read may differ when the module reads it (TOCTOU) */
		*(volatile uint64_t *)(page + rng_below(rng, 510) * 8) = fuzz_number(rng);
	}
}

unsigned long fuzz_number(struct rng *d)
{
	static const unsigned long edges[] = {
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

	switch (rng_below(d, 4)) {
	case 0:
		return edges[rng_below(d, ARRAY_SIZE(edges))];
	case 1:
		return rng_below(d, 64);
	case 2:
		return 1ul << rng_below(d, 64);
	default:
		return rng_next(d) >> rng_below(d, 64);
	}
}

static unsigned long nowhere(struct rng *d)
{
	static const unsigned long places[] = {
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

	return places[rng_below(d, ARRAY_SIZE(places))];
}

unsigned long fuzz_address(struct fuzz_memory *h, unsigned n)
{
	unsigned long page = (unsigned long)h->pages + rng_below(h->rng, FUZZ_PAGES / 8) * 8 * 4096;

	switch (rng_below(h->rng, 8)) {
	case 0:
		return nowhere(h->rng);
	/* the last bytes before an inaccessible page, complete or truncated */
	case 1:
		return page + 7 * 4096 - (n < 7 * 4096 ? n : 7 * 4096);
	case 2:
		return page + 7 * 4096 - rng_below(h->rng, 64) - 1;
	default:
		return page + rng_below(h->rng, 6 * 4096);
	}
}

/* Writes to fuzz memory if the bytes lie in one writable page. */
static bool lay(struct fuzz_memory *h, unsigned long at, const void *what, unsigned n)
{
	unsigned long from = (unsigned long)h->pages, page = (at - from) / 4096;

	if (at < from || at + n > from + FUZZ_BYTES || page % 8 == 7 ||
	    page != (at + n - 1 - from) / 4096)
		return false;
	memcpy((void *)at, what, n);
	return true;
}

static unsigned long string(struct fuzz_memory *h)
{
	static const unsigned lengths[] = { 100, 255, 256, 4095, 4096, 8191, 20000 };
	const char *text = strings[rng_below(h->rng, ARRAY_SIZE(strings))];
	unsigned long at = fuzz_address(h, (unsigned)strlen(text) + 1);

	/* unmodified memory is a string without NUL */
	switch (rng_below(h->rng, 8)) {
	case 0:
		return at;
	case 1:
		lay(h, at + lengths[rng_below(h->rng, ARRAY_SIZE(lengths))], "", 1);
		return at;
	}
	lay(h, at, text, (unsigned)strlen(text) + 1);
	return at;
}

static unsigned long address(struct fuzz_memory *h)
{
	union {
		struct sockaddr any;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
		struct sockaddr_un un;
		unsigned char bytes[sizeof(struct sockaddr_storage)];
	} a = { .any.sa_family = 0 };
	unsigned long at = fuzz_address(h, sizeof(a));

	for (unsigned i = 0; i < sizeof(a); i++)
		a.bytes[i] = (unsigned char)rng_next(h->rng);
	switch (rng_below(h->rng, 5)) {
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
	lay(h, at, &a, sizeof(a));
	return at;
}

static unsigned long vector(struct fuzz_memory *h)
{
	struct iovec iov[8];
	unsigned long at = fuzz_address(h, sizeof(iov));

	for (unsigned i = 0; i < 8; i++)
		iov[i] = (struct iovec){ (void *)fuzz_address(h, 100),
					 rng_below(h->rng, 3) ? rng_below(h->rng, 300)
							      : fuzz_number(h->rng) };
	lay(h, at, iov, sizeof(iov));
	return at;
}

static unsigned long message(struct fuzz_memory *h)
{
	struct mmsghdr m[4];
	unsigned long at = fuzz_address(h, sizeof(m));

	for (unsigned i = 0; i < 4; i++)
		m[i] = (struct mmsghdr){
			.msg_hdr = {
				.msg_name = (void *)address(h), .msg_namelen = (socklen_t)rng_below(h->rng, 140),
				.msg_iov = (void *)vector(h),
				.msg_iovlen = rng_below(h->rng, 4) ? rng_below(h->rng, 9) : fuzz_number(h->rng),
				.msg_control = (void *)fuzz_address(h, 64),
				.msg_controllen = rng_below(h->rng, 4) ? 0 : fuzz_number(h->rng),
			},
			.msg_len = (unsigned)fuzz_number(h->rng),
		};
	lay(h, at, m, sizeof(m));
	return at;
}

static unsigned long polled(struct fuzz_memory *h)
{
	struct pollfd fds[16];
	unsigned long at = fuzz_address(h, sizeof(fds));

	for (unsigned i = 0; i < 16; i++)
		fds[i] = (struct pollfd){ (int)rng_below(h->rng, 40) - 1, (short)rng_next(h->rng),
					  0 };
	lay(h, at, fds, sizeof(fds));
	return at;
}

static unsigned long descriptor(struct fuzz_memory *h)
{
	return rng_below(h->rng, 8) ? 3 + rng_below(h->rng, 24) : fuzz_number(h->rng);
}

unsigned long fuzz_argument(struct fuzz_memory *h, unsigned kind)
{
	struct rng *d = h->rng;

	switch (kind) {
	case USE_STRING:
		return string(h);
	case USE_BUFFER:
		return fuzz_address(h, 64);
	case USE_ADDRESS:
		return address(h);
	case USE_IOV:
		return vector(h);
	case USE_MESSAGE:
		return message(h);
	case USE_POLLFDS:
		return polled(h);
	case USE_FD:
	case USE_SOCKET:
		return descriptor(h);
	case USE_AT_FD:
		return rng_below(d, 2) ? (unsigned long)AT_FDCWD : descriptor(h);
	case USE_SIGNAL:
		return rng_below(d, 70);
	case USE_SMALL:
		return rng_below(d, 4) ? rng_below(d, 64) : fuzz_number(d);
	case USE_COUNT:
		return rng_below(d, 4) ? rng_below(d, 20) : fuzz_number(d);
	case USE_ADDRESS_LENGTH:
		return rng_below(d, 4) ? rng_below(d, 130) : fuzz_number(d);
	case USE_STRUCT_SIZE:
		return rng_below(d, 4) ? rng_below(d, 12) * 8 : fuzz_number(d);
	case USE_LENGTH:
		return rng_below(d, 2) ? rng_below(d, 5000) : fuzz_number(d);
	case USE_NUMBER:
	case USE_FLAGS:
		return fuzz_number(d);
	}
	/* nothing is known about this argument */
	switch (rng_below(d, 5)) {
	case 0:
		return string(h);
	case 1:
		return fuzz_address(h, 64);
	case 2:
		return descriptor(h);
	default:
		return fuzz_number(d);
	}
}

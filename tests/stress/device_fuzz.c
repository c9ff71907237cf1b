// SPDX-License-Identifier: Apache-2.0
/*
 * Hostile readers: several threads open, map, ask, set, poll, close, whatever comes, on descriptors that they take from
 * each other, and write to the page they share with the kernel.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fuzz_args.h"
#include "reader.h"
#include "stress.h"
#include "arg_table.h"
#include "uapi/ioctl.h"

enum { THREADS = 5, SLOTS = 12 };

struct mapping {
	void *at;
	size_t len;
};

struct visitor {
	pthread_t thread;
	struct dice dice;
	struct fuzz_memory *memory;
	struct mapping map;
	uint64_t n, opened, ioctls, fine;
};

static struct {
	atomic_int slots[SLOTS]; /* descriptors + 1; 0 is none */
	atomic_bool stop;
	unsigned cpus;
} shared;

static int borrow(struct visitor *v)
{
	return atomic_load(&shared.slots[dice_below(&v->dice, SLOTS)]) - 1;
}

static void put(struct visitor *v, int fd)
{
	int before = atomic_exchange(&shared.slots[dice_below(&v->dice, SLOTS)], fd + 1);

	if (before)
		close(before - 1);
}

static void do_open(struct visitor *v)
{
	static const int flags[] = { O_RDONLY, O_RDWR, O_RDWR | O_NONBLOCK, O_PATH };
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/dev/falco%u", (unsigned)dice_below(&v->dice, shared.cpus));
	fd = open(path, flags[dice_below(&v->dice, 4)]);
	if (fd < 0)
		return;
	v->opened++;
	put(v, fd);
}

static void do_map(struct visitor *v)
{
	static const size_t lengths[] = { 1,	   4096,    4096,    8192,    1 << 15,
					  1 << 16, 1 << 17, 1 << 18, 1 << 21, 1ul << 40 };
	static const int prots[] = { PROT_NONE, PROT_READ, PROT_READ | PROT_WRITE,
				     PROT_READ | PROT_EXEC };
	size_t len = lengths[dice_below(&v->dice, sizeof(lengths) / sizeof(*lengths))];
	void *p = mmap(NULL, len, prots[dice_below(&v->dice, 4)],
		       dice_below(&v->dice, 8) ? MAP_SHARED : MAP_PRIVATE, borrow(v),
		       dice_below(&v->dice, 8) ? 0 : (off_t)(fuzz_number(&v->dice) & ~4095ul));

	if (p == MAP_FAILED)
		return;
	if (v->map.at)
		munmap(v->map.at, v->map.len);
	v->map = (struct mapping){ p, len };
}

/* Through the kernel, so that a mapping of any kind will do: what cannot be written is refused. */
static void write_at(void *to, const void *from, size_t n)
{
	int fd[2];

	if (pipe(fd))
		return;
	if (write(fd[1], from, n) == (ssize_t)n)
		(void)!read(fd[0], to, n);
	close(fd[0]);
	close(fd[1]);
}

static void do_scribble(struct visitor *v)
{
	uint32_t words[2] = { (uint32_t)fuzz_number(&v->dice), (uint32_t)fuzz_number(&v->dice) };

	if (!v->map.at)
		return;
	switch (dice_below(&v->dice, 6)) {
	case 0:
		mprotect(v->map.at, 4096, PROT_READ | PROT_WRITE);
		break;
	case 1:
		madvise(v->map.at, v->map.len, (int)dice_below(&v->dice, 24));
		break;
	case 2:
		mremap(v->map.at, v->map.len, v->map.len * 2, 0);
		break;
	case 3:
		munmap(v->map.at, v->map.len), v->map.at = NULL;
		break;
	default:
		write_at(v->map.at, words, sizeof(words));
	}
}

static unsigned long argument(struct visitor *v)
{
	struct {
		uint32_t a, b;
		uint64_t rest[8];
	} words;
	unsigned long at;

	if (dice_below(&v->dice, 2))
		return dice_below(&v->dice, 2) ? dice_below(&v->dice, 520) : fuzz_number(&v->dice);
	at = fuzz_address(v->memory, sizeof(words));
	words.a = (uint32_t)fuzz_number(&v->dice);
	words.b = (uint32_t)fuzz_number(&v->dice);
	for (int i = 0; i < 8; i++)
		words.rest[i] = fuzz_number(&v->dice);
	write_at((void *)at, &words, sizeof(words));
	return at;
}

static void do_ioctl(struct visitor *v)
{
	unsigned long command = FALCO_IOCTL(dice_below(&v->dice, 80));

	switch (dice_below(&v->dice, 16)) {
	case 0:
		command = fuzz_number(&v->dice);
		break;
	case 1:
		command = FALCO_IOCTL(dice_below(&v->dice, 256));
		break;
	case 2:
		command = FALCO_IOCTL_ENABLE_TP;
		break;
	}
	v->ioctls++;
	v->fine += ioctl(borrow(v), command, argument(v)) >= 0;
}

static void do_other(struct visitor *v)
{
	struct pollfd p = { borrow(v), POLLIN | POLLOUT, 0 };
	char byte = 0;
	pid_t pid;

	switch (dice_below(&v->dice, 6)) {
	case 0:
		poll(&p, 1, (int)dice_below(&v->dice, 20));
		break;
	case 1:
		(void)!read(p.fd, &byte, 1);
		break;
	case 2:
		(void)!write(p.fd, &byte, 1);
		break;
	case 3:
		put(v, dup(p.fd));
		break;
	case 4:
		put(v, -1);
		break;
	case 5:
		pid = dice_below(&v->dice, 20) ? -1 : (pid_t)syscall(SYS_fork);
		if (!pid)
			syscall(SYS_exit_group, 0);
		if (pid > 0)
			waitpid(pid, NULL, 0);
	}
}

static void *visit(void *arg)
{
	struct visitor *v = arg;

	for (; !atomic_load(&shared.stop); v->n++)
		switch (dice_below(&v->dice, 12)) {
		case 0:
			do_open(v);
			break;
		case 1:
			do_map(v);
			break;
		case 2:
		case 3:
			do_scribble(v);
			break;
		case 4:
		case 5:
			do_other(v);
			break;
		default:
			do_ioctl(v);
		}
	if (v->map.at)
		munmap(v->map.at, v->map.len);
	return NULL;
}

/* Rings of all sizes, as they come. */
static void resize(struct dice *d)
{
	static const char *const sizes[] = {
		"16384", "32768", "65536", "131072", "0", "-1", "99999999999999999999"
	};

	write_text("/sys/module/falco/parameters/g_buffer_bytes_dim", sizes[dice_below(d, 7)]);
}

static bool farewell(struct visitor *v)
{
	uint64_t n = 0, opened = 0, ioctls = 0, fine = 0;

	for (int i = 0; i < THREADS; i++) {
		pthread_join(v[i].thread, NULL);
		n += v[i].n, opened += v[i].opened, ioctls += v[i].ioctls, fine += v[i].fine;
	}
	for (int i = 0; i < SLOTS; i++)
		if (shared.slots[i])
			close(shared.slots[i] - 1);
	printf("# device_fuzz: %llu times something, %llu opened, %llu ioctls, of which %llu were granted\n",
	       (unsigned long long)n, (unsigned long long)opened, (unsigned long long)ioctls,
	       (unsigned long long)fine);
	return (opened > 10 && fine > 20) || wrong("that is not what a fuzzer does");
}

bool stress_device_fuzz(const struct options *o)
{
	static struct visitor v[THREADS];
	static struct fuzz_memory memory[THREADS];
	struct dice d = { o->seed };
	double until = now() + o->seconds;
	char path[32];

	for (shared.cpus = 0;; shared.cpus++) {
		snprintf(path, sizeof(path), "/dev/falco%u", shared.cpus);
		if (access(path, F_OK))
			break;
	}
	if (!shared.cpus)
		return wrong("no node of the module is there");
	for (int i = 0; i < THREADS; i++) {
		v[i] = (struct visitor){ .dice = { dice_roll(&d) } };
		v[i].memory = &memory[i];
		/* one and the same memory, each with its own dice */
		if (i) {
			memory[i] = memory[0];
			memory[i].dice = &v[i].dice;
		} else if (!fuzz_memory_create(&memory[0], &v[0].dice)) {
			return false;
		}
		if (pthread_create(&v[i].thread, NULL, visit, &v[i]))
			return wrong("no thread");
	}
	while (now() < until) {
		resize(&d);
		usleep(20000);
	}
	atomic_store(&shared.stop, true);
	return farewell(v) && reader_works();
}

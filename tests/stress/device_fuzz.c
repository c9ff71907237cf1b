// SPDX-License-Identifier: Apache-2.0
/*
 * Fuzzes the device: several threads open, mmap, ioctl, poll and close it, on file descriptors that
 * they share, and write to the ring page that they share with the kernel.
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

struct fuzzer {
	pthread_t thread;
	struct rng rng;
	struct fuzz_memory *memory;
	struct mapping map;
	uint64_t n, opened, ioctls, succeeded;
};

static struct {
	atomic_int slots[SLOTS]; /* descriptor + 1; 0: empty */
	atomic_bool stop;
	unsigned cpus;
} shared;

static int random_fd(struct fuzzer *v)
{
	return atomic_load(&shared.slots[rng_below(&v->rng, SLOTS)]) - 1;
}

static void store_fd(struct fuzzer *v, int fd)
{
	int before = atomic_exchange(&shared.slots[rng_below(&v->rng, SLOTS)], fd + 1);

	if (before)
		close(before - 1);
}

static void do_open(struct fuzzer *v)
{
	static const int flags[] = { O_RDONLY, O_RDWR, O_RDWR | O_NONBLOCK, O_PATH };
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/dev/falco%u", (unsigned)rng_below(&v->rng, shared.cpus));
	fd = open(path, flags[rng_below(&v->rng, 4)]);
	if (fd < 0)
		return;
	v->opened++;
	store_fd(v, fd);
}

static void do_map(struct fuzzer *v)
{
	static const size_t lengths[] = { 1,	   4096,    4096,    8192,    1 << 15,
					  1 << 16, 1 << 17, 1 << 18, 1 << 21, 1ul << 40 };
	static const int prots[] = { PROT_NONE, PROT_READ, PROT_READ | PROT_WRITE,
				     PROT_READ | PROT_EXEC };
	size_t len = lengths[rng_below(&v->rng, ARRAY_SIZE(lengths))];
	void *p = mmap(NULL, len, prots[rng_below(&v->rng, 4)],
		       rng_below(&v->rng, 8) ? MAP_SHARED : MAP_PRIVATE, random_fd(v),
		       rng_below(&v->rng, 8) ? 0 : (off_t)(fuzz_number(&v->rng) & ~4095ul));

	if (p == MAP_FAILED)
		return;
	if (v->map.at)
		munmap(v->map.at, v->map.len);
	v->map = (struct mapping){ p, len };
}

/* Copied by the kernel, so that an address which cannot be written is an error and not a fault. */
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

static void do_change_mapping(struct fuzzer *v)
{
	uint32_t words[2] = { (uint32_t)fuzz_number(&v->rng), (uint32_t)fuzz_number(&v->rng) };

	if (!v->map.at)
		return;
	switch (rng_below(&v->rng, 6)) {
	case 0:
		mprotect(v->map.at, 4096, PROT_READ | PROT_WRITE);
		break;
	case 1:
		madvise(v->map.at, v->map.len, (int)rng_below(&v->rng, 24));
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

static unsigned long argument(struct fuzzer *v)
{
	struct {
		uint32_t a, b;
		uint64_t rest[8];
	} words;
	unsigned long at;

	if (rng_below(&v->rng, 2))
		return rng_below(&v->rng, 2) ? rng_below(&v->rng, 520) : fuzz_number(&v->rng);
	at = fuzz_address(v->memory, sizeof(words));
	words.a = (uint32_t)fuzz_number(&v->rng);
	words.b = (uint32_t)fuzz_number(&v->rng);
	for (int i = 0; i < 8; i++)
		words.rest[i] = fuzz_number(&v->rng);
	write_at((void *)at, &words, sizeof(words));
	return at;
}

static void do_ioctl(struct fuzzer *v)
{
	unsigned long command = FALCO_IOCTL(rng_below(&v->rng, 80));

	switch (rng_below(&v->rng, 16)) {
	case 0:
		command = fuzz_number(&v->rng);
		break;
	case 1:
		command = FALCO_IOCTL(rng_below(&v->rng, 256));
		break;
	case 2:
		command = FALCO_IOCTL_ENABLE_TP;
		break;
	}
	v->ioctls++;
	v->succeeded += ioctl(random_fd(v), command, argument(v)) >= 0;
}

static void do_other(struct fuzzer *v)
{
	struct pollfd p = { random_fd(v), POLLIN | POLLOUT, 0 };
	char byte = 0;
	pid_t pid;

	switch (rng_below(&v->rng, 6)) {
	case 0:
		poll(&p, 1, (int)rng_below(&v->rng, 20));
		break;
	case 1:
		(void)!read(p.fd, &byte, 1);
		break;
	case 2:
		(void)!write(p.fd, &byte, 1);
		break;
	case 3:
		store_fd(v, dup(p.fd));
		break;
	case 4:
		store_fd(v, -1);
		break;
	case 5:
		pid = rng_below(&v->rng, 20) ? -1 : (pid_t)syscall(SYS_fork);
		if (!pid)
			syscall(SYS_exit_group, 0);
		if (pid > 0)
			waitpid(pid, NULL, 0);
	}
}

static void *fuzz(void *arg)
{
	struct fuzzer *v = arg;

	for (; !atomic_load(&shared.stop); v->n++)
		switch (rng_below(&v->rng, 12)) {
		case 0:
			do_open(v);
			break;
		case 1:
			do_map(v);
			break;
		case 2:
		case 3:
			do_change_mapping(v);
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

/* The next open gets a ring of another size, or an invalid size is refused. */
static void resize(struct rng *d)
{
	static const char *const sizes[] = {
		"16384", "32768", "65536", "131072", "0", "-1", "99999999999999999999"
	};

	write_text("/sys/module/falco/parameters/g_buffer_bytes_dim", sizes[rng_below(d, 7)]);
}

static bool finish(struct fuzzer *v)
{
	uint64_t n = 0, opened = 0, ioctls = 0, succeeded = 0;

	for (int i = 0; i < THREADS; i++) {
		pthread_join(v[i].thread, NULL);
		n += v[i].n, opened += v[i].opened, ioctls += v[i].ioctls,
			succeeded += v[i].succeeded;
	}
	for (int i = 0; i < SLOTS; i++)
		if (shared.slots[i])
			close(shared.slots[i] - 1);
	printf("# device_fuzz: %llu operations: %llu opens, %llu ioctls, %llu of them successful\n",
	       (unsigned long long)n, (unsigned long long)opened, (unsigned long long)ioctls,
	       (unsigned long long)succeeded);
	return (opened > 10 && succeeded > 20) || failure("too few operations succeeded");
}

bool stress_device_fuzz(const struct options *o)
{
	static struct fuzzer v[THREADS];
	static struct fuzz_memory memory[THREADS];
	struct rng d = { o->seed };
	double until = now() + o->seconds;
	char path[32];

	for (shared.cpus = 0;; shared.cpus++) {
		snprintf(path, sizeof(path), "/dev/falco%u", shared.cpus);
		if (access(path, F_OK))
			break;
	}
	if (!shared.cpus)
		return failure("no device: is the module loaded?");
	for (int i = 0; i < THREADS; i++) {
		v[i] = (struct fuzzer){ .rng = { rng_next(&d) } };
		v[i].memory = &memory[i];
		/* all threads share one memory, each with its own random numbers */
		if (i) {
			memory[i] = memory[0];
			memory[i].rng = &v[i].rng;
		} else if (!fuzz_memory_create(&memory[0], &v[0].rng)) {
			return false;
		}
		if (pthread_create(&v[i].thread, NULL, fuzz, &v[i]))
			return failure("no thread");
	}
	while (now() < until) {
		resize(&d);
		usleep(20000);
	}
	atomic_store(&shared.stop, true);
	return finish(v) && reader_works();
}

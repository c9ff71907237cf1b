// SPDX-License-Identifier: Apache-2.0
/*
 * Fuzzes the device: several threads call open, mmap, ioctl, poll and close on shared file
 * descriptors, and write to the ring page, which is shared with the kernel.
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

enum { THREADS = 5, SHARED_FDS = 12, PAGE = 4096 };

struct mapping {
	void *address; /* NULL: none */
	size_t len;
};

struct fuzzer {
	pthread_t thread;
	struct rng rng;
	struct fuzz_memory *memory;
	struct mapping map;
	uint64_t operations, opens, ioctls, ioctls_succeeded;
};

static struct {
	atomic_int fds[SHARED_FDS]; /* descriptor + 1; 0: none */
	atomic_bool stop;
	unsigned cpus;
} shared;

static int random_fd(struct fuzzer *f)
{
	return atomic_load(&shared.fds[rng_below(&f->rng, SHARED_FDS)]) - 1;
}

static void store_fd(struct fuzzer *f, int fd)
{
	int replaced = atomic_exchange(&shared.fds[rng_below(&f->rng, SHARED_FDS)], fd + 1);

	if (replaced)
		close(replaced - 1);
}

static void do_open(struct fuzzer *f)
{
	static const int flags[] = { O_RDONLY, O_RDWR, O_RDWR | O_NONBLOCK, O_PATH };
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/dev/falco%u", (unsigned)rng_below(&f->rng, shared.cpus));
	fd = open(path, flags[rng_below(&f->rng, 4)]);
	if (fd < 0)
		return;
	f->opens++;
	store_fd(f, fd);
}

static void do_map(struct fuzzer *f)
{
	static const size_t lengths[] = { 1,	   4096,    4096,    8192,    1 << 15,
					  1 << 16, 1 << 17, 1 << 18, 1 << 21, 1ul << 40 };
	static const int prots[] = { PROT_NONE, PROT_READ, PROT_READ | PROT_WRITE,
				     PROT_READ | PROT_EXEC };
	size_t len = lengths[rng_below(&f->rng, ARRAY_SIZE(lengths))];
	void *p = mmap(NULL, len, prots[rng_below(&f->rng, 4)],
		       rng_below(&f->rng, 8) ? MAP_SHARED : MAP_PRIVATE, random_fd(f),
		       rng_below(&f->rng, 8) ? 0 : (off_t)(fuzz_number(&f->rng) & ~4095ul));

	if (p == MAP_FAILED)
		return;
	if (f->map.address)
		munmap(f->map.address, f->map.len);
	f->map = (struct mapping){ p, len };
}

/*
 * Copies n bytes through a pipe: if `to` is not writable, read() fails, and there is no SIGSEGV.
 */
static void copy_without_fault(void *to, const void *from, size_t n)
{
	int fd[2];

	if (pipe(fd))
		return;
	if (write(fd[1], from, n) == (ssize_t)n)
		(void)!read(fd[0], to, n);
	close(fd[0]);
	close(fd[1]);
}

static void do_change_mapping(struct fuzzer *f)
{
	uint32_t words[2] = { (uint32_t)fuzz_number(&f->rng), (uint32_t)fuzz_number(&f->rng) };

	if (!f->map.address)
		return;
	switch (rng_below(&f->rng, 6)) {
	case 0:
		mprotect(f->map.address, PAGE, PROT_READ | PROT_WRITE);
		break;
	case 1:
		madvise(f->map.address, f->map.len, (int)rng_below(&f->rng, 24));
		break;
	case 2:
		mremap(f->map.address, f->map.len, f->map.len * 2, 0);
		break;
	case 3:
		munmap(f->map.address, f->map.len);
		f->map.address = NULL;
		break;
	default:
		copy_without_fault(f->map.address, words, sizeof(words));
	}
}

/* A number, or the address of random bytes. */
static unsigned long ioctl_argument(struct fuzzer *f)
{
	struct {
		uint32_t a, b;
		uint64_t rest[8];
	} words;
	unsigned long at;

	if (rng_below(&f->rng, 2))
		return rng_below(&f->rng, 2) ? rng_below(&f->rng, 520) : fuzz_number(&f->rng);
	at = fuzz_address(f->memory, sizeof(words));
	words.a = (uint32_t)fuzz_number(&f->rng);
	words.b = (uint32_t)fuzz_number(&f->rng);
	for (int i = 0; i < 8; i++)
		words.rest[i] = fuzz_number(&f->rng);
	copy_without_fault((void *)at, &words, sizeof(words));
	return at;
}

static void do_ioctl(struct fuzzer *f)
{
	unsigned long command = FALCO_IOCTL(rng_below(&f->rng, 80));

	switch (rng_below(&f->rng, 16)) {
	case 0:
		command = fuzz_number(&f->rng);
		break;
	case 1:
		command = FALCO_IOCTL(rng_below(&f->rng, 256));
		break;
	case 2:
		command = FALCO_IOCTL_ENABLE_TP;
		break;
	}
	f->ioctls++;
	f->ioctls_succeeded += ioctl(random_fd(f), command, ioctl_argument(f)) >= 0;
}

static void do_other(struct fuzzer *f)
{
	struct pollfd p = { random_fd(f), POLLIN | POLLOUT, 0 };
	char byte = 0;
	pid_t pid;

	switch (rng_below(&f->rng, 6)) {
	case 0:
		poll(&p, 1, (int)rng_below(&f->rng, 20));
		break;
	case 1:
		(void)!read(p.fd, &byte, 1);
		break;
	case 2:
		(void)!write(p.fd, &byte, 1);
		break;
	case 3:
		store_fd(f, dup(p.fd));
		break;
	case 4:
		store_fd(f, -1);
		break;
	case 5:
		pid = rng_below(&f->rng, 20) ? -1 : (pid_t)syscall(SYS_fork);
		if (!pid)
			syscall(SYS_exit_group, 0);
		if (pid > 0)
			waitpid(pid, NULL, 0);
	}
}

static void *fuzz(void *arg)
{
	struct fuzzer *f = arg;

	for (; !atomic_load(&shared.stop); f->operations++)
		switch (rng_below(&f->rng, 12)) {
		case 0:
			do_open(f);
			break;
		case 1:
			do_map(f);
			break;
		case 2:
		case 3:
			do_change_mapping(f);
			break;
		case 4:
		case 5:
			do_other(f);
			break;
		default:
			do_ioctl(f);
		}
	if (f->map.address)
		munmap(f->map.address, f->map.len);
	return NULL;
}

/* Sets the ring size of the next open; the module must reject invalid sizes. */
static void set_random_ring_size(struct rng *rng)
{
	static const char *const sizes[] = {
		"16384", "32768", "65536", "131072", "0", "-1", "99999999999999999999"
	};

	write_text("/sys/module/falco/parameters/g_buffer_bytes_dim",
		   sizes[rng_below(rng, ARRAY_SIZE(sizes))]);
}

/* Waits for the threads; reports whether enough of their operations succeeded. */
static bool finish(struct fuzzer *f)
{
	uint64_t operations = 0, opens = 0, ioctls = 0, succeeded = 0;

	for (int i = 0; i < THREADS; i++) {
		pthread_join(f[i].thread, NULL);
		operations += f[i].operations;
		opens += f[i].opens;
		ioctls += f[i].ioctls;
		succeeded += f[i].ioctls_succeeded;
	}
	for (int i = 0; i < SHARED_FDS; i++)
		if (shared.fds[i])
			close(shared.fds[i] - 1);
	printf("# device_fuzz: %llu operations: %llu opens, %llu ioctls, %llu of them successful\n",
	       (unsigned long long)operations, (unsigned long long)opens,
	       (unsigned long long)ioctls, (unsigned long long)succeeded);
	return (opens > 10 && succeeded > 20) || failure("too few operations succeeded");
}

bool stress_device_fuzz(const struct options *o)
{
	static struct fuzzer f[THREADS];
	static struct fuzz_memory memory[THREADS];
	struct rng rng = { o->seed };
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
		f[i] = (struct fuzzer){ .rng = { rng_next(&rng) } };
		f[i].memory = &memory[i];
		/* all threads share the same pages, but each has its own random numbers */
		if (i) {
			memory[i] = memory[0];
			memory[i].rng = &f[i].rng;
		} else if (!fuzz_memory_create(&memory[0], &f[0].rng)) {
			return false;
		}
		if (pthread_create(&f[i].thread, NULL, fuzz, &f[i]))
			return failure("cannot create a thread");
	}
	while (now() < until) {
		set_random_ring_size(&rng);
		usleep(20000);
	}
	atomic_store(&shared.stop, true);
	return finish(f) && reader_works();
}

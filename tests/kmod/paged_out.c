// SPDX-License-Identifier: Apache-2.0
/*
 * Arguments in pages that are not resident and that the system call itself does not read. Since
 * v6.13 probes can fault them in; on earlier kernels these parameters are empty, and the rest of
 * the event is recorded.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include "expect.h"
#include "buffers.h"
#include "processes.h"
#include "uapi/ring.h"

/*
 * Copies n bytes to this offset of a new mapping, whose pages then are in the page cache and have
 * no page table entries. Never unmapped.
 */
static void *paged_out_at(size_t offset, const void *bytes, size_t n)
{
	size_t size = (offset + n + 4095) & ~4095ul;
	int fd = memfd_create("paged out", 0);
	char *p;

	if (fd < 0 || ftruncate(fd, size))
		abort();
	p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		abort();
	memcpy(p + offset, bytes, n);
	if (madvise(p, size, MADV_DONTNEED))
		abort();
	close(fd);
	return p + offset;
}

static void *paged_out(const void *bytes, size_t n)
{
	return paged_out_at(0, bytes, n);
}

static char *text_paged_out(const char *text)
{
	return paged_out(text, strlen(text) + 1);
}

#define EXPECT_FETCHED(event, name, bytes, n)                \
	do {                                                 \
		if (probes_can_fault()) {                    \
			EXPECT_BYTES(event, name, bytes, n); \
		} else {                                     \
			EXPECT_EMPTY(event, name);           \
		}                                            \
	} while (0)

/* n_evts counts each event once, even if its record was written again after a page fault. */
#define EXPECT_COUNTED_ONCE()                                                              \
	do {                                                                               \
		uint64_t counted_ = 0;                                                     \
		driver_stop(&self->d);                                                     \
		for (unsigned i_ = 0; i_ < self->d.n_rings; i_++)                          \
			counted_ += ((struct falco_ring_page *)self->d.pages[i_])->n_evts; \
		EXPECT_EQ(self->d.n_records, counted_);                                    \
	} while (0)

TEST_F(driver, paged_out_sockaddr)
{
	static const uint8_t wire[7] = { AF_INET, 10, 9, 8, 7, 0x34, 0x12 };
	struct sockaddr_in in = { .sin_family = AF_INET,
				  .sin_port = htons(0x1234),
				  .sin_addr.s_addr = htonl(0x0a090807) };

	driver_record_enter(&self->d, __NR_connect);
	ASSERT_EQ(-1, connect(-1, paged_out(&in, sizeof(in)), sizeof(in)));
	ASSERT_EQ(EBADF, errno);
	FIND(connect_enter);
	EXPECT_FETCHED(connect_enter, addr, wire, 7);
	FIND(connect);
	EXPECT_NUM(connect, res, -EBADF);
	EXPECT_FETCHED(connect, addr, wire, 7);
	EXPECT_COUNTED_ONCE();
}

TEST_F(driver, paged_out_path)
{
	static const char name[] = "/none/path/to/a/file";

	driver_record_enter(&self->d, __NR_openat);
	ASSERT_EQ(-1, syscall(__NR_openat, AT_FDCWD, text_paged_out(name), O_RDONLY));
	FIND(openat_enter);
	EXPECT_FETCHED(openat_enter, name, name, sizeof(name));
	FIND(openat);
	EXPECT_TEXT(openat, name, name); /* the call itself has read it */
}

TEST_F(driver, paged_out_second_page_of_path)
{
	static const char name[] = "/none/path/to/a/file";
	char *p = paged_out_at(4096 - 5, name, sizeof(name));

	ASSERT_EQ('/', *(volatile char *)p);
	madvise(p + 5, 4096, MADV_DONTNEED);
	driver_record_enter(&self->d, __NR_openat);
	ASSERT_EQ(-1, syscall(__NR_openat, AT_FDCWD, p, O_RDONLY));
	FIND(openat_enter);
	EXPECT_FETCHED(openat_enter, name, name, sizeof(name));
}

TEST_F(driver, paged_out_long_path)
{
	char *name = malloc(60001);

	memset(name, 'x', 60000);
	name[60000] = 0;
	driver_record_enter(&self->d, __NR_openat);
	ASSERT_EQ(-1, syscall(__NR_openat, AT_FDCWD, text_paged_out(name), O_RDONLY));
	ASSERT_EQ(ENAMETOOLONG, errno);
	FIND(openat_enter);
	EXPECT_FETCHED(openat_enter, name, name, 60001);
	EXPECT_COUNTED_ONCE();
}

TEST_F(driver, paged_out_write_buffer)
{
	char *bytes = malloc(20000);

	memset(bytes, 'y', 20000);
	ASSERT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_SET_SNAPLEN, 65000));
	RECORD(__NR_write);
	ASSERT_EQ(-1, syscall(__NR_write, -1, paged_out_at(100, bytes, 20000), 20000));
	FIND(write);
	EXPECT_NUM(write, res, -EBADF);
	EXPECT_FETCHED(write, data, bytes, 20000);
	EXPECT_COUNTED_ONCE();
}

/* The header, the iovec array and each element are paged out. */
TEST_F(driver, paged_out_message)
{
	struct iovec iov[3] = { { text_paged_out("one"), 3 },
				{ text_paged_out("two"), 3 },
				{ text_paged_out("three"), 5 } };
	struct msghdr msg = { .msg_iov = paged_out(iov, sizeof(iov)), .msg_iovlen = 3 };

	RECORD(__NR_sendmsg);
	ASSERT_EQ(-1, syscall(__NR_sendmsg, -1, paged_out(&msg, sizeof(msg)), 0));
	FIND(sendmsg);
	EXPECT_NUM(sendmsg, res, -EBADF);
	EXPECT_NUM(sendmsg, size, probes_can_fault() ? 11 : 0);
	EXPECT_FETCHED(sendmsg, data, "onetwothree", 11);
	EXPECT_COUNTED_ONCE();
}

TEST_F(driver, paged_out_exec_arguments)
{
	char *argv[] = { text_paged_out("zero"), text_paged_out("one"), NULL },
	     *envp[] = { text_paged_out("A=b"), NULL };

	RECORD(__NR_execve);
	ASSERT_EQ(-1, syscall(__NR_execve, inaccessible(), paged_out(argv, sizeof(argv)),
			      paged_out(envp, sizeof(envp))));
	ASSERT_EQ(EFAULT, errno);
	FIND(execve);
	EXPECT_EMPTY(execve, filename);
	EXPECT_TEXT(execve, exe, probes_can_fault() ? "zero" : "");
	EXPECT_FETCHED(execve, args, "one", 4);
	EXPECT_FETCHED(execve, env, "A=b", 4);
	EXPECT_COUNTED_ONCE();
}

/* The arguments of a parent that has long been idle may be paged out. */
TEST_F(driver, paged_out_arguments_of_parent)
{
	static const char area[] = "sleeper\0for\0long";
	char *p = paged_out(area, sizeof(area));
	pid_t pid;

	if (prctl(PR_SET_MM, PR_SET_MM_ARG_START, p, 0, 0) ||
	    prctl(PR_SET_MM, PR_SET_MM_ARG_END, p + sizeof(area), 0, 0))
		SKIP(return, "no PR_SET_MM_ARG_START");
	RECORD_CLONE(__NR_clone);
	pid = syscall(__NR_clone, SIGCHLD, 0, 0, 0, 0);
	if (!pid)
		_exit(0);
	waitpid(pid, NULL, 0);
	FIND(clone);
	EXPECT_NUM(clone, res, pid);
	EXPECT_TEXT(clone, exe, probes_can_fault() ? "sleeper" : "");
	EXPECT_FETCHED(clone, args, "for\0long", 9);
	FIND_CHILD(clone, pid);
	/* sched_process_fork cannot sleep, so it cannot fault pages in */
	EXPECT_TEXT(clone, exe, probes_can_fault() && !CHILD_FROM_FORK ? "sleeper" : "");
}

/* A parameter in inaccessible memory is empty; the event is not lost. */
TEST_F(driver, paged_out_unreadable_memory)
{
	struct iovec iov[3] = { { "one", 3 },
				{ (char *)inaccessible(), 3 },
				{ text_paged_out("three"), 5 } };

	RECORD(__NR_writev);
	RECORD(__NR_write);
	for (int i = 0; i < 100; i++)
		ASSERT_EQ(-1, syscall(__NR_write, -1, inaccessible(), 3));
	ASSERT_EQ(-1, syscall(__NR_writev, -1, iov, 3));
	FIND(write);
	EXPECT_EMPTY(write, data);
	EXPECT_EQ(100, driver_count(&self->d, EV_write, gettid()));
	FIND(writev);
	EXPECT_NUM(writev, size, 11);
	EXPECT_BYTES(writev, data, "one", 3);
	EXPECT_COUNTED_ONCE();
}

/* Probes do not wait for a userfaultfd handler; here no thread handles the fault. */
TEST_F(driver, paged_out_userfaultfd_not_waited_for)
{
	char *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct uffdio_register area = { .range = { (uintptr_t)p, 4096 },
					.mode = UFFDIO_REGISTER_MODE_MISSING };
	struct uffdio_api api = { .api = UFFD_API };
	int fd = syscall(__NR_userfaultfd, O_CLOEXEC);

	if (fd < 0 || ioctl(fd, UFFDIO_API, &api) || ioctl(fd, UFFDIO_REGISTER, &area))
		SKIP(return, "no userfaultfd");
	RECORD(__NR_write);
	ASSERT_EQ(-1, syscall(__NR_write, -1, p, 8));
	FIND(write);
	EXPECT_NUM(write, size, 8);
	EXPECT_EMPTY(write, data);
}

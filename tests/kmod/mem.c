// SPDX-License-Identifier: Apache-2.0
/* Memory: brk, mmap, mprotect, mlock. */
#include <sys/mman.h>

#include "expect.h"
#include "processes.h"

/*
 * In KiB. vm_size is exact; the kernel counts resident pages in batches per CPU, so vm_rss may
 * differ from VmRSS by this much.
 */
enum { RSS_TOLERANCE = 1024 };

#define EXPECT_MEMORY(event)                                             \
	do {                                                             \
		int64_t rss_ = record_num(self->ev, IX(event, vm_rss));  \
		EXPECT_NUM(event, vm_size, vm_size);                     \
		EXPECT_LT(0, rss_);                                      \
		EXPECT_GE(RSS_TOLERANCE, llabs(rss_ - (int64_t)vm_rss)); \
		EXPECT_NUM(event, vm_swap, 0);                           \
	} while (0)
#define READ_MEMORY() \
	uint64_t vm_size = proc_status(0, "VmSize:", 10), vm_rss = proc_status(0, "VmRSS:", 10)

TESTS_EVENT(brk);
TEST_F(driver, brk_query_and_move)
{
	unsigned long initial, moved;

	RECORD(__NR_brk);
	initial = syscall(__NR_brk, 0);
	moved = syscall(__NR_brk, initial + 8192);
	READ_MEMORY();
	driver_stop(&self->d);
	ASSERT_EQ(initial + 8192, moved);
	FIND(brk);
	EXPECT_NUM(brk, res, initial);
	EXPECT_NUM(brk, addr, 0);
	FIND_BY(brk, getpid(), 1);
	EXPECT_NUM(brk, res, moved);
	EXPECT_NUM(brk, addr, initial + 8192);
	EXPECT_MEMORY(brk);
}

TESTS_EVENT(mmap);
TEST_F(driver, mmap_file)
{
	int fd = open("/proc/self/exe", O_RDONLY);
	unsigned long address;

	RECORD(__NR_mmap);
	address = syscall(__NR_mmap, 0, 8192, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_DENYWRITE,
			  fd, 4096);
	READ_MEMORY();
	FIND(mmap);
	EXPECT_NUM(mmap, res, address);
	EXPECT_MEMORY(mmap);
	EXPECT_NUM(mmap, addr, 0);
	EXPECT_NUM(mmap, length, 8192);
	EXPECT_NUM(mmap, prot, prot_flags_PROT_READ | prot_flags_PROT_EXEC);
	EXPECT_NUM(mmap, flags, mmap_flags_MAP_PRIVATE | mmap_flags_MAP_DENYWRITE);
	EXPECT_NUM(mmap, fd, fd);
	EXPECT_NUM(mmap, offset, 4096);
}

TEST_F(driver, mmap_anonymous_with_hint)
{
	void *hint = (void *)0x20000000;

	RECORD(__NR_mmap);
	ASSERT_EQ(hint, mmap(hint, 4096, PROT_NONE,
			     MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED | MAP_POPULATE | MAP_NORESERVE,
			     -1, 0));
	FIND(mmap);
	EXPECT_NUM(mmap, res, (long)hint);
	EXPECT_NUM(mmap, addr, (long)hint);
	EXPECT_NUM(mmap, prot, prot_flags_PROT_NONE);
	EXPECT_NUM(mmap, flags,
		   mmap_flags_MAP_SHARED | mmap_flags_MAP_ANONYMOUS | mmap_flags_MAP_FIXED |
			   mmap_flags_MAP_POPULATE | mmap_flags_MAP_NORESERVE);
	EXPECT_NUM(mmap, fd, -1);
	EXPECT_NUM(mmap, offset, 0);
}

TEST_F(driver, mmap_fails)
{
	RECORD(__NR_mmap);
	ASSERT_EQ(-1, syscall(__NR_mmap, 4096, 0, PROT_READ | PROT_WRITE, MAP_PRIVATE, 77, 12345));
	FIND(mmap);
	EXPECT_NUM(mmap, res, -EINVAL);
	EXPECT_NUM(mmap, addr, 4096);
	EXPECT_NUM(mmap, length, 0);
	EXPECT_NUM(mmap, prot, prot_flags_PROT_READ | prot_flags_PROT_WRITE);
	EXPECT_NUM(mmap, flags, mmap_flags_MAP_PRIVATE);
	EXPECT_NUM(mmap, fd, 77);
	EXPECT_NUM(mmap, offset, 12345);
}

TESTS_EVENT(mmap2);
TEST_F(driver, mmap2_by_ia32)
{
	int fd = open("/proc/self/exe", O_RDONLY);
	unsigned long address;

	RECORD(__NR_mmap);
	address = (uint32_t)syscall_ia32(NR_IA32_mmap2, 0, 4096, PROT_READ, MAP_PRIVATE, fd, 2);
	READ_MEMORY();
	FIND(mmap2);
	EXPECT_EQ(address, (uint32_t)record_num(self->ev, IX(mmap2, res)));
	EXPECT_MEMORY(mmap2);
	EXPECT_NUM(mmap2, addr, 0);
	EXPECT_NUM(mmap2, length, 4096);
	EXPECT_NUM(mmap2, prot, prot_flags_PROT_READ);
	EXPECT_NUM(mmap2, flags, mmap_flags_MAP_PRIVATE);
	EXPECT_NUM(mmap2, fd, fd);
	EXPECT_NUM(mmap2, pgoffset, 2);
}

TEST_F(driver, mmap2_fails_by_ia32)
{
	RECORD(__NR_mmap);
	ASSERT_EQ(-EINVAL,
		  syscall_ia32(NR_IA32_mmap2, 0, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	FIND(mmap2);
	EXPECT_NUM(mmap2, res, -EINVAL);
	EXPECT_NUM(mmap2, fd, -1);
}

/* The original 32-bit mmap has one argument, a pointer to an array of six. */
TEST_F(driver, mmap_by_ia32)
{
	uint32_t *args = low_memory(4096);
	int fd = open("/proc/self/exe", O_RDONLY);
	unsigned long address;

	memcpy(args, (uint32_t[]){ 0, 8192, PROT_READ, MAP_PRIVATE, fd, 4096 }, 24);
	RECORD(__NR_mmap);
	address = (uint32_t)syscall_ia32(NR_IA32_mmap, (long)args, 0, 0, 0, 0, 0);
	ASSERT_EQ(-EFAULT, syscall_ia32(NR_IA32_mmap, 8, 0, 0, 0, 0, 0));
	FIND(mmap);
	EXPECT_EQ(address, (uint32_t)record_num(self->ev, IX(mmap, res)));
	EXPECT_NUM(mmap, addr, 0);
	EXPECT_NUM(mmap, length, 8192);
	EXPECT_NUM(mmap, prot, prot_flags_PROT_READ);
	EXPECT_NUM(mmap, flags, mmap_flags_MAP_PRIVATE);
	EXPECT_NUM(mmap, fd, fd);
	EXPECT_NUM(mmap, offset, 4096);
	FIND_BY(mmap, getpid(), 1);
	EXPECT_NUM(mmap, res, -EFAULT);
	EXPECT_NUM(mmap, addr, 0);
	EXPECT_NUM(mmap, length, 0);
}

TESTS_EVENT(munmap);
TEST_F(driver, munmap_succeeds)
{
	char *p = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	RECORD(__NR_munmap);
	ASSERT_EQ(0, syscall(__NR_munmap, p, 8192));
	READ_MEMORY();
	FIND(munmap);
	EXPECT_NUM(munmap, res, 0);
	EXPECT_MEMORY(munmap);
	EXPECT_NUM(munmap, addr, (long)p);
	EXPECT_NUM(munmap, length, 8192);
}

TEST_F(driver, munmap_unaligned_address)
{
	RECORD(__NR_munmap);
	ASSERT_EQ(-1, syscall(__NR_munmap, 50001, 300));
	FIND(munmap);
	EXPECT_NUM(munmap, res, -EINVAL);
	EXPECT_NUM(munmap, addr, 50001);
	EXPECT_NUM(munmap, length, 300);
}

/*
 * The exit of a 32-bit execve has the number and arguments of munmap(0, 0): a real munmap at
 * address 0 must still be recorded.
 */
TEST_F(driver, munmap_at_zero)
{
	RECORD(__NR_munmap);
	ASSERT_EQ(0, syscall(__NR_munmap, 0, 4096));
	FIND(munmap);
	EXPECT_NUM(munmap, res, 0);
	EXPECT_NUM(munmap, addr, 0);
	EXPECT_NUM(munmap, length, 4096);
}

TESTS_EVENT(mprotect);
TEST_F(driver, mprotect_makes_writable)
{
	char *p = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	RECORD(__NR_mprotect);
	ASSERT_EQ(0, syscall(__NR_mprotect, p, 4096, PROT_READ | PROT_WRITE | PROT_EXEC));
	FIND(mprotect);
	EXPECT_NUM(mprotect, res, 0);
	EXPECT_NUM(mprotect, addr, (long)p);
	EXPECT_NUM(mprotect, length, 4096);
	EXPECT_NUM(mprotect, prot,
		   prot_flags_PROT_READ | prot_flags_PROT_WRITE | prot_flags_PROT_EXEC);
}

TEST_F(driver, mprotect_unmapped_range)
{
	RECORD(__NR_mprotect);
	ASSERT_EQ(-1, syscall(__NR_mprotect, 4096, 4096, PROT_READ));
	FIND(mprotect);
	EXPECT_NUM(mprotect, res, -ENOMEM);
	EXPECT_NUM(mprotect, addr, 4096);
	EXPECT_NUM(mprotect, prot, prot_flags_PROT_READ);
}

TESTS_EVENT(mlock);
TEST_F(driver, mlock_succeeds_and_fails)
{
	char *p = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	RECORD(__NR_mlock);
	ASSERT_EQ(0, syscall(__NR_mlock, p, 4096));
	ASSERT_EQ(-1, syscall(__NR_mlock, 4096, 8192));
	FIND(mlock);
	EXPECT_NUM(mlock, res, 0);
	EXPECT_NUM(mlock, addr, (long)p);
	EXPECT_NUM(mlock, len, 4096);
	FIND_BY(mlock, getpid(), 1);
	EXPECT_NUM(mlock, res, -ENOMEM);
	EXPECT_NUM(mlock, addr, 4096);
	EXPECT_NUM(mlock, len, 8192);
}

TESTS_EVENT(munlock);
TEST_F(driver, munlock_succeeds_and_fails)
{
	char *p = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	RECORD(__NR_munlock);
	ASSERT_EQ(0, syscall(__NR_munlock, p, 4096));
	ASSERT_EQ(-1, syscall(__NR_munlock, 4096, 8192));
	FIND(munlock);
	EXPECT_NUM(munlock, res, 0);
	EXPECT_NUM(munlock, addr, (long)p);
	EXPECT_NUM(munlock, len, 4096);
	FIND_BY(munlock, getpid(), 1);
	EXPECT_NUM(munlock, res, -ENOMEM);
	EXPECT_NUM(munlock, addr, 4096);
}

TESTS_EVENT(mlock2);
TEST_F(driver, mlock2_flags)
{
	char *p = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	RECORD(__NR_mlock2);
	ASSERT_EQ(0, syscall(__NR_mlock2, p, 4096, MLOCK_ONFAULT));
	ASSERT_EQ(-1, syscall(__NR_mlock2, p, 4096, 0x100));
	FIND(mlock2);
	EXPECT_NUM(mlock2, res, 0);
	EXPECT_NUM(mlock2, addr, (long)p);
	EXPECT_NUM(mlock2, len, 4096);
	EXPECT_NUM(mlock2, flags, mlock2_flags_MLOCK_ONFAULT);
	FIND_BY(mlock2, getpid(), 1);
	EXPECT_NUM(mlock2, res, -EINVAL);
	EXPECT_NUM(mlock2, flags, 0);
}

TESTS_EVENT(mlockall);
TEST_F(driver, mlockall_flags)
{
	RECORD(__NR_mlockall);
	ASSERT_EQ(0, syscall(__NR_mlockall, MCL_FUTURE | MCL_ONFAULT));
	munlockall();
	ASSERT_EQ(-1, syscall(__NR_mlockall, 0));
	FIND(mlockall);
	EXPECT_NUM(mlockall, res, 0);
	EXPECT_NUM(mlockall, flags, mlockall_flags_MCL_FUTURE | mlockall_flags_MCL_ONFAULT);
	FIND_BY(mlockall, getpid(), 1);
	EXPECT_NUM(mlockall, res, -EINVAL);
	EXPECT_NUM(mlockall, flags, 0);
}

TESTS_EVENT(munlockall);
TEST_F(driver, munlockall_succeeds)
{
	RECORD(__NR_munlockall);
	ASSERT_EQ(0, syscall(__NR_munlockall));
	FIND(munlockall);
	EXPECT_NUM(munlockall, res, 0);
}

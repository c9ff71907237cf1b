// SPDX-License-Identifier: Apache-2.0
/*
 * 32-bit ARM programs on arm64. A 64-bit process cannot make 32-bit system calls, so these tests
 * write a program that makes a list of calls, and execute it.
 */
#ifdef __aarch64__
#include <elf.h>

#include "expect.h"
#include "processes.h"

enum {
	ARM32_BASE = 0x10000,
	ARM32_TEXT = ARM32_BASE + 0x1000,
	ARM32_SIZE = 0x2000,
	ARM32_CODE = 0x54, /* after the ELF headers */
	PROGRAM_STATUS = 5,
	ARM_EXIT = 1,
	ARM_FORK = 2,
	ARM_OPEN = 5,
	ARM_EXECVE = 11,
	ARM_WRITEV = 146,
	ARM_SCHED_YIELD = 158,
	ARM_PREAD64 = 180,
	ARM_MMAP2 = 192,
	ARM_STAT64 = 195,
	ARM_SEND = 289,
	ARM_OPENAT = 322,
	ARM_PREADV = 361,
};

struct arm32_call {
	uint32_t number, args[6];
};

/* Appends movw and movt, which set the register; returns the end of the code. */
static uint32_t *load_register(uint32_t *code, uint32_t reg, uint32_t value)
{
	uint32_t low = value & 0xffff, high = value >> 16;

	*code++ = 0xe3000000 | (low >> 12) << 16 | reg << 12 | (low & 0xfff);
	*code++ = 0xe3400000 | (high >> 12) << 16 | reg << 12 | (high & 0xfff);
	return code;
}

/* Appends instructions that make the call; returns the end of the code. */
static uint32_t *append_call(uint32_t *code, const struct arm32_call *call)
{
	for (uint32_t reg = 0; reg < 6; reg++)
		code = load_register(code, reg, call->args[reg]);
	code = load_register(code, 7, call->number);
	*code++ = 0xef000000; /* svc 0 */
	return code;
}

/*
 * Writes a program that makes these calls and exits with PROGRAM_STATUS. `text` is copied to
 * address ARM32_TEXT of the program.
 */
static void write_arm32_program(const char *path, const struct arm32_call *calls, unsigned n,
				const void *text, size_t size)
{
	static uint8_t image[ARM32_SIZE];
	struct arm32_call end = { ARM_EXIT, { PROGRAM_STATUS } };
	uint32_t *code = (uint32_t *)(image + ARM32_CODE);
	int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0700);

	*(Elf32_Ehdr *)image = (Elf32_Ehdr){
		.e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS32, ELFDATA2LSB, 1 },
		.e_type = ET_EXEC,
		.e_machine = EM_ARM,
		.e_version = 1,
		.e_phoff = sizeof(Elf32_Ehdr),
		.e_flags = EF_ARM_EABI_VER5,
		.e_ehsize = sizeof(Elf32_Ehdr),
		.e_phentsize = sizeof(Elf32_Phdr),
		.e_phnum = 1,
		.e_entry = ARM32_BASE + ARM32_CODE,
	};
	*(Elf32_Phdr *)(image + sizeof(Elf32_Ehdr)) = (Elf32_Phdr){
		.p_type = PT_LOAD,
		.p_vaddr = ARM32_BASE,
		.p_filesz = ARM32_SIZE,
		.p_memsz = ARM32_SIZE,
		.p_flags = PF_R | PF_W | PF_X,
		.p_align = 4096,
	};
	for (unsigned i = 0; i < n; i++)
		code = append_call(code, &calls[i]);
	append_call(code, &end);
	memcpy(image + ARM32_TEXT - ARM32_BASE, text, size);
	if (write(fd, image, sizeof(image)) != sizeof(image))
		abort();
	close(fd);
}

static const char arm32_path[] = "/tmp/falco-arm32";

/* Returns the program's pid, or 0 if the processor or kernel cannot execute it. */
static pid_t run_arm32_program(const struct arm32_call *calls, unsigned n, const void *text,
			       size_t size)
{
	char *argv[] = { "compat", "word", NULL };
	int status;
	pid_t pid;

	write_arm32_program(arm32_path, calls, n, text, size);
	pid = fork();
	if (!pid) {
		syscall(__NR_close_range, 3, ~0u, 0);
		syscall(__NR_execve, arm32_path, argv, NULL);
		_exit(100);
	}
	status = proc_wait(pid);
	return WIFEXITED(status) && WEXITSTATUS(status) == PROGRAM_STATUS ? pid : 0;
}

#define RUN_ARM32(pid, text, ...)                                                           \
	do {                                                                                \
		static const struct arm32_call calls_[] = { __VA_ARGS__ };                  \
                                                                                            \
		pid = run_arm32_program(calls_, ARRAY_SIZE(calls_), &(text), sizeof(text)); \
		if (!pid)                                                                   \
			SKIP(return, "32-bit programs cannot be executed");                 \
	} while (0)

/*
 * Calls that 64-bit programs do not have are selected by the mask bit of their native counterpart.
 */
TEST_F(driver, open_by_arm32)
{
	pid_t pid;

	RECORD(__NR_openat);
	RUN_ARM32(pid, "/none", { ARM_OPEN, { ARM32_TEXT, O_WRONLY | O_APPEND } },
		  { ARM_OPENAT, { AT_FDCWD, ARM32_TEXT, O_RDWR } });
	FIND_BY(open, pid, 0);
	EXPECT_NUM(open, fd, -ENOENT);
	EXPECT_TEXT(open, name, "/none");
	EXPECT_NUM(open, flags, file_flags_O_WRONLY | file_flags_O_APPEND);
	FIND_BY(openat, pid, 0);
	EXPECT_NUM(openat, fd, -ENOENT);
	EXPECT_NUM(openat, dirfd, AT_FDCWD);
	EXPECT_TEXT(openat, name, "/none");
	EXPECT_NUM(openat, flags, file_flags_O_RDWR);
}

/* pread64 has a 64-bit argument, which starts at an even register; preadv has two 32-bit halves. */
TEST_F(driver, pread_and_preadv_by_arm32)
{
	pid_t pid;

	RECORD(__NR_pread64);
	RECORD(__NR_preadv);
	RUN_ARM32(pid, "/dev/zero", { ARM_OPEN, { ARM32_TEXT, O_RDONLY } },
		  { ARM_PREAD64, { 3, ARM32_TEXT + 512, 4, 77, 5, 1 } },
		  { ARM_PREADV, { 3, ARM32_TEXT + 600, 0, 6, 1 } });
	FIND_BY(pread, pid, 0);
	EXPECT_NUM(pread, res, 4);
	EXPECT_BYTES(pread, data, "\0\0\0", 4);
	EXPECT_NUM(pread, fd, 3);
	EXPECT_NUM(pread, pos, 1ll << 32 | 5);
	FIND_BY(preadv, pid, 0);
	EXPECT_NUM(preadv, res, 0);
	EXPECT_NUM(preadv, pos, 1ll << 32 | 6);
}

TEST_F(driver, writev_by_arm32)
{
	static const struct {
		char text[16];
		uint32_t iov[4];
	} m = { "hello, world", { ARM32_TEXT, 5, ARM32_TEXT + 7, 5 } };
	pid_t pid;

	RECORD(__NR_writev);
	RUN_ARM32(pid, m, { ARM_WRITEV, { -1, ARM32_TEXT + 16, 2 } });
	FIND_BY(writev, pid, 0);
	EXPECT_NUM(writev, res, -EBADF);
	EXPECT_NUM(writev, fd, -1);
	EXPECT_NUM(writev, size, 10);
	EXPECT_BYTES(writev, data, "helloworld", 10);
}

TEST_F(driver, compat_only_calls_by_arm32)
{
	pid_t pid;

	RECORD(__NR_sched_yield);
	RECORD(__NR_mmap);
	RECORD(__NR_newfstatat);
	RECORD(__NR_sendto);
	RUN_ARM32(pid, "/none", { ARM_SCHED_YIELD },
		  { ARM_MMAP2, { 0, 0, PROT_READ, MAP_PRIVATE, -1, 3 } },
		  { ARM_STAT64, { ARM32_TEXT, ARM32_TEXT + 64 } },
		  { ARM_SEND, { -1, ARM32_TEXT, 5 } });
	FIND_BY(generic, pid, 0);
	EXPECT_NUM(generic, ID, SC_sched_yield);
	FIND_BY(mmap2, pid, 0);
	EXPECT_EQ(true, record_num(self->ev, IX(mmap2, res)) < 0);
	EXPECT_NUM(mmap2, pgoffset, 3);
	FIND_BY(stat64, pid, 0);
	EXPECT_NUM(stat64, res, -ENOENT);
	EXPECT_TEXT(stat64, path, "/none");
	FIND_BY(send, pid, 0);
	EXPECT_NUM(send, res, -EBADF);
	EXPECT_BYTES(send, data, "/none", 5);
}

TEST_F(driver, fork_by_arm32)
{
	const struct record *child;
	pid_t pid;

	RECORD_CLONE(__NR_clone);
	RUN_ARM32(pid, "", { ARM_FORK });
	FIND_BY(fork, pid, 0);
	EXPECT_LT(0, record_num(self->ev, IX(fork, res)));
	EXPECT_NUM(fork, pid, pid);
	child = driver_find(&self->d, EV_clone, (uint64_t)record_num(self->ev, IX(fork, res)), 0);
	ASSERT_NE(NULL, child);
	EXPECT_EQ(0, record_num(child, IX(clone, res)));
	EXPECT_EQ(pid, record_num(child, IX(clone, ptid)));
}

/*
 * execve from a 64-bit to a 32-bit program and back. The execve returns in the new program with the
 * old call number, which means another call in the table of the new program. The driver must not
 * record that other call.
 */
TEST_F(driver, execve_across_word_sizes_by_arm32)
{
	static const struct {
		char path[16], none[16];
		uint32_t argv[4];
	} m = { "/bin/true", "/none", { ARM32_TEXT, 0 } };
	static const struct arm32_call calls[] = {
		{ ARM_EXECVE, { ARM32_TEXT + 16, ARM32_TEXT + 32, 0 } },
		{ ARM_EXECVE, { ARM32_TEXT, ARM32_TEXT + 32, 0 } },
	};
	char *argv[] = { "compat", "word", NULL };
	pid_t pid;

	write_arm32_program(arm32_path, calls, 2, &m, sizeof(m));
	RECORD_EXEC();
	RECORD(__NR_listxattr); /* 11, which is execve in the 32-bit table */
	RECORD(__NR_fcntl); /* its 32-bit fcntl64 has number 221, which is execve in the 64-bit table */
	pid = run_program(arm32_path, argv, NULL);
	if (driver_count(&self->d, EV_execve, pid) < 3)
		SKIP(return, "32-bit programs cannot be executed");
	FIND_BY(execve, pid, 0);
	EXPECT_NUM(execve, res, 0);
	EXPECT_TEXT(execve, exe, "compat");
	EXPECT_TEXT(execve, filename, arm32_path);
	FIND_BY(execve, pid, 1);
	EXPECT_NUM(execve, res, -ENOENT);
	EXPECT_TEXT(execve, exe, "/bin/true");
	EXPECT_TEXT(execve, filename, "/none");
	FIND_BY(execve, pid, 2);
	EXPECT_NUM(execve, res, 0);
	EXPECT_TEXT(execve, exe, "/bin/true");
	EXPECT_TEXT(execve, filename, "/bin/true");
	EXPECT_EQ(3, driver_count(&self->d, EV_execve, pid));
	EXPECT_EQ(0, driver_count(&self->d, EV_generic, pid));
	EXPECT_EQ(0, driver_count(&self->d, EV_fcntl, pid));
}
#endif

// SPDX-License-Identifier: Apache-2.0
/* execve. */
#include <elf.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

#include "expect.h"
#include "processes.h"

enum { ARGUMENTS_MAX = 4096 }; /* recorded bytes of exe and args; the same of env */

TESTS_EVENT(execve);
TEST_F(driver, execve_all_parameters)
{
	char *argv[] = { "first", "", "third word", NULL }, *envp[] = { "A=1", "B=two", NULL };
	uint64_t caps = proc_status(0, "CapEff:", 16);
	struct rlimit files;
	pid_t pid;

	getrlimit(RLIMIT_NOFILE, &files);
	RECORD_EXEC();
	IN_CHILD(pid)
	{
		setpgid(0, 0);
		syscall(__NR_execve, true_program, argv, envp);
	}
	FIND_BY(execve, pid, 0);
	EXPECT_NUM(execve, res, 0);
	EXPECT_TEXT(execve, exe, "first");
	EXPECT_STRINGS(execve, args, "\0third word\0");
	EXPECT_NUM(execve, tid, pid);
	EXPECT_NUM(execve, pid, pid);
	EXPECT_NUM(execve, ptid, getpid());
	EXPECT_EMPTY(execve, cwd);
	EXPECT_NUM(execve, fdlimit, files.rlim_cur);
	EXPECT_LE(0, record_num(self->ev, IX(execve, pgft_maj)));
	EXPECT_LT(0, record_num(self->ev, IX(execve, pgft_min)));
	EXPECT_LT(0, record_num(self->ev, IX(execve, vm_size)));
	/* the counters of a new process may not have been summed up yet */
	EXPECT_LE(0, record_num(self->ev, IX(execve, vm_rss)));
	EXPECT_GE(record_num(self->ev, IX(execve, vm_size)),
		  record_num(self->ev, IX(execve, vm_rss)));
	EXPECT_NUM(execve, vm_swap, 0);
	EXPECT_TEXT(execve, comm, "true");
	EXPECT_STRINGS(execve, env, "A=1\0B=two\0");
	EXPECT_NUM(execve, tty, 0);
	EXPECT_NUM(execve, vpgid, pid);
	EXPECT_NUM(execve, pgid, pid);
	EXPECT_NUM(execve, loginuid, UINT32_MAX);
	EXPECT_NUM(execve, flags, execve_flags_EXE_WRITABLE);
	EXPECT_NUM(execve, cap_inheritable, 0);
	EXPECT_NUM(execve, cap_permitted, caps);
	EXPECT_NUM(execve, cap_effective, caps);
	EXPECT_FILE(execve, true_program);
	EXPECT_NUM(execve, uid, 0);
	EXPECT_NUM(execve, gid, 0);
	EXPECT_TEXT(execve, filename, true_program);
	EXPECT_EQ(1, driver_count(&self->d, EV_execve, pid));
}

/* A successful execve is recorded by sched_process_exec alone, a failed one by sys_exit alone. */
TEST_F(driver, execve_success_needs_tracepoint)
{
	char *argv[] = { "x", NULL };
	pid_t pid;

	RECORD(__NR_execve);
	pid = run_program(true_program, argv, NULL);
	EXPECT_EQ(0, driver_count(&self->d, EV_execve, pid));
}

TEST_F(driver, execve_fails)
{
	char *argv[] = { "prog", "a b", "c", NULL }, *envp[] = { "X=1", "Y=", NULL };
	uint64_t caps = proc_status(0, "CapEff:", 16);
	char comm[16];

	prctl(PR_GET_NAME, comm);
	RECORD_EXEC();
	ASSERT_EQ(-1, syscall(__NR_execve, "/no/such/program", argv, envp));
	FIND(execve);
	EXPECT_NUM(execve, res, -ENOENT);
	EXPECT_TEXT(execve, exe, "prog");
	EXPECT_STRINGS(execve, args, "a b\0c\0");
	EXPECT_NUM(execve, tid, getpid());
	EXPECT_NUM(execve, pid, getpid());
	EXPECT_NUM(execve, ptid, getppid());
	EXPECT_TEXT(execve, comm, comm);
	EXPECT_STRINGS(execve, env, "X=1\0Y=\0");
	EXPECT_NUM(execve, pgid, getpgrp());
	EXPECT_NUM(execve, vpgid, getpgrp());
	EXPECT_NUM(execve, cap_effective, caps);
	EXPECT_FILE(execve, "/proc/self/exe");
	EXPECT_TEXT(execve, filename, "/no/such/program");
}

TEST_F(driver, execve_fails_with_null_arguments)
{
	RECORD_EXEC();
	ASSERT_EQ(-1, syscall(__NR_execve, NULL, NULL, NULL));
	FIND(execve);
	EXPECT_NUM(execve, res, -EFAULT);
	EXPECT_TEXT(execve, exe, "");
	EXPECT_EMPTY(execve, args);
	EXPECT_EMPTY(execve, env);
	EXPECT_EMPTY(execve, filename);
}

/* Strings that cannot be read are omitted. */
TEST_F(driver, execve_fails_with_unreadable_string)
{
	/*
	 * on the stack, which is resident: the execve fails before the kernel reads these strings
	 */
	char p[] = "p", q[] = "q", e[] = "E=1";
	char *argv[] = { p, (char *)8, q, NULL }, *envp[] = { (char *)8, e, NULL };

	RECORD_EXEC();
	ASSERT_EQ(-1, syscall(__NR_execve, true_program, argv, envp));
	FIND(execve);
	EXPECT_NUM(execve, res, -EFAULT);
	EXPECT_TEXT(execve, exe, "p");
	EXPECT_STRINGS(execve, args, "q\0");
	EXPECT_STRINGS(execve, env, "E=1\0");
	EXPECT_TEXT(execve, filename, true_program);
}

/* A string of n - 1 equal characters. */
static void fill(char *text, char c, size_t n)
{
	memset(text, c, n - 1);
	text[n - 1] = 0;
}

TEST_F(driver, execve_long_arguments)
{
	static char argument[5000], variable[7000], truncated[ARGUMENTS_MAX];
	char *argv[] = { "true", argument, "not recorded", NULL }, *envp[] = { variable, NULL };
	pid_t pid;

	fill(argument, 'a', sizeof(argument));
	fill(variable, 'v', sizeof(variable));
	RECORD_EXEC();
	pid = run_program(true_program, argv, envp);
	for (int failed = 0; failed < 2; failed++) {
		if (failed) {
			driver_close(&self->d);
			ASSERT_EQ(0, driver_open(&self->d, 0));
			RECORD_EXEC();
			ASSERT_EQ(-1, syscall(__NR_execve, "/no", argv, envp));
			pid = getpid();
		}
		FIND_BY(execve, pid, 0);
		EXPECT_TEXT(execve, exe, "true");
		fill(truncated, 'a', ARGUMENTS_MAX - 5);
		EXPECT_BYTES(execve, args, truncated, ARGUMENTS_MAX - 5);
		fill(truncated, 'v', ARGUMENTS_MAX);
		EXPECT_BYTES(execve, env, truncated, ARGUMENTS_MAX);
	}
}

TEST_F(driver, execve_fails_with_many_arguments)
{
	static char argument[1000];
	char *argv[] = { argument, argument, argument, argument, argument, argument, NULL };

	fill(argument, 'a', sizeof(argument));
	RECORD_EXEC();
	ASSERT_EQ(-1, syscall(__NR_execve, "/no", argv, NULL));
	FIND(execve);
	EXPECT_TEXT(execve, exe, argument);
	EXPECT_LENGTH(execve, args, ARGUMENTS_MAX - 1000);
	EXPECT_EQ(0, self->ev->param[IX(execve, args)][ARGUMENTS_MAX - 1000 - 1]);
	EXPECT_EQ(0, self->ev->param[IX(execve, args)][999]);
}

/* Since v5.18 the kernel adds an empty argument if there is none. */
TEST_F(driver, execve_without_arguments)
{
	char *argv[] = { NULL };
	pid_t pid;

	RECORD_EXEC();
	pid = run_program(true_program, argv, argv);
	FIND_BY(execve, pid, 0);
	EXPECT_NUM(execve, res, 0);
	EXPECT_TEXT(execve, exe, "");
	EXPECT_EMPTY(execve, args);
	EXPECT_EMPTY(execve, env);
}

TEST_F(driver, execve_script)
{
	char *argv[] = { "ignored", "word", NULL };
	const char *path = "/tmp/falco-script";
	int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0700);
	pid_t pid;

	ASSERT_EQ(18, write(fd, "#!/bin/true -x yz\n", 18));
	close(fd);
	RECORD_EXEC();
	pid = run_program(path, argv, NULL);
	FIND_BY(execve, pid, 0);
	EXPECT_NUM(execve, res, 0);
	EXPECT_TEXT(execve, exe, "/bin/true");
	EXPECT_STRINGS(execve, args, "-x yz\0/tmp/falco-script\0word\0");
	EXPECT_TEXT(execve, comm, "falco-script");
	EXPECT_TEXT(execve, filename, path);
	EXPECT_FILE(execve, true_program);
}

/* ---- credentials, and write permission for the program ---- */

static pid_t run_as(int id, const char *path)
{
	char *argv[] = { "x", NULL };
	pid_t pid;

	IN_CHILD(pid)
	{
		syscall(__NR_setresgid, id + 1, id + 1, id + 1);
		syscall(__NR_setresuid, id, id, id);
		syscall(__NR_execve, path, argv, NULL);
	}
	return pid;
}

TEST_F(driver, execve_unprivileged)
{
	const char *path = "/tmp/falco-writable", *own = "/tmp/falco-own";
	pid_t pid, writable, owner;

	copy_program_to(path, 0777);
	copy_program_to(own, 0500);
	ASSERT_EQ(0, chown(own, 1000, 0));
	RECORD_EXEC();
	pid = run_as(1000, true_program);
	writable = run_as(1000, path);
	owner = run_as(1000, own);
	FIND_BY(execve, pid, 0);
	EXPECT_NUM(execve, uid, 1000);
	EXPECT_NUM(execve, gid, 1001);
	EXPECT_NUM(execve, cap_permitted, 0);
	EXPECT_NUM(execve, cap_effective, 0);
	EXPECT_NUM(execve, flags, 0);
	FIND_BY(execve, writable, 0);
	EXPECT_NUM(execve, flags, execve_flags_EXE_WRITABLE);
	EXPECT_FILE(execve, path);
	FIND_BY(execve, owner, 0);
	EXPECT_NUM(execve, flags, execve_flags_EXE_WRITABLE);
}

TEST_F(driver, execve_setuid_program)
{
	const char *path = "/falco-suid"; /* /tmp may be mounted nosuid */
	pid_t pid;

	copy_program_to(path, 04755);
	RECORD_EXEC();
	pid = run_as(1000, path);
	FIND_BY(execve, pid, 0);
	EXPECT_NUM(execve, uid, 0);
	EXPECT_NUM(execve, gid, 1001);
	EXPECT_NE(0, record_num(self->ev, IX(execve, cap_effective)));
}

TEST_F(driver, execve_from_overlayfs)
{
	char *argv[] = { "x", NULL };
	pid_t lower, upper;

	mkdir("/tmp/falco-overlay", 0755);
	ASSERT_EQ(0, unshare(CLONE_NEWNS));
	ASSERT_EQ(0, syscall(__NR_mount, "none", "/tmp/falco-overlay", "tmpfs", 0, NULL));
	ASSERT_EQ(0,
		  system("cd /tmp/falco-overlay && mkdir lower upper work all && cp /bin/true lower/below && "
			 "(modprobe overlay || :)"));
	if (syscall(__NR_mount, "none", "/tmp/falco-overlay/all", "overlay", 0,
		    "lowerdir=/tmp/falco-overlay/lower,upperdir=/tmp/falco-overlay/upper,workdir=/tmp/falco-overlay/work"))
		SKIP(return, "no overlayfs");
	copy_program_to("/tmp/falco-overlay/all/above", 0755);
	RECORD_EXEC();
	lower = run_program("/tmp/falco-overlay/all/below", argv, NULL);
	upper = run_program("/tmp/falco-overlay/all/above", argv, NULL);
	FIND_BY(execve, lower, 0);
	EXPECT_NUM(execve, flags, execve_flags_EXE_WRITABLE | execve_flags_EXE_LOWER_LAYER);
	EXPECT_FILE(execve, "/tmp/falco-overlay/all/below");
	FIND_BY(execve, upper, 0);
	EXPECT_NUM(execve, flags, execve_flags_EXE_WRITABLE | execve_flags_EXE_UPPER_LAYER);
	EXPECT_FILE(execve, "/tmp/falco-overlay/all/above");
}

/* ---- terminal, login, threads ---- */

TEST_F(driver, execve_with_terminal)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY), number = -1;
	char *argv[] = { "x", NULL };
	char name[64];
	pid_t pid;

	if (master < 0 || grantpt(master) || unlockpt(master) ||
	    ptsname_r(master, name, sizeof(name)))
		SKIP(return, "no pseudoterminals");
	sscanf(name, "/dev/pts/%d", &number);
	RECORD_EXEC();
	IN_CHILD(pid)
	{
		setsid();
		open(name, O_RDWR);
		syscall(__NR_execve, true_program, argv, NULL);
	}
	FIND_BY(execve, pid, 0);
	EXPECT_NUM(execve, tty, 136 << 8 | number);
}

TEST_F(driver, execve_loginuid)
{
	char *argv[] = { "x", NULL };
	int fd = open("/proc/self/loginuid", O_RDWR);
	pid_t pid;

	if (fd < 0)
		SKIP(return, "no login user ids");
	close(fd);
	RECORD_EXEC();
	IN_CHILD(pid)
	{
		fd = open("/proc/self/loginuid", O_WRONLY);
		if (write(fd, "1234", 4) == 4)
			syscall(__NR_execve, true_program, argv, NULL);
	}
	FIND_BY(execve, pid, 0);
	EXPECT_NUM(execve, loginuid, 1234);
}

static void *exec_true(void *argv)
{
	syscall(__NR_execve, true_program, argv, NULL);
	return NULL;
}

TEST_F(driver, execve_by_non_leader_thread)
{
	char *argv[] = { "x", NULL };
	pthread_t thread;
	pid_t pid;

	RECORD_EXEC();
	IN_CHILD(pid)
	{
		pthread_create(&thread, NULL, exec_true, argv);
		pthread_join(thread, NULL);
	}
	FIND_BY(execve, pid, 0);
	EXPECT_NUM(execve, tid, pid);
	EXPECT_NUM(execve, pid, pid);
	EXPECT_NUM(execve, ptid, getpid());
}

/* ---- 32-bit callers ---- */

TEST_F(driver, execve_fails_by_ia32)
{
	uint32_t *low = compat_exec_args("/no/such/program");

	RECORD_EXEC();
	ASSERT_EQ(-ENOENT, syscall_ia32(NR_IA32_execve, (long)(low + 64) + 96, (long)low,
					(long)(low + 4), 0, 0, 0));
	FIND(execve);
	EXPECT_NUM(execve, res, -ENOENT);
	EXPECT_TEXT(execve, exe, "compat");
	EXPECT_STRINGS(execve, args, "words\0");
	EXPECT_STRINGS(execve, env, "N=32\0");
	EXPECT_TEXT(execve, filename, "/no/such/program");
}

/*
 * The execve returns in a 64-bit program with number 11, which is munmap in the native table. No
 * munmap of address 0 must be recorded.
 */
TEST_F(driver, execve_by_ia32)
{
	uint32_t *low = compat_exec_args(true_program);
	pid_t pid;

	RECORD_EXEC();
	RECORD(__NR_munmap);
	IN_CHILD(pid)
	syscall_ia32(NR_IA32_execve, (long)(low + 64) + 96, (long)low, (long)(low + 4), 0, 0, 0);
	FIND_BY(execve, pid, 0);
	EXPECT_NUM(execve, res, 0);
	EXPECT_TEXT(execve, exe, "compat");
	EXPECT_STRINGS(execve, args, "words\0");
	EXPECT_STRINGS(execve, env, "N=32\0");
	EXPECT_TEXT(execve, filename, true_program);
	for (unsigned n = 0; (self->ev = driver_find(&self->d, EV_munmap, pid, n)); n++)
		EXPECT_NE(0, record_num(self->ev, IX(munmap, addr)));
}

/* Writes a 32-bit program that exits with status 5. */
static void write_ia32_program(const char *path)
{
	static const uint8_t code[] = { 0xb8, 1, 0, 0, 0, 0xbb, 5, 0, 0, 0, 0xcd, 0x80 };
	struct {
		Elf32_Ehdr head;
		Elf32_Phdr load;
		uint8_t code[sizeof(code)];
	} image = {
		.head = { .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS32, ELFDATA2LSB, 1 },
			  .e_type = ET_EXEC,
			  .e_machine = EM_386,
			  .e_version = 1,
			  .e_phoff = sizeof(Elf32_Ehdr),
			  .e_ehsize = sizeof(Elf32_Ehdr),
			  .e_phentsize = sizeof(Elf32_Phdr),
			  .e_phnum = 1,
			  .e_entry = 0x8048000 + sizeof(Elf32_Ehdr) + sizeof(Elf32_Phdr) },
		.load = { .p_type = PT_LOAD,
			  .p_vaddr = 0x8048000,
			  .p_filesz = sizeof(image),
			  .p_memsz = sizeof(image),
			  .p_flags = PF_R | PF_X,
			  .p_align = 4096 },
	};
	int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0700);

	memcpy(image.code, code, sizeof(code));
	if (write(fd, &image, sizeof(image)) != sizeof(image))
		abort();
	close(fd);
}

/*
 * The execve returns in a 32-bit program with a number that means another call in the 32-bit table:
 * oldolduname, timerfd_create. These calls must not be recorded. The program itself makes no call
 * except exit.
 */
TEST_F(driver, execve_32_bit_program_by_ia32)
{
	const char *path = "/tmp/falco-ia32";
	char *argv[] = { "compat", "word", NULL };
	pid_t pid[2];

	write_ia32_program(path);
	RECORD_EXEC();
	RECORD(__NR_uname);
	RECORD(__NR_timerfd_create);
	driver_trace(&self->d, FALCO_TP_SCHED_PROC_EXIT);
	pid[0] = run_program(path, argv, NULL);
	IN_CHILD(pid[1])
	syscall(__NR_execveat, AT_FDCWD, path, argv, NULL, 0);
	for (int i = 0; i < 2; i++) {
		FIND_BY(execve, pid[i], 0);
		EXPECT_NUM(execve, res, 0);
		EXPECT_TEXT(execve, exe, "compat");
		EXPECT_STRINGS(execve, args, "word\0");
		EXPECT_TEXT(execve, filename, path);
		EXPECT_FILE(execve, path);
		EXPECT_EQ(1, driver_count(&self->d, EV_execve, pid[i]));
		EXPECT_EQ(0, driver_count(&self->d, EV_execveat, pid[i]));
		EXPECT_EQ(0, driver_count(&self->d, EV_generic, pid[i]));
		EXPECT_EQ(0, driver_count(&self->d, EV_timerfd_create, pid[i]));
		FIND_BY(procexit, pid[i], 0);
		EXPECT_NUM(procexit, ret, 5);
	}
}

// SPDX-License-Identifier: Apache-2.0
/* clone, clone3, fork, vfork; the control groups in clone events. */
#include <limits.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "expect.h"
#include "processes.h"

/*
 * The arguments of this process, each with its NUL. Stores the size of the first, and of all
 * others. Truncated to 4096 bytes, like the recorded arguments.
 */
static const char *own_arguments(size_t *first_size, size_t *rest_size)
{
	static char text[4096];
	int fd = open("/proc/self/cmdline", O_RDONLY);
	ssize_t n = read(fd, text, sizeof(text));

	close(fd);
	text[n - 1] = 0;
	*first_size = strlen(text) + 1;
	*rest_size = (size_t)n - *first_size;
	return text;
}

#define EXPECT_TASK(event)                                               \
	do {                                                             \
		size_t first_, rest_;                                    \
		const char *argv_ = own_arguments(&first_, &rest_);      \
		struct rlimit files_;                                    \
		char comm_[16];                                          \
		getrlimit(RLIMIT_NOFILE, &files_);                       \
		prctl(PR_GET_NAME, comm_);                               \
		EXPECT_BYTES(event, exe, argv_, first_);                 \
		EXPECT_BYTES(event, args, argv_ + first_, rest_);        \
		EXPECT_EMPTY(event, cwd);                                \
		EXPECT_NUM(event, fdlimit, files_.rlim_cur);             \
		EXPECT_LE(0, record_num(self->ev, IX(event, pgft_maj))); \
		EXPECT_LE(0, record_num(self->ev, IX(event, pgft_min))); \
		EXPECT_LT(0, record_num(self->ev, IX(event, vm_size)));  \
		EXPECT_LE(0, record_num(self->ev, IX(event, vm_rss)));   \
		EXPECT_NUM(event, vm_swap, 0);                           \
		EXPECT_TEXT(event, comm, comm_);                         \
		EXPECT_NUM(event, uid, geteuid());                       \
		EXPECT_NUM(event, gid, getegid());                       \
	} while (0)
#define EXPECT_IDS(event, tid_, pid_, ptid_, vtid_, vpid_) \
	do {                                               \
		EXPECT_NUM(event, tid, tid_);              \
		EXPECT_NUM(event, pid, pid_);              \
		EXPECT_NUM(event, ptid, ptid_);            \
		EXPECT_NUM(event, vtid, vtid_);            \
		EXPECT_NUM(event, vpid, vpid_);            \
	} while (0)

/* At most 20 ms of difference: /proc/PID/stat counts in clock ticks. */
#define EXPECT_STARTED(event, started) \
	EXPECT_GE(20000000,            \
		  llabs(record_num(self->ev, IX(event, pidns_init_start_ts)) - (int64_t)(started)))
#define EXPECT_PARENT(event, child, clone_flags)                                      \
	do {                                                                          \
		EXPECT_NUM(event, res, child);                                        \
		EXPECT_TASK(event);                                                   \
		EXPECT_IDS(event, getpid(), getpid(), getppid(), getpid(), getpid()); \
		EXPECT_NUM(event, flags, clone_flags);                                \
		EXPECT_NUM(event, pidns_init_start_ts, 0);                            \
	} while (0)
#define EXPECT_CHILD(event, child, clone_flags)                          \
	do {                                                             \
		EXPECT_NUM(event, res, 0);                               \
		EXPECT_TASK(event);                                      \
		EXPECT_IDS(event, child, child, getpid(), child, child); \
		EXPECT_NUM(event, flags, child_flags(clone_flags));      \
		EXPECT_STARTED(event, proc_start(1));                    \
	} while (0)

/* The flags that the clone event of the child has: see CHILD_FROM_FORK. */
static uint32_t child_flags(uint32_t flags)
{
	uint32_t visible = clone_flags_CLONE_FILES | clone_flags_CLONE_CHILD_IN_PIDNS;

	if (flags & clone_flags_CLONE_THREAD)
		visible |= clone_flags_CLONE_THREAD | clone_flags_CLONE_SIGHAND |
			   clone_flags_CLONE_VM;
	return CHILD_FROM_FORK ? flags & visible : flags;
}

TESTS_EVENT(fork);
TEST_F(driver, fork_parent_and_child)
{
	pid_t pid;

	RECORD_CLONE(__NR_fork);
	pid = syscall(__NR_fork);
	if (!pid)
		_exit(0);
	proc_wait(pid);
	FIND(fork);
	EXPECT_PARENT(fork, pid, 0);
	FIND_CHILD(fork, pid);
	EXPECT_CHILD(fork, pid, 0);
}

TEST_F(driver, fork_by_ia32)
{
	pid_t pid;

	RECORD_CLONE(__NR_fork);
	pid = syscall_ia32(NR_IA32_fork, 0, 0, 0, 0, 0, 0);
	if (!pid)
		_exit(0);
	proc_wait(pid);
	FIND(fork);
	EXPECT_PARENT(fork, pid, 0);
	FIND_CHILD(fork, pid);
	EXPECT_CHILD(fork, pid, 0);
}

static __attribute__((noinline)) pid_t vfork_brief_child(void)
{
	pid_t pid = vfork();

	if (!pid)
		_exit(0);
	return pid;
}

TESTS_EVENT(vfork);
TEST_F(driver, vfork_parent_and_child)
{
	pid_t pid;

	RECORD_CLONE(__NR_vfork);
	pid = vfork_brief_child();
	proc_wait(pid);
	FIND(vfork);
	EXPECT_PARENT(vfork, pid, 0);
	FIND_BY(vfork, pid, 0);
	EXPECT_CHILD(vfork, pid, 0);
}

TESTS_EVENT(clone);
TEST_F(driver, clone_process)
{
	pid_t pid;

	RECORD_CLONE(__NR_clone);
	pid = syscall(__NR_clone, CLONE_FS | CLONE_NEWUTS | SIGCHLD, NULL, NULL, NULL, NULL);
	if (!pid)
		_exit(0);
	proc_wait(pid);
	FIND(clone);
	EXPECT_PARENT(clone, pid, clone_flags_CLONE_FS | clone_flags_CLONE_NEWUTS);
	FIND_CHILD(clone, pid);
	EXPECT_CHILD(clone, pid, clone_flags_CLONE_FS | clone_flags_CLONE_NEWUTS);
}

TEST_F(driver, clone_by_ia32)
{
	pid_t pid;

	RECORD_CLONE(__NR_clone);
	pid = syscall_ia32(NR_IA32_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0, 0);
	if (!pid)
		_exit(0);
	proc_wait(pid);
	FIND(clone);
	EXPECT_PARENT(clone, pid, clone_flags_CLONE_FILES);
	FIND_CHILD(clone, pid);
	EXPECT_CHILD(clone, pid, clone_flags_CLONE_FILES);
}

TEST_F(driver, clone3_by_ia32)
{
	uint64_t *low = low_memory(4096);
	pid_t pid;

	low[0] = CLONE_FS;
	low[4] = SIGCHLD;
	RECORD_CLONE(__NR_clone3);
	pid = syscall_ia32(NR_IA32_clone3, (long)low, 64, 0, 0, 0, 0);
	if (!pid)
		_exit(0);
	if (pid == -ENOSYS)
		SKIP(return, "no clone3");
	proc_wait(pid);
	FIND(clone3);
	EXPECT_PARENT(clone3, pid, clone_flags_CLONE_FS);
	FIND_CHILD(clone3, pid);
	EXPECT_CHILD(clone3, pid, clone_flags_CLONE_FS);
}

TEST_F(driver, clone_fails)
{
	RECORD_CLONE(__NR_clone);
	ASSERT_EQ(-1, syscall(__NR_clone, CLONE_THREAD | SIGCHLD, NULL, NULL, NULL, NULL));
	FIND(clone);
	EXPECT_NUM(clone, res, -EINVAL);
	EXPECT_TEXT(clone, exe, "");
	EXPECT_EMPTY(clone, args);
	EXPECT_IDS(clone, getpid(), getpid(), getppid(), getpid(), getpid());
	EXPECT_NUM(clone, flags, clone_flags_CLONE_THREAD);
	EXPECT_NUM(clone, pidns_init_start_ts, 0);
}

TEST_F(driver, clone_thread)
{
	uint32_t flags = clone_flags_CLONE_VM | clone_flags_CLONE_FS | clone_flags_CLONE_FILES |
			 clone_flags_CLONE_SIGHAND | clone_flags_CLONE_THREAD |
			 clone_flags_CLONE_SYSVSEM | clone_flags_CLONE_PARENT_SETTID |
			 clone_flags_CLONE_CHILD_CLEARTID;
	pid_t tid;

	RECORD_CLONE(__NR_clone);
	tid = run_brief_thread();
	FIND(clone);
	EXPECT_PARENT(clone, tid, flags);
	FIND_CHILD(clone, tid);
	EXPECT_NUM(clone, res, 0);
	EXPECT_TASK(clone);
	EXPECT_IDS(clone, tid, getpid(), getppid(), tid, getpid());
	EXPECT_NUM(clone, flags, child_flags(flags));
	EXPECT_STARTED(clone, proc_start(1));
}

/* ---- clone3 and pid namespaces ---- */

static pid_t clone3(uint64_t flags)
{
	struct clone_args args = { .flags = flags, .exit_signal = SIGCHLD };

	return syscall(__NR_clone3, &args, 64);
}

TESTS_EVENT(clone3);
TEST_F(driver, clone3_parent_and_child)
{
	pid_t pid;

	RECORD_CLONE(__NR_clone3);
	pid = clone3(CLONE_FILES);
	if (!pid)
		_exit(0);
	if (pid < 0 && errno == ENOSYS)
		SKIP(return, "no clone3");
	proc_wait(pid);
	FIND(clone3);
	EXPECT_PARENT(clone3, pid, clone_flags_CLONE_FILES);
	FIND_CHILD(clone3, pid);
	EXPECT_CHILD(clone3, pid, clone_flags_CLONE_FILES);
}

TEST_F(driver, clone3_fails)
{
	RECORD_CLONE(__NR_clone3);
	syscall(__NR_clone3, (void *)8, 64);
	if (errno == ENOSYS)
		SKIP(return, "no clone3");
	FIND(clone3);
	EXPECT_NUM(clone3, res, -EFAULT);
	EXPECT_TEXT(clone3, exe, "");
	EXPECT_EMPTY(clone3, args);
	EXPECT_NUM(clone3, flags, 0);
}

TEST_F(driver, clone3_into_pid_namespace)
{
	int parent_pipe[2];
	uint64_t started;
	char c;
	pid_t pid;

	ASSERT_EQ(0, pipe(parent_pipe));
	RECORD_CLONE(__NR_clone3);
	pid = clone3(CLONE_NEWPID);
	if (!pid) {
		close(parent_pipe[1]);
		_exit(read(parent_pipe[0], &c, 1) < 0);
	}
	if (pid < 0 && errno == ENOSYS)
		SKIP(return, "no clone3");
	started = proc_start(pid);
	close(parent_pipe[1]);
	proc_wait(pid);
	ASSERT_NE(0, started);
	FIND(clone3);
	EXPECT_PARENT(clone3, pid, clone_flags_CLONE_NEWPID);
	FIND_CHILD(clone3, pid);
	EXPECT_NUM(clone3, res, 0);
	EXPECT_IDS(clone3, pid, pid, getpid(), 1, 1);
	EXPECT_NUM(clone3, flags,
		   child_flags(clone_flags_CLONE_NEWPID | clone_flags_CLONE_CHILD_IN_PIDNS));
	EXPECT_STARTED(clone3, started);
}

/* Like fork(), with the system call that exists on all architectures. */
static pid_t fork_by_clone(void)
{
	return syscall(__NR_clone, SIGCHLD, NULL, NULL, NULL, NULL);
}

/*
 * If children are created in another pid namespace, the record of the parent has the flag
 * CLONE_CHILD_IN_PIDNS, and ids of the namespace of the parent.
 */
TEST_F(driver, clone_after_unshare_newpid)
{
	pid_t pid;

	ASSERT_EQ(0, unshare(CLONE_NEWPID));
	RECORD_CLONE(__NR_clone);
	pid = fork_by_clone();
	if (!pid)
		_exit(0);
	proc_wait(pid);
	FIND(clone);
	EXPECT_PARENT(clone, pid, clone_flags_CLONE_CHILD_IN_PIDNS);
	FIND_BY(clone, pid, 0);
	EXPECT_IDS(clone, pid, pid, getpid(), 1, 1);
	EXPECT_NUM(clone, flags, clone_flags_CLONE_CHILD_IN_PIDNS);
}

/*
 * In a pid namespace the result of clone is the id of the child in that namespace. The tid in the
 * header is the global id.
 */
TEST_F(driver, clone_inside_pid_namespace)
{
	const struct record *record = NULL;
	pid_t pid;

	ASSERT_EQ(0, unshare(CLONE_NEWPID));
	RECORD_CLONE(__NR_clone);
	pid = fork_by_clone();
	if (!pid) {
		pid = fork_by_clone();
		if (!pid)
			_exit(0);
		proc_wait(pid);
		_exit(0);
	}
	proc_wait(pid);
	FIND_BY(clone, pid, 1); /* record 0 is of the clone that created this process */
	EXPECT_NUM(clone, res, 2);
	EXPECT_IDS(clone, pid, pid, getpid(), 1, 1);
	for (unsigned n = 0; (record = driver_find(&self->d, EV_clone, 0, n)); n++)
		if (!record_num(record, IX(clone, res)) && record_num(record, IX(clone, ptid)) == pid)
			break;
	ASSERT_NE(NULL, record);
	self->ev = record;
	EXPECT_IDS(clone, record->tid, record->tid, pid, 2, 2);
	EXPECT_NUM(clone, flags, clone_flags_CLONE_CHILD_IN_PIDNS);
}

/* ---- control groups ---- */

static const char cgroup_mount[] = "/tmp/falco-cgroup";

/*
 * Creates this path of control groups in a new cgroup2 mount, enables the memory and pids
 * controllers, and moves the calling process there. Returns whether that succeeded.
 */
static bool join_cgroup(const char *path)
{
	char file[8192], *end;

	mkdir(cgroup_mount, 0700);
	if (unshare(CLONE_NEWNS) || syscall(__NR_mount, "none", cgroup_mount, "cgroup2", 0, NULL))
		return false;
	snprintf(file, sizeof(file), "%s/", cgroup_mount);
	for (end = file + strlen(file); *path;) {
		size_t n = strcspn(path, "/");

		strcpy(end, "cgroup.subtree_control");
		write_file(file, "+memory +pids");
		memcpy(end, path, n);
		strcpy(end + n, "/");
		*end = path[0];
		end += n + 1;
		mkdir(file, 0700);
		path += n + (path[n] == '/');
	}
	strcpy(end, "cgroup.procs");
	write_file(file, "0");
	return strstr(proc_text(0, "cgroup"), "falco") != NULL;
}

static bool has_string(const struct record *r, unsigned param, const char *string)
{
	for (size_t at = 0; at < r->len[param]; at += strlen((const char *)r->param[param] + at) + 1)
		if (!strcmp((const char *)r->param[param] + at, string))
			return true;
	return false;
}

TEST_F(driver, cgroups_by_controller)
{
	pid_t pid;

	RECORD_CLONE(__NR_clone);
	IN_CHILD(pid)
	{
		if (!join_cgroup("falco/inner one"))
			_exit(1);
		if (!fork_by_clone())
			_exit(0);
	}
	if (!driver_find(&self->d, EV_clone, pid, 1))
		SKIP(return, "no control groups");
	FIND_BY(clone, pid, 1);
	EXPECT_EQ(true, has_string(self->ev, IX(clone, cgroups), "memory=/falco/inner one"));
	EXPECT_EQ(true, has_string(self->ev, IX(clone, cgroups), "pids=/falco/inner one"));
	EXPECT_EQ(true, has_string(self->ev, IX(clone, cgroups), "cpu=/"));
	EXPECT_EQ(0, self->ev->param[IX(clone, cgroups)][self->ev->len[IX(clone, cgroups)] - 1]);
}

/* The list ends before the first entry that does not fit in 4096 bytes. */
TEST_F(driver, cgroups_truncated)
{
	char path[3600] = "falco", want[3700];
	pid_t pid;

	for (int i = 0; i < 13; i++)
		sprintf(path + strlen(path), "/%0249d", i);
	snprintf(want, sizeof(want), "memory=/%s", path);
	RECORD_CLONE(__NR_clone);
	IN_CHILD(pid)
	{
		if (!join_cgroup(path))
			_exit(1);
		if (!fork_by_clone())
			_exit(0);
	}
	if (!driver_find(&self->d, EV_clone, pid, 1))
		SKIP(return, "no control groups");
	FIND_BY(clone, pid, 1);
	EXPECT_EQ(true, has_string(self->ev, IX(clone, cgroups), want));
	EXPECT_GE(4096, self->ev->len[IX(clone, cgroups)]);
	EXPECT_LT(strlen(want), self->ev->len[IX(clone, cgroups)]);
	EXPECT_EQ(0, self->ev->param[IX(clone, cgroups)][self->ev->len[IX(clone, cgroups)] - 1]);
	for (size_t at = 0; at < self->ev->len[IX(clone, cgroups)];) {
		const char *entry = (const char *)self->ev->param[IX(clone, cgroups)] + at;

		EXPECT_NE(0, strncmp(entry, "pids=", 5));
		at += strlen(entry) + 1;
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The scan of /proc: of a directory tree written by the test, and of the test process itself. */
#include "test.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "fake_state.h"
#include "source/source.h"

/* ---- a directory tree written by the test ---- */

static char top[64];

static void write_file(const char *path, const void *bytes, size_t n)
{
	char full[256];
	int fd;

	snprintf(full, sizeof(full), "%s/%s", top, path);
	for (char *c = full + strlen(top) + 1; (c = strchr(c, '/')); *c++ = '/') {
		*c = 0;
		mkdir(full, 0755);
	}
	fd = open(full, O_CREAT | O_TRUNC | O_WRONLY, 0644);
	if (fd < 0 || write(fd, bytes, n) != (ssize_t)n)
		printf("# cannot write %s\n", full);
	close(fd);
}

#define write_literal(path, s) write_file(path, s, sizeof(s) - 1)

static void link_to(const char *path, const char *target)
{
	char full[256];

	snprintf(full, sizeof(full), "%s/%s", top, path);
	if (symlink(target, full))
		printf("# cannot link %s\n", full);
}

static void write_process(void)
{
	write_literal("proc/42/stat",
		      "42 (a) b) S 7 40 39 34817 -1 4194560 900 0 17 0 1 2 0 0 20 0 2 0 5000 1000 20 "
		      "18446744073709551615 1 1 0\n");
	write_literal(
		"proc/42/status",
		"Name:\ta) b\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t42\nNgid:\t0\nPid:\t42\nPPid:\t7\n"
		"TracerPid:\t0\nUid:\t1000\t1001\t1002\t1003\nGid:\t100\t101\t102\t103\nGroups:\t5 6 \n"
		"NStgid:\t42\t3\nNSpid:\t42\t4\nNSpgid:\t40\t2\nNSsid:\t39\t1\nVmSize:\t    1234 kB\nVmRSS:\t     56 kB\n"
		"VmSwap:\t       7 kB\nCapInh:\t0000000000000001\nCapPrm:\t00000000a80425fb\nCapEff:\t0000000000000010\n");
	write_literal("proc/42/cmdline", "prog\0-x\0two words\0");
	write_literal("proc/42/environ", "A=1\0B=2\0");
	write_literal("proc/42/cgroup",
		      "4:memory:/m\n3:cpu,cpuacct:/c\n1:name=systemd:/s\n0::/unified\n");
	write_literal("proc/42/loginuid", "1005");
	write_literal("proc/42/limits",
		      "Limit                     Soft Limit           Hard Limit           Units     \n"
		      "Max open files            1024                 4096                 files     \n");
	link_to("proc/42/exe", "/opt/prog (deleted)");
	link_to("proc/42/cwd", "/srv");
	link_to("proc/42/root", "/");
	write_literal("proc/42/task/42/stat", "");
	write_literal("proc/42/task/43/stat",
		      "43 (helper) S 7 40 39 34817 -1 4194560 1 0 2 0 1 2 0 0 20 0 2 0 5100 1000 20\n");
	write_literal("proc/42/task/43/status",
		      "Tgid:\t42\nPid:\t43\nPPid:\t7\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nNStgid:\t42\t3\n"
		      "NSpid:\t43\t5\n");
	write_literal("proc/42/fd/placeholder", "");
	link_to("proc/42/fd/0", "pipe:[77]");
	link_to("proc/42/fd/3", "socket:[1001]");
	link_to("proc/42/fd/4", "socket:[1002]");
	link_to("proc/42/fd/5", "socket:[1003]");
	link_to("proc/42/fd/6", "socket:[1004]");
	link_to("proc/42/fd/7", "socket:[9999]");
	link_to("proc/42/fd/8", "anon_inode:[eventpoll]");
	link_to("proc/42/fd/9", "/memfd:x (deleted)");
	link_to("proc/42/fd/10", "anon_inode:[pidfd]");
	write_literal("proc/42/fdinfo/3", "pos:\t0\nflags:\t02000002\nmnt_id:\t9\n");
	write_literal("proc/42/fdinfo/9", "pos:\t0\nflags:\t0100001\nmnt_id:\t9\nino:\t5\n");
	write_literal("proc/42/fdinfo/10", "pos:\t0\nflags:\t02000002\nPid:\t4711\nNSpid:\t4711\n");
}

static void write_sockets(void)
{
	write_literal("proc/42/ns/placeholder", "");
	link_to("proc/42/ns/net", "net:[4026531840]");
	link_to("proc/42/ns/pid", "pid:[4026532000]");
	write_literal("proc/42/net/tcp",
		      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
		      "   0: 0100007F:0CEA 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1001 1 0000\n"
		      "   1: 0F02000A:0016 0202000A:F078 01 00000000:00000000 00:00000000 00000000     0        0 1002 1 0000\n");
	write_literal("proc/42/net/udp6",
		      "  sl  local_address rem_address st ...\n"
		      "   0: 00000000000000000000000001000000:0035 00000000000000000000000000000000:0000 07 00000000:00000000 "
		      "00:00000000 00000000     0        0 1003 2 0000\n");
	write_literal("proc/42/net/unix",
		      "Num       RefCount Protocol Flags    Type St Inode Path\n"
		      "00000000deadbeef: 00000002 00000000 00010000 0001 01 1004 /run/my socket\n");
	write_literal("proc/sys", "");
	write_literal("sys/fs/cgroup/cgroup.controllers", "cpuset io pids\n");
}

static struct proc_seed threads[4];
static char comms[4][17];
static unsigned n_threads;

static void collect_thread(const struct proc_seed *seed)
{
	if (n_threads == 4)
		return;
	snprintf(comms[n_threads], 17, "%.*s", STR_ARGS(seed->comm));
	threads[n_threads] = *seed;
	threads[n_threads].comm = str_of(comms[n_threads]);
	n_threads++;
}

static void tree_scan(void)
{
	char err[256] = "", command[96];

	seeds_reset();
	n_threads = 0;
	seeds.on_thread = collect_thread;
	seeds.collect_fds_of = 42;
	snprintf(top, sizeof(top), "/tmp/proc-test-XXXXXX");
	if (!mkdtemp(top))
		return;
	write_process();
	write_sockets();
	EXPECT_INT(source_proc_scan(NULL, top, err, sizeof(err)), 0);
	EXPECT_TEXT(err, "");
	snprintf(command, sizeof(command), "rm -rf %s", top);
	if (system(command))
		printf("# %s\n", command);
}

static const struct fd *collected_fd(int64_t num)
{
	for (unsigned i = 0; i < seeds.n_collected_fds; i++)
		if (seeds.collected_fds[i].num == num)
			return &seeds.collected_fds[i];
	return NULL;
}

static uint64_t boot_time(void)
{
	struct timespec real, boot;

	clock_gettime(CLOCK_REALTIME, &real);
	clock_gettime(CLOCK_BOOTTIME, &boot);
	return (uint64_t)(real.tv_sec - boot.tv_sec) * 1000000000u +
	       (uint64_t)(real.tv_nsec - boot.tv_nsec);
}

static bool near(uint64_t a, uint64_t b, uint64_t by)
{
	return a < b ? b - a <= by : a - b <= by;
}

TEST(tree_leader)
{
	const struct proc_seed *p = &threads[0];

	tree_scan();
	EXPECT_INT(n_threads, 2);
	EXPECT_INT(seeds.n_seed_ends, 1);
	EXPECT_STR(p->comm, "a) b");
	EXPECT_INT(p->tid, 42);
	EXPECT_INT(p->pid, 42);
	EXPECT_INT(p->ptid, 7);
	EXPECT_INT(p->pgid, 40);
	EXPECT_INT(p->vpgid, 2);
	EXPECT_INT(p->sid, 1);
	EXPECT_INT(p->vpid, 3);
	EXPECT_INT(p->vtid, 4);
	EXPECT_INT(p->tty, 34817);
	EXPECT_INT(p->uid, 1001);
	EXPECT_INT(p->gid, 101);
	EXPECT_INT(p->loginuid, 1005);
	EXPECT_INT(p->fd_limit, 1024);
	EXPECT_INT(p->pf_minor, 900);
	EXPECT_INT(p->pf_major, 17);
	EXPECT_INT(p->vm_size, 1234);
	EXPECT_INT(p->vm_rss, 56);
	EXPECT_INT(p->vm_swap, 7);
	EXPECT_INT(p->cap_inheritable, 1);
	EXPECT_INT(p->cap_permitted, 0xa80425fb);
	EXPECT_INT(p->cap_effective, 0x10);
	EXPECT(near(p->clone_ts, boot_time() + 50000000000u, 1000000000u)); /* 5000 ticks */
	EXPECT_INT(p->pidns_start_ts, 0); /* the namespace's first process is not in the tree */
}

/* `seeds` has the strings of the last seed only: those of thread 43, which are its leader's. */
TEST(tree_strings)
{
	const struct proc_seed *p = &seeds.thread;
	static const char groups[] =
		"memory=/m\0cpu=/c\0cpuacct=/c\0cpuset=/unified\0blkio=/unified\0pids=/unified";

	tree_scan();
	EXPECT_STR(p->exe, "prog");
	EXPECT(p->args.n == 13 && !memcmp(p->args.p, "-x\0two words\0", 13));
	EXPECT(p->env.n == 8 && !memcmp(p->env.p, "A=1\0B=2\0", 8));
	EXPECT(p->cgroups.n == sizeof(groups) && !memcmp(p->cgroups.p, groups, sizeof(groups)));
	EXPECT_STR(p->exepath, "/opt/prog");
	EXPECT_STR(p->cwd, "/srv");
	EXPECT_STR(p->root, "/");
}

TEST(tree_thread)
{
	const struct proc_seed *t = &threads[1];

	tree_scan();
	EXPECT_INT(t->tid, 43);
	EXPECT_INT(t->pid, 42);
	EXPECT_INT(t->vtid, 5);
	EXPECT_INT(t->uid, 0);
	EXPECT_STR(t->comm, "helper");
	EXPECT_INT(t->loginuid, 1005);
}

TEST(tree_descriptors)
{
	const struct fd *fd;

	tree_scan();
	EXPECT_INT(seeds.n_collected_fds, 8); /* socket 9999 is in no table */
	fd = collected_fd(0);
	EXPECT(fd && fd->type == FD_FILE); /* stat() fails: the link is dangling */
	EXPECT(fd && str_is(fd->name, "pipe:[77]"));
	fd = collected_fd(8);
	EXPECT(fd && fd->type == FD_EPOLL && !fd->name.n);
	fd = collected_fd(9);
	EXPECT(fd && fd->type == FD_MEMFD &&
	       fd->open_flags == (file_flags_O_WRONLY | file_flags_O_LARGEFILE));
	fd = collected_fd(10);
	EXPECT(fd && fd->type == FD_PIDFD && fd->pid == 4711);
}

TEST(tree_sockets)
{
	const struct fd *fd;

	tree_scan();
	fd = collected_fd(3);
	EXPECT(fd && fd->type == FD_IPV4_SERVER && fd->l4 == L4_TCP && fd->ino == 1001);
	EXPECT(fd && fd->flags == (FDF_FROM_PROC | FDF_ROLE_SERVER | FDF_CLOEXEC));
	EXPECT(fd && fd->tuple.dest.port == 3306 && !memcmp(fd->tuple.dest.ip.b, "\x7f\0\0\1", 4));
	fd = collected_fd(4);
	EXPECT(fd && fd->type == FD_IPV4_SOCK && fd->flags == (FDF_FROM_PROC | FDF_CONNECTED));
	EXPECT(fd && fd->tuple.source.port == 22 &&
	       !memcmp(fd->tuple.source.ip.b, "\x0a\0\2\x0f", 4));
	EXPECT(fd && fd->tuple.dest.port == 61560 && !memcmp(fd->tuple.dest.ip.b, "\x0a\0\2\2", 4));
	fd = collected_fd(5);
	EXPECT(fd && fd->type == FD_IPV6_SERVER && fd->l4 == L4_UDP && fd->tuple.dest.port == 53);
	EXPECT(fd && fd->tuple.dest.ip.b[15] == 1 && fd->tuple.dest.ip.b[0] == 0);
	fd = collected_fd(6);
	EXPECT(fd && fd->type == FD_UNIX && fd->unix_sock.source == 0xdeadbeef &&
	       str_is(fd->name, "/run/my socket"));
}

TEST(missing_proc_is_an_error)
{
	char err[256] = "";

	EXPECT_INT(source_proc_scan(NULL, "/nonexistent", err, sizeof(err)), -1);
	EXPECT_TEXT(err, "cannot read processes from /nonexistent/proc: No such file or directory");
}

/* ---- the test process ---- */

static struct proc_seed self;
static char self_comm[17];

static void keep_self(const struct proc_seed *seed)
{
	if (seed->tid != getpid())
		return;
	self = *seed;
	snprintf(self_comm, sizeof(self_comm), "%.*s", STR_ARGS(seed->comm));
}

static void self_scan(void)
{
	char err[256] = "";

	seeds_reset();
	seeds.on_thread = keep_self;
	seeds.collect_fds_of = getpid();
	EXPECT_INT(source_proc_scan(NULL, "", err, sizeof(err)), 0);
}

TEST(self_process)
{
	struct timespec now;
	struct rlimit limit;
	struct stat st;

	prctl(PR_SET_NAME, "proc test");
	self_scan();
	EXPECT_TEXT(self_comm, "proc test");
	EXPECT_INT(self.ptid, getppid());
	EXPECT_INT(self.uid, geteuid());
	EXPECT_INT(self.gid, getegid());
	EXPECT_INT(self.pgid, getpgrp());
	getrlimit(RLIMIT_NOFILE, &limit);
	EXPECT_INT(self.fd_limit, limit.rlim_cur);
	stat("/proc/self/exe", &st);
	EXPECT_INT(self.exe_ino, st.st_ino);
	EXPECT_INT(self.exe_mtime,
		   (uint64_t)st.st_mtim.tv_sec * 1000000000u + (uint64_t)st.st_mtim.tv_nsec);
	EXPECT(self.exe_flags & execve_flags_EXE_WRITABLE); /* owned by this user */
	clock_gettime(CLOCK_REALTIME, &now);
	EXPECT(near(self.clone_ts, (uint64_t)now.tv_sec * 1000000000u, 60000000000u));
	EXPECT(seeds.machine.n_cpus > 0 && seeds.machine.hostname[0]);
	EXPECT(seeds.n_interfaces > 0);
}

static int inet_socket(int type, uint16_t *port)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(in);
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	if (bind(fd, (struct sockaddr *)&in, sizeof(in)) ||
	    getsockname(fd, (struct sockaddr *)&in, &n))
		return -1;
	*port = ntohs(in.sin_port);
	return fd;
}

TEST(self_descriptors)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int server, client, udp, pipes[2], epoll, file, dir, memfd;
	uint16_t port, udp_port = 0;
	const struct fd *fd;
	struct stat st;

	server = inet_socket(SOCK_STREAM, &port);
	if (server < 0 || listen(server, 1))
		SKIP("no loopback network");
	client = socket(AF_INET, SOCK_STREAM, 0);
	to.sin_port = htons(port);
	EXPECT_INT(connect(client, (struct sockaddr *)&to, sizeof(to)), 0);
	udp = inet_socket(SOCK_DGRAM, &udp_port);
	EXPECT_INT(pipe(pipes), 0);
	epoll = epoll_create1(0);
	memfd = memfd_create("thing", 0);
	file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	dir = open("/", O_RDONLY | O_DIRECTORY);
	self_scan();

	fd = collected_fd(server);
	EXPECT(fd && fd->type == FD_IPV4_SERVER && fd->l4 == L4_TCP && fd->tuple.dest.port == port);
	EXPECT(fd && fd->flags & FDF_CLOEXEC);
	fd = collected_fd(client);
	EXPECT(fd && fd->type == FD_IPV4_SOCK && fd->tuple.dest.port == port &&
	       !(fd->flags & FDF_CLOEXEC));
	fd = collected_fd(udp);
	EXPECT(fd && fd->type == FD_IPV4_SERVER && fd->l4 == L4_UDP &&
	       fd->tuple.dest.port == udp_port);
	fd = collected_fd(pipes[0]);
	EXPECT(fd && fd->type == FD_FIFO && collected_fd(pipes[1]) &&
	       fd->ino == collected_fd(pipes[1])->ino);
	EXPECT(collected_fd(epoll) && collected_fd(epoll)->type == FD_EPOLL);
	EXPECT(collected_fd(memfd) && collected_fd(memfd)->type == FD_MEMFD);
	fd = collected_fd(file);
	fstat(file, &st);
	EXPECT(fd && fd->type == FD_FILE && fd->ino == st.st_ino);
	EXPECT(fd && fd->open_flags & file_flags_O_CLOEXEC && fd->open_flags & file_flags_O_RDONLY);
	EXPECT(collected_fd(dir) && collected_fd(dir)->type == FD_DIRECTORY &&
	       str_is(collected_fd(dir)->name, "/"));
	for (int f = server; f <= dir; f++)
		close(f);
}

static int64_t waiting_tid;

/* A thread that stores its tid and ends when it has read a byte from the pipe. */
static void *wait_for(void *fd)
{
	char c;

	__atomic_store_n(&waiting_tid, gettid(), __ATOMIC_RELEASE);
	return read(*(int *)fd, &c, 1) < 0 ? fd : NULL;
}

/* Looking a thread up seeds its process first, unless the process is known. */
TEST(lookup_seeds_one_process)
{
	pthread_t thread;
	int pipes[2];
	int64_t tid;

	self_scan();
	EXPECT(seeds.lookup);
	EXPECT(!seeds.lookup(seeds.lookup_arg, 1 << 30, NULL));
	seeds.n_threads = 0;
	EXPECT(seeds.lookup(seeds.lookup_arg, getpid(), NULL));
	EXPECT_INT(seeds.n_threads, 1);
	EXPECT(seeds.n_collected_fds > 0);

	EXPECT_INT(pipe(pipes), 0);
	pthread_create(&thread, NULL, wait_for, &pipes[0]);
	while (!(tid = __atomic_load_n(&waiting_tid, __ATOMIC_ACQUIRE)))
		usleep(1000);
	seeds.n_threads = 0;
	seeds.known_tids[0] = getpid();
	seeds.known_tids[1] = tid;
	EXPECT(seeds.lookup(seeds.lookup_arg, tid, NULL));
	EXPECT_INT(seeds.n_threads, 1);
	EXPECT_INT(seeds.thread.tid, tid);
	EXPECT_INT(seeds.thread.pid, getpid());

	seeds.n_fds = 0;
	EXPECT(seeds.fd_lookup(seeds.lookup_arg, getpid(), pipes[0], NULL));
	EXPECT_INT(seeds.n_fds, 1);
	EXPECT_INT(seeds.fd.type, FD_FIFO);
	EXPECT(!seeds.fd_lookup(seeds.lookup_arg, getpid(), 999, NULL));
	if (write(pipes[1], "x", 1) == 1)
		pthread_join(thread, NULL);
}

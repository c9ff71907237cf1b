/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The workload with which two drivers are compared: valid and invalid system calls, in each run the
 * same calls with the same arguments in the same order. Statically linked, so that the dynamic
 * loader makes no calls.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/net.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define BAD_POINTER ((void *)8)
#define DIR_ "/tmp/actions"

static char big[100000];

static void files(void)
{
	struct iovec iov[3] = { { "one", 3 }, { "two", 3 }, { "three", 5 } },
		     bad_iov = { BAD_POINTER, 10 };
	char in[64];
	int fd, at;

	mkdir(DIR_, 0750);
	chdir(DIR_);
	at = open(DIR_, O_RDONLY | O_DIRECTORY);
	fd = open("file", O_CREAT | O_RDWR | O_TRUNC | O_APPEND, 0640);
	write(fd, "hello", 5);
	write(fd, NULL, 5);
	write(fd, BAD_POINTER, 5);
	write(fd, big, sizeof(big));
	writev(fd, iov, 3);
	writev(fd, &bad_iov, 1);
	writev(fd, BAD_POINTER, 1);
	pwrite(fd, "at 3", 4, 3);
	pwritev(fd, iov, 2, 7);
	lseek(fd, 0, SEEK_SET);
	read(fd, in, sizeof(in));
	read(fd, BAD_POINTER, sizeof(in));
	pread(fd, in, 7, 2);
	preadv(fd, (struct iovec[]){ { in, 4 }, { in + 4, 9 } }, 2, 1);
	lseek(fd, -3, SEEK_END);
	close(fd);
	close(at);
}

static void descriptors(void)
{
	int fd = open("file", O_RDWR), at = open(DIR_, O_RDONLY | O_DIRECTORY);

	syscall(__NR_fadvise64, fd, 0, 0, 0);
	fcntl(fd, F_GETFL);
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	close(fcntl(fd, F_DUPFD, 50));
	close(dup(fd));
	dup2(fd, 60);
	dup3(fd, 61, O_CLOEXEC);
	dup3(fd, fd, 0);
	close(60);
	close(61);
	close(77);
	flock(fd, LOCK_EX | LOCK_NB);
	ftruncate(fd, 10);
	fchmod(fd, 0600);
	fchown(fd, 1, 2);
	chmod("file", 0644);
	chmod(BAD_POINTER, 0644);
	fchmodat(at, "file", 0600, 0);
	chown("file", 3, -1);
	lchown("file", -1, 4);
	fchownat(at, "file", 0, 0, AT_SYMLINK_NOFOLLOW);
	link("file", "linked");
	linkat(at, "file", at, "linked2", 0);
	symlink("file", "sym");
	symlinkat("file", at, "sym2");
	rename("linked", "renamed");
	renameat(at, "renamed", at, "renamed2");
	syscall(__NR_renameat2, at, "renamed2", at, "linked2", 2);
	unlink("sym");
	unlinkat(at, "sym2", 0);
	unlinkat(at, "nothing", 0);
	unlink("renamed2");
	unlink("linked2");
	unlink("");
	unlink(NULL);
	close(fd);
	close(at);
}

static void opens(void)
{
	int fd = open("file", O_RDWR), at = open(DIR_, O_RDONLY | O_DIRECTORY);
	char in[64];

	openat(at, "missing", O_RDONLY);
	openat(AT_FDCWD, BAD_POINTER, O_RDONLY);
	openat(AT_FDCWD, NULL, O_RDONLY);
	memset(big, 'x', 5000);
	openat(AT_FDCWD, big, O_RDONLY);
	memset(big, 0, 5000);
	close(openat(at, "file", O_RDONLY | O_NOFOLLOW));
	close(syscall(__NR_openat2, at, "file", (uint64_t[]){ O_RDWR, 0, 8 }, 24));
	syscall(__NR_openat2, at, "file", BAD_POINTER, 24);
	close(syscall(__NR_open, "file", O_RDONLY, 0));
	close(syscall(__NR_creat, "created", 0604));
	close(open(DIR_, O_TMPFILE | O_RDWR, 0600));
	struct stat st;
	stat("file", &st);
	lstat("nothing", &st);
	fstat(fd, &st);
	access("file", R_OK);
	syscall(__NR_faccessat, at, "file", R_OK);
	mkdirat(at, "sub", 0700);
	rmdir("sub");
	rmdir("/nothing");
	mknod("node", S_IFIFO | 0600, 0);
	mknodat(at, "node2", S_IFCHR | 0600, 0x103);
	chdir("/nothing");
	fchdir(at);
	getcwd(in, sizeof(in));
	syscall(__NR_copy_file_range, fd, NULL, fd, NULL, 0, 0);
	syscall(__NR_sendfile, 1, fd, NULL, 0);
	splice(fd, NULL, 1, NULL, 0, 0);
	syscall(__NR_getdents64, at, big, 1000);
	syscall(__NR_name_to_handle_at, at, "file", BAD_POINTER, BAD_POINTER, 0);
	umask(022);
	close(fd);
	close(at);
}

static struct sockaddr_in inet(int port)
{
	return (struct sockaddr_in){ AF_INET, htons(port), { htonl(INADDR_LOOPBACK) }, { 0 } };
}

/* Waits for data, which on a busy machine loopback delivers with a delay. */
static void wait_for_data(int fd)
{
	poll(&(struct pollfd){ fd, POLLIN, 0 }, 1, 10000);
}

static void tcp(void)
{
	struct sockaddr_in a = inet(7001), peer = inet(40001);
	int one = 1, l = socket(AF_INET, SOCK_STREAM, 0), c, s;
	socklen_t n = sizeof(peer);
	char in[100];

	setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	setsockopt(l, SOL_SOCKET, 999, BAD_POINTER, 4);
	bind(l, (void *)&a, sizeof(a));
	listen(l, 5);
	c = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
	bind(c, (void *)&peer, sizeof(peer));
	connect(c, (void *)&a, sizeof(a));
	connect(c, BAD_POINTER, sizeof(a));
	s = accept4(l, (void *)&peer, &n, SOCK_NONBLOCK);
	n = sizeof(one);
	getsockopt(s, SOL_SOCKET, SO_TYPE, &one, &n);
	getsockname(s, (void *)&peer, &n);
	getpeername(s, (void *)&peer, &n);
	send(c, "GET / HTTP/1.1\r\n", 16, 0);
	wait_for_data(s);
	recv(s, in, sizeof(in), 0);
	recv(s, in, sizeof(in), 0);
	struct iovec v = { "iovec", 5 };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };
	sendmsg(s, &m, 0);
	wait_for_data(c);
	v = (struct iovec){ in, sizeof(in) };
	recvmsg(c, &m, 0);
	sendmsg(s, BAD_POINTER, 0);
	recvmsg(c, BAD_POINTER, MSG_DONTWAIT);
	write(c, "written", 7);
	wait_for_data(s);
	read(s, in, 3);
	sendto(s, NULL, 0, 0, NULL, 0);
	shutdown(s, SHUT_WR);
	close(s);
	close(c);
	accept4(-1, NULL, NULL, 0);
	fcntl(l, F_SETFL, O_NONBLOCK);
	accept(l, NULL, NULL);
	close(l);
}

static void udp_and_unix(void)
{
	struct sockaddr_un u = { AF_UNIX, DIR_ "/socket" };
	struct sockaddr_in a = inet(7002);
	struct sockaddr_in6 six = { AF_INET6, htons(7003), 0, IN6ADDR_LOOPBACK_INIT, 0 };
	int s = socket(AF_INET, SOCK_DGRAM, 0), c = socket(AF_INET, SOCK_DGRAM, 0), pair[2];
	socklen_t n = sizeof(a);
	char in[10];
	struct iovec v[2] = { { "a", 1 }, { "bc", 2 } };
	struct mmsghdr m[2] = { { { .msg_iov = v, .msg_iovlen = 1 }, 0 },
				{ { .msg_iov = v + 1, .msg_iovlen = 1 }, 0 } };

	bind(s, (void *)&a, sizeof(a));
	sendto(c, "datagram", 8, 0, (void *)&a, sizeof(a));
	recvfrom(s, in, sizeof(in), 0, (void *)&a, &n);
	recvfrom(s, in, sizeof(in), MSG_DONTWAIT, NULL, NULL);
	a = inet(7002);
	connect(c, (void *)&a, sizeof(a));
	sendmmsg(c, m, 2, 0);
	v[0] = v[1] = (struct iovec){ in, sizeof(in) };
	wait_for_data(s);
	recvmmsg(s, m, 2, MSG_DONTWAIT, NULL);
	close(s);
	close(c);
	s = socket(AF_INET6, SOCK_DGRAM, 0);
	bind(s, (void *)&six, sizeof(six));
	connect(s, (void *)&six, sizeof(six));
	send(s, "six", 3, 0);
	close(s);
	socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
	write(pair[0], "pair", 4);
	recv(pair[1], in, 4, 0);
	close(pair[0]);
	close(pair[1]);
	s = socket(AF_UNIX, SOCK_DGRAM, 0);
	bind(s, (void *)&u, sizeof(u));
	c = socket(AF_UNIX, SOCK_DGRAM, 0);
	sendto(c, "named", 5, 0, (void *)&u, sizeof(u));
	recv(s, in, sizeof(in), 0);
	memcpy(u.sun_path, "\0abstract", 10);
	connect(c, (void *)&u, 12);
	close(s);
	close(c);
	socket(AF_NETLINK, SOCK_RAW, 0);
	socket(99, 1, 0);
}

static void waiting(void)
{
	struct pollfd p[2] = { { 0, POLLIN, 0 }, { 1, POLLOUT, 0 } };
	struct epoll_event e = { EPOLLIN, { .fd = 1 } };
	struct itimerspec it = { { 0, 0 }, { 1, 0 } };
	struct timespec t = { 0, 1000 };
	sigset_t set;
	int fd, pfd[2];

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	pipe(pfd);
	pipe2(pfd, O_NONBLOCK);
	poll(p, 2, 0);
	poll(BAD_POINTER, 2, 0);
	ppoll(p, 2, &t, &set);
	select(0, NULL, NULL, NULL, &(struct timeval){ 0, 10 });
	fd = epoll_create1(EPOLL_CLOEXEC);
	epoll_ctl(fd, EPOLL_CTL_ADD, pfd[0], &e);
	epoll_wait(fd, &e, 1, 0);
	close(epoll_create(1));
	close(fd);
	close(eventfd(3, EFD_NONBLOCK));
	close(signalfd(-1, &set, 0));
	fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
	timerfd_settime(fd, 0, &it, NULL);
	close(fd);
	fd = inotify_init1(IN_CLOEXEC);
	inotify_add_watch(fd, DIR_, IN_CREATE);
	close(fd);
	nanosleep(&t, NULL);
	nanosleep(BAD_POINTER, NULL);
	syscall(__NR_futex, BAD_POINTER, 1, 1, 0);
	semget(1234, 1, IPC_CREAT | 0600);
	semop(0, (struct sembuf[]){ { 0, 1, 0 }, { 0, -1, IPC_NOWAIT } }, 2);
	semctl(0, 0, IPC_RMID);
	memfd_create("mem", MFD_CLOEXEC);
	syscall(__NR_memfd_secret, 0);
	syscall(__NR_ioctl, 1, 0x5401, BAD_POINTER);
	close(pfd[0]);
	close(pfd[1]);
}

static void memory(void)
{
	void *p = mmap((void *)0x10000000, 8192, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

	mprotect(p, 4096, PROT_READ | PROT_EXEC);
	mprotect(BAD_POINTER, 4096, PROT_READ);
	mlock(p, 4096);
	syscall(__NR_mlock2, p, 4096, 1);
	munlock(p, 4096);
	mlockall(MCL_FUTURE);
	munlockall();
	madvise(p, 4096, MADV_DONTNEED);
	munmap(p, 8192);
	munmap(BAD_POINTER, 8192);
	mmap(BAD_POINTER, 0, 0, 0, 5, 0);
}

static void identity(void)
{
	struct rlimit r = { 100, 200 };

	getuid();
	geteuid();
	getgid();
	getegid();
	setgid(5);
	setregid(5, 6);
	setresgid(5, 6, 6);
	getresgid((gid_t[1]){ 0 }, (gid_t[1]){ 0 }, (gid_t[1]){ 0 });
	prctl(PR_SET_NAME, "actions");
	prctl(PR_SET_KEEPCAPS, 1);
	prctl(PR_GET_CHILD_SUBREAPER, BAD_POINTER);
	getrlimit(RLIMIT_CORE, &r);
	r = (struct rlimit){ 100, 200 };
	setrlimit(RLIMIT_CORE, &r);
	syscall(__NR_prlimit64, 0, RLIMIT_CORE, NULL, &r);
	setsid();
	setpgid(0, 0);
	getsid(0);
	setns(99, CLONE_NEWNET);
	unshare(CLONE_NEWUTS);
	syscall(__NR_sethostname, "other", 5);
	mount("none", DIR_, "tmpfs", MS_NOSUID, "size=1m");
	mount(BAD_POINTER, DIR_, "tmpfs", 0, NULL);
	umount(DIR_);
	umount2("/nothing", MNT_DETACH);
	ptrace(PTRACE_PEEKTEXT, 99999, NULL, NULL);
	syscall(__NR_bpf, 99, BAD_POINTER, 10);
	syscall(__NR_seccomp, 99, 0, NULL);
	syscall(__NR_keyctl, 0, -1, 0);
	syscall(__NR_capset, BAD_POINTER, BAD_POINTER);
	syscall(__NR_init_module, BAD_POINTER, 10, "x=1");
	syscall(__NR_finit_module, 0, "x=2", 0);
	syscall(__NR_delete_module, "nothing", O_NONBLOCK);
	syscall(__NR_quotactl, 0x800002 << 8, "/dev/none", 0, BAD_POINTER);
	syscall(__NR_pidfd_open, 99999, 0);
	syscall(__NR_pidfd_getfd, 99, 1, 0);
	syscall(__NR_io_uring_setup, 1, BAD_POINTER);
	syscall(__NR_io_uring_enter, 99, 1, 1, 0, NULL, 0);
	syscall(__NR_io_uring_register, 99, 0, NULL, 0);
	syscall(__NR_userfaultfd, 0);
	syscall(__NR_fsconfig, 99, 1, "key", "value", 0);
	syscall(__NR_open_by_handle_at, 99, BAD_POINTER, 0);
	syscall(__NR_process_vm_readv, 99999, NULL, 0, NULL, 0, 0);
	syscall(__NR_getcpu, NULL, NULL, NULL);
	setuid(7);
	setreuid(7, 7);
	setresuid(7, 7, 7);
	chroot("/");
}

static void run_in_child(void (*body)(void), int clone_flags)
{
	int status;
	pid_t pid = clone_flags ? (pid_t)syscall(__NR_clone, clone_flags | SIGCHLD, 0, 0, 0, 0)
				: fork();

	if (!pid) {
		body();
		_exit(3);
	}
	waitpid(pid, &status, 0);
}

static void nothing(void)
{
}

static void execve_calls(void)
{
	execve("/nothing", (char *[]){ "nothing", NULL }, (char *[]){ NULL });
	execve(BAD_POINTER, NULL, NULL);
	execve("/tmp/actions-link", (char *[]){ "actions", "again", "", "last", NULL },
	       (char *[]){ "A=1", "B=", NULL });
}

static void signals(void)
{
	signal(SIGUSR2, SIG_IGN);
	kill(getpid(), SIGUSR2);
	tgkill(getpid(), getpid(), 0);
	raise(SIGKILL);
}

/* Called by number, as the C library uses newer system calls for most of these. */
#ifdef __x86_64__
static void legacy_calls(void)
{
	int fd = open("/tmp/actions/file", O_RDWR | O_CREAT, 0600), pfd[2];
	struct iovec in[2] = { { big, 3 }, { big + 3, 5 } };
	struct timespec t = { 0, 1000 };
	struct stat st;
	uint32_t ids[3];
	struct rlimit r;
	sigset_t set;

	sigemptyset(&set);
	close(syscall(__NR_eventfd, 4));
	close(syscall(__NR_signalfd, -1, &set, 8));
	syscall(__NR_signalfd, 99, &set, 8);
	close(syscall(__NR_inotify_init));
	syscall(__NR_pipe, pfd);
	syscall(__NR_pipe, BAD_POINTER);
	syscall(__NR_select, 0, NULL, NULL, NULL, &(struct timeval){ 0, 10 });
	syscall(__NR_nanosleep, &t, NULL);
	syscall(__NR_nanosleep, BAD_POINTER, NULL);
	syscall(__NR_stat, "/tmp/actions", &st);
	syscall(__NR_stat, BAD_POINTER, &st);
	syscall(__NR_lstat, "/nothing", &st);
	syscall(__NR_fstat, fd, &st);
	syscall(__NR_fstat, 99, &st);
	syscall(__NR_getdents, fd, big, 100);
	syscall(__NR_getresuid, &ids[0], &ids[1], &ids[2]);
	syscall(__NR_getresuid, BAD_POINTER, BAD_POINTER, BAD_POINTER);
	syscall(__NR_getrlimit, RLIMIT_NOFILE, &r);
	syscall(__NR_getrlimit, RLIMIT_NOFILE, BAD_POINTER);
	syscall(__NR_setrlimit, RLIMIT_CORE, &(struct rlimit){ 100, 200 });
	syscall(__NR_setrlimit, 99, BAD_POINTER);
	syscall(__NR_semop, 0, (struct sembuf[]){ { 0, 1, 0 } }, 1);
	syscall(__NR_mknod, "/tmp/actions/node3", S_IFCHR | 0600, 0x103);
	syscall(__NR_readv, fd, in, 2);
	syscall(__NR_readv, fd, BAD_POINTER, 2);
	syscall(__NR_process_vm_writev, getpid(), in, 1, in + 1, 1, 0);
	syscall(__NR_process_vm_writev, 99999, in, 1, in, 1, 0);
	syscall(__NR_tkill, syscall(__NR_gettid), 0);
	syscall(__NR_execveat, -1, "nothing", NULL, NULL, 0);
	syscall(__NR_execveat, AT_FDCWD, BAD_POINTER, NULL, NULL, 0);
	close(fd);
}

static __attribute__((noinline)) pid_t vfork_exit(void)
{
	pid_t pid = vfork();

	if (!pid)
		_exit(5);
	return pid;
}

static void clone_calls(void)
{
	uint64_t arguments[8] = { 0, 0, 0, 0, SIGCHLD };
	int status;
	long pid;

	waitpid(vfork_exit(), &status, 0);
	pid = syscall(__NR_fork);
	if (!pid)
		_exit(6);
	waitpid(pid, &status, 0);
	pid = syscall(__NR_clone3, arguments, sizeof(arguments));
	if (!pid)
		_exit(7);
	waitpid(pid, &status, 0);
	syscall(__NR_clone3, BAD_POINTER, sizeof(arguments));
	syscall(__NR_clone, CLONE_THREAD, 0, 0, 0, 0);
	syscall(__NR_execveat, AT_FDCWD, "/tmp/actions-link",
		(char *[]){ "actions", "again", NULL }, (char *[]){ "A=1", NULL }, 0);
}

/* Makes a 32-bit call. All memory of this program is below 4 GiB. */
static long ia32(long nr, long a, long b, long c, long d, long e, long f)
{
	long result;

	/* rbp holds the sixth argument, so it is saved here; int 0x80 may clobber r8 to r11. */
	asm volatile("sub $128, %%rsp\n\tpush %%rbp\n\tmov %7, %%rbp\n\tint $0x80\n\tpop %%rbp\n\tadd $128, %%rsp"
		     : "=a"(result)
		     : "a"(nr), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e), "r"(f)
		     : "memory", "r8", "r9", "r10", "r11");
	return (int)result;
}

static void calls_by_ia32(void)
{
	static const int calls[] = { 20 /* getpid */, 6 /* close */, 45 /* brk */,
				     201 /* geteuid32 */ };
	static uint32_t socketcall[6];
	static char low[256] = "32-bit";
	int pair[2], fd;

	for (unsigned i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		ia32(calls[i], 99, 0, 0, 0, 0, 0);
	socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
	socketcall[0] = pair[0];
	socketcall[1] = (uint32_t)(uintptr_t)low;
	socketcall[2] = 6;
	ia32(102 /* socketcall */, SYS_SEND, (long)socketcall, 0, 0, 0, 0);
	socketcall[0] = pair[1];
	socketcall[2] = sizeof(low);
	ia32(102, SYS_RECV, (long)socketcall, 0, 0, 0, 0);
	socketcall[0] = 99;
	ia32(102, SYS_SEND, (long)socketcall, 0, 0, 0, 0);
	ia32(102, SYS_RECV, (long)socketcall, 0, 0, 0, 0);
	strcpy(low, "/nothing");
	ia32(22 /* umount */, (long)low, 0, 0, 0, 0, 0);
	ia32(192 /* mmap2 */, 0, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 3);
	ia32(195 /* stat64 */, (long)low, (long)low, 0, 0, 0, 0);
	ia32(196 /* lstat64 */, (long)low, (long)low, 0, 0, 0, 0);
	ia32(197 /* fstat64 */, 99, (long)low, 0, 0, 0, 0);
	fd = open("/tmp/actions-link", O_RDONLY);
	ia32(140 /* _llseek */, fd, 0, 100, (long)low, SEEK_SET, 0);
	ia32(140, 99, 1, 2, (long)low, SEEK_END, 0);
	strcpy(low, "/tmp/actions-none");
	ia32(5 /* open */, (long)low, O_RDONLY, 0, 0, 0, 0);
	close(fd);
}
#else
#define calls_by_ia32 nothing
#define legacy_calls nothing
#define clone_calls nothing
#endif

int main(int argc, char **argv)
{
	if (argc > 1)
		return 0;
	/*
	 * Addresses are recorded and must be the same in each run: disable their randomisation.
	 */
	if (!(personality(0xffffffff) & ADDR_NO_RANDOMIZE)) {
		personality(ADDR_NO_RANDOMIZE);
		execv(argv[0], argv);
	}
	access("/begin", F_OK);
	files();
	descriptors();
	opens();
	run_in_child(tcp, 0);
	run_in_child(udp_and_unix, 0);
	run_in_child(waiting, 0);
	run_in_child(memory, 0);
	run_in_child(nothing, CLONE_NEWUTS);
	run_in_child(signals, 0);
	run_in_child(legacy_calls, 0);
	run_in_child(clone_calls, 0);
	run_in_child(execve_calls, 0);
	run_in_child(identity, 0);
	run_in_child(calls_by_ia32, 0);
	return 0;
}

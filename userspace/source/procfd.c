// SPDX-License-Identifier: Apache-2.0
/*
 * Reads the descriptors that are open before the first event.
 *
 * In: /proc/<pid>/fd and fdinfo.  Out: seeds for state/.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/macros.h"
#include "source/proc.h"

/* O_LARGEFILE is 0 in glibc on 64-bit machines, but the kernel reports it. */
#define NATIVE_LARGEFILE 0100000

static const struct {
	uint32_t native, wire;
} open_bits[] = {
	{ O_CREAT, file_flags_O_CREAT },	 { O_APPEND, file_flags_O_APPEND },
	{ O_DSYNC, file_flags_O_DSYNC },	 { O_EXCL, file_flags_O_EXCL },
	{ O_NONBLOCK, file_flags_O_NONBLOCK },	 { O_SYNC, file_flags_O_SYNC },
	{ O_TRUNC, file_flags_O_TRUNC },	 { O_DIRECT, file_flags_O_DIRECT },
	{ O_DIRECTORY, file_flags_O_DIRECTORY }, { NATIVE_LARGEFILE, file_flags_O_LARGEFILE },
	{ O_CLOEXEC, file_flags_O_CLOEXEC },	 { O_TMPFILE, file_flags_O_TMPFILE },
};

/*
 * As the module maps the flags of open(), except that all bits of a value must be set: O_TMPFILE
 * contains O_DIRECTORY.
 */
static uint32_t open_flags_wire(uint32_t native)
{
	static const uint8_t modes[] = {
		[O_RDONLY] = file_flags_O_RDONLY,
		[O_WRONLY] = file_flags_O_WRONLY,
		[O_RDWR] = file_flags_O_RDWR,
	};
	uint32_t wire = (native & O_ACCMODE) < sizeof(modes) ? modes[native & O_ACCMODE] : 0;

	for (size_t i = 0; i < ARRAY_SIZE(open_bits); i++)
		if ((native & open_bits[i].native) == open_bits[i].native)
			wire |= open_bits[i].wire;
	return wire;
}

static const struct {
	const char *name;
	uint8_t type;
} anon_inodes[] = {
	{ "[eventpoll]", FD_EPOLL },   { "[eventfd]", FD_EVENTFD },
	{ "[signalfd]", FD_SIGNALFD }, { "[timerfd]", FD_TIMERFD },
	{ "inotify", FD_INOTIFY },     { "[userfaultfd]", FD_USERFAULTFD },
	{ "[io_uring]", FD_IO_URING }, { "[pidfd]", FD_PIDFD },
	{ "bpf-map", FD_BPF },	       { "bpf-prog", FD_BPF },
	{ "bpf_link", FD_BPF },	       { "bpf-link", FD_BPF },
};

static uint8_t anon_inode_type(struct str what)
{
	for (size_t i = 0; i < ARRAY_SIZE(anon_inodes); i++)
		if (str_is(what, anon_inodes[i].name))
			return anon_inodes[i].type;
	return FD_UNSUPPORTED;
}

/* The number after a key of an fdinfo file. */
static int64_t info_number(const char *info, const char *key, int base, int64_t fallback)
{
	const char *at = strstr(info, key);

	return at && (at == info || at[-1] == '\n') ? strtoll(at + strlen(key), NULL, base)
						    : fallback;
}

/* As the kernel's new_encode_dev(), which the module applies to the device of an opened file. */
static uint32_t dev_wire(dev_t dev)
{
	uint32_t major = major(dev), minor = minor(dev);

	return (minor & 0xff) | major << 8 | (minor & ~0xffu) << 12;
}

static void file_type(struct fd *fd, struct str link, mode_t mode)
{
	static const struct str anon = STR_LIT("anon_inode:");

	fd->name = link;
	if (str_starts(link, anon)) {
		fd->type = anon_inode_type(str_skip(link, anon.n));
		fd->name = STR_LIT("");
	} else if (str_starts(link, STR_LIT("pidfd:"))) {
		fd->type = FD_PIDFD;
		fd->name = STR_LIT("");
	} else if (str_starts(link, STR_LIT("/memfd:"))) {
		fd->type = FD_MEMFD;
	} else if (S_ISDIR(mode)) {
		fd->type = FD_DIRECTORY;
	} else if (S_ISFIFO(mode)) {
		fd->type = FD_FIFO;
	} else {
		fd->type = FD_FILE;
	}
}

/* "socket:[123]": the link has only the inode number. */
static bool socket_fill(struct proc *p, int pid_dir, struct fd *fd, struct str link)
{
	const struct fd *found = procsock_find(p, pid_dir, proc_link_number(link));
	int64_t num = fd->num;
	uint16_t flags = fd->flags;

	if (!found)
		return false;
	*fd = *found;
	fd->num = num;
	fd->flags |= flags;
	return true;
}

static bool fd_read(struct proc *p, int pid_dir, int fd_dir, const char *name, int64_t pid,
		    struct state *state)
{
	struct fd fd = { .num = atoll(name),
			 .flags = FDF_FROM_PROC,
			 .name = STR_LIT(""),
			 .name_raw = STR_LIT("") };
	struct str link = proc_link(fd_dir, name, p->dir, sizeof(p->dir));
	char info[512] = "", path[32];
	struct stat st = { 0 };
	uint32_t flags;

	if (!link.n)
		return false;
	snprintf(path, sizeof(path), "fdinfo/%.20s", name);
	proc_read(pid_dir, path, info, sizeof(info));
	flags = (uint32_t)info_number(info, "flags:", 8, 0);
	fd.open_flags = open_flags_wire(flags);
	fd.flags |= flags & O_CLOEXEC ? FDF_CLOEXEC : 0;
	if (str_starts(link, STR_LIT("socket:["))) {
		if (!socket_fill(p, pid_dir, &fd, link))
			return false;
	} else {
		if (fstatat(fd_dir, name, &st, 0) == 0) {
			fd.dev = dev_wire(st.st_dev);
			fd.ino = st.st_ino;
		}
		file_type(&fd, link, st.st_mode);
		if (fd.type == FD_PIDFD)
			fd.pid = info_number(info, "Pid:", 10, -1);
	}
	state_seed_fd(state, pid, &fd);
	return true;
}

bool procfd_one(struct proc *p, int pid_dir, int64_t pid, int64_t num, struct state *state)
{
	int dir = openat(pid_dir, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char name[24];
	bool done;

	if (dir < 0)
		return false;
	snprintf(name, sizeof(name), "%lld", (long long)num);
	done = fd_read(p, pid_dir, dir, name, pid, state);
	close(dir);
	return done;
}

void procfd_scan(struct proc *p, int pid_dir, int64_t pid, struct state *state)
{
	int dir = openat(pid_dir, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char buffer[8192] __attribute__((aligned(8)));
	ssize_t got;

	if (dir < 0)
		return;
	while ((got = getdents64(dir, buffer, sizeof(buffer))) > 0)
		for (ssize_t at = 0; at < got;) {
			struct dirent64 *d = (struct dirent64 *)(buffer + at);

			at += d->d_reclen;
			if (d->d_name[0] >= '0' && d->d_name[0] <= '9')
				fd_read(p, pid_dir, dir, d->d_name, pid, state);
		}
	close(dir);
}

// SPDX-License-Identifier: Apache-2.0
/*
 * Reads the properties of the executable file of a process.
 *
 * In: /proc/<pid>/exe, mountinfo.  Out: path, inode, and the flags that the module reports with
 * execve.
 */
#include "source/procexe.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/macros.h"

#define OVERLAY_MAGIC 0x794c7630

static bool has_cap(const struct proc_seed *s, unsigned cap)
{
	return s->cap_effective >> cap & 1;
}

static bool in_groups(const char *status, uint32_t gid)
{
	const char *at = strstr(status, "\nGroups:");
	char *stop;

	if (!at)
		return false;
	for (at += 8; *at && *at != '\n'; at = stop) {
		at += strspn(at, " \t");
		if (*at == '\n' || strtoull(at, &stop, 10) == gid)
			return *at != '\n';
		if (stop == at)
			return false;
	}
	return false;
}

/*
 * As the module decides EXE_WRITABLE: the process may write to its executable, or make it writable.
 */
static bool exe_writable(int pid_dir, const struct stat *st, const struct proc_seed *s,
			 const char *status)
{
	if (s->uid == st->st_uid || has_cap(s, CAP_FOWNER))
		return true;
	if (faccessat(pid_dir, "exe", W_OK, AT_EACCESS) < 0 && errno == EROFS)
		return false;
	if (has_cap(s, CAP_DAC_OVERRIDE))
		return true;
	if (s->gid == st->st_gid || in_groups(status, st->st_gid))
		return st->st_mode & S_IWGRP;
	return st->st_mode & S_IWOTH;
}

/*
 * The upperdir of the overlay mount that contains path, from mountinfo; *below: path relative to
 * the mount point.
 */
static struct str upper_dir(char *mounts, struct str path, struct str *below)
{
	struct str best = STR_NONE;
	size_t best_n = 0;

	for (char *line = mounts, *end; line && *line; line = end) {
		char *mount = line, *type, *upper;
		size_t n;

		end = strchr(line, '\n');
		if (end)
			*end++ = 0;
		for (int i = 0; mount && i < 4; i++)
			mount = (mount = strchr(mount, ' ')) ? mount + 1 : NULL;
		type = mount ? strstr(mount, " - overlay ") : NULL;
		upper = type ? strstr(type, "upperdir=") : NULL;
		n = mount ? strcspn(mount, " ") : 0;
		if (!upper || n < best_n || !str_starts(path, (struct str){ mount, n }))
			continue;
		if (n > 1 && path.n > n && path.p[n] != '/')
			continue;
		best_n = n;
		best = (struct str){ upper + 9, strcspn(upper + 9, ",") };
		*below = str_skip(path, n > 1 ? n : 0);
	}
	return best;
}

/* The layer of a file on overlayfs: it is in the upper one if upperdir has it. */
static uint32_t layer_flag(struct proc *p, int pid_dir, struct str path)
{
	struct str upper, below = STR_NONE;
	char file[2 * PROC_TEXT];

	if (proc_read(pid_dir, "mountinfo", p->text, sizeof(p->text)) <= 0)
		return 0;
	upper = upper_dir(p->text, path, &below);
	if (!upper.n)
		return 0;
	snprintf(file, sizeof(file), "%s%.*s%.*s", p->host_root, STR_ARGS(upper), STR_ARGS(below));
	if (access(file, F_OK) == 0)
		return execve_flags_EXE_UPPER_LAYER;
	return execve_flags_EXE_LOWER_LAYER;
}

static uint64_t ns_of(struct timespec ts)
{
	return (uint64_t)ts.tv_sec * NSEC_PER_SEC + (uint64_t)ts.tv_nsec;
}

/* p->text holds the status file on entry. */
void procexe_read(struct proc *p, int pid_dir, struct proc_seed *s)
{
	static const char deleted[] = " (deleted)";
	struct statfs fs;
	struct stat st;
	int fd;

	s->exepath = proc_link(pid_dir, "exe", p->exe, sizeof(p->exe));
	if (!s->exepath.n)
		return;
	if (str_starts(s->exepath, STR_LIT("/memfd:")))
		s->exe_flags |= execve_flags_EXE_FROM_MEMFD;
	if (str_ends(s->exepath, ((struct str){ deleted, sizeof(deleted) - 1 })))
		s->exepath.n -= sizeof(deleted) - 1;
	if (fstatat(pid_dir, "exe", &st, 0) < 0)
		return;
	s->exe_ino = st.st_ino;
	s->exe_ctime = ns_of(st.st_ctim);
	s->exe_mtime = ns_of(st.st_mtim);
	if (exe_writable(pid_dir, &st, s, p->text))
		s->exe_flags |= execve_flags_EXE_WRITABLE;
	fd = openat(pid_dir, "exe", O_PATH | O_CLOEXEC);
	if (fd < 0)
		return;
	if (fstatfs(fd, &fs) == 0 && fs.f_type == OVERLAY_MAGIC)
		s->exe_flags |= layer_flag(p, pid_dir, s->exepath);
	close(fd);
}

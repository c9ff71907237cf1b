/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptors, paths, directories. */
#include "world.h"

#include "state/path.h"

static void expect_join(const char *base, const char *path, const char *want)
{
	char out[PATH_LIMIT];

	EXPECT_STR(path_join(out, str_of(base), str_of(path)), want);
}

TEST(paths_are_joined_lexically)
{
	char out[PATH_LIMIT], *exact, name[1200];

	expect_join("/home/u/", "a", "/home/u/a");
	expect_join("/home/u", "a", "/home/u/a");
	expect_join("/home/u/", "/etc/./x//y/", "/etc/x/y");
	expect_join("/home/u/", "../../../..", "/");
	expect_join("/home/u/", "..", "/home");
	expect_join("/home/u/", ".", "/home/u");
	expect_join("/home/u/", "", "");
	expect_join("/", "/", "/");
	expect_join("", "a/../b", "/b");
	expect_join("<UNKNOWN>", "a/b", "<UNKNOWN>a/b");
	expect_join("<UNKNOWN>", "../b", "<UNKNOWN>b");
	expect_join("/a/...", ".../..b", "/a/.../.../..b");
	memset(name, 'x', sizeof(name));
	EXPECT_STR(path_join(out, STR_LIT("/"), (struct str){ name, 1024 }),
		   "/DIR_TOO_LONG/FILENAME_TOO_LONG");
	EXPECT_STR(path_join(out, (struct str){ name, 1025 }, STR_LIT("a")),
		   "/DIR_TOO_LONG/FILENAME_TOO_LONG");
	exact = malloc(PATH_LIMIT);
	EXPECT_INT(path_join(exact, STR_LIT("/"), (struct str){ name, 1023 }).n, 1024);
	free(exact);
}

TEST(open_makes_a_descriptor)
{
	struct event *ev;

	world_new(NULL);
	ev = open_of(1, 5, -100, "etc/../etc/shadow", file_flags_O_RDONLY | file_flags_O_CLOEXEC);
	EXPECT_INT(ev->fd_num, 5);
	EXPECT(ev->fd == fd_of(1, 5) && ev->fd_name_changed);
	EXPECT_STR(ev->fd->name, "/etc/shadow");
	EXPECT_STR(ev->fd->name_raw, "etc/../etc/shadow");
	EXPECT_INT(ev->fd->type, FD_FILE);
	EXPECT_INT(ev->fd->ino, 7);
	EXPECT(ev->fd->flags & FDF_CLOEXEC);
	EXPECT_TEXT(fd_type_name(ev->fd), "file");
	ev = open_of(1, 6, -100, "/tmp", file_flags_O_DIRECTORY);
	EXPECT_INT(ev->fd->type, FD_DIRECTORY);
	ev = open_of(1, 7, 6, "sub/file", 1);
	EXPECT_STR(ev->fd->name, "/tmp/sub/file");
	ev = open_of(1, 8, 99, "x", 1);
	EXPECT_STR(ev->fd->name, "<UNKNOWN>x");
	ev = open_of(1, -2, -100, "/nope", 1);
	EXPECT(ev->fd == NULL);
	EXPECT_INT(fd_table_count(state_thread(w, 1)->fds), 4);
	world_end();
}

TEST(creat_tells_its_layer)
{
	struct event *ev;

	world_new(NULL);
	record_start(&r, EV_creat, 1);
	NUM(&r, creat, fd, 3);
	NUM(&r, creat, dev, 8);
	NUM(&r, creat, ino, 9);
	NUM(&r, creat, creat_flags, 1);
	TEXT(&r, creat, name, "/new");
	ev = happen();
	EXPECT(ev->fd->flags & FDF_UPPER);
	EXPECT_INT(ev->fd->dev, 8);
	EXPECT_INT(ev->fd->ino, 9);
	record_start(&r, EV_open_by_handle_at, 1);
	NUM(&r, open_by_handle_at, fd, 4);
	NUM(&r, open_by_handle_at, mountfd, 99);
	TEXT(&r, open_by_handle_at, path, "/by/handle");
	NUM(&r, open_by_handle_at, ino, 11);
	ev = happen();
	EXPECT_STR(ev->fd->name, "/by/handle");
	EXPECT_INT(ev->fd->ino, 11);
	world_end();
}

static void openat_enter(int64_t tid, int64_t dirfd, const char *name, uint32_t flags)
{
	record_start(&r, EV_openat_enter, tid);
	NUM(&r, openat_enter, dirfd, dirfd);
	TEXT(&r, openat_enter, name, name);
	NUM(&r, openat_enter, flags, flags);
	happen();
}

TEST(the_enter_event_cannot_be_rewritten)
{
	struct event *ev;

	world_new(NULL);
	openat_enter(1, -100, "/etc/shadow", file_flags_O_RDONLY);
	ev = open_of(1, 3, -100, "/tmp/harmless", file_flags_O_WRONLY | file_flags_O_F_CREATED);
	EXPECT_STR(ev->fd->name, "/etc/shadow");
	EXPECT_INT(ev->fd->open_flags, file_flags_O_RDONLY | file_flags_O_F_CREATED);
	EXPECT_INT(state_counters(w)->n_retrieved_evts, 1);
	/* It serves once, */
	ev = open_of(1, 4, -100, "/tmp/second", 1);
	EXPECT_STR(ev->fd->name, "/tmp/second");
	/* and only its own exit; */
	openat_enter(1, -100, "/etc/shadow", 1);
	close_of(1, 4);
	ev = open_of(1, 5, -100, "/tmp/third", 1);
	EXPECT_STR(ev->fd->name, "/tmp/third");
	/* a name that was not in memory yet is no name. */
	record_start(&r, EV_openat_enter, 1);
	happen();
	ev = open_of(1, 6, -100, "/tmp/fourth", 1);
	EXPECT_STR(ev->fd->name, "/tmp/fourth");
	EXPECT_INT(state_counters(w)->n_stored_evts, 3);
	world_end();
}

TEST(close_is_seen_before_it_happens)
{
	struct event *ev;

	world_new(NULL);
	open_of(1, 3, -100, "/a", 1);
	ev = close_of(1, 3);
	EXPECT_STR(ev->fd->name, "/a");
	nothing_happens();
	EXPECT(!fd_of(1, 3));
	/* Closed and opened again at once. */
	open_of(1, 3, -100, "/a", 1);
	close_of(1, 3);
	ev = open_of(1, 3, -100, "/b", 1);
	EXPECT_STR(ev->fd->name, "/b");
	nothing_happens();
	EXPECT_STR(fd_of(1, 3)->name, "/b");
	/* A failed close closes nothing. */
	record_start(&r, EV_close, 1);
	NUM(&r, close, res, -5);
	NUM(&r, close, fd, 3);
	happen();
	nothing_happens();
	EXPECT(fd_of(1, 3) != NULL);
	world_end();
}

TEST(forks_share_tables_until_someone_writes)
{
	struct fd *parents;

	world_new(NULL);
	open_of(1, 3, -100, "/shared", file_flags_O_RDONLY | file_flags_O_CLOEXEC);
	open_of(1, 4, -100, "/other", 1);
	parents = fd_of(1, 3);
	fork_of(1, 10);
	EXPECT(fd_of(10, 3) == parents);
	open_of(10, 5, -100, "/mine", 1);
	EXPECT(!fd_of(1, 5) && fd_of(10, 5));
	EXPECT(fd_of(10, 3) == parents && fd_of(1, 3) == parents);
	close_of(1, 4);
	nothing_happens();
	EXPECT(!fd_of(1, 4) && fd_of(10, 4));
	/* A flag set in one is not set in the other. */
	record_start(&r, EV_fcntl, 10);
	NUM(&r, fcntl, fd, 3);
	NUM(&r, fcntl, cmd, fcntl_commands_F_SETFD);
	happen();
	EXPECT(!(fd_of(10, 3)->flags & FDF_CLOEXEC) && (fd_of(1, 3)->flags & FDF_CLOEXEC));
	fork_of(1, 20);
	exec_of(20, "x", "/bin/x");
	EXPECT(!fd_of(20, 3) && fd_of(1, 3));
	exit_of(1, 0);
	nothing_happens();
	EXPECT_STR(fd_of(10, 3)->name, "/shared");
	world_end();
}

TEST(duplicates_are_copies)
{
	struct event *ev;

	world_new(NULL);
	open_of(1, 3, -100, "/a", file_flags_O_CLOEXEC);
	record_start(&r, EV_dup2, 1);
	NUM(&r, dup2, res, 1);
	NUM(&r, dup2, oldfd, 3);
	NUM(&r, dup2, newfd, 1);
	ev = happen();
	EXPECT_STR(fd_of(1, 1)->name, "/a");
	EXPECT(!(fd_of(1, 1)->flags & FDF_CLOEXEC) && (fd_of(1, 3)->flags & FDF_CLOEXEC));
	EXPECT(ev->thread->flags & THREAD_PIPE_SRC);
	record_start(&r, EV_dup3, 1);
	NUM(&r, dup3, res, 9);
	NUM(&r, dup3, oldfd, 1);
	NUM(&r, dup3, flags, file_flags_O_CLOEXEC);
	happen();
	EXPECT(fd_of(1, 9)->flags & FDF_CLOEXEC);
	record_start(&r, EV_fcntl, 1);
	NUM(&r, fcntl, res, 12);
	NUM(&r, fcntl, fd, 1);
	NUM(&r, fcntl, cmd, fcntl_commands_F_DUPFD_CLOEXEC);
	happen();
	EXPECT(fd_of(1, 12)->flags & FDF_CLOEXEC);
	/* Over another one; onto itself. */
	open_of(1, 4, -100, "/b", 1);
	record_start(&r, EV_dup2, 1);
	NUM(&r, dup2, res, 4);
	NUM(&r, dup2, oldfd, 3);
	happen();
	EXPECT_STR(fd_of(1, 4)->name, "/a");
	record_start(&r, EV_dup2, 1);
	NUM(&r, dup2, res, 3);
	NUM(&r, dup2, oldfd, 3);
	happen();
	EXPECT(fd_of(1, 3)->flags & FDF_CLOEXEC);
	world_end();
}

TEST(ranges_are_closed)
{
	world_new(NULL);
	for (int i = 3; i < 40; i++)
		open_of(1, i, -100, "/x", 1);
	record_start(&r, EV_close_range, 1);
	NUM(&r, close_range, first, 30);
	NUM(&r, close_range, last, -1);
	happen();
	EXPECT_INT(fd_table_count(state_thread(w, 1)->fds), 27);
	record_start(&r, EV_close_range, 1);
	NUM(&r, close_range, first, 10);
	NUM(&r, close_range, last, 12);
	NUM(&r, close_range, flags, close_range_flags_CLOSE_RANGE_CLOEXEC);
	happen();
	EXPECT_INT(fd_table_count(state_thread(w, 1)->fds), 27);
	EXPECT(fd_of(1, 10)->flags & FDF_CLOEXEC && fd_of(1, 12)->flags & FDF_CLOEXEC);
	EXPECT(!(fd_of(1, 9)->flags & FDF_CLOEXEC) && !(fd_of(1, 13)->flags & FDF_CLOEXEC));
	world_end();
}

static bool visit(struct fd *fd, void *arg)
{
	int64_t *last = arg;

	EXPECT(fd->num > *last);
	*last = fd->num;
	return true;
}

TEST(tables_stay_sorted)
{
	int64_t last = -1;

	world_new(NULL);
	for (int64_t i = 0; i < 500; i++)
		open_of(1, (i * 7919) % 1009, -100, "/x", 1);
	fd_table_each(state_thread(w, 1)->fds, visit, &last);
	for (int64_t i = 0; i < 250; i++)
		close_of(1, (i * 7919) % 1009);
	nothing_happens();
	EXPECT_INT(fd_table_count(state_thread(w, 1)->fds), 250);
	for (int64_t i = 0; i < 500; i++)
		EXPECT_INT(fd_of(1, (i * 7919) % 1009) != NULL, i >= 250);
	world_end();
}

TEST(a_process_has_a_limit)
{
	struct event *ev;

	world_new(&(struct state_options){ .fd_limit = 4 });
	for (int i = 0; i < 4; i++)
		open_of(1, i, -100, "/x", 1);
	ev = open_of(1, 4, -100, "/y", 1);
	EXPECT(ev->fd == NULL);
	EXPECT_INT(ev->fd_num, 4);
	EXPECT_INT(state_counters(w)->n_drops_full_fdtable, 1);
	ev = open_of(1, 2, -100, "/z", 1);
	EXPECT_STR(ev->fd->name, "/z");
	world_end();
}

TEST(other_kinds_of_descriptors)
{
	struct event *ev;

	world_new(&(struct state_options){ .host_root = "/host" });
	record_start(&r, EV_pipe2, 1);
	NUM(&r, pipe2, fd1, 3);
	NUM(&r, pipe2, fd2, 4);
	NUM(&r, pipe2, ino, 99);
	NUM(&r, pipe2, flags, file_flags_O_CLOEXEC);
	happen();
	EXPECT_INT(fd_of(1, 3)->ino, 99);
	EXPECT(fd_of(1, 4)->flags & FDF_CLOEXEC);
	EXPECT_TEXT(fd_type_name(fd_of(1, 4)), "pipe");
	record_start(&r, EV_eventfd2, 1);
	NUM(&r, eventfd2, res, 5);
	NUM(&r, eventfd2, flags, file_flags_O_CLOEXEC);
	ev = happen();
	EXPECT_INT(ev->fd->type, FD_EVENTFD);
	EXPECT(ev->fd->flags & FDF_CLOEXEC);
	record_start(&r, EV_epoll_create1, 1);
	NUM(&r, epoll_create1, res, 6);
	NUM(&r, epoll_create1, flags, 1);
	EXPECT(happen()->fd->flags & FDF_CLOEXEC);
	record_start(&r, EV_bpf, 1);
	NUM(&r, bpf, fd, 7);
	EXPECT_INT(happen()->fd->type, FD_BPF);
	record_start(&r, EV_memfd_create, 1);
	NUM(&r, memfd_create, fd, 8);
	TEXT(&r, memfd_create, name, "secret");
	EXPECT_STR(happen()->fd->name, "secret");
	fork_of(1, 10);
	open_of(10, 33, -100, "/theirs", 1);
	record_start(&r, EV_pidfd_open, 1);
	NUM(&r, pidfd_open, fd, 9);
	NUM(&r, pidfd_open, pid, 10);
	EXPECT_STR(happen()->fd->name, "/host/proc/10");
	record_start(&r, EV_pidfd_getfd, 1);
	NUM(&r, pidfd_getfd, fd, 11);
	NUM(&r, pidfd_getfd, pid_fd, 9);
	NUM(&r, pidfd_getfd, target_fd, 33);
	ev = happen();
	EXPECT_STR(ev->fd->name, "/theirs");
	EXPECT(ev->fd->flags & FDF_CLOEXEC);
	world_end();
}

TEST(directories_move)
{
	struct thread *t;

	world_new(NULL);
	fork_of(1, 10);
	t = thread_of(10, 11);
	record_start(&r, EV_chdir, 11);
	TEXT(&r, chdir, path, "/usr/lib/../share");
	happen();
	EXPECT_STR(t->leader->cwd, "/usr/share/");
	EXPECT_STR(state_thread(w, 1)->cwd, "/");
	record_start(&r, EV_chdir, 10);
	TEXT(&r, chdir, path, "doc");
	happen();
	EXPECT_STR(t->leader->cwd, "/usr/share/doc/");
	EXPECT_STR(open_of(11, 3, -100, "x", 1)->fd->name, "/usr/share/doc/x");
	open_of(10, 4, -100, "/var/log", file_flags_O_DIRECTORY);
	record_start(&r, EV_fchdir, 10);
	NUM(&r, fchdir, fd, 4);
	happen();
	EXPECT_STR(t->leader->cwd, "/var/log/");
	record_start(&r, EV_chdir, 10);
	NUM(&r, chdir, res, -2);
	TEXT(&r, chdir, path, "/nope");
	happen();
	EXPECT_STR(t->leader->cwd, "/var/log/");
	record_start(&r, EV_getcwd, 10);
	TEXT(&r, getcwd, path, "/real");
	happen();
	EXPECT_STR(t->leader->cwd, "/real/");
	record_start(&r, EV_chroot, 10);
	TEXT(&r, chroot, path, "jail");
	happen();
	EXPECT_STR(t->leader->root, "/real/jail");
	EXPECT_STR(state_base_dir(t, -100), "/real/");
	EXPECT_STR(state_base_dir(t, 4), "/var/log");
	EXPECT_STR(state_base_dir(t, 44), "<UNKNOWN>");
	world_end();
}

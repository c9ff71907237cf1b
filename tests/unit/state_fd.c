/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptor tables, paths, current and root directories. */
#include "state_test.h"

#include "state/path.h"

static void expect_join(const char *base, const char *path, const char *want)
{
	char out[PATH_LIMIT];

	EXPECT_STR(path_join(out, str_of(base), str_of(path)), want);
}

TEST(path_join_is_lexical)
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

TEST(open_adds_descriptor)
{
	struct event *ev;

	test_state_new(NULL);
	ev = apply_open(1, 5, -100, "etc/../etc/shadow", file_flags_O_RDONLY | file_flags_O_CLOEXEC);
	EXPECT_INT(ev->fd_num, 5);
	EXPECT(ev->fd == find_fd(1, 5) && ev->fd_name_changed);
	EXPECT_STR(ev->fd->name, "/etc/shadow");
	EXPECT_STR(ev->fd->name_raw, "etc/../etc/shadow");
	EXPECT_INT(ev->fd->type, FD_FILE);
	EXPECT_INT(ev->fd->ino, 7);
	EXPECT(ev->fd->flags & FDF_CLOEXEC);
	EXPECT_TEXT(fd_type_name(ev->fd), "file");
	ev = apply_open(1, 6, -100, "/tmp", file_flags_O_DIRECTORY);
	EXPECT_INT(ev->fd->type, FD_DIRECTORY);
	ev = apply_open(1, 7, 6, "sub/file", 1);
	EXPECT_STR(ev->fd->name, "/tmp/sub/file");
	ev = apply_open(1, 8, 99, "x", 1);
	EXPECT_STR(ev->fd->name, "<UNKNOWN>x");
	ev = apply_open(1, -2, -100, "/nope", 1);
	EXPECT(ev->fd == NULL);
	EXPECT_INT(fd_table_count(state_thread(test_state, 1)->fds), 4);
	test_state_free();
}

TEST(creat_and_open_by_handle_at)
{
	struct event *ev;

	test_state_new(NULL);
	record_start(&r, EV_creat, 1);
	NUM(&r, creat, fd, 3);
	NUM(&r, creat, dev, 8);
	NUM(&r, creat, ino, 9);
	NUM(&r, creat, creat_flags, 1);
	TEXT(&r, creat, name, "/new");
	ev = apply_record();
	EXPECT(ev->fd->flags & FDF_UPPER);
	EXPECT_INT(ev->fd->dev, 8);
	EXPECT_INT(ev->fd->ino, 9);
	record_start(&r, EV_open_by_handle_at, 1);
	NUM(&r, open_by_handle_at, fd, 4);
	NUM(&r, open_by_handle_at, mountfd, 99);
	TEXT(&r, open_by_handle_at, path, "/by/handle");
	NUM(&r, open_by_handle_at, ino, 11);
	ev = apply_record();
	EXPECT_STR(ev->fd->name, "/by/handle");
	EXPECT_INT(ev->fd->ino, 11);
	test_state_free();
}

static void openat_enter(int64_t tid, int64_t dirfd, const char *name, uint32_t flags)
{
	record_start(&r, EV_openat_enter, tid);
	NUM(&r, openat_enter, dirfd, dirfd);
	TEXT(&r, openat_enter, name, name);
	NUM(&r, openat_enter, flags, flags);
	apply_record();
}

TEST(open_uses_arguments_of_enter_event)
{
	struct event *ev;

	test_state_new(NULL);
	openat_enter(1, -100, "/etc/shadow", file_flags_O_RDONLY);
	ev = apply_open(1, 3, -100, "/tmp/harmless", file_flags_O_WRONLY | file_flags_O_F_CREATED);
	EXPECT_STR(ev->fd->name, "/etc/shadow");
	EXPECT_INT(ev->fd->open_flags, file_flags_O_RDONLY | file_flags_O_F_CREATED);
	EXPECT_INT(state_counters(test_state)->n_retrieved_evts, 1);
	/* It is used once, */
	ev = apply_open(1, 4, -100, "/tmp/second", 1);
	EXPECT_STR(ev->fd->name, "/tmp/second");
	/* and only for the exit event of the same call; */
	openat_enter(1, -100, "/etc/shadow", 1);
	apply_close(1, 4);
	ev = apply_open(1, 5, -100, "/tmp/third", 1);
	EXPECT_STR(ev->fd->name, "/tmp/third");
	/* without a name (page not resident), the name of the exit event is used. */
	record_start(&r, EV_openat_enter, 1);
	apply_record();
	ev = apply_open(1, 6, -100, "/tmp/fourth", 1);
	EXPECT_STR(ev->fd->name, "/tmp/fourth");
	EXPECT_INT(state_counters(test_state)->n_stored_evts, 3);
	test_state_free();
}

TEST(close_is_deferred_to_next_event)
{
	struct event *ev;

	test_state_new(NULL);
	apply_open(1, 3, -100, "/a", 1);
	ev = apply_close(1, 3);
	EXPECT_STR(ev->fd->name, "/a");
	apply_unrelated_event();
	EXPECT(!find_fd(1, 3));
	/* Closed, and the number reused by the next event. */
	apply_open(1, 3, -100, "/a", 1);
	apply_close(1, 3);
	ev = apply_open(1, 3, -100, "/b", 1);
	EXPECT_STR(ev->fd->name, "/b");
	apply_unrelated_event();
	EXPECT_STR(find_fd(1, 3)->name, "/b");
	/* A failed close closes nothing. */
	record_start(&r, EV_close, 1);
	NUM(&r, close, res, -5);
	NUM(&r, close, fd, 3);
	apply_record();
	apply_unrelated_event();
	EXPECT(find_fd(1, 3) != NULL);
	test_state_free();
}

TEST(fd_table_is_copied_on_write)
{
	struct fd *parents;

	test_state_new(NULL);
	apply_open(1, 3, -100, "/shared", file_flags_O_RDONLY | file_flags_O_CLOEXEC);
	apply_open(1, 4, -100, "/other", 1);
	parents = find_fd(1, 3);
	fork_process(1, 10);
	EXPECT(find_fd(10, 3) == parents);
	apply_open(10, 5, -100, "/mine", 1);
	EXPECT(!find_fd(1, 5) && find_fd(10, 5));
	EXPECT(find_fd(10, 3) == parents && find_fd(1, 3) == parents);
	apply_close(1, 4);
	apply_unrelated_event();
	EXPECT(!find_fd(1, 4) && find_fd(10, 4));
	/* A flag set in one table is not set in the other. */
	record_start(&r, EV_fcntl, 10);
	NUM(&r, fcntl, fd, 3);
	NUM(&r, fcntl, cmd, fcntl_commands_F_SETFD);
	apply_record();
	EXPECT(!(find_fd(10, 3)->flags & FDF_CLOEXEC) && (find_fd(1, 3)->flags & FDF_CLOEXEC));
	fork_process(1, 20);
	apply_exec(20, "x", "/bin/x");
	EXPECT(!find_fd(20, 3) && find_fd(1, 3));
	apply_exit(1, 0);
	apply_unrelated_event();
	EXPECT_STR(find_fd(10, 3)->name, "/shared");
	test_state_free();
}

TEST(dup_copies_descriptor)
{
	struct event *ev;

	test_state_new(NULL);
	apply_open(1, 3, -100, "/a", file_flags_O_CLOEXEC);
	record_start(&r, EV_dup2, 1);
	NUM(&r, dup2, res, 1);
	NUM(&r, dup2, oldfd, 3);
	NUM(&r, dup2, newfd, 1);
	ev = apply_record();
	EXPECT_STR(find_fd(1, 1)->name, "/a");
	EXPECT(!(find_fd(1, 1)->flags & FDF_CLOEXEC) && (find_fd(1, 3)->flags & FDF_CLOEXEC));
	EXPECT(ev->thread->flags & THREAD_PIPE_SRC);
	record_start(&r, EV_dup3, 1);
	NUM(&r, dup3, res, 9);
	NUM(&r, dup3, oldfd, 1);
	NUM(&r, dup3, flags, file_flags_O_CLOEXEC);
	apply_record();
	EXPECT(find_fd(1, 9)->flags & FDF_CLOEXEC);
	record_start(&r, EV_fcntl, 1);
	NUM(&r, fcntl, res, 12);
	NUM(&r, fcntl, fd, 1);
	NUM(&r, fcntl, cmd, fcntl_commands_F_DUPFD_CLOEXEC);
	apply_record();
	EXPECT(find_fd(1, 12)->flags & FDF_CLOEXEC);
	/* To a number that is in use; to itself. */
	apply_open(1, 4, -100, "/b", 1);
	record_start(&r, EV_dup2, 1);
	NUM(&r, dup2, res, 4);
	NUM(&r, dup2, oldfd, 3);
	apply_record();
	EXPECT_STR(find_fd(1, 4)->name, "/a");
	record_start(&r, EV_dup2, 1);
	NUM(&r, dup2, res, 3);
	NUM(&r, dup2, oldfd, 3);
	apply_record();
	EXPECT(find_fd(1, 3)->flags & FDF_CLOEXEC);
	test_state_free();
}

TEST(close_range_closes_and_sets_cloexec)
{
	test_state_new(NULL);
	for (int i = 3; i < 40; i++)
		apply_open(1, i, -100, "/x", 1);
	record_start(&r, EV_close_range, 1);
	NUM(&r, close_range, first, 30);
	NUM(&r, close_range, last, -1);
	apply_record();
	EXPECT_INT(fd_table_count(state_thread(test_state, 1)->fds), 27);
	record_start(&r, EV_close_range, 1);
	NUM(&r, close_range, first, 10);
	NUM(&r, close_range, last, 12);
	NUM(&r, close_range, flags, close_range_flags_CLOSE_RANGE_CLOEXEC);
	apply_record();
	EXPECT_INT(fd_table_count(state_thread(test_state, 1)->fds), 27);
	EXPECT(find_fd(1, 10)->flags & FDF_CLOEXEC && find_fd(1, 12)->flags & FDF_CLOEXEC);
	EXPECT(!(find_fd(1, 9)->flags & FDF_CLOEXEC) && !(find_fd(1, 13)->flags & FDF_CLOEXEC));
	test_state_free();
}

static bool visit(struct fd *fd, void *arg)
{
	int64_t *last = arg;

	EXPECT(fd->num > *last);
	*last = fd->num;
	return true;
}

TEST(fd_table_stays_sorted)
{
	int64_t last = -1;

	test_state_new(NULL);
	for (int64_t i = 0; i < 500; i++)
		apply_open(1, (i * 7919) % 1009, -100, "/x", 1);
	fd_table_each(state_thread(test_state, 1)->fds, visit, &last);
	for (int64_t i = 0; i < 250; i++)
		apply_close(1, (i * 7919) % 1009);
	apply_unrelated_event();
	EXPECT_INT(fd_table_count(state_thread(test_state, 1)->fds), 250);
	for (int64_t i = 0; i < 500; i++)
		EXPECT_INT(find_fd(1, (i * 7919) % 1009) != NULL, i >= 250);
	test_state_free();
}

TEST(fd_limit_is_enforced)
{
	struct event *ev;

	test_state_new(&(struct state_options){ .fd_limit = 4 });
	for (int i = 0; i < 4; i++)
		apply_open(1, i, -100, "/x", 1);
	ev = apply_open(1, 4, -100, "/y", 1);
	EXPECT(ev->fd == NULL);
	EXPECT_INT(ev->fd_num, 4);
	EXPECT_INT(state_counters(test_state)->n_drops_full_fdtable, 1);
	ev = apply_open(1, 2, -100, "/z", 1);
	EXPECT_STR(ev->fd->name, "/z");
	test_state_free();
}

TEST(other_descriptor_types)
{
	struct event *ev;

	test_state_new(&(struct state_options){ .host_root = "/host" });
	record_start(&r, EV_pipe2, 1);
	NUM(&r, pipe2, fd1, 3);
	NUM(&r, pipe2, fd2, 4);
	NUM(&r, pipe2, ino, 99);
	NUM(&r, pipe2, flags, file_flags_O_CLOEXEC);
	apply_record();
	EXPECT_INT(find_fd(1, 3)->ino, 99);
	EXPECT(find_fd(1, 4)->flags & FDF_CLOEXEC);
	EXPECT_TEXT(fd_type_name(find_fd(1, 4)), "pipe");
	record_start(&r, EV_eventfd2, 1);
	NUM(&r, eventfd2, res, 5);
	NUM(&r, eventfd2, flags, file_flags_O_CLOEXEC);
	ev = apply_record();
	EXPECT_INT(ev->fd->type, FD_EVENTFD);
	EXPECT(ev->fd->flags & FDF_CLOEXEC);
	record_start(&r, EV_epoll_create1, 1);
	NUM(&r, epoll_create1, res, 6);
	NUM(&r, epoll_create1, flags, 1);
	EXPECT(apply_record()->fd->flags & FDF_CLOEXEC);
	record_start(&r, EV_bpf, 1);
	NUM(&r, bpf, fd, 7);
	EXPECT_INT(apply_record()->fd->type, FD_BPF);
	record_start(&r, EV_memfd_create, 1);
	NUM(&r, memfd_create, fd, 8);
	TEXT(&r, memfd_create, name, "secret");
	EXPECT_STR(apply_record()->fd->name, "secret");
	fork_process(1, 10);
	apply_open(10, 33, -100, "/theirs", 1);
	record_start(&r, EV_pidfd_open, 1);
	NUM(&r, pidfd_open, fd, 9);
	NUM(&r, pidfd_open, pid, 10);
	EXPECT_STR(apply_record()->fd->name, "/host/proc/10");
	record_start(&r, EV_pidfd_getfd, 1);
	NUM(&r, pidfd_getfd, fd, 11);
	NUM(&r, pidfd_getfd, pid_fd, 9);
	NUM(&r, pidfd_getfd, target_fd, 33);
	ev = apply_record();
	EXPECT_STR(ev->fd->name, "/theirs");
	EXPECT(ev->fd->flags & FDF_CLOEXEC);
	test_state_free();
}

TEST(chdir_and_chroot_change_directories)
{
	struct thread *t;

	test_state_new(NULL);
	fork_process(1, 10);
	t = create_thread(10, 11);
	record_start(&r, EV_chdir, 11);
	TEXT(&r, chdir, path, "/usr/lib/../share");
	apply_record();
	EXPECT_STR(t->leader->cwd, "/usr/share/");
	EXPECT_STR(state_thread(test_state, 1)->cwd, "/");
	record_start(&r, EV_chdir, 10);
	TEXT(&r, chdir, path, "doc");
	apply_record();
	EXPECT_STR(t->leader->cwd, "/usr/share/doc/");
	EXPECT_STR(apply_open(11, 3, -100, "x", 1)->fd->name, "/usr/share/doc/x");
	apply_open(10, 4, -100, "/var/log", file_flags_O_DIRECTORY);
	record_start(&r, EV_fchdir, 10);
	NUM(&r, fchdir, fd, 4);
	apply_record();
	EXPECT_STR(t->leader->cwd, "/var/log/");
	record_start(&r, EV_chdir, 10);
	NUM(&r, chdir, res, -2);
	TEXT(&r, chdir, path, "/nope");
	apply_record();
	EXPECT_STR(t->leader->cwd, "/var/log/");
	record_start(&r, EV_getcwd, 10);
	TEXT(&r, getcwd, path, "/real");
	apply_record();
	EXPECT_STR(t->leader->cwd, "/real/");
	record_start(&r, EV_chroot, 10);
	TEXT(&r, chroot, path, "jail");
	apply_record();
	EXPECT_STR(t->leader->root, "/real/jail");
	EXPECT_STR(state_base_dir(t, -100), "/real/");
	EXPECT_STR(state_base_dir(t, 4), "/var/log");
	EXPECT_STR(state_base_dir(t, 44), "<UNKNOWN>");
	test_state_free();
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Writing captures: replaying the file restores the state and the events. */
#include "test.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/macros.h"
#include "source/capture.h"
#include "source/source.h"
#include "state_test.h"

static char path[64];

static void create_temporary_file(void)
{
	int fd;

	strcpy(path, "/tmp/capture.XXXXXX");
	fd = mkstemp(path);
	if (fd >= 0)
		close(fd);
}

static struct capture_writer *create(void)
{
	char err[512] = "";
	struct capture_writer *out;

	create_temporary_file();
	out = capture_create(path, test_state, err, sizeof(err));
	EXPECT_TEXT(err, "");
	return out;
}

/* Replays the file into a new state; calls `see` for each event. */
static struct state *replay(unsigned *n_events, void (*see)(const struct event *ev))
{
	struct state *s = state_new(&(struct state_options){ 0 });
	char err[512] = "";
	struct source *src = source_replay_open(path, s, err, sizeof(err));
	enum source_result got = SOURCE_FAILED;
	struct event ev;

	*n_events = 0;
	EXPECT_TEXT(err, "");
	while (src && (got = source_next(src, &ev, 0)) == SOURCE_EVENT) {
		state_process(s, &ev);
		++*n_events;
		if (see)
			see(&ev);
	}
	EXPECT_TEXT(src->error, "");
	EXPECT_INT(got, SOURCE_END);
	src->ops->close(src);
	unlink(path);
	return s;
}

static const struct event *any_event(void)
{
	record_start(&r, EV_getuid, 1);
	return record_event(&r);
}

/* ---- a state with entries of each kind ---- */

static const struct ip v4 = { 4, { 10, 0, 0, 5 } }, peer = { 4, { 1, 2, 3, 4 } },
		       mask = { 4, { 255, 255, 255, 0 } };
static const struct ip v6 = { 6, { 0xfe, 0x80, [15] = 9 } };

static const struct proc_seed shell = {
	.tid = 42,
	.pid = 42,
	.ptid = 1,
	.sid = 40,
	.vpgid = 39,
	.pgid = 38,
	.vtid = 2,
	.vpid = 3,
	.comm = STR_LIT("bash"),
	.exe = STR_LIT("-bash"),
	.exepath = STR_LIT("/bin/bash"),
	.args = { "-c\0ls", 6 },
	.cwd = STR_LIT("/tmp/x"),
	.env = { "A=b\0C=d", 8 },
	.cgroups = { "cpu=/x", 7 },
	.root = STR_LIT("/r"),
	.fd_limit = 1024,
	.uid = 1000,
	.gid = 100,
	.loginuid = 1001,
	.tty = 34816,
	.vm_size = 1,
	.vm_rss = 2,
	.vm_swap = 3,
	.pf_major = 4,
	.pf_minor = 5,
	.cap_inheritable = 6,
	.cap_permitted = 7,
	.cap_effective = 8,
	.exe_flags = execve_flags_EXE_WRITABLE | execve_flags_EXE_LOWER_LAYER,
	.exe_ino = 9,
	.exe_ctime = 10,
	.exe_mtime = 11,
	.pidns_start_ts = 77,
};

static const struct fd opened[] = {
	{ .num = 0,
	  .type = FD_FILE,
	  .ino = 5,
	  .dev = 6,
	  .open_flags = file_flags_O_RDWR | file_flags_O_CLOEXEC,
	  .name = STR_LIT("/etc/x y") },
	{ .num = 1, .type = FD_DIRECTORY, .ino = 7, .name = STR_LIT("/etc") },
	{ .num = 3, .type = FD_IPV4_SERVER, .l4 = L4_TCP, .tuple.dest = { v4, 80 } },
	/* The local address first, as in /proc: descriptor 4 is a server's, 5 a client's. */
	{ .num = 4, .type = FD_IPV4_SOCK, .l4 = L4_TCP, .tuple = { { v4, 80 }, { peer, 40000 } } },
	{ .num = 5, .type = FD_IPV4_SOCK, .l4 = L4_UDP, .tuple = { { v4, 40001 }, { peer, 53 } } },
	{ .num = 6, .type = FD_IPV6_SOCK, .l4 = L4_TCP, .tuple = { { v6, 40002 }, { v6, 443 } } },
	{ .num = 7, .type = FD_IPV6_SERVER, .l4 = L4_UDP, .tuple.dest = { v6, 5353 } },
	{ .num = 8, .type = FD_UNIX, .unix_sock = { 11, 12 }, .name = STR_LIT("/run/sock") },
	{ .num = 9, .type = FD_PIDFD, .name = STR_LIT("/proc/1") },
	{ .num = 10, .type = FD_IO_URING, .name = STR_LIT("") },
	{ .num = 11,
	  .type = FD_IPV4_SOCK,
	  .l4 = L4_TCP,
	  .tuple = { { { 4, { 0 } }, 0 }, { { 4, { 0 } }, 0 } } },
};

static void create_full_state(void)
{
	struct proc_seed thread = shell;

	schema_init();
	test_state = state_new(&(struct state_options){ 0 });
	*state_machine(test_state) = (struct machine){
		.n_cpus = 4, .memory = 1 << 30, .max_pid = 32768, .boot_ts = 1000, .hostname = "box"
	};
	state_seed_interface(test_state, v4, mask, STR_LIT("eth0"));
	state_seed_interface(test_state, v6, mask, STR_LIT("eth0"));
	state_seed_user(test_state, &(struct user){ 1000, 100, STR_LIT("alice"),
						    STR_LIT("/home/alice"), STR_LIT("/bin/bash") });
	state_seed_group(test_state, 100, STR_LIT("users"));
	state_seed_thread(test_state, &shell);
	thread.tid = 43;
	thread.comm = STR_LIT("worker");
	state_seed_thread(test_state, &thread);
	for (unsigned i = 0; i < ARRAY_SIZE(opened); i++)
		state_seed_fd(test_state, 42, &opened[i]);
	state_seed_end(test_state);
	record_start(&r, EV_useradded, -1);
	NUM(&r, useradded, uid, 1000);
	TEXT(&r, useradded, name, "bob");
	TEXT(&r, useradded, home, "/");
	TEXT(&r, useradded, shell, "/bin/sh");
	TEXT(&r, useradded, container_id, "0123456789ab");
	apply_record();
	record_start(&r, EV_groupadded, -1);
	NUM(&r, groupadded, gid, 7);
	TEXT(&r, groupadded, name, "crew");
	TEXT(&r, groupadded, container_id, "0123456789ab");
	apply_record();
	apply_unrelated_event();
}

static struct state *restored;

static void expect_same_thread(struct thread *a, void *arg)
{
	struct thread *b = state_thread(restored, a->tid);

	(void)arg;
	if (a->flags & THREAD_INVALID)
		return;
	EXPECT(b);
	if (!b)
		return;
	EXPECT(a->pid == b->pid && a->ptid == b->ptid && a->vtid == b->vtid && a->vpid == b->vpid &&
	       a->sid == b->sid);
	EXPECT(a->pgid == b->pgid && a->vpgid == b->vpgid && a->uid == b->uid && a->gid == b->gid &&
	       a->tty == b->tty);
	EXPECT(a->loginuid == b->loginuid && a->fd_limit == b->fd_limit &&
	       a->pf_major == b->pf_major);
	EXPECT(a->pf_minor == b->pf_minor && a->vm_size == b->vm_size && a->vm_rss == b->vm_rss &&
	       a->vm_swap == b->vm_swap);
	EXPECT(a->cap_inheritable == b->cap_inheritable && a->cap_permitted == b->cap_permitted);
	EXPECT(a->cap_effective == b->cap_effective && a->pidns_start_ts == b->pidns_start_ts);
	EXPECT(str_eq(a->cwd, b->cwd) && str_eq(a->root, b->root) &&
	       str_eq(a->cgroups->list, b->cgroups->list));
	EXPECT(str_eq(a->image->comm, b->image->comm) && str_eq(a->image->exe, b->image->exe));
	EXPECT(str_eq(a->image->exepath, b->image->exepath) &&
	       str_eq(a->image->args, b->image->args));
	EXPECT(str_eq(a->image->env, b->image->env) && a->image->exe_flags == b->image->exe_flags);
	EXPECT(a->image->exe_ino == b->image->exe_ino && a->image->exe_ctime == b->image->exe_ctime);
	EXPECT(a->image->exe_mtime == b->image->exe_mtime);
	EXPECT_INT(b->leader ? b->leader->tid : -1, a->leader ? a->leader->tid : -1);
	EXPECT_INT(b->n_threads, a->n_threads);
	EXPECT_INT(fd_table_count(b->fds), fd_table_count(a->fds));
}

static bool expect_same_fd(struct fd *a, void *arg)
{
	struct fd *b = fd_table_get(arg, a->num);
	uint16_t kept = FDF_CONNECTED | FDF_ROLE_CLIENT | FDF_ROLE_SERVER | FDF_CLOEXEC;
	int before = failed_checks;

	EXPECT(b);
	if (!b)
		return true;
	EXPECT_INT(b->type, a->type);
	EXPECT_INT(b->l4, a->l4);
	EXPECT(a->ino == b->ino && a->dev == b->dev && a->open_flags == b->open_flags);
	EXPECT(str_eq(a->name, b->name));
	EXPECT_INT(b->flags & kept, a->flags & kept);
	EXPECT(!memcmp(&a->tuple.source, &b->tuple.source, sizeof(a->tuple.source)) ||
	       a->type == FD_UNIX || a->type == FD_IPV4_SERVER);
	EXPECT(!memcmp(&a->tuple.dest, &b->tuple.dest, sizeof(a->tuple.dest)) || !fd_is_ip(a));
	if (before != failed_checks)
		printf("# descriptor %lld: \"%.*s\" became \"%.*s\"\n", (long long)a->num,
		       STR_ARGS(a->name), STR_ARGS(b->name));
	return true;
}

static unsigned n_state_only;

static void count_state_only(const struct event *ev)
{
	n_state_only += ev->state_only;
}

TEST(state_is_restored)
{
	struct capture_writer *out;
	struct machine *a, *b;
	unsigned n;

	create_full_state();
	out = create();
	capture_event(out, any_event());
	EXPECT(capture_close(out));
	n_state_only = 0;
	restored = replay(&n, count_state_only);
	EXPECT_INT(n, 3);
	EXPECT_INT(n_state_only, 2);
	EXPECT_INT(state_thread_count(restored), state_thread_count(test_state));
	state_each_thread(test_state, expect_same_thread, NULL);
	fd_table_each(state_thread(test_state, 42)->fds, expect_same_fd,
		      state_thread(restored, 42)->fds);
	a = state_machine(test_state);
	b = state_machine(restored);
	EXPECT(a->n_cpus == b->n_cpus && a->memory == b->memory && a->max_pid == b->max_pid &&
	       a->boot_ts == b->boot_ts);
	EXPECT_TEXT(b->hostname, a->hostname);
	EXPECT(state_is_local(restored, v4) && state_is_local(restored, v6) &&
	       !state_is_local(restored, peer));
	EXPECT(state_user(restored, NULL, 1000));
	EXPECT_STR(state_user(restored, NULL, 1000)->name, "alice");
	EXPECT_STR(state_user(restored, NULL, 1000)->shell, "/bin/bash");
	EXPECT_STR(state_group(restored, NULL, 100), "users");
	state_free(restored);
	test_state_free();
}

static unsigned n_bob, n_crew;

static void find_container_user(const struct user *u, bool group, struct str container, void *arg)
{
	(void)arg;
	if (!str_is(container, "0123456789ab"))
		return;
	n_bob += !group && u->uid == 1000 && str_is(u->name, "bob") && str_is(u->shell, "/bin/sh");
	n_crew += group && u->gid == 7 && str_is(u->name, "crew");
}

TEST(users_of_containers_are_restored)
{
	struct capture_writer *out;
	unsigned n;

	create_full_state();
	out = create();
	EXPECT(capture_close(out));
	restored = replay(&n, NULL);
	n_bob = n_crew = 0;
	state_each_user(restored, find_container_user, NULL);
	EXPECT_INT(n_bob, 1);
	EXPECT_INT(n_crew, 1);
	state_free(restored);
	test_state_free();
}

/* An unbound socket of the written state gets its addresses from a recorded connect event. */
TEST(an_unbound_socket_can_connect)
{
	static const uint8_t tuple[] = { 2, 10, 0, 0, 5, 0x41, 0x9c, 1, 2, 3, 4, 0xbb, 1 };
	struct capture_writer *out;
	unsigned n;

	create_full_state();
	out = create();
	record_start(&r, EV_connect, 42);
	NUM(&r, connect, fd, 11);
	BYTES(&r, connect, tuple, tuple, sizeof(tuple));
	capture_event(out, record_event(&r));
	EXPECT(capture_close(out));
	restored = replay(&n, NULL);
	EXPECT_STR(fd_table_get(state_thread(restored, 42)->fds, 11)->name,
		   "10.0.0.5:40001->1.2.3.4:443");
	state_free(restored);
	test_state_free();
}

/* ---- events ---- */

static uint8_t seen_bytes[1 << 18];
static size_t seen_n;
static unsigned seen_cpus, seen_state_only;

static void keep_event(const struct event *ev)
{
	if (seen_n + ev->len > sizeof(seen_bytes))
		return;
	memcpy(seen_bytes + seen_n, ev->rec, ev->len);
	seen_n += ev->len;
	seen_cpus = seen_cpus * 10 + ev->cpu;
	seen_state_only = seen_state_only * 10 + ev->state_only;
}

/* Data lengths around the limit of small blocks, with and without the state-only flag. */
TEST(events_are_read_back_unchanged)
{
	static const uint32_t lens[] = { 0,
					 1,
					 2,
					 3,
					 65450,
					 65536 - 26 - 4 - 10,
					 65536 - 26 - 4 - 9,
					 65536 - 26 - 4 - 6,
					 65536 - 26 - 4 - 5,
					 65535 };
	static uint8_t data[65536], sent[1 << 20];
	struct capture_writer *out;
	size_t n_sent = 0;
	unsigned n;

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * i >> 3);
	test_state_new(NULL);
	for (unsigned i = 0; i < ARRAY_SIZE(lens); i++) {
		out = create();
		n_sent = seen_n = seen_cpus = seen_state_only = 0;
		for (unsigned k = 0; k < 2; k++) {
			record_start(&r, EV_pluginevent, -1);
			NUM(&r, pluginevent, plugin_id, 1);
			r.n_params = 2;
			BYTES(&r, pluginevent, event_data, data,
			      lens[i] > RECORD_MAX - 8 ? RECORD_MAX - 8 : lens[i]);
			record_event(&r);
			r.ev.cpu = (uint16_t)(k + 1);
			r.ev.state_only = k;
			capture_event(out, &r.ev);
			memcpy(sent + n_sent, r.bytes, r.len);
			n_sent += r.len;
		}
		EXPECT(capture_close(out));
		state_free(replay(&n, keep_event));
		EXPECT_INT(n, 2);
		EXPECT_INT(seen_n, n_sent);
		EXPECT(!memcmp(seen_bytes, sent, n_sent));
		EXPECT_INT(seen_cpus, 12);
		EXPECT_INT(seen_state_only, 1);
	}
	test_state_free();
}

/* ---- limits ---- */

static struct str repeated(const char *what, size_t n)
{
	size_t one = strlen(what) + 1;
	char *p = malloc(n);

	for (size_t i = 0; i < n; i++)
		p[i] = what[i % one];
	return (struct str){ p, n };
}

TEST(long_strings_are_truncated)
{
	struct str words = repeated("word", 60000),
		   endless = { memset(malloc(60000), 'x', 60000), 60000 };
	struct proc_seed p = shell;
	struct capture_writer *out;
	struct thread *t;
	unsigned n;

	test_state_new(NULL);
	p.args = words;
	p.env = endless;
	p.exe = p.exepath = p.root = endless;
	p.ptid = 1;
	state_seed_thread(test_state, &p);
	state_seed_fd(test_state, 42, &(struct fd){ .num = 3, .type = FD_FILE, .name = endless });
	state_seed_fd(test_state, 42, &(struct fd){ .num = 4, .type = FD_UNIX, .name = endless });
	state_seed_fd(test_state, 42,
		      &(struct fd){ .num = INT64_MAX, .type = FD_PIDFD, .name = endless });
	state_seed_fd(test_state, 42, &(struct fd){ .num = 5, .type = 200 });
	state_seed_user(test_state, &(struct user){ 1, 1, endless, endless, endless });
	state_seed_group(test_state, 1, endless);
	state_seed_interface(test_state, v4, mask, endless);
	out = create();
	capture_event(out, any_event());
	EXPECT(capture_close(out));
	restored = replay(&n, NULL);
	t = state_thread(restored, 42);
	EXPECT(t);
	EXPECT_INT(t->image->args.n, 4096);
	EXPECT_INT(t->image->env.n, 4096);
	EXPECT(!t->image->args.p[4095] && !t->image->env.p[4095] && t->image->env.p[4094] == 'x');
	EXPECT_INT(t->image->exe.n, 1024);
	EXPECT_INT(t->root.n, 1024);
	EXPECT_INT(fd_table_count(t->fds), 3);
	EXPECT_INT(fd_table_get(t->fds, 3)->name.n, 1023);
	EXPECT_INT(state_user(restored, NULL, 1)->home.n, 255);
	EXPECT_INT(state_group(restored, NULL, 1).n, 255);
	state_free(restored);
	test_state_free();
	free((char *)words.p);
	free((char *)endless.p);
}

TEST(an_empty_state_can_be_written)
{
	struct capture_writer *out;
	unsigned n;

	schema_init();
	test_state = state_new(&(struct state_options){ 0 });
	out = create();
	capture_event(out, any_event());
	EXPECT(capture_close(out));
	state_free(replay(&n, NULL));
	EXPECT_INT(n, 1);
	test_state_free();
}

/* Replaying creates placeholders again at the first event of an unknown thread. */
TEST(placeholders_are_not_written)
{
	struct capture_writer *out;
	unsigned n;

	test_state_new(NULL);
	record_start(&r, EV_getuid, 999);
	apply_record();
	EXPECT(state_thread(test_state, 999));
	out = create();
	capture_event(out, any_event());
	EXPECT(capture_close(out));
	restored = replay(&n, NULL);
	EXPECT(!state_thread(restored, 999));
	state_free(restored);
	test_state_free();
}

/* ---- errors ---- */

TEST(an_unwritable_path_is_an_error)
{
	char err[512] = "";

	test_state_new(NULL);
	EXPECT(!capture_create("/nonexistent/x.scap", test_state, err, sizeof(err)));
	EXPECT(strstr(err, "/nonexistent/x.scap") && strstr(err, strerror(ENOENT)));
	test_state_free();
}

/* Symbolic links are not followed: other users may be able to write to the directory. */
TEST(a_link_is_not_followed)
{
	char err[512] = "", link[80];

	test_state_new(NULL);
	create_temporary_file();
	snprintf(link, sizeof(link), "%s.link", path);
	EXPECT(symlink(path, link) == 0);
	EXPECT(!capture_create(link, test_state, err, sizeof(err)));
	EXPECT(strstr(err, strerror(ELOOP)));
	unlink(link);
	unlink(path);
	test_state_free();
}

TEST(a_file_of_another_user_is_not_written)
{
	char err[512] = "";

	if (geteuid())
		SKIP("changing the owner of a file needs root");
	test_state_new(NULL);
	create_temporary_file();
	EXPECT(chown(path, 12345, 12345) == 0);
	EXPECT(!capture_create(path, test_state, err, sizeof(err)));
	EXPECT(strstr(err, strerror(EPERM)));
	unlink(path);
	test_state_free();
}

/* Replaying a capture twice records to the same file name. */
TEST(an_existing_file_is_replaced)
{
	struct capture_writer *out;
	char err[512] = "";
	struct stat st;
	FILE *f;

	test_state_new(NULL);
	create_temporary_file();
	f = fopen(path, "w");
	for (int i = 0; f && i < 100000; i++)
		fputc(i, f);
	if (f)
		fclose(f);
	EXPECT(chmod(path, 0644) == 0);
	out = capture_create(path, test_state, err, sizeof(err));
	EXPECT(out && capture_close(out));
	EXPECT(stat(path, &st) == 0 && st.st_size < 50000 && (st.st_mode & 0777) == 0600);
	unlink(path);
	test_state_free();
}

TEST(a_full_disk_is_an_error)
{
	struct capture_writer *out;
	char err[512];

	test_state_new(NULL);
	out = capture_create("/dev/full", test_state, err, sizeof(err));
	if (!out && geteuid())
		SKIP("only root may open /dev/full");
	EXPECT(out);
	if (!out)
		return;
	for (int i = 0; i < 200000 && !capture_failed(out); i++)
		capture_event(out, any_event());
	EXPECT(!capture_close(out));
	EXPECT_INT(errno, ENOSPC);
	test_state_free();
}

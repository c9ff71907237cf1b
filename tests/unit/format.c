/* SPDX-License-Identifier: Apache-2.0 */
/* Parameters as text, raw and resolved, and the fields computed from them. */
#include "test.h"

#include "fields/format.h"
#include "fields/field.h"
#include "record.h"
#include "state/state.h"

enum { TID = 100 };

struct fixture {
	struct record record;
	struct state *state;
	struct arena arena;
	struct event *ev;
};

static struct fixture fixture;

static struct fixture *fixture_start(void)
{
	struct fixture *f = &fixture;
	struct state_options options = { .host_root = "" };
	struct proc_seed seed = {
		.tid = TID,
		.pid = TID,
		.ptid = 1,
		.vtid = TID,
		.vpid = TID,
		.comm = STR_LIT("cat"),
		.exe = STR_LIT("/bin/cat"),
		.exepath = STR_LIT("/usr/bin/cat"),
		.args = { "-n\0a\nb", 7 },
		.cwd = STR_LIT("/tmp/"),
		.env = { "HOME=  /root \0A=1", 17 },
		.cap_effective = 0x20001,
	};
	struct fd dir = { .num = 3, .type = FD_DIRECTORY, .name = STR_LIT("/etc") };
	struct fd sock = { .num = 4,
			   .type = FD_IPV4_SOCK,
			   .l4 = L4_TCP,
			   .flags = FDF_ROLE_CLIENT,
			   .name = STR_LIT("10.0.0.1:4242->10.0.0.2:80"),
			   .tuple = { { { 4, { 10, 0, 0, 1 } }, 4242 },
				      { { 4, { 10, 0, 0, 2 } }, 80 } } };

	memset(f, 0, sizeof(*f));
	schema_init();
	f->state = state_new(&options);
	state_seed_thread(f->state, &seed);
	state_seed_fd(f->state, TID, &dir);
	state_seed_fd(f->state, TID, &sock);
	state_seed_end(f->state);
	return f;
}

static void fixture_end(struct fixture *f)
{
	state_free(f->state);
	arena_free(&f->arena);
}

static void run(struct fixture *f)
{
	f->ev = record_event(&f->record);
	state_process(f->state, f->ev);
}

/* "raw" or "raw(resolved)". */
static struct str param(struct fixture *f, unsigned i)
{
	struct str raw = format_raw(&f->arena, f->ev, i),
		   resolved = format_resolved(&f->arena, f->state, f->ev, i);

	if (!resolved.n)
		return raw;
	return arena_printf(&f->arena, "%.*s(%.*s)", STR_ARGS(raw), STR_ARGS(resolved));
}

/* The first value of a field as text; "<none>": no value. */
static struct str field(struct fixture *f, const char *name, const char *arg)
{
	struct extract x = { f->ev, f->state, &f->arena, true };
	struct value values[FIELD_VALUES_MAX];
	struct field_ref ref;
	struct reason why;

	if (!field_resolve(&f->arena, str_of(name), arg ? str_of(arg) : STR_NONE, &ref, &why))
		return why.text;
	if (!field_get_values(&x, &ref, values))
		return STR_LIT("<none>");
	return field_format(&x, &ref, &values[0]);
}

TEST(descriptors_and_errors)
{
	struct fixture *f = fixture_start();

	record_start(&f->record, EV_openat, TID);
	NUM(&f->record, openat, fd, -2);
	NUM(&f->record, openat, dirfd, 3);
	TEXT(&f->record, openat, name, "../var//lib/./x/");
	NUM(&f->record, openat, flags, file_flags_O_RDWR | file_flags_O_CREAT);
	NUM(&f->record, openat, mode, 0755);
	run(f);
	EXPECT_STR(param(f, IX(openat, fd)), "-2(ENOENT)");
	EXPECT_STR(param(f, IX(openat, dirfd)), "3(<d>/etc)");
	EXPECT_STR(param(f, IX(openat, name)), "../var//lib/./x/(/var/lib/x)");
	EXPECT_STR(param(f, IX(openat, flags)), "7(O_CREAT|O_RDWR)");
	EXPECT_STR(param(f, IX(openat, mode)), "0755");
	EXPECT_STR(field(f, "evt.arg.fd", NULL), "ENOENT");
	EXPECT_STR(field(f, "evt.arg", "1"), "<d>/etc");
	EXPECT_STR(field(f, "evt.rawarg.flags", NULL), "7");
	EXPECT_STR(field(f, "evt.abspath", NULL), "/var/lib/x");
	EXPECT_STR(field(f, "evt.res", NULL), "ENOENT");
	EXPECT_STR(field(f, "evt.is_open_read", NULL), "true");
	EXPECT_STR(field(f, "evt.is_open_write", NULL), "true");
	EXPECT_STR(field(f, "evt.is_open_exec", NULL), "true");
	EXPECT_STR(field(f, "fd.name", NULL), "/var/lib/x");
	EXPECT_STR(field(f, "fd.typechar", NULL), "f");
	EXPECT_STR(field(f, "fd.type", NULL), "<none>");
	EXPECT_STR(field(f, "evt.arg.cmd", NULL), "<none>");
	fixture_end(f);
}

TEST(an_unknown_directory)
{
	struct fixture *f = fixture_start();

	record_start(&f->record, EV_openat, TID);
	NUM(&f->record, openat, fd, -13);
	NUM(&f->record, openat, dirfd, 77);
	TEXT(&f->record, openat, name, "x");
	run(f);
	EXPECT_STR(param(f, IX(openat, dirfd)), "77");
	EXPECT_STR(param(f, IX(openat, name)), "x");
	EXPECT_STR(field(f, "evt.abspath", NULL), "<UNKNOWN>/x");
	EXPECT_STR(field(f, "fd.name", NULL), "<UNKNOWN>x");
	fixture_end(f);
}

TEST(sockets)
{
	static const char v6[] = "\x0a"
				 "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1"
				 "\x39\x05"
				 "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1"
				 "\x50\0";
	static const char un[] = "\x01"
				 "\x01\0\0\0\0\0\0\0"
				 "\xff\0\0\0\0\0\0\0"
				 "/run/x";
	struct fixture *f = fixture_start();

	EXPECT_STR(format_tuple(&f->arena, (struct str){ v6, 37 }), "::1:1337->::1:80");
	EXPECT_STR(format_tuple(&f->arena, (struct str){ un, sizeof(un) }), "1->ff /run/x");
	EXPECT(!format_tuple(&f->arena, (struct str){ v6, 36 }).p);
	EXPECT(!format_tuple(&f->arena, (struct str){ un, 16 }).p);
	EXPECT(!format_tuple(&f->arena, STR_NONE).p);
	EXPECT_STR(format_sockaddr(&f->arena, (struct str){ "\2\x7f\0\0\1\x50\0", 7 }),
		   "127.0.0.1:80");
	EXPECT(!format_sockaddr(&f->arena, (struct str){ "\2\x7f\0\0\1\x50", 6 }).p);
	record_start(&f->record, EV_connect, TID);
	NUM(&f->record, connect, res, -111);
	NUM(&f->record, connect, fd, 4);
	run(f);
	EXPECT_STR(format_args(&f->arena, f->state, f->ev),
		   "res=-111(ECONNREFUSED) tuple=NULL fd=4(<4t>10.0.0.1:4242->10.0.0.2:80) addr=<NA>");
	EXPECT_STR(field(f, "fd.cip", NULL), "10.0.0.1");
	EXPECT_STR(field(f, "fd.sport", NULL), "80");
	EXPECT_STR(field(f, "fd.l4proto", NULL), "tcp");
	EXPECT_STR(field(f, "fd.directory", NULL), "<none>");
	fixture_end(f);
}

TEST(lists_and_dynamic_values)
{
	struct fixture *f = fixture_start();

	record_start(&f->record, EV_poll, TID);
	BYTES(&f->record, poll, fds,
	      "\2\0"
	      "\3\0\0\0\0\0\0\0"
	      "\1\0"
	      "\x63\0\0\0\0\0\0\0"
	      "\4\0",
	      22);
	run(f);
	EXPECT_STR(param(f, IX(poll, fds)), "3:d1 99:?4");
	EXPECT_STR(field(f, "fdlist.nums", NULL), "3,99");
	EXPECT_STR(field(f, "fdlist.names", NULL), "/etc,<NA>");
	EXPECT_STR(field(f, "fdlist.cips", NULL), "<none>");
	record_start(&f->record, EV_poll, TID);
	BYTES(&f->record, poll, fds,
	      "\xff\xff"
	      "\3\0\0\0\0\0\0\0"
	      "\1\0"
	      "\x63",
	      13); /* the count is larger than the list */
	run(f);
	EXPECT_STR(field(f, "fdlist.nums", NULL), "3");
	record_start(&f->record, EV_setsockopt, TID);
	NUM(&f->record, setsockopt, level, 1);
	NUM(&f->record, setsockopt, optname, 4);
	BYTES(&f->record, setsockopt, val,
	      "\1"
	      "\x91\xff\xff\xff\xff\xff\xff\xff",
	      9);
	run(f);
	EXPECT_STR(param(f, IX(setsockopt, val)), "-111(ECONNREFUSED)");
	record_start(&f->record, EV_setsockopt, TID);
	BYTES(&f->record, setsockopt, val,
	      "\1"
	      "\x91\xff",
	      3); /* shorter than its type */
	run(f);
	EXPECT_STR(param(f, IX(setsockopt, val)), "..");
	fixture_end(f);
}

TEST(numbers)
{
	struct fixture *f = fixture_start();

	record_start(&f->record, EV_lseek, TID);
	NUM(&f->record, lseek, offset, -77);
	run(f);
	EXPECT_STR(param(f, IX(lseek, offset)), "-77");
	record_start(&f->record, EV_kill, TID);
	NUM(&f->record, kill, pid, TID);
	NUM(&f->record, kill, sig, 9);
	run(f);
	EXPECT_STR(param(f, IX(kill, pid)), "100(cat)");
	EXPECT_STR(param(f, IX(kill, sig)), "9(SIGKILL)");
	record_start(&f->record, EV_setuid, TID);
	NUM(&f->record, setuid, uid, -1);
	run(f);
	EXPECT_STR(param(f, IX(setuid, uid)), "-1(<NONE>)");
	record_start(&f->record, EV_fchmodat, TID);
	NUM(&f->record, fchmodat, dirfd, -100);
	TEXT(&f->record, fchmodat, filename, "x");
	NUM(&f->record, fchmodat, mode, 0xfff & chmod_mode_S_ISUID);
	run(f);
	EXPECT_STR(param(f, IX(fchmodat, dirfd)), "-100(AT_FDCWD)");
	EXPECT_STR(param(f, IX(fchmodat, filename)), "x(/tmp/x)");
	EXPECT_STR(param(f, IX(fchmodat, mode)), "04000(S_ISUID)");
	fixture_end(f);
}

TEST(parameters_an_older_driver_did_not_send)
{
	struct fixture *f = fixture_start();

	record_start(&f->record, EV_socket, TID);
	f->record.n_params = 4;
	NUM(&f->record, socket, fd, 5);
	NUM(&f->record, socket, domain, 1);
	run(f);
	EXPECT_STR(param(f, IX(socket, domain)), "1(AF_LOCAL|AF_UNIX)");
	EXPECT_STR(param(f, IX(socket, flags)), "<NA>");
	EXPECT_STR(field(f, "evt.arg.flags", NULL), "<none>");
	EXPECT_STR(field(f, "evt.rawarg.flags", NULL), "<none>");
	EXPECT_STR(field(f, "evt.args", NULL),
		   "fd=5(<u>) domain=1(AF_LOCAL|AF_UNIX) type=0 proto=0");
	fixture_end(f);
}

TEST(processes)
{
	struct fixture *f = fixture_start();

	record_start(&f->record, EV_close, TID);
	NUM(&f->record, close, fd, 3);
	run(f);
	EXPECT_STR(field(f, "proc.cmdline", NULL), "cat -n a\xef\xbf\xbd"
						   "b");
	EXPECT_STR(field(f, "proc.args", "1"), "a\xef\xbf\xbd"
					       "b");
	EXPECT_STR(field(f, "proc.args", "2"), "");
	EXPECT_STR(field(f, "proc.cmdnargs", NULL), "2");
	EXPECT_STR(field(f, "proc.cmdlenargs", NULL), "5");
	EXPECT_STR(field(f, "proc.env", "HOME"), "/root");
	EXPECT_STR(field(f, "proc.env", "HOM"), "");
	EXPECT_STR(field(f, "proc.cwd", NULL), "/tmp/");
	EXPECT_STR(field(f, "proc.pname", NULL), "<none>");
	EXPECT_STR(field(f, "thread.cap_effective", NULL), "CAP_CHOWN CAP_SYS_RAWIO");
	EXPECT_STR(field(f, "container.id", NULL), "host");
	EXPECT_STR(field(f, "container.image.repository", NULL), "");
	EXPECT_STR(field(f, "k8s.ns.name", NULL), "<none>");
	EXPECT_STR(field(f, "fd.name", NULL), "/etc");
	EXPECT_STR(field(f, "fd.directory", NULL), "/etc");
	record_start(&f->record, EV_close, 4242);
	run(f);
	EXPECT_STR(field(f, "proc.name", NULL), "<NA>");
	EXPECT_STR(field(f, "user.name", NULL), "<NA>");
	fixture_end(f);
}

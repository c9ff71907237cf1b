/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several workers print what one prints, byte for byte, however their threads are interleaved: on streams of events that
 * no machine would produce, too, since nothing may depend on them making sense.
 */
#include "test.h"

#include <dirent.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/app.h"
#include "app/settings.h"
#include "app/signals.h"
#include "app/workers.h"
#include "base/log.h"
#include "record.h"

enum { EVENTS = 2000, TASKS = 24, SECTION_AT = EVENTS / 2, RELOAD_AT = EVENTS / 3 };

/* How many streams each test tries; SEEDS=100 for a long run. */
static uint64_t seeds(void)
{
	const char *n = getenv("SEEDS");

	return n ? strtoul(n, NULL, 10) : 4;
}

static uint64_t next_random(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x;
}

static unsigned below(uint64_t *x, unsigned n)
{
	return (unsigned)(next_random(x) >> 33) % n;
}

/* ---- a stream ---- */

struct stream {
	struct source src;
	struct app *app;
	uint64_t random;
	unsigned at;
	int64_t tid;
	bool live, reloads, paused;
	uint64_t pauses;		/* another series: these are no part of the stream */
	struct record r;
};

/* What changes who is who, and what crosses between owners, is frequent. */
static const uint16_t favourites[] = {
	EV_clone, EV_clone, EV_clone3, EV_fork, EV_vfork, EV_execve, EV_execveat, EV_procexit, EV_openat, EV_openat, EV_open,
	EV_open_enter, EV_close, EV_dup3, EV_fcntl, EV_pipe2, EV_chdir, EV_fchdir, EV_fchdir, EV_chroot, EV_pidfd_open,
	EV_pidfd_open, EV_pidfd_getfd, EV_pidfd_getfd, EV_socket, EV_connect, EV_recvmsg, EV_sendto, EV_setsid, EV_capset, EV_unshare,
	EV_prctl, EV_prlimit, EV_setresuid, EV_close_range, EV_unlinkat, EV_getuid, EV_mmap,
};

/* Numbers that are tids, descriptors and flags at once. */
static int64_t some_number(uint64_t *x)
{
	static const int64_t others[] = { -100, -1, -2, 0, 0x100, 0x4000, 0x10000, 0x10000000, 0x20000000 };

	if (below(x, 4) == 0)
		return others[below(x, sizeof(others) / sizeof(others[0]))];
	return below(x, 3) ? below(x, 7) : 1 + below(x, TASKS);
}

static const char *some_text(uint64_t *x)
{
	static const char *const texts[] = { "", "a", "b/c", "/", "/tmp", "/tmp/../x", "..", "sh", "bash", "/usr/bin/id", "." };

	return texts[below(x, sizeof(texts) / sizeof(texts[0]))];
}

static void some_bytes(struct stream *s, unsigned i)
{
	static const uint8_t tuple[] = { 2, 10, 0, 0, 1, 0x39, 0x30, 10, 0, 0, 2, 0x50, 0 };
	uint8_t bytes[sizeof(tuple)];

	memcpy(bytes, tuple, sizeof(tuple));
	bytes[4] = (uint8_t)below(&s->random, 3);
	record_bytes(&s->r, i, bytes, below(&s->random, 2) ? sizeof(bytes) : below(&s->random, sizeof(bytes)));
}

static void some_param(struct stream *s, unsigned i)
{
	const struct event_info *info = &event_infos[s->r.type];
	uint64_t *x = &s->random;

	if (below(x, 12) == 0)
		return;		/* absent, or the default */
	if (info->params[i].size && info->params[i].size <= 8)
		record_num(&s->r, i, some_number(x));
	else if (info->params[i].size)
		return;
	else if (info->texts >> i & 1)
		record_text(&s->r, i, some_text(x));
	else if (info->lists >> i & 1)
		record_bytes(&s->r, i, "a=/x\0b=/y", 5 + 5 * below(x, 2));
	else
		some_bytes(s, i);
}

static uint16_t some_type(uint64_t *x)
{
	uint16_t type;

	if (below(x, 5))
		return favourites[below(x, sizeof(favourites) / sizeof(favourites[0]))];
	do
		type = (uint16_t)below(x, EVENT_NUMBERS);
	while (!event_infos[type].name);
	return type;
}

static bool is_birth(uint16_t type)
{
	return type == EV_clone || type == EV_clone3 || type == EV_fork || type == EV_vfork;
}

/* Births and execs mostly say what a kernel would. */
static void make_sense(struct stream *s)
{
	uint64_t *x = &s->random;
	bool process = below(x, 3);

	if (is_birth(s->r.type) && below(x, 4)) {
		bool child = below(x, 3) == 0;

		NUM(&s->r, clone, res, child ? 0 : 1 + below(x, TASKS));
		NUM(&s->r, clone, pid, process ? s->r.tid : 1 + below(x, TASKS));
		NUM(&s->r, clone, ptid, 1 + below(x, TASKS));
		NUM(&s->r, clone, vtid, below(x, 3) ? s->r.tid : 1);
		NUM(&s->r, clone, flags, process ? below(x, 2) ? clone_flags_CLONE_FILES : 0 : clone_flags_CLONE_THREAD);
	}
	if (s->r.type == EV_pidfd_open && below(x, 4)) {
		NUM(&s->r, pidfd_open, fd, 3 + below(x, 3));
		NUM(&s->r, pidfd_open, pid, 1 + below(x, TASKS));
	}
	if (s->r.type == EV_pidfd_getfd && below(x, 4)) {
		NUM(&s->r, pidfd_getfd, fd, 6 + below(x, 3));
		NUM(&s->r, pidfd_getfd, pid_fd, 3 + below(x, 3));
		NUM(&s->r, pidfd_getfd, target_fd, below(x, 5));
	}
	if (s->r.type == EV_execve && below(x, 4)) {
		NUM(&s->r, execve, res, 0);
		NUM(&s->r, execve, pid, process ? s->r.tid : 1 + below(x, TASKS));
	}
}

static void seed_machine(struct stream *s)
{
	struct state *state = s->app->state;
	struct fd fd = { .type = FD_FILE, .name = STR_LIT("/etc/hosts"), .name_raw = STR_LIT("/etc/hosts") };

	state_machine(state)->boot_ts = 1000;
	for (int64_t tid = 1; tid <= TASKS; tid += 3) {
		state_seed_thread(state, &(struct proc_seed){
			.tid = tid, .pid = tid, .vtid = tid, .vpid = tid, .ptid = tid > 9 ? tid - 9 : 0, .sid = tid > 6 ? 7 : 1,
			.comm = tid % 2 ? STR_LIT("sshd") : STR_LIT("init"), .exe = STR_LIT("x"), .exepath = STR_LIT("/sbin/x"),
			.cwd = STR_LIT("/srv"), .loginuid = UINT32_MAX, .clone_ts = 7,
		});
		for (fd.num = 0; fd.num < tid % 5; fd.num++)
			state_seed_fd(state, tid, &fd);
	}
	state_seed_user(state, &(struct user){ .uid = 1, .name = STR_LIT("one"), .home = STR_LIT("/one") });
	state_seed_group(state, 2, STR_LIT("two"));
	state_seed_interface(state, (struct ip){ .v = 4, .b = { 10, 0, 0, 1 } }, (struct ip){ .v = 4, .b = { 255 } },
			     STR_LIT("eth0"));
	state_seeded(state);
}

static enum source_result stream_next(struct source *src, struct event *ev, int timeout_ms)
{
	struct stream *s = (struct stream *)src;
	uint64_t *x = &s->random;
	const char *why;

	if (s->at == EVENTS)
		return SOURCE_END;
	/* A source that has nothing for a while: batches that are not full go out. */
	if (timeout_ms == 0 && !s->paused && below(&s->pauses, 8) == 0) {
		s->paused = true;
		return SOURCE_TIMEOUT;
	}
	s->paused = false;
	/* Another section: the machine is told anew, between events. */
	if (!s->live && (s->at == 0 || s->at == SECTION_AT))
		seed_machine(s);
	if (s->reloads && s->at == RELOAD_AT)
		raise(SIGHUP);
	s->at++;
	/* As on a machine, a thread often has several in a row. */
	if (below(x, 3) == 0)
		s->tid = 1 + below(x, TASKS + 4);
	record_start(&s->r, some_type(x), s->tid);
	s->r.ts = record_clock += below(x, 50) ? below(x, 1000) : below(x, 2000) * 1000000ull;
	for (unsigned i = 0; i < s->r.n_params; i++)
		some_param(s, i);
	make_sense(s);
	record_write(&s->r);
	if (event_parse(ev, s->r.bytes, s->r.len, &why) != EVENT_OK)
		abort();
	ev->cpu = (uint16_t)below(x, 4);
	ev->state_only = below(x, 30) == 0;
	return SOURCE_EVENT;
}

static void stream_stats(struct source *src, struct source_stats *out)
{
	*out = (struct source_stats){ .n_evts = ((struct stream *)src)->at };
}

static void stream_close(struct source *src)
{
	(void)src;
}

/* ---- /proc that changes its mind ---- */

static unsigned n_asked;

static bool lookup(void *arg, int64_t tid, struct state *s)
{
	unsigned n = ++n_asked;
	struct fd fd = { .type = FD_FILE, .num = n % 3, .name = STR_LIT("/from/proc") };
	char comm[16];

	(void)arg;
	if (n % 4 == 0)
		return false;
	snprintf(comm, sizeof(comm), "asked%u", n);
	state_seed_thread(s, &(struct proc_seed){
		.tid = tid, .pid = tid, .vtid = tid, .vpid = tid, .ptid = 1 + n % TASKS, .sid = n % 5, .comm = str_of(comm),
		.exe = STR_LIT("y"), .exepath = STR_LIT("/bin/y"), .cwd = STR_LIT("/proc/y"),
	});
	state_seed_fd(s, tid, &fd);
	return true;
}

/* ---- a run ---- */

static const char rules_text[] =
	"- rule: everything\n"
	"  desc: of every event\n"
	"  condition: evt.num > 0\n"
	"  priority: NOTICE\n"
	"  capture: true\n"
	"  output: >-\n"
	"    %evt.num %evt.time %evt.type %evt.args %evt.res %evt.cpu %evt.abspath %proc.name %proc.exepath %proc.cmdline %proc.cwd\n"
	"    %proc.pid %proc.ppid %proc.vpid %proc.sid %proc.sname %proc.vpgid %proc.env %proc.pname %proc.aname\n"
	"    %proc.aexepath[2] %proc.aname[3] %proc.nthreads %proc.fdopencount %proc.fdlimit %proc.stdin.name %proc.duration\n"
	"    %thread.tid %thread.cap_effective %thread.vmsize %thread.cgroups %user.name %user.uid %group.name %group.gid\n"
	"    %fd.num %fd.name %fd.type %fd.lip %fd.rport %fd.nameraw %fs.path.name %fs.path.target %container.id\n"
	"- rule: few\n"
	"  desc: of some\n"
	"  condition: proc.aname = sshd and fd.num > 2 or proc.pname startswith asked\n"
	"  priority: WARNING\n"
	"  output: \"%evt.num %proc.name %fd.name\"\n";
static const char other_rules_text[] =
	"- rule: after the reload\n"
	"  desc: of births\n"
	"  condition: evt.type in (clone, fork, vfork, execve) and proc.pid > 3\n"
	"  priority: ERROR\n"
	"  output: \"%evt.num %proc.aname %proc.fdopencount %proc.cwd\"\n";

static char dir[64];

static const char *path_of(const char *name)
{
	static char paths[16][400];
	static unsigned i;

	snprintf(paths[++i % 16], sizeof(paths[0]), "%s/%s", dir, name);
	return paths[i % 16];
}

static void write_file(const char *name, const char *text)
{
	FILE *f = fopen(path_of(name), "w");

	EXPECT(f && fputs(text, f) >= 0 && !fclose(f));
}

static void begin(void)
{
	schema_init();
	log_setup(&(struct log_options){ .level = -1 });
	setenv("FALCO_HOSTNAME", "box", 1);
	setenv("TZ", "UTC", 1);
	strcpy(dir, "/tmp/workers.XXXXXX");
	EXPECT(mkdtemp(dir));
}

static void end(void)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	while (d && (e = readdir(d)))
		unlink(path_of(e->d_name));
	closedir(d);
	EXPECT(rmdir(dir) == 0);
}

struct chaos {
	uint64_t random[CONFIG_WORKERS_MAX];
};

static void disturb(void *arg, unsigned worker)
{
	uint64_t *x = &((struct chaos *)arg)->random[worker];

	if (below(x, 500) == 0)
		sched_yield();
	if (below(x, 2000) == 0)
		usleep(below(x, 300));
}

struct run {
	uint64_t seed;
	unsigned workers, batch_events;
	bool live, reloads, records;
};

/* As the command line would, so that a reload comes to the same. */
static struct config *configure(struct app *app, const struct run *how, const char *name)
{
	static char file[500], prefix[500], rules[500], main_file[500];
	static const char *options[16];
	const char *all[16] = {
		"engine.kind=nodriver", "json_output=true", "rule_matching=all", "stdout_output.enabled=false",
		"file_output.enabled=true", "log_stderr=false", "log_syslog=false", "syscall_event_drops.simulate_drops=true",
		"syscall_event_drops.max_burst=1000", "syscall_event_drops.actions[]=alert", "syscall_event_drops.threshold=0",
		how->records ? "capture.enabled=true" : "capture.enabled=false", "capture.default_duration=30",
		file, prefix, rules,
	};
	struct buf errors = { 0 }, remarks = { 0 };
	struct config *c;

	memcpy(options, all, sizeof(all));
	write_file("falco.yaml", "");
	snprintf(main_file, sizeof(main_file), "%s", path_of("falco.yaml"));
	snprintf(file, sizeof(file), "file_output.filename=%s", path_of(name));
	snprintf(prefix, sizeof(prefix), "capture.path_prefix=%s", path_of(name));
	snprintf(rules, sizeof(rules), "rules_files[]=%s", path_of("rules.yaml"));
	app->options.config = main_file;
	app->options.overrides.v = options;
	app->options.overrides.n = 16;
	c = settings_load(app, &errors, &remarks);
	EXPECT_TEXT(buf_c(&errors), "");
	buf_free(&errors);
	buf_free(&remarks);
	return c;
}

static void load(struct app *app)
{
	struct ruleset_input in = ruleset_input_of(app);
	struct buf errors = { 0 }, remarks = { 0 };

	app->rules = ruleset_load(&in, &app->tally, &errors, &remarks);
	EXPECT_TEXT(buf_c(&errors), "");
	buf_free(&errors);
	buf_free(&remarks);
}

/* Alerts to NAME; what the tally says, too. */
static void run(const struct run *how, const char *name)
{
	static const struct source_ops ops = { stream_next, stream_stats, stream_close };
	struct app app = { .host_root = "/nonexistent" };
	struct stream s = { .src.ops = &ops, .app = &app, .random = how->seed * 77777 + 1, .pauses = 5, .live = how->live,
			    .reloads = how->reloads };
	struct chaos chaos;
	struct workers_options opt = { .count = how->workers, .batch_events = how->batch_events, .pause = disturb,
				       .pause_arg = &chaos };
	struct buf text = { 0 };

	for (unsigned i = 0; i < CONFIG_WORKERS_MAX; i++)
		chaos.random[i] = how->seed * 31 + how->workers * 7 + i + 1;
	record_clock = 1700000000000000000ull;
	n_asked = 0;
	write_file("rules.yaml", rules_text);
	setenv("FALCO_HOSTNAME", "box", 1);
	app.config = app.first_config = configure(&app, how, name);
	app.config->workers = how->workers;
	app.message = settings_message(&app, app.config);
	app.watches_kernel = how->live;
	load(&app);
	write_file("rules.yaml", other_rules_text);
	app.outputs = outputs_new(app.config);
	opt.state = (struct state_options){ .thread_limit = TASKS, .fd_limit = 12, .live = how->live, .purge_interval_s = 1,
					    .thread_timeout_s = 1, .host_root = app.host_root };
	app.state = state_new(&opt.state);
	if (how->workers > 1)
		app.workers = workers_new(&app, &opt);
	app.source = &s.src;
	if (how->live) {
		seed_machine(&s);
		state_set_lookup(app.state, lookup, NULL);
	}
	drops_init(&app.drops, app.config);
	if (how->records)
		app.recorder = recorder_new(app.config, app.state);
	if (app.workers)
		EXPECT(workers_start(app.workers));
	signals_catch();
	EXPECT_INT(loop_run(&app), STEP_NEXT);
	signals_release();
	EXPECT_INT(app.n_events, EVENTS);
	workers_free(app.workers);
	recorder_free(app.recorder);
	outputs_free(app.outputs);
	tally_print(&app.tally, &text);
	write_file(how->workers > 1 ? "many.tally" : "one.tally", buf_c(&text));
	buf_free(&text);
	state_free(app.state);
	ruleset_free(app.rules);
	if (app.first_config != app.config)
		config_free(app.first_config);
	config_free(app.config);
	tally_free(&app.tally);
	buf_free(&app.errors);
}

/* ---- the same? ---- */

static char *content(const char *name, size_t *n)
{
	FILE *f = fopen(path_of(name), "r");
	struct stat st;
	char *p;

	EXPECT(f && fstat(fileno(f), &st) == 0);
	if (!f)
		return NULL;
	*n = (size_t)st.st_size;
	p = malloc(*n + 1);
	EXPECT_INT(fread(p, 1, *n, f), *n);
	p[*n] = 0;
	fclose(f);
	return p;
}

static unsigned lines(const char *p)
{
	unsigned n = 0;

	for (; *p; p++)
		n += *p == '\n';
	return n;
}

static bool same_files(const char *a, const char *b)
{
	size_t na = 0, nb = 0, at = 0;
	char *p = content(a, &na), *q = content(b, &nb);
	bool same = p && q && na == nb && !memcmp(p, q, na);

	while (!same && p && q && p[at] && p[at] == q[at])
		at++;
	while (!same && p && q && at && p[at - 1] != '\n')
		at--;
	if (!same && p && q)
		printf("# %s: %.1500s# %s: %.1500s\n", a, p + at, b, q + at);
	free(p);
	free(q);
	return same;
}

/* Files of recordings, those of many with the name of one's: all equal; how many there are. */
static unsigned same_recordings(void)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	unsigned n = 0, many = 0;
	char other[300];

	while ((e = readdir(d))) {
		many += !strncmp(e->d_name, "many_", 5);
		if (strncmp(e->d_name, "one_", 4))
			continue;
		snprintf(other, sizeof(other), "many%s", e->d_name + 3);
		EXPECT(same_files(e->d_name, other));
		n++;
	}
	closedir(d);
	EXPECT_INT(many, n);
	return n;
}

static unsigned compare(struct run how)
{
	static const unsigned counts[] = { 2, 3, 8 };
	unsigned n_lines = 0, workers = counts[how.seed % 3];
	size_t n;
	char *p;

	begin();
	how.workers = 1;
	run(&how, "one");
	how.workers = workers;
	how.batch_events = 1 + (unsigned)(how.seed * 13 % 64);
	run(&how, "many");
	EXPECT(same_files("one", "many"));
	EXPECT(same_files("one.tally", "many.tally"));
	if (how.records)
		EXPECT(same_recordings() > 0);
	p = content("one", &n);
	if (p)
		n_lines = lines(p);
	free(p);
	end();
	return n_lines;
}

TEST(any_schedule_prints_the_same)
{
	for (uint64_t seed = 1; seed <= seeds(); seed++)
		EXPECT(compare((struct run){ .seed = seed }) > EVENTS / 2);
}

TEST(new_rules_count_from_the_same_event_on)
{
	for (uint64_t seed = 1; seed <= seeds(); seed++)
		EXPECT(compare((struct run){ .seed = seed, .reloads = true }) > EVENTS / 4);
}

TEST(recordings_are_the_same)
{
	for (uint64_t seed = 1; seed <= seeds() / 2; seed++)
		EXPECT(compare((struct run){ .seed = seed, .records = true }) > EVENTS / 2);
}

TEST(workers_are_told_the_same_by_proc)
{
	for (uint64_t seed = 1; seed <= seeds(); seed++) {
		EXPECT(compare((struct run){ .seed = seed, .live = true }) > EVENTS / 2);
		EXPECT(n_asked > 10);
	}
	EXPECT(compare((struct run){ .seed = 99, .live = true, .records = true }) > EVENTS / 2);
}

TEST(rules_that_remember_are_known)
{
	static const char *const conditions[] = { "evt.num > 0", "evt.deltatime > 5", "evt.num > 0", "tolower(proc.name) = a" };
	static const char *const formats[] = { "x", "x", "%util.cnt", "%proc.name" };
	static const bool want[] = { false, true, true, false };

	for (unsigned i = 0; i < 4; i++) {
		struct app app = { 0 };
		char text[300];

		begin();
		snprintf(text, sizeof(text), "- rule: r\n  desc: d\n  condition: %s\n  priority: INFO\n  output: \"%s\"\n",
			 conditions[i], formats[i]);
		write_file("rules.yaml", text);
		app.config = configure(&app, &(struct run){ 0 }, "none");
		load(&app);
		EXPECT_INT(ruleset_remembers(app.rules), want[i]);
		ruleset_free(app.rules);
		config_free(app.config);
		tally_free(&app.tally);
		end();
	}
}

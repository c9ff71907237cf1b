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
#include "stream.h"

/* How many streams each test tries; SEEDS=100 for a long run. */
static uint64_t seeds(void)
{
	const char *n = getenv("SEEDS");

	return n ? strtoul(n, NULL, 10) : 4;
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
				     .tid = tid,
				     .pid = tid,
				     .vtid = tid,
				     .vpid = tid,
				     .ptid = 1 + n % TASKS,
				     .sid = n % 5,
				     .comm = str_of(comm),
				     .exe = STR_LIT("y"),
				     .exepath = STR_LIT("/bin/y"),
				     .cwd = STR_LIT("/proc/y"),
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

struct trial {
	uint64_t seed;
	unsigned workers, batch_events;
	bool live, reloads, records;
	uint16_t corrupt;
};

/* As the command line would, so that a reload comes to the same. */
static struct config *configure(struct app *app, const struct trial *how, const char *name)
{
	static char file[500], prefix[500], rules[500], main_file[500];
	static const char *options[16];
	const char *all[16] = {
		"engine.kind=nodriver",
		"json_output=true",
		"rule_matching=all",
		"stdout_output.enabled=false",
		"file_output.enabled=true",
		"log_stderr=false",
		"log_syslog=false",
		"syscall_event_drops.simulate_drops=true",
		"syscall_event_drops.max_burst=1000",
		"syscall_event_drops.actions[]=alert",
		"syscall_event_drops.threshold=0",
		how->records ? "capture.enabled=true" : "capture.enabled=false",
		"capture.default_duration=30",
		file,
		prefix,
		rules,
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
static void run(const struct trial *how, const char *name)
{
	static const struct source_ops ops = {
		.next = stream_next, .fill = stream_fill, .blame = stream_blame, .stats = stream_stats, .close = stream_close,
	}, live_ops = {
		.next = stream_next, .fill = stream_fill, .stats = stream_stats, .close = stream_close,
	};
	struct app app = { .host_root = "/nonexistent" };
	struct stream s = { .src.ops = how->live ? &live_ops : &ops,
			    .app = &app,
			    .random = how->seed * 77777 + 1,
			    .pauses = 5,
			    .live = how->live,
			    .reloads = how->reloads,
			    .corrupt = how->corrupt };
	bool fails = how->corrupt && !how->live;
	struct chaos chaos;
	struct workers_options opt = { .count = how->workers,
				       .batch_events = how->batch_events,
				       .pause = disturb,
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
	opt.state = (struct state_options){ .thread_limit = TASKS,
					    .fd_limit = 12,
					    .live = how->live,
					    .purge_interval_s = 1,
					    .thread_timeout_s = 1,
					    .host_root = app.host_root };
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
	EXPECT_INT(loop_run(&app), fails ? STEP_FAILED : STEP_NEXT);
	signals_release();
	EXPECT_INT(app.n_events, fails ? CORRUPT_AT - 1 : EVENTS);
	EXPECT_INT(s.src.n_corrupt, how->corrupt && how->live);
	write_file(how->workers > 1 ? "many.errors" : "one.errors", buf_c(&app.errors));
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

static unsigned compare(struct trial how)
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
	EXPECT(same_files("one.errors", "many.errors"));
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
		EXPECT(compare((struct trial){ .seed = seed }) > EVENTS / 2);
}

TEST(new_rules_count_from_the_same_event_on)
{
	for (uint64_t seed = 1; seed <= seeds(); seed++)
		EXPECT(compare((struct trial){ .seed = seed, .reloads = true }) > EVENTS / 4);
}

TEST(recordings_are_the_same)
{
	for (uint64_t seed = 1; seed <= seeds() / 2; seed++)
		EXPECT(compare((struct trial){ .seed = seed, .records = true }) > EVENTS / 2);
}

/* Of an event that only its owner looks at, and of one that everybody does. */
TEST(a_corrupt_event_ends_the_run_where_one_thread_does)
{
	static const uint16_t types[] = { EV_dup3, EV_clone };

	for (unsigned i = 0; i < 2; i++)
		for (uint64_t seed = 1; seed <= seeds(); seed++) {
			unsigned n = compare((struct trial){
				.seed = seed, .corrupt = types[i], .records = seed % 2 });

			EXPECT(n > CORRUPT_AT / 2 && n < 2 * CORRUPT_AT);
		}
}

TEST(a_corrupt_record_of_a_ring_is_skipped_and_counted)
{
	begin();
	run(&(struct trial){ .seed = 5,
			     .corrupt = EV_dup3,
			     .live = true,
			     .workers = 3,
			     .records = true },
	    "many");
	end();
}

TEST(workers_are_told_the_same_by_proc)
{
	for (uint64_t seed = 1; seed <= seeds(); seed++) {
		EXPECT(compare((struct trial){ .seed = seed, .live = true }) > EVENTS / 2);
		EXPECT(n_asked > 10);
	}
	EXPECT(compare((struct trial){ .seed = 99, .live = true, .records = true }) > EVENTS / 2);
}

TEST(rules_that_remember_are_known)
{
	static const char *const conditions[] = { "evt.num > 0", "evt.deltatime > 5", "evt.num > 0",
						  "tolower(proc.name) = a" };
	static const char *const formats[] = { "x", "x", "%util.cnt", "%proc.name" };
	static const bool want[] = { false, true, true, false };

	for (unsigned i = 0; i < 4; i++) {
		struct app app = { 0 };
		char text[300];

		begin();
		snprintf(text, sizeof(text),
			 "- rule: r\n  desc: d\n  condition: %s\n  priority: INFO\n  output: \"%s\"\n",
			 conditions[i], formats[i]);
		write_file("rules.yaml", text);
		app.config = configure(&app, &(struct trial){ 0 }, "none");
		load(&app);
		EXPECT_INT(ruleset_remembers(app.rules), want[i]);
		ruleset_free(app.rules);
		config_free(app.config);
		tally_free(&app.tally);
		end();
	}
}

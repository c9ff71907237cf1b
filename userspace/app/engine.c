// SPDX-License-Identifier: Apache-2.0
/* Opens the event source that engine.kind names, and seeds the state for it. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/app.h"
#include "app/syscalls.h"
#include "base/log.h"
#include "state/dns.h"

/* engine.kind nodriver: a source without events. */
static enum source_result idle_next(struct source *src, struct event *ev, int timeout_ms)
{
	(void)src;
	(void)ev;
	poll(NULL, 0, timeout_ms);
	return SOURCE_TIMEOUT;
}

static void idle_stats(struct source *src, struct source_stats *out)
{
	(void)src;
	*out = (struct source_stats){ 0 };
}

static void idle_close(struct source *src)
{
	free(src);
}

static struct source *idle_open(void)
{
	static const struct source_ops ops = { .next = idle_next,
					       .stats = idle_stats,
					       .close = idle_close };
	struct source *src = calloc(1, sizeof(*src));

	if (src)
		src->ops = &ops;
	return src;
}

/* By absolute path and without a shell, since this process is root. */
static void modprobe(void)
{
	static const char *const places[] = { "/usr/sbin/modprobe", "/sbin/modprobe" };
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		for (unsigned i = 0; i < 2; i++)
			execl(places[i], "modprobe", "-q", "falco", (char *)NULL);
		_exit(127);
	}
	if (pid > 0)
		waitpid(pid, &status, 0);
}

static void select_syscalls(struct app *app, uint64_t wanted[SYSCALL_WORDS])
{
	struct buf remarks = { 0 };

	syscalls_wanted(app->rules->rules, app->config, wanted, &remarks);
	if (remarks.n)
		fputs(buf_c(&remarks), stderr);
	buf_free(&remarks);
}

bool engine_select(struct app *app)
{
	uint64_t wanted[SYSCALL_WORDS];

	if (!app->watches_kernel)
		return true;
	select_syscalls(app, wanted);
	if (source_kmod_start(app->source, wanted))
		return false;
	log_printf(LOG_INFO,
		   "Reading events from the kernel module: %u rules, %u system calls recorded",
		   ruleset_enabled(app->rules), syscalls_count(wanted));
	return true;
}

static const char *device_path(struct app *app, const char *name)
{
	return arena_printf(&app->config->arena, "%s/dev/%s", app->host_root, name).p;
}

/* Whether a module with devices of this name is loaded. */
static bool is_loaded(struct app *app, const char *name)
{
	struct str node = arena_printf(&app->config->arena, "%s/dev/%s0", app->host_root, name);

	return access(node.p, F_OK) == 0;
}

static struct source *open_device(struct app *app, const char *name, char *err, size_t err_size)
{
	const struct config *c = app->config;
	struct kmod_options opt = {
		.device = device_path(app, name),
		.buffer_bytes = config_buffer_bytes(c),
		.drop_failed = c->drop_failed_exit,
		.snaplen = (uint32_t)c->snaplen,
		.exclude_self = true,
	};

	return source_kmod_open(&opt, err, err_size);
}

/*
 * Our module and Falco's name their devices falco; Debian's build of Falco's module names them
 * scap.
 */
static struct source *open_driver(struct app *app, char *err, size_t err_size)
{
	struct source *src = open_device(app, "falco", err, err_size);

	if (!src) {
		modprobe();
		src = open_device(app, "falco", err, err_size);
	}
	if (!src && !is_loaded(app, "falco") && is_loaded(app, "scap")) {
		log_printf(LOG_NOTICE, "There is no driver named falco: using the one named scap");
		src = open_device(app, "scap", err, err_size);
	}
	return src;
}

static void log_driver(const struct source *src)
{
	char line[512];
	bool lacks_features = source_kmod_describe(src, line, sizeof(line));

	log_printf(lacks_features ? LOG_NOTICE : LOG_DEBUG, "%s", line);
}

static enum step open_kmod(struct app *app)
{
	char err[512] = "";

	app->source = open_driver(app, err, sizeof(err));
	if (!app->source) {
		buf_printf(&app->errors, "%s\n", err);
		return STEP_FAILED;
	}
	log_driver(app->source);
	app->watches_kernel = true;
	if (source_proc_scan(app->state, app->host_root, err, sizeof(err))) {
		buf_printf(&app->errors, "%s\n", err);
		return STEP_FAILED;
	}
	if (!engine_select(app)) {
		buf_printf(&app->errors, "%s\n", app->source->error);
		return STEP_FAILED;
	}
	return STEP_NEXT;
}

static enum step open_replay(struct app *app)
{
	char err[512] = "";

	app->source = source_replay_open(app->config->capture_file.p, app->state, err, sizeof(err));
	if (app->source)
		return STEP_NEXT;
	buf_printf(&app->errors, "%s\n", err);
	return STEP_FAILED;
}

static struct state_options state_options(const struct app *app, bool live)
{
	return (struct state_options){
		.thread_limit = (unsigned)app->config->thread_table_size,
		.live = live,
		.self_pid = getpid(),
		.host_root = app->host_root,
	};
}

void engine_set_dns_names(struct app *app)
{
	struct dns *d = state_dns(app->state);
	struct arena arena = { 0 };
	struct str_list hosts = ruleset_hosts(&arena, app->rules);

	if (d && !dns_set_names(d, hosts.v, hosts.n))
		log_printf(LOG_ERR, "host names are not looked up: out of memory or threads");
	arena_free(&arena);
}

/*
 * Not for a replay: the addresses in a capture may belong to other hosts today.
 */
static void start_dns(struct app *app)
{
	struct dns *d = dns_new();

	if (!d)
		return;
	state_set_dns(app->state, d);
	engine_set_dns_names(app);
}

enum step engine_open(struct app *app)
{
	struct str kind = app->config->engine_kind;
	bool replay = str_is(kind, "replay");
	struct state_options opt = state_options(app, !replay);

	app->state = state_new(&opt);
	if (!app->state) {
		buf_cstr(&app->errors, "out of memory\n");
		return STEP_FAILED;
	}
	if (replay)
		return open_replay(app);
	start_dns(app);
	if (!str_is(kind, "nodriver"))
		return open_kmod(app);
	app->source = idle_open();
	return app->source ? STEP_NEXT : STEP_FAILED;
}

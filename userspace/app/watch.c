// SPDX-License-Identifier: Apache-2.0
/* Watches files and directories with inotify. */
#include "app/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "app/app.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/vec.h"

enum {
	QUIET_US = 100000, /* a reload follows after so long without a change */
	/*
	 * Editors write a file in place or rename another over it; configuration managers replace
	 * symbolic links.
	 */
	IN_DIRECTORY = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO,
	IN_FILE = IN_CLOSE_WRITE | IN_DELETE_SELF | IN_MOVE_SELF,
};

/*
 * A watch descriptor of inotify, and a file or directory that it watches; several entries may have
 * the same descriptor.
 */
struct watched {
	int wd;
	struct str name; /* of a file in this directory; STR_NONE: every file, or the file itself */
};

struct watch {
	int fd;
	struct arena arena; /* of names */
	struct watched *v;
	unsigned n, cap;
};

struct watch *watch_new(void)
{
	struct watch *w = memory_zero(1, sizeof(*w));

	w->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (w->fd >= 0 && !fcntl(w->fd, F_SETOWN, getpid()) &&
	    !fcntl(w->fd, F_SETFL, O_NONBLOCK | O_ASYNC))
		return w;
	watch_free(w);
	return NULL;
}

void watch_free(struct watch *w)
{
	static const struct itimerval never;

	if (!w)
		return;
	setitimer(ITIMER_REAL, &never, NULL);
	if (w->fd >= 0)
		close(w->fd);
	arena_free(&w->arena);
	vec_free(w);
	memory_free(w);
}

/* ---- watches ---- */

static void add(struct watch *w, const char *path, uint32_t mask, struct str name)
{
	int wd = inotify_add_watch(w->fd, path, mask);

	if (wd >= 0)
		vec_push(w, (struct watched){ wd, name });
	else if (errno != ENOENT)
		log_printf(LOG_WARNING, "watch_config_files: cannot watch %s: %s", path,
			   strerror(errno));
}

/*
 * Both the name in its directory, since another file may be renamed over it, and the file itself,
 * since the name may be a link.
 */
static void add_file(struct watch *w, struct str path)
{
	const char *slash = memrchr(path.p, '/', path.n);
	struct str dir = { path.p, slash ? (size_t)(slash - path.p) : 0 };
	struct str name = slash ? str_skip(path, dir.n + 1) : path;
	struct stat st;

	/* Not /dev/null (-c /dev/null), which all processes write to. */
	if (!stat(arena_str(&w->arena, path).p, &st) && !S_ISREG(st.st_mode))
		return;
	add(w,
	    !slash   ? "."
	    : !dir.n ? "/"
		     : arena_str(&w->arena, dir).p,
	    IN_DIRECTORY, arena_str(&w->arena, name));
	add(w, arena_str(&w->arena, path).p, IN_FILE, STR_NONE);
}

static void add_files(struct watch *w, const struct str_list *files)
{
	for (unsigned i = 0; i < files->n; i++)
		add_file(w, files->v[i]);
}

/* Directories named in place of files: new files in them count, too. */
static void add_directories(struct watch *w, const struct str_list *entries)
{
	struct stat st;

	for (unsigned i = 0; i < entries->n; i++) {
		const char *path = arena_str(&w->arena, entries->v[i]).p;

		if (!stat(path, &st) && S_ISDIR(st.st_mode))
			add(w, path, IN_DIRECTORY, STR_NONE);
	}
}

void watch_files(struct watch *w, const struct app *app)
{
	struct ruleset_input in = ruleset_input_of(app);
	const struct config *c = app->config;
	struct str_list files = { 0 }, entries, named = { 0 };
	struct buf errors = { 0 };

	arena_reset(&w->arena);
	w->n = 0;
	add_files(w, &c->files);
	entries = config_texts(&w->arena, c->config_files);
	add_directories(w, &entries);
	ruleset_files(&w->arena, &in, &files, &errors);
	add_files(w, &files);
	entries = config_texts(&w->arena, c->rules_files ? c->rules_files : c->rules_file);
	for (unsigned i = 0; i < in.n_paths; i++)
		str_list_add(&w->arena, &named, str_of(in.paths[i]));
	add_directories(w, in.n_paths ? &named : &entries);
	buf_free(&errors);
}

/* ---- inotify events ---- */

static bool is_watched(const struct watch *w, const struct inotify_event *e)
{
	for (unsigned i = 0; i < w->n; i++)
		if (w->v[i].wd == e->wd &&
		    (!w->v[i].name.p || (e->len && str_is(w->v[i].name, e->name))))
			return !(e->mask & IN_IGNORED);
	return e->mask & IN_Q_OVERFLOW;
}

void watch_read(struct watch *w)
{
	static const struct itimerval delay = { .it_value.tv_usec = QUIET_US };
	_Alignas(struct inotify_event) char bytes[4096];
	bool changed = false;
	ssize_t n;

	while ((n = read(w->fd, bytes, sizeof(bytes))) > 0) {
		for (const char *at = bytes; at < bytes + n;) {
			const struct inotify_event *e = (const struct inotify_event *)at;

			changed |= is_watched(w, e);
			at += sizeof(*e) + e->len;
		}
	}
	/* Restarts a timer that runs already. */
	if (changed)
		setitimer(ITIMER_REAL, &delay, NULL);
}

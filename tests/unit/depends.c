/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What fields.def says a field depends on is what rules/ keeps answers by: while that stays the same, so must the value.
 * Played over real captures.
 */
#include "test.h"

#include <stdlib.h>

#include "fields/field.h"
#include "source/source.h"

#include "data.h"

enum { TIDS = 1024, MAX_FIELDS = 320, TYPES = EVENT_NUMBERS + SYSCALL_CODES };

/* A thread's answers, and all that they may depend on. */
struct known {
	int64_t tid;
	uint32_t gen, epoch;
	const struct image *image;
	uint64_t answers[MAX_FIELDS];
};

struct world {
	struct arena arena, scratch;
	struct state *state;
	struct field_ref refs[MAX_FIELDS];
	unsigned n_refs;
	struct known threads[TIDS];
	uint64_t types[TYPES][MAX_FIELDS];
	bool type_known[TYPES];
};

/* FNV-1a over every value's text; never 0. */
static uint64_t answer(struct world *w, struct event *ev, const struct field_ref *ref)
{
	struct extract x = { ev, w->state, &w->scratch, false };
	struct value values[FIELD_VALUES_MAX];
	unsigned n = field_get_values(&x, ref, values);
	uint64_t h = 14695981039346656037ull ^ n;

	for (unsigned i = 0; i < n; i++) {
		struct str s = field_format(&x, ref, &values[i]);

		for (size_t b = 0; b <= s.n; b++)
			h = (h ^ (b < s.n ? (unsigned char)s.p[b] : 256)) * 1099511628211ull;
	}
	arena_reset(&w->scratch);
	return h | 1;
}

static void complain(const struct world *w, const struct event *ev, unsigned field)
{
	printf("# %s changed at event %llu (%s%c)\n", w->refs[field].field->name,
	       (unsigned long long)ev->num, ev->info->name, ev->info->dir);
	test_bad++;
}

static void check_type(struct world *w, struct event *ev)
{
	unsigned type = ev->type == EV_generic ? EVENT_NUMBERS + (unsigned)ev_u64(ev, 0, 0)
					       : ev->type;

	for (unsigned i = 0; type < TYPES && i < w->n_refs; i++) {
		uint64_t a;

		if (w->refs[i].field->dep != DEP_TYPE)
			continue;
		a = answer(w, ev, &w->refs[i]);
		if (w->type_known[type] && w->types[type][i] != a)
			complain(w, ev, i);
		w->types[type][i] = a;
	}
	if (type < TYPES)
		w->type_known[type] = true;
}

static void check_thread(struct world *w, struct event *ev)
{
	struct thread *t = ev->thread;
	struct known *k = &w->threads[(uint64_t)t->tid % TIDS];
	uint32_t epoch = state_epoch(w->state);
	/* Executing replaces the image and touches the thread; a new thread of the same number has another start. */
	bool same = k->tid == t->tid && k->gen == t->gen && k->epoch == epoch &&
		    k->image == t->image;

	for (unsigned i = 0; i < w->n_refs; i++) {
		uint64_t a;

		if (w->refs[i].field->dep != DEP_PROCESS && w->refs[i].field->dep != DEP_IMAGE)
			continue;
		a = answer(w, ev, &w->refs[i]);
		if (same && k->answers[i] != a)
			complain(w, ev, i);
		k->answers[i] = a;
	}
	k->tid = t->tid;
	k->gen = t->gen;
	k->epoch = epoch;
	k->image = t->image;
}

static void all_fields(struct world *w)
{
	struct reason why;

	for (unsigned i = 0; i < fields_count() && w->n_refs < MAX_FIELDS; i++) {
		const struct field *f = field_at(i);
		const char *arg = f->flags & FIELD_ARG_INDEX ? "1"
				  : f->flags & FIELD_ARG_KEY ? "PATH"
							     : NULL;

		if (!strcmp(f->name, "evt.type.is"))
			arg = "openat";
		w->n_refs += field_resolve(&w->arena, str_of(f->name), arg ? str_of(arg) : STR_NONE,
					   &w->refs[w->n_refs], &why);
	}
}

static void play(const char *name)
{
	struct world *w = calloc(1, sizeof(*w));
	struct state_options options = { .host_root = "" };
	char path[512], err[512];
	struct source *source;
	struct event ev = { 0 };

	EXPECT(data_capture(path, sizeof(path), name));
	schema_init();
	all_fields(w);
	w->state = state_new(&options);
	source = source_replay_open(path, w->state, err, sizeof(err));
	while (source && source_next(source, &ev, 0) == SOURCE_EVENT && test_bad < 20) {
		state_process(w->state, &ev);
		check_type(w, &ev);
		if (ev.thread)
			check_thread(w, &ev);
	}
	EXPECT(source && ev.num > 10000);
	if (source)
		source->ops->close(source);
	state_free(w->state);
	arena_free(&w->arena);
	arena_free(&w->scratch);
	free(w);
}

TEST(shell)
{
	play("shell");
}

TEST(net)
{
	play("net");
}

TEST(attack)
{
	play("attack");
}

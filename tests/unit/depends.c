/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The dependency column of fields.def: a field's value must not change while its dependency does
 * not change, because rules/ caches results by it.  Checked on every event of recorded captures.
 */
#include "test.h"

#include <stdlib.h>

#include "fields/field.h"
#include "source/source.h"

#include "data.h"

enum { TIDS = 1024, MAX_FIELDS = 320, TYPES = EVENT_NUMBERS + SYSCALL_CODES };

/* Hashes of a thread's field values, and the dependencies of the values. */
struct snapshot {
	int64_t tid;
	uint32_t gen, epoch;
	const struct image *image;
	uint64_t hashes[MAX_FIELDS];
};

struct replay_check {
	struct arena arena, scratch;
	struct state *state;
	struct field_ref refs[MAX_FIELDS];
	unsigned n_refs;
	struct snapshot threads[TIDS];
	uint64_t types[TYPES][MAX_FIELDS];
	bool type_known[TYPES];
};

/* FNV-1a over every value's text; never 0. */
static uint64_t value_hash(struct replay_check *c, struct event *ev, const struct field_ref *ref)
{
	struct extract x = { ev, c->state, &c->scratch, false };
	struct value values[FIELD_VALUES_MAX];
	unsigned n = field_get_values(&x, ref, values);
	uint64_t h = 14695981039346656037ull ^ n;

	for (unsigned i = 0; i < n; i++) {
		struct str s = field_format(&x, ref, &values[i]);

		for (size_t b = 0; b <= s.n; b++)
			h = (h ^ (b < s.n ? (unsigned char)s.p[b] : 256)) * 1099511628211ull;
	}
	arena_reset(&c->scratch);
	return h | 1;
}

static void report_change(const struct replay_check *c, const struct event *ev, unsigned field)
{
	printf("# %s changed at event %llu (%s%c)\n", c->refs[field].field->name,
	       (unsigned long long)ev->num, ev->info->name, ev->info->dir);
	failed_checks++;
}

static void check_type(struct replay_check *c, struct event *ev)
{
	unsigned type = ev->type == EV_generic ? EVENT_NUMBERS + (unsigned)ev_u64(ev, 0, 0)
					       : ev->type;

	for (unsigned i = 0; type < TYPES && i < c->n_refs; i++) {
		uint64_t hash;

		if (c->refs[i].field->dep != DEP_TYPE)
			continue;
		hash = value_hash(c, ev, &c->refs[i]);
		if (c->type_known[type] && c->types[type][i] != hash)
			report_change(c, ev, i);
		c->types[type][i] = hash;
	}
	if (type < TYPES)
		c->type_known[type] = true;
}

static void check_thread(struct replay_check *c, struct event *ev)
{
	struct thread *t = ev->thread;
	struct snapshot *k = &c->threads[(uint64_t)t->tid % TIDS];
	uint32_t epoch = state_epoch(c->state);
	/* exec replaces the image and increments gen. */
	bool same = k->tid == t->tid && k->gen == t->gen && k->epoch == epoch &&
		    k->image == t->image;

	for (unsigned i = 0; i < c->n_refs; i++) {
		uint64_t hash;

		if (c->refs[i].field->dep != DEP_PROCESS && c->refs[i].field->dep != DEP_IMAGE)
			continue;
		hash = value_hash(c, ev, &c->refs[i]);
		if (same && k->hashes[i] != hash)
			report_change(c, ev, i);
		k->hashes[i] = hash;
	}
	k->tid = t->tid;
	k->gen = t->gen;
	k->epoch = epoch;
	k->image = t->image;
}

static void all_fields(struct replay_check *c)
{
	struct reason why;

	for (unsigned i = 0; i < fields_count() && c->n_refs < MAX_FIELDS; i++) {
		const struct field *f = field_at(i);
		const char *arg = f->flags & FIELD_ARG_INDEX ? "1"
				  : f->flags & FIELD_ARG_KEY ? "PATH"
							     : NULL;

		if (!strcmp(f->name, "evt.type.is"))
			arg = "openat";
		c->n_refs += field_resolve(&c->arena, str_of(f->name), arg ? str_of(arg) : STR_NONE,
					   &c->refs[c->n_refs], &why);
	}
}

static void replay(const char *name)
{
	struct replay_check *c = calloc(1, sizeof(*c));
	struct state_options options = { .host_root = "" };
	char path[512], err[512];
	struct source *source;
	struct event ev = { 0 };

	EXPECT(data_capture(path, sizeof(path), name));
	schema_init();
	all_fields(c);
	c->state = state_new(&options);
	source = source_replay_open(path, c->state, err, sizeof(err));
	while (source && source_next(source, &ev, 0) == SOURCE_EVENT && failed_checks < 20) {
		state_process(c->state, &ev);
		check_type(c, &ev);
		if (ev.thread)
			check_thread(c, &ev);
	}
	EXPECT(source && ev.num > 10000);
	if (source)
		source->ops->close(source);
	state_free(c->state);
	arena_free(&c->arena);
	arena_free(&c->scratch);
	free(c);
}

TEST(dependencies_hold_in_shell)
{
	replay("shell");
}

TEST(dependencies_hold_in_net)
{
	replay("net");
}

TEST(dependencies_hold_in_attack)
{
	replay("attack");
}

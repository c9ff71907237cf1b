// SPDX-License-Identifier: Apache-2.0
/*
 * No field is only a name: each has a value somewhere in the recorded captures, where tests/unit/answers.c holds it
 * against Falco's, or in a case below, or stands in the list of those that cannot have one, with the reason.
 */
#include <stdlib.h>

#include "fields/field.h"
#include "base/macros.h"
#include "source/source.h"

#include "data.h"
#include "state_test.h"

enum { MAX_FIELDS = 512, ASK_ONE_IN = 8 };

/* Without a value whatever happens. */
static const struct {
	const char *name, *why;
} never[] = {
	{ "evt.pluginname", "there are no plugin events" },
	{ "evt.plugininfo", "there are no plugin events" },
	{ "evt.infra.docker.name", "events of a program that is gone, infra" },
	{ "evt.infra.docker.container.id", "the same" },
	{ "evt.infra.docker.container.name", "the same" },
	{ "evt.infra.docker.container.image", "the same" },
};

/* Fields whose argument is not free. */
static const struct {
	const char *name, *arg;
} args[] = {
	{ "evt.type.is", "openat" }, { "evt.arg", "name" },	    { "evt.rawarg", "res" },
	{ "evt.around", "1" },	     { "thread.cgroup", "cpuset" }, { "proc.env", "A" },
};

static struct field_ref refs[MAX_FIELDS];
static bool given[MAX_FIELDS];
static unsigned n_refs;

static const char *arg_of(const struct field *f)
{
	for (unsigned i = 0; i < ARRAY_SIZE(args); i++)
		if (!strcmp(args[i].name, f->name))
			return args[i].arg;
	return f->flags & FIELD_ARG_REQUIRED ? "1" : NULL;
}

/* Of what reads system calls itself: containers' metadata come from elsewhere. */
static bool is_ours(const struct field *f)
{
	return strncmp(f->name, "container.", 10) && strncmp(f->name, "k8s.", 4) &&
	       !strstr(f->name, "is_container_");
}

static void take_fields(struct arena *a)
{
	struct reason why;

	for (unsigned i = 0; i < fields_count() && n_refs < MAX_FIELDS; i++) {
		const struct field *f = field_at(i);
		const char *arg = arg_of(f);

		if (!is_ours(f))
			continue;
		if (!field_resolve(a, str_of(f->name), arg ? str_of(arg) : STR_NONE, &refs[n_refs],
				   &why)) {
			printf("# %.*s\n", STR_ARGS(why.text));
			test_bad++;
			continue;
		}
		n_refs++;
	}
}

static void ask_all(struct extract *x)
{
	struct value values[FIELD_VALUES_MAX];

	for (unsigned i = 0; i < n_refs; i++) {
		if (!given[i])
			given[i] = field_get_values(x, &refs[i], values) > 0;
		arena_reset(x->scratch);
	}
}

static bool play(const char *name)
{
	struct state_options options = { .host_root = "" };
	struct state *state = state_new(&options);
	struct arena scratch = { 0 };
	struct event ev = { 0 };
	char path[512], err[512];
	struct source *source;
	unsigned n = 0;

	if (!data_capture(path, sizeof(path), name)) {
		state_free(state);
		return false;
	}
	source = source_replay_open(path, state, err, sizeof(err));
	while (source && source_next(source, &ev, 0) == SOURCE_EVENT) {
		struct extract x = { &ev, state, &scratch, n / ASK_ONE_IN % 2 };

		state_process(state, &ev);
		if (n++ % ASK_ONE_IN == 0)
			ask_all(&x);
	}
	if (source)
		source->ops->close(source);
	state_free(state);
	arena_free(&scratch);
	return n > 200;
}

static const char *reason(const char *name)
{
	for (unsigned i = 0; i < ARRAY_SIZE(never); i++)
		if (!strcmp(never[i].name, name))
			return never[i].why;
	return NULL;
}

/* Per class: how many fields, how many with a value, how many that cannot have one. */
static void print_classes(void)
{
	for (unsigned i = 0; i < n_refs; i++) {
		const struct field_class *class = refs[i].field->class;
		unsigned all = 0, with = 0;

		for (unsigned k = 0; k < n_refs; k++) {
			all += refs[k].field->class == class;
			with += refs[k].field->class == class && given[k];
		}
		if (!i || refs[i - 1].field->class != class)
			printf("# class %s%s%s: %u fields, %u with a value\n", class->name,
			       class->brief ? ", " : "", class->brief ? class->brief : "", all,
			       with);
	}
}

TEST(every_field_has_a_value_somewhere)
{
	static const char *const names[] = { "attack", "net" };
	unsigned without = 0;
	struct arena arena = { 0 };

	schema_init();
	take_fields(&arena);
	EXPECT_INT(n_refs, 233);
	for (unsigned i = 0; i < ARRAY_SIZE(names); i++)
		EXPECT(play(names[i]));
	for (unsigned i = 0; i < n_refs; i++) {
		const char *name = refs[i].field->name, *why = reason(name);

		without += !given[i];
		if (given[i] ? why != NULL : why == NULL) {
			printf("# %s: %s\n", name,
			       given[i] ? "has a value after all" : "never has a value");
			test_bad++;
		}
	}
	print_classes();
	printf("# %u of %u fields with a value\n", n_refs - without, n_refs);
	arena_free(&arena);
}

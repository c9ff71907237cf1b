// SPDX-License-Identifier: Apache-2.0
/*
 * Every field has a value on some event of the recorded captures, or is listed in never_set with
 * the reason. tests/unit/answers.c compares the values with Falco's.
 */
#include <stdlib.h>

#include "fields/field.h"
#include "base/macros.h"
#include "source/source.h"

#include "data.h"
#include "state_test.h"

enum { MAX_FIELDS = 512, EXTRACT_ONE_IN = 8 };

/* Fields that never have a value. */
static const struct {
	const char *name, *why;
} never_set[] = {
	{ "evt.pluginname", "there are no plugin events" },
	{ "evt.plugininfo", "there are no plugin events" },
	{ "evt.infra.docker.name", "no program sends infra events any more" },
	{ "evt.infra.docker.container.id", "no program sends infra events any more" },
	{ "evt.infra.docker.container.name", "no program sends infra events any more" },
	{ "evt.infra.docker.container.image", "no program sends infra events any more" },
};

/* Arguments of fields that do not take any string or number. */
static const struct {
	const char *name, *arg;
} args[] = {
	{ "evt.type.is", "openat" }, { "evt.arg", "name" },	    { "evt.rawarg", "res" },
	{ "evt.around", "1" },	     { "thread.cgroup", "cpuset" }, { "proc.env", "A" },
};

static struct field_ref refs[MAX_FIELDS];
static bool has_value[MAX_FIELDS];
static unsigned n_refs;

static const char *arg_of(const struct field *f)
{
	for (unsigned i = 0; i < ARRAY_SIZE(args); i++)
		if (!strcmp(args[i].name, f->name))
			return args[i].arg;
	return f->flags & FIELD_ARG_REQUIRED ? "1" : NULL;
}

/* Without container and Kubernetes metadata: plugins set those fields. */
static bool is_from_events(const struct field *f)
{
	return strncmp(f->name, "container.", 10) && strncmp(f->name, "k8s.", 4) &&
	       !strstr(f->name, "is_container_");
}

static void resolve_fields(struct arena *a)
{
	struct reason why;

	for (unsigned i = 0; i < fields_count() && n_refs < MAX_FIELDS; i++) {
		const struct field *f = field_at(i);
		const char *arg = arg_of(f);

		if (!is_from_events(f))
			continue;
		if (!field_resolve(a, str_of(f->name), arg ? str_of(arg) : STR_NONE, &refs[n_refs],
				   &why)) {
			printf("# %.*s\n", STR_ARGS(why.text));
			failed_checks++;
			continue;
		}
		n_refs++;
	}
}

static void extract_all(struct extract *x)
{
	struct value values[FIELD_VALUES_MAX];

	for (unsigned i = 0; i < n_refs; i++) {
		if (!has_value[i])
			has_value[i] = field_get_values(x, &refs[i], values) > 0;
		arena_reset(x->scratch);
	}
}

static bool replay_capture(const char *name)
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
		struct extract x = { &ev, state, &scratch, n / EXTRACT_ONE_IN % 2 };

		state_process(state, &ev);
		if (n++ % EXTRACT_ONE_IN == 0)
			extract_all(&x);
	}
	if (source)
		source->ops->close(source);
	state_free(state);
	arena_free(&scratch);
	return n > 200;
}

static const char *never_set_reason(const char *name)
{
	for (unsigned i = 0; i < ARRAY_SIZE(never_set); i++)
		if (!strcmp(never_set[i].name, name))
			return never_set[i].why;
	return NULL;
}

/* Prints for each class the number of fields, and of fields with a value; read by tests/show. */
static void print_classes(void)
{
	for (unsigned i = 0; i < n_refs; i++) {
		const struct field_class *class = refs[i].field->class;
		unsigned all = 0, with = 0;

		for (unsigned k = 0; k < n_refs; k++) {
			all += refs[k].field->class == class;
			with += refs[k].field->class == class && has_value[k];
		}
		if (!i || refs[i - 1].field->class != class)
			printf("# class %s%s%s: %u fields, %u with a value\n", class->name,
			       class->brief ? ", " : "", class->brief ? class->brief : "", all,
			       with);
	}
}

TEST(every_field_has_a_value_on_some_event)
{
	static const char *const names[] = { "attack", "net" };
	unsigned without = 0;
	struct arena arena = { 0 };

	schema_init();
	resolve_fields(&arena);
	EXPECT_INT(n_refs, 233);
	for (unsigned i = 0; i < ARRAY_SIZE(names); i++)
		EXPECT(replay_capture(names[i]));
	for (unsigned i = 0; i < n_refs; i++) {
		const char *name = refs[i].field->name, *why = never_set_reason(name);

		without += !has_value[i];
		if (has_value[i] ? why != NULL : why == NULL) {
			printf("# %s: %s\n", name,
			       has_value[i] ? "has a value, but is in never_set"
					    : "never has a value");
			failed_checks++;
		}
	}
	print_classes();
	printf("# %u of %u fields with a value\n", n_refs - without, n_refs);
	arena_free(&arena);
}

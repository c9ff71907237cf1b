// SPDX-License-Identifier: Apache-2.0
/* Event class -> the rules worth asking. */
#include "rules/index.h"

#include <stdlib.h>

/* One event number (and system call, for generic events) as an event that carries nothing else. */
struct specimen {
	struct event ev;
	uint8_t rec[EVENT_HEADER + 2 * 2 + 2 + 2];
};

static void specimen_init(struct specimen *s, unsigned type, unsigned code)
{
	uint16_t lens[2] = { 2, 2 }, params[2] = { (uint16_t)code, 0 };

	*s = (struct specimen){ 0 };
	s->ev.rec = s->rec;
	s->ev.len = sizeof(s->rec);
	s->ev.type = (uint16_t)type;
	s->ev.info = &event_infos[type];
	s->ev.tid = TID_NONE;
	s->ev.fd_num = -1;
	if (type != EV_generic)
		return;
	memcpy(s->rec + EVENT_HEADER, lens, sizeof(lens));
	memcpy(s->rec + EVENT_HEADER + 4, params, sizeof(params));
	s->ev.n_params = 2;
	s->ev.at = event_infos[EV_generic].fixed_at;
}

/* What is known of a class: answers of the atoms that depend on the event number alone. */
struct type_facts {
	struct dag_facts facts;
	const struct atoms *atoms;
	const uint8_t *answers;		/* per atom: enum truth */
};

static enum truth type_truth(const struct dag_facts *f, uint32_t atom)
{
	const struct type_facts *t = (const struct type_facts *)f;

	return (enum truth)t->answers[atom];
}

/* Metaevents carry their name in a parameter: nothing is known of them beforehand. */
static bool name_is_param(unsigned type)
{
	return event_infos[type].flags & LARGE_PAYLOAD;
}

static void answer(uint8_t *answers, const struct atoms *atoms, unsigned type, unsigned code, struct arena *scratch)
{
	struct specimen s;
	struct extract x = { .ev = &s.ev, .scratch = scratch };

	specimen_init(&s, type, code);
	for (unsigned i = 0; i < atoms->n; i++) {
		const struct atom *a = atoms->v[i];

		answers[i] = TRUTH_UNKNOWN;
		if (atom_dep(a) == DEP_TYPE && !name_is_param(type))
			answers[i] = atom_holds(a, &x) ? TRUTH_YES : TRUTH_NO;
	}
}

struct classifier {
	struct index *ix;
	const struct dag *all;
	struct dag_node *const *roots;
	unsigned n_rules;
	const struct atoms *atoms;
	uint8_t **seen;			/* answers per class */
	unsigned capacity;
	struct dag_memo memo;
	struct arena scratch;
};

static bool cut_class(struct classifier *c, const uint8_t *answers, struct class_rules *out)
{
	struct type_facts facts = { { type_truth }, c->atoms, answers };

	*out = (struct class_rules){ 0 };
	out->rules = malloc((c->n_rules + 1) * sizeof(*out->rules));
	out->roots = malloc((c->n_rules + 1) * sizeof(*out->roots));
	if (!out->rules || !out->roots)
		return false;
	dag_memo_reset(&c->memo, c->all);
	for (unsigned i = 0; i < c->n_rules; i++) {
		struct dag_node *left = dag_cut(&c->ix->dag, c->roots[i], &facts.facts, &c->memo);

		if (left->kind == DAG_FALSE)
			continue;
		out->rules[out->n] = i;
		out->roots[out->n++] = left;
	}
	return true;
}

/* The number of the class with these answers; -1 when out of memory. */
static int classify(struct classifier *c, unsigned type, unsigned code)
{
	struct index *ix = c->ix;
	uint8_t *answers = malloc(c->atoms->n + 1);

	if (!answers)
		return -1;
	answer(answers, c->atoms, type, code, &c->scratch);
	arena_reset(&c->scratch);
	for (unsigned k = 0; k < ix->n_classes; k++)
		if (c->seen[k] && !memcmp(c->seen[k], answers, c->atoms->n)) {
			free(answers);
			return (int)k;
		}
	if (ix->n_classes == c->capacity) {
		unsigned capacity = c->capacity ? 2 * c->capacity : 32;
		struct class_rules *classes = realloc(ix->classes, capacity * sizeof(*classes));
		uint8_t **seen;

		if (classes)
			ix->classes = classes;
		seen = realloc(c->seen, capacity * sizeof(*seen));
		if (seen)
			c->seen = seen;
		if (!classes || !seen) {
			free(answers);
			return -1;
		}
		c->capacity = capacity;
	}
	c->seen[ix->n_classes] = answers;
	if (!cut_class(c, answers, &ix->classes[ix->n_classes++]))
		return -1;
	return (int)ix->n_classes - 1;
}

static bool classify_all(struct classifier *c)
{
	struct index *ix = c->ix;
	int k;

	for (unsigned type = 0; type < EVENT_NUMBERS; type++) {
		if (!event_infos[type].name || type == EV_generic)
			continue;
		k = classify(c, type, 0);
		if (k < 0)
			return false;
		ix->of_event[type] = (uint16_t)k;
	}
	for (unsigned code = 0; code < SYSCALL_CODES; code++) {
		k = classify(c, EV_generic, code);
		if (k < 0)
			return false;
		ix->of_code[code] = (uint16_t)k;
	}
	return true;
}

bool index_build(struct index *ix, const struct dag *all, struct dag_node *const *roots, unsigned n_rules,
		 const struct atoms *atoms)
{
	struct classifier c = { .ix = ix, .all = all, .roots = roots, .n_rules = n_rules, .atoms = atoms };
	bool good;

	*ix = (struct index){ 0 };
	dag_init(&ix->dag);
	/* Class 0: numbers this schema does not know. */
	c.capacity = 32;
	ix->classes = calloc(c.capacity, sizeof(*ix->classes));
	c.seen = calloc(c.capacity, sizeof(*c.seen));
	if (ix->classes)
		ix->n_classes = 1;
	good = ix->classes && c.seen && classify_all(&c);
	for (unsigned k = 0; c.seen && k < ix->n_classes; k++)
		free(c.seen[k]);
	free(c.seen);
	dag_memo_free(&c.memo);
	arena_free(&c.scratch);
	if (!good)
		index_free(ix);
	return good;
}

void index_free(struct index *ix)
{
	for (unsigned k = 0; k < ix->n_classes; k++) {
		free(ix->classes[k].rules);
		free(ix->classes[k].roots);
	}
	free(ix->classes);
	dag_free(&ix->dag);
	*ix = (struct index){ 0 };
}

// SPDX-License-Identifier: Apache-2.0
/* Event class -> the rules worth asking. */
#include "rules/event_class.h"

#include "base/memory.h"

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
	for (unsigned i = 0; i < 3; i++)
		s->ev.own_at[i] = EVENT_HEADER + 4 + 2 * i;
	s->ev.at = s->ev.own_at;
}

/* What is known of a class: answers of the atoms that depend on the event number alone. */
struct type_facts {
	struct dag_facts facts;
	const uint8_t *answers; /* enum truth of atoms about the number, see classifier */
	const uint32_t *position;
};

static enum truth type_truth(const struct dag_facts *f, uint32_t atom)
{
	const struct type_facts *t = (const struct type_facts *)f;

	uint32_t at = t->position[atom];

	return at ? (enum truth)t->answers[at - 1] : TRUTH_UNKNOWN;
}

/* Metaevents carry their name in a parameter: nothing is known of them beforehand. */
static bool name_is_param(unsigned type)
{
	return event_infos[type].flags & LARGE_PAYLOAD;
}

struct classifier {
	struct event_classes *ix;
	const struct dag *all;
	struct dag_node *const *roots;
	unsigned n_rules;
	const struct atoms *atoms;
	uint32_t *position; /* per atom: 1 + its position among those about the number alone; 0 for others */
	uint32_t *about; /* these atoms */
	unsigned n_about;
	uint8_t **seen; /* answers per class, of these atoms */
	unsigned capacity;
	struct dag_memo memo;
	struct arena scratch;
};

/* Few atoms are about the number alone; only they tell classes apart. */
static bool find_about(struct classifier *c)
{
	c->position = memory_zero(c->atoms->n + 1, sizeof(*c->position));
	c->about = memory_zero(c->atoms->n + 1, sizeof(*c->about));
	if (!c->position || !c->about)
		return false;
	for (unsigned i = 0; i < c->atoms->n; i++) {
		if (atom_dep(c->atoms->v[i]) == DEP_TYPE) {
			c->about[c->n_about++] = i;
			c->position[i] = c->n_about;
		}
	}
	return true;
}

static void answer(struct classifier *c, uint8_t *answers, unsigned type, unsigned code)
{
	struct specimen s;
	struct extract x = { .ev = &s.ev, .scratch = &c->scratch };

	specimen_init(&s, type, code);
	memset(answers, TRUTH_UNKNOWN, c->n_about);
	for (unsigned i = 0; i < c->n_about && !name_is_param(type); i++)
		answers[i] = atom_holds(c->atoms->v[c->about[i]], &x) ? TRUTH_YES : TRUTH_NO;
}

static bool cut_class(struct classifier *c, const uint8_t *answers, struct class_rules *out)
{
	struct type_facts facts = { { type_truth }, answers, c->position };

	*out = (struct class_rules){ 0 };
	out->rules = memory_get((c->n_rules + 1) * sizeof(*out->rules));
	out->roots = memory_get((c->n_rules + 1) * sizeof(*out->roots));
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
	struct event_classes *ix = c->ix;
	uint8_t *answers = memory_get(c->n_about + 1);

	if (!answers)
		return -1;
	answer(c, answers, type, code);
	arena_reset(&c->scratch);
	for (unsigned k = 0; k < ix->n_classes; k++)
		if (c->seen[k] && !memcmp(c->seen[k], answers, c->n_about)) {
			memory_put(answers);
			return (int)k;
		}
	if (ix->n_classes == c->capacity) {
		unsigned capacity = c->capacity ? 2 * c->capacity : 32;
		struct class_rules *classes = memory_resize(ix->classes, capacity, sizeof(*classes));
		uint8_t **seen;

		if (classes)
			ix->classes = classes;
		seen = memory_resize(c->seen, capacity, sizeof(*seen));
		if (seen)
			c->seen = seen;
		if (!classes || !seen) {
			memory_put(answers);
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
	struct event_classes *ix = c->ix;
	int k;

	for (unsigned type = 0; type < EVENT_NUMBERS; type++) {
		if (!event_infos[type].name || type == EV_generic)
			continue;
		k = classify(c, type, 0);
		if (k < 0)
			return false;
		ix->of_event[type] = ix->classes[k].n ? (uint16_t)k : 0;
	}
	for (unsigned code = 0; code < SYSCALL_CODES; code++) {
		k = classify(c, EV_generic, code);
		if (k < 0)
			return false;
		ix->of_code[code] = ix->classes[k].n ? (uint16_t)k : 0;
		if (ix->of_code[code])
			ix->of_event[EV_generic] = ix->of_code[code];
	}
	return true;
}

bool event_classes_build(struct event_classes *ix, const struct dag *all,
			 struct dag_node *const *roots, unsigned n_rules, const struct atoms *atoms)
{
	struct classifier c = {
		.ix = ix, .all = all, .roots = roots, .n_rules = n_rules, .atoms = atoms
	};
	bool good;

	*ix = (struct event_classes){ 0 };
	dag_init(&ix->dag);
	/* Class 0: numbers this schema does not know, and those no rule is about. */
	c.capacity = 32;
	ix->classes = memory_zero(c.capacity, sizeof(*ix->classes));
	c.seen = memory_zero(c.capacity, sizeof(*c.seen));
	if (ix->classes)
		ix->n_classes = 1;
	good = ix->classes && c.seen && find_about(&c) && classify_all(&c);
	for (unsigned k = 0; c.seen && k < ix->n_classes; k++)
		memory_put(c.seen[k]);
	memory_put(c.seen);
	memory_put(c.position);
	memory_put(c.about);
	dag_memo_free(&c.memo);
	arena_free(&c.scratch);
	if (!good)
		event_classes_free(ix);
	return good;
}

void event_classes_free(struct event_classes *ix)
{
	for (unsigned k = 0; k < ix->n_classes; k++) {
		memory_put(ix->classes[k].rules);
		memory_put(ix->classes[k].roots);
	}
	memory_put(ix->classes);
	dag_free(&ix->dag);
	*ix = (struct event_classes){ 0 };
}

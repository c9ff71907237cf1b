// SPDX-License-Identifier: Apache-2.0
/*
 * Event classes: evaluates predicates on the event type, specializes the rules for their results.
 */
#include "rules/event_class.h"

#include "base/memory.h"

/* An event that has only its number, and for generic events the code of its system call. */
struct sample_event {
	struct event ev;
	uint8_t rec[EVENT_HEADER + 2 * 2 + 2 + 2];
};

static void sample_event_init(struct sample_event *s, unsigned type, unsigned code)
{
	uint16_t lens[2] = { 2, 2 }, params[2] = { (uint16_t)code, 0 };

	*s = (struct sample_event){ 0 };
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

/* The results of the type atoms for one class. */
struct type_facts {
	struct dag_facts facts;
	const uint8_t *results; /* enum truth, per type atom */
	const uint32_t *position;
};

static enum truth type_truth(const struct dag_facts *f, uint32_t atom)
{
	const struct type_facts *t = (const struct type_facts *)f;

	uint32_t at = t->position[atom];

	return at ? (enum truth)t->results[at - 1] : TRUTH_UNKNOWN;
}

/*
 * Asynchronous events and the like have their name in a parameter, so the number does not determine
 * it.
 */
static bool name_is_param(unsigned type)
{
	return event_infos[type].flags & LARGE_PAYLOAD;
}

struct classifier {
	struct event_classes *ec;
	const struct dag *all;
	struct dag_node *const *roots;
	unsigned n_rules;
	const struct atoms *atoms;
	uint32_t *position;   /* per atom: its position among the type atoms + 1; 0 for others */
	uint32_t *type_atoms; /* atoms that depend on the event type alone */
	unsigned n_type_atoms;
	uint8_t **results; /* of the type atoms, per class */
	unsigned capacity;
	struct dag_memo memo;
	struct arena scratch;
};

static void find_type_atoms(struct classifier *c)
{
	c->position = memory_zero(c->atoms->n + 1, sizeof(*c->position));
	c->type_atoms = memory_zero(c->atoms->n + 1, sizeof(*c->type_atoms));
	for (unsigned i = 0; i < c->atoms->n; i++) {
		if (atom_dep(c->atoms->v[i]) == DEP_TYPE) {
			c->type_atoms[c->n_type_atoms++] = i;
			c->position[i] = c->n_type_atoms;
		}
	}
}

static void evaluate(struct classifier *c, uint8_t *results, unsigned type, unsigned code)
{
	struct sample_event s;
	struct extract x = { .ev = &s.ev, .scratch = &c->scratch };

	sample_event_init(&s, type, code);
	memset(results, TRUTH_UNKNOWN, c->n_type_atoms);
	for (unsigned i = 0; i < c->n_type_atoms && !name_is_param(type); i++)
		results[i] = atom_holds(c->atoms->v[c->type_atoms[i]], &x) ? TRUTH_YES : TRUTH_NO;
	arena_reset(&c->scratch);
}

static void specialize_class(struct classifier *c, const uint8_t *results, struct class_rules *out)
{
	struct type_facts facts = { { type_truth }, results, c->position };

	*out = (struct class_rules){ 0 };
	out->rules = memory_alloc((c->n_rules + 1) * sizeof(*out->rules));
	out->roots = memory_alloc((c->n_rules + 1) * sizeof(*out->roots));
	dag_memo_reset(&c->memo, c->all);
	for (unsigned i = 0; i < c->n_rules; i++) {
		struct dag_node *left =
			dag_specialize(&c->ec->dag, c->roots[i], &facts.facts, &c->memo);

		if (left->kind == DAG_FALSE)
			continue;
		out->rules[out->n] = i;
		out->roots[out->n++] = left;
	}
}

static void reserve_class(struct classifier *c)
{
	if (c->ec->n_classes < c->capacity)
		return;
	c->capacity = c->capacity ? 2 * c->capacity : 32;
	c->ec->classes = memory_resize(c->ec->classes, c->capacity, sizeof(*c->ec->classes));
	c->results = memory_resize(c->results, c->capacity, sizeof(*c->results));
}

/* The class of an event number and system call code; 0 if it has no rules. */
static uint16_t classify(struct classifier *c, unsigned type, unsigned code)
{
	struct event_classes *ec = c->ec;
	uint8_t *results = memory_alloc(c->n_type_atoms + 1);
	unsigned k = 1;

	evaluate(c, results, type, code);
	while (k < ec->n_classes && memcmp(c->results[k], results, c->n_type_atoms))
		k++;
	if (k < ec->n_classes) {
		memory_free(results);
	} else {
		reserve_class(c);
		c->results[k] = results;
		specialize_class(c, results, &ec->classes[ec->n_classes++]);
	}
	return ec->classes[k].n ? (uint16_t)k : 0;
}

static void classify_all(struct classifier *c)
{
	struct event_classes *ec = c->ec;

	for (unsigned type = 0; type < EVENT_NUMBERS; type++)
		if (event_infos[type].name && type != EV_generic)
			ec->of_event[type] = classify(c, type, 0);
	for (unsigned code = 0; code < SYSCALL_CODES; code++) {
		ec->of_code[code] = classify(c, EV_generic, code);
		if (ec->of_code[code])
			ec->of_event[EV_generic] = ec->of_code[code];
	}
}

void event_classes_build(struct event_classes *ec, const struct dag *all,
			 struct dag_node *const *roots, unsigned n_rules, const struct atoms *atoms)
{
	struct classifier c = {
		.ec = ec, .all = all, .roots = roots, .n_rules = n_rules, .atoms = atoms
	};

	*ec = (struct event_classes){ 0 };
	dag_init(&ec->dag);
	reserve_class(&c);
	/* Class 0: event numbers that are not in the schema, and those without rules. */
	ec->classes[0] = (struct class_rules){ 0 };
	ec->n_classes = 1;
	find_type_atoms(&c);
	classify_all(&c);
	for (unsigned k = 1; k < ec->n_classes; k++)
		memory_free(c.results[k]);
	memory_free(c.results);
	memory_free(c.position);
	memory_free(c.type_atoms);
	dag_memo_free(&c.memo);
	arena_free(&c.scratch);
}

void event_classes_free(struct event_classes *ec)
{
	for (unsigned k = 0; k < ec->n_classes; k++) {
		memory_free(ec->classes[k].rules);
		memory_free(ec->classes[k].roots);
	}
	memory_free(ec->classes);
	dag_free(&ec->dag);
	*ec = (struct event_classes){ 0 };
}

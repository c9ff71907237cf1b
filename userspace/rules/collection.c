// SPDX-License-Identifier: Apache-2.0
/* Collection of the lists, macros and rules as read, by position and by name. */
#include "rules/item.h"

#include <stdint.h>

static void copy_names(struct map *to, const struct map *from)
{
	for (unsigned i = 0; i < from->n; i++)
		map_put(to, from->v[i].key, from->v[i].value);
}

#define COPY_VEC(to, from)                                  \
	do {                                                \
		for (unsigned i_ = 0; i_ < (from)->n; i_++) \
			vec_push((to), (from)->v[i_]);      \
	} while (0)

void collection_copy(struct collection *to, const struct collection *from)
{
	*to = (struct collection){
		.counter = from->counter,
		.engine_minor = from->engine_minor,
		.engine_patch = from->engine_patch,
	};
	COPY_VEC(&to->lists, &from->lists);
	COPY_VEC(&to->macros, &from->macros);
	COPY_VEC(&to->rules, &from->rules);
	COPY_VEC(&to->requirements, &from->requirements);
	copy_names(&to->list_names, &from->list_names);
	copy_names(&to->macro_names, &from->macro_names);
	copy_names(&to->rule_names, &from->rule_names);
}

void collection_free(struct collection *c)
{
	vec_free(&c->lists);
	vec_free(&c->macros);
	vec_free(&c->rules);
	vec_free(&c->requirements);
	map_free(&c->list_names);
	map_free(&c->macro_names);
	map_free(&c->rule_names);
}

int collection_find(const struct map *names, struct str name)
{
	return (int)(uintptr_t)map_get(names, name) - 1;
}

/* A redefinition keeps the index and takes a new visibility. */
void collection_put_list(struct collection *c, struct list_item *item)
{
	int at = collection_find(&c->list_names, item->name);

	item->visibility = c->counter++;
	if (at >= 0) {
		item->index = c->lists.v[at]->index;
		c->lists.v[at] = item;
		return;
	}
	item->index = item->visibility;
	vec_push(&c->lists, item);
	map_put(&c->list_names, item->name, (void *)(uintptr_t)c->lists.n);
}

void collection_put_macro(struct collection *c, struct macro_item *item)
{
	int at = collection_find(&c->macro_names, item->name);

	item->visibility = c->counter++;
	if (at >= 0) {
		item->index = c->macros.v[at]->index;
		c->macros.v[at] = item;
		return;
	}
	item->index = item->visibility;
	vec_push(&c->macros, item);
	map_put(&c->macro_names, item->name, (void *)(uintptr_t)c->macros.n);
}

void collection_put_rule(struct collection *c, struct rule_item *item)
{
	int at = collection_find(&c->rule_names, item->name);

	if (at >= 0) {
		c->rules.v[at] = item;
		return;
	}
	vec_push(&c->rules, item);
	map_put(&c->rule_names, item->name, (void *)(uintptr_t)c->rules.n);
}

// SPDX-License-Identifier: Apache-2.0
/* The configuration as a mutable tree. */
#include "config/node.h"

#include <stdlib.h>

struct config_node *config_node_new(struct arena *a, enum config_kind kind)
{
	struct config_node *node = arena_new(a, struct config_node);

	node->kind = kind;
	return node;
}

struct config_node *config_node_scalar(struct arena *a, struct str text)
{
	struct config_node *node = config_node_new(a, CONFIG_SCALAR);

	node->text = arena_str(a, text);
	return node;
}

void config_node_add(struct config_node *parent, struct str key, struct config_node *kid)
{
	kid->key = key;
	kid->next = NULL;
	if (parent->last)
		parent->last->next = kid;
	else
		parent->first = kid;
	parent->last = kid;
}

static struct config_node *member(const struct config_node *node, struct str key)
{
	if (!node || node->kind != CONFIG_MAP)
		return NULL;
	for (struct config_node *kid = node->first; kid; kid = kid->next) {
		if (str_eq(kid->key, key))
			return kid;
	}
	return NULL;
}

struct config_node *config_node_member(const struct config_node *node, const char *key)
{
	return member(node, str_of(key));
}

struct config_node *config_node_find(const struct config_node *root, const char *path)
{
	const struct config_node *node = root;

	while (node && *path) {
		size_t n = strcspn(path, ".");

		node = member(node, (struct str){ path, n });
		path += n + (path[n] == '.');
	}
	return (struct config_node *)node;
}

void config_node_become(struct config_node *node, const struct config_node *from)
{
	node->kind = from->kind;
	node->text = from->text;
	node->first = from->first;
	node->last = from->last;
	node->line = from->line;
	node->column = from->column;
}

/* Makes the node a map or a list, because a path continues below it; drops another value. */
static void make_parent(struct config_node *node, enum config_kind kind)
{
	if (node->kind == kind)
		return;
	node->kind = kind;
	node->text = STR_NONE;
	node->first = node->last = NULL;
}

static bool is_special(char c)
{
	return c == '.' || c == '[' || c == ']' || c == '\\';
}

/* Removes the first name from *path; returns it with escapes resolved. */
static struct str take_name(struct arena *a, struct str *path, const char **why)
{
	char *name = arena_bytes(a, path->n + 1);
	size_t n = 0, at = 0;

	for (; at < path->n && path->p[at] != '.' && path->p[at] != '['; at++) {
		if (path->p[at] == ']') {
			*why = "a ']' without its '['";
			return STR_NONE;
		}
		if (path->p[at] == '\\') {
			if (at + 1 == path->n || !is_special(path->p[at + 1])) {
				*why = "'\\' is only allowed before '.', '[', ']' or '\\'";
				return STR_NONE;
			}
			at++;
		}
		name[n++] = path->p[at];
	}
	*path = str_skip(*path, at);
	if (!n)
		*why = "an empty name";
	return (struct str){ name, n };
}

static struct config_node *element(struct arena *a, struct config_node *list, long index)
{
	struct config_node *kid;

	make_parent(list, CONFIG_LIST);
	kid = list->first;
	for (; kid && index > 0; index--)
		kid = kid->next;
	/* A position at or after the end appends one element, never several. */
	if (index < 0 || !kid) {
		kid = config_node_new(a, CONFIG_NULL);
		config_node_add(list, STR_NONE, kid);
	}
	return kid;
}

/*
 * Removes "[3]" or "[]" from the front of *path; returns the element of node, which is made a list.
 */
static struct config_node *take_element(struct arena *a, struct config_node *node, struct str *path,
					const char **why)
{
	long index = -1;
	size_t at = 1;

	for (; at < path->n && path->p[at] >= '0' && path->p[at] <= '9' && index < 1000000; at++)
		index = (index < 0 ? 0 : index) * 10 + (path->p[at] - '0');
	if (at >= path->n || path->p[at] != ']') {
		*why = "only a number is allowed between '[' and ']'";
		return NULL;
	}
	*path = str_skip(*path, at + 1);
	/* [] is a new element at the end. */
	if (index < 0) {
		struct config_node *kid = config_node_new(a, CONFIG_NULL);

		make_parent(node, CONFIG_LIST);
		config_node_add(node, STR_NONE, kid);
		return kid;
	}
	return element(a, node, index);
}

struct config_node *config_node_make(struct arena *a, struct config_node *root, struct str path,
				     const char **why)
{
	struct config_node *node = root;

	*why = NULL;
	do {
		struct str name = take_name(a, &path, why);
		struct config_node *kid;

		if (*why)
			return NULL;
		make_parent(node, CONFIG_MAP);
		kid = member(node, name);
		if (!kid) {
			kid = config_node_new(a, CONFIG_NULL);
			config_node_add(node, name, kid);
		}
		node = kid;
		while (path.n && path.p[0] == '[') {
			node = take_element(a, node, &path, why);
			if (!node)
				return NULL;
		}
		if (path.n && path.p[0] != '.') {
			*why = "only '.' and '[' are allowed after ']'";
			return NULL;
		}
		if (path.n && path.n == 1) {
			*why = "an empty name";
			return NULL;
		}
		path = str_skip(path, path.n ? 1 : 0);
	} while (path.n);
	return node;
}

static void append_all(struct config_node *to, struct config_node *from)
{
	for (struct config_node *kid = from->first, *next; kid; kid = next) {
		next = kid->next;
		config_node_add(to, kid->key, kid);
	}
}

void config_node_merge(struct config_node *root, struct config_node *from, enum config_strategy how)
{
	for (struct config_node *kid = from->first, *next; kid; kid = next) {
		struct config_node *old = member(root, kid->key);

		next = kid->next;
		if (!old)
			config_node_add(root, kid->key, kid);
		else if (how == STRATEGY_APPEND && old->kind == CONFIG_LIST &&
			 kid->kind == CONFIG_LIST)
			append_all(old, kid);
		else if (how != STRATEGY_ADD_ONLY)
			config_node_become(old, kid);
	}
}

/* Length of "${NAME}" at the front of s; 0 if s does not begin with one. */
static size_t reference_len(struct str s)
{
	const char *end;

	if (s.n < 3 || s.p[0] != '$' || s.p[1] != '{')
		return 0;
	end = memchr(s.p, '}', s.n);
	return end ? (size_t)(end - s.p) + 1 : 0;
}

static struct str variable(struct arena *a, struct str ref)
{
	struct str name = arena_str(a, (struct str){ ref.p + 2, ref.n - 3 });

	return str_of(getenv(name.p));
}

static struct str expand(struct arena *a, struct str text)
{
	struct str done = { "", 0 };

	while (text.n) {
		const char *dollar = memchr(text.p, '$', text.n);
		size_t before = dollar ? (size_t)(dollar - text.p) : text.n, n;
		struct str rest = str_skip(text, before), value;

		if (!dollar)
			break;
		if (rest.n > 1 && rest.p[1] == '$' && (n = reference_len(str_skip(rest, 1)))) {
			value = (struct str){ rest.p + 1, n };
			n++;
		} else if ((n = reference_len(rest))) {
			value = variable(a, (struct str){ rest.p, n });
		} else {
			break;
		}
		done = arena_printf(a, "%.*s%.*s%.*s", STR_ARGS(done), (int)before, text.p,
				    STR_ARGS(value));
		text = str_skip(rest, n);
	}
	return done.n ? arena_printf(a, "%.*s%.*s", STR_ARGS(done), STR_ARGS(text)) : text;
}

void config_node_expand(struct arena *a, struct config_node *node)
{
	if (node->kind == CONFIG_SCALAR &&
	    memchr(node->text.p ? node->text.p : "", '$', node->text.n))
		node->text = expand(a, node->text);
	for (struct config_node *kid = node->first; kid; kid = kid->next)
		config_node_expand(a, kid);
}

// SPDX-License-Identifier: Apache-2.0
/* Parser of YAML into a tree; nodes have their position in the file. */
#include "yaml/tree.h"

#include <errno.h>
#include <strings.h>
#include <yaml.h>

#include "base/map.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "base/vec.h"

/* An open list or map. */
struct level {
	struct tree_node *node;
	VEC(struct tree_node *) items; /* of a map: key, value, key, ... */
};

struct builder {
	struct arena *arena;
	struct tree *tree;
	yaml_parser_t parser;
	yaml_event_t event; /* the current event */
	struct level levels[TREE_MAX_DEPTH];
	unsigned depth;
	struct map anchors; /* of the current document */
	VEC(struct tree_node *) docs;
	uint32_t total; /* number of nodes, aliases expanded */
	bool good;
};

/* ---- positions ---- */

/*
 * Length in bytes of the line break at s[i]; 0 if there is none.  The same line breaks as in
 * libyaml.
 */
static unsigned break_len(struct str s, size_t i)
{
	const unsigned char *p = (const unsigned char *)s.p + i;
	size_t left = s.n - i;

	if (p[0] == '\r')
		return left > 1 && p[1] == '\n' ? 2 : 1;
	if (p[0] == '\n')
		return 1;
	if (p[0] == 0xc2 && left > 1 && p[1] == 0x85)
		return 2;
	if (p[0] == 0xe2 && left > 2 && p[1] == 0x80 && (p[2] == 0xa8 || p[2] == 0xa9))
		return 3;
	return 0;
}

static void find_lines(struct arena *a, struct tree *t)
{
	VEC(uint32_t) lines = { 0 };
	unsigned len;

	vec_push(&lines, 0);
	for (size_t i = 0; i < t->source.n; i += len ? len : 1) {
		/* Fast path: a printable ASCII byte is never part of a line break. */
		if ((unsigned char)t->source.p[i] >= ' ' && (unsigned char)t->source.p[i] < 0x80) {
			len = 1;
			continue;
		}
		len = break_len(t->source, i);
		if (len)
			vec_push(&lines, (uint32_t)(i + len));
	}
	t->n_lines = lines.n;
	t->lines = arena_array(a, uint32_t, lines.n);
	memcpy(t->lines, lines.v, sizeof(*lines.v) * lines.n);
	vec_free(&lines);
}

static size_t char_len(struct str s, size_t i)
{
	size_t len = utf8_len(s, i);

	return len ? len : 1;
}

static uint32_t offset_of(const struct tree *t, const yaml_mark_t *m)
{
	size_t i;

	if (m->line >= t->n_lines)
		return (uint32_t)t->source.n;
	i = t->lines[m->line];
	for (size_t c = 0; c < m->column && i < t->source.n; c++)
		i += char_len(t->source, i);
	return (uint32_t)i;
}

void tree_position(const struct tree *t, uint32_t offset, uint32_t *line, uint32_t *column)
{
	unsigned low = 0, high = t->n_lines;

	while (high - low > 1) {
		unsigned mid = low + (high - low) / 2;

		if (t->lines[mid] <= offset)
			low = mid;
		else
			high = mid;
	}
	*line = low;
	*column = 0;
	for (size_t i = t->lines[low]; i < offset && i < t->source.n; i += char_len(t->source, i))
		++*column;
}

/* ---- building ---- */

static bool fail_at(struct builder *b, const yaml_mark_t *m, struct str message)
{
	struct tree *t = b->tree;

	t->error = message;
	t->offset = offset_of(t, m);
	tree_position(t, t->offset, &t->line, &t->column);
	return false;
}

static bool fail_parser(struct builder *b)
{
	const yaml_parser_t *p = &b->parser;
	const char *problem = p->problem ? p->problem : "out of memory";

	if (p->error == YAML_READER_ERROR) {
		b->tree->error = arena_printf(b->arena, "%s", problem);
		b->tree->offset = p->problem_offset < b->tree->source.n
					  ? (uint32_t)p->problem_offset
					  : (uint32_t)b->tree->source.n;
		tree_position(b->tree, b->tree->offset, &b->tree->line, &b->tree->column);
		return false;
	}
	if (p->context)
		return fail_at(b, &p->problem_mark,
			       arena_printf(b->arena, "%s %s", problem, p->context));
	return fail_at(b, &p->problem_mark, arena_printf(b->arena, "%s", problem));
}

static struct tree_node *node_new(struct builder *b, enum tree_kind kind, const yaml_event_t *e)
{
	struct tree_node *n = arena_new(b->arena, struct tree_node);

	n->kind = kind;
	n->offset = offset_of(b->tree, &e->start_mark);
	n->end = offset_of(b->tree, &e->end_mark);
	tree_position(b->tree, n->offset, &n->line, &n->column);
	n->size = 1;
	return n;
}

static bool is_null_word(struct str s)
{
	return !s.n || str_is(s, "~") || str_is(s, "null") || str_is(s, "Null") || str_is(s, "NULL");
}

static struct tree_node *scalar(struct builder *b, const yaml_event_t *e)
{
	struct tree_node *n = node_new(b, TREE_SCALAR, e);
	yaml_scalar_style_t style = e->data.scalar.style;

	n->text = arena_str(b->arena, (struct str){ (const char *)e->data.scalar.value,
						    e->data.scalar.length });
	n->quoted = style != YAML_PLAIN_SCALAR_STYLE && style != YAML_ANY_SCALAR_STYLE;
	n->block = style == YAML_LITERAL_SCALAR_STYLE || style == YAML_FOLDED_SCALAR_STYLE;
	if (!n->quoted && e->data.scalar.plain_implicit && is_null_word(n->text))
		n->kind = TREE_NULL;
	return n;
}

static void anchor(struct builder *b, const yaml_char_t *name, struct tree_node *n)
{
	if (name)
		map_put(&b->anchors, arena_str(b->arena, str_of((const char *)name)), n);
}

/*
 * Adds a complete node to its parent.  An alias counts as many nodes as the node it refers to, so
 * that nested aliases reach the limit.
 */
static bool place(struct builder *b, struct tree_node *n, const yaml_event_t *e)
{
	if (n->size > TREE_MAX_NODES - b->total)
		return fail_at(b, &e->start_mark,
			       arena_printf(b->arena, "more than %d nodes", TREE_MAX_NODES));
	b->total += n->size;
	if (b->depth)
		vec_push(&b->levels[b->depth - 1].items, n);
	else
		vec_push(&b->docs, n);
	return true;
}

static bool alias(struct builder *b, const yaml_event_t *e)
{
	const char *name = (const char *)e->data.alias.anchor;
	struct tree_node *n = map_get(&b->anchors, str_of(name));

	if (!n)
		return fail_at(b, &e->start_mark,
			       arena_printf(b->arena, "the alias '%s' refers to no anchor", name));
	for (unsigned i = 0; i < b->depth; i++)
		if (b->levels[i].node == n)
			return fail_at(b, &e->start_mark,
				       arena_printf(b->arena, "the alias '%s' contains itself",
						    name));
	return place(b, n, e);
}

static bool open_level(struct builder *b, enum tree_kind kind, const yaml_char_t *name,
		       const yaml_event_t *e)
{
	struct level *l = &b->levels[b->depth];

	if (b->depth == TREE_MAX_DEPTH)
		return fail_at(b, &e->start_mark,
			       arena_printf(b->arena, "nested deeper than %d", TREE_MAX_DEPTH));
	*l = (struct level){ .node = node_new(b, kind, e) };
	anchor(b, name, l->node);
	b->depth++;
	return true;
}

/*
 * Adds the list or map to its parent only now, because its size was not known when it was opened.
 */
static bool close_level(struct builder *b, const yaml_event_t *e)
{
	struct level *l = &b->levels[--b->depth];
	struct tree_node *n = l->node;
	unsigned count = l->items.n, step = n->kind == TREE_MAP ? 2 : 1;
	bool good;

	n->n = count / step;
	n->items = arena_array(b->arena, struct tree_node *, n->n);
	if (step == 2)
		n->keys = arena_array(b->arena, struct tree_node *, n->n);
	for (unsigned i = 0; i < count; i++) {
		if (step == 2 && i % 2 == 0)
			n->keys[i / 2] = l->items.v[i];
		else
			n->items[i / step] = l->items.v[i];
		n->size += l->items.v[i]->size;
	}
	n->end = offset_of(b->tree, &e->end_mark);
	vec_free(&l->items);
	/* The nodes inside are already in total. */
	b->total -= n->size - 1;
	good = place(b, n, e);
	return good;
}

static bool take(struct builder *b, const yaml_event_t *e)
{
	struct tree_node *n;

	switch (e->type) {
	case YAML_DOCUMENT_START_EVENT:
		map_free(&b->anchors);
		return true;
	case YAML_SCALAR_EVENT:
		n = scalar(b, e);
		anchor(b, e->data.scalar.anchor, n);
		return place(b, n, e);
	case YAML_ALIAS_EVENT:
		return alias(b, e);
	case YAML_SEQUENCE_START_EVENT:
		return open_level(b, TREE_LIST, e->data.sequence_start.anchor, e);
	case YAML_MAPPING_START_EVENT:
		return open_level(b, TREE_MAP, e->data.mapping_start.anchor, e);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return close_level(b, e);
	default:
		return true;
	}
}

static void build(void *arg)
{
	struct builder *b = arg;
	bool more = true;

	b->good = true;
	while (b->good && more) {
		if (!yaml_parser_parse(&b->parser, &b->event)) {
			b->good = fail_parser(b);
			return;
		}
		more = b->event.type != YAML_STREAM_END_EVENT;
		b->good = take(b, &b->event);
		yaml_event_delete(&b->event);
	}
}

/* For memory_finally(): libyaml allocates with malloc(). */
static void close_parser(void *arg)
{
	struct builder *b = arg;

	yaml_event_delete(&b->event);
	yaml_parser_delete(&b->parser);
}

bool tree_parse(struct arena *a, struct str source, struct tree *out)
{
	struct builder *b = memory_zero(1, sizeof(*b));
	bool good;

	*out = (struct tree){ .source = source };
	find_lines(a, out);
	if (source.n > TREE_MAX_BYTES || !yaml_parser_initialize(&b->parser)) {
		out->error = source.n > TREE_MAX_BYTES ? STR_LIT("the file is too large")
						       : STR_LIT("out of memory");
		memory_free(b);
		return false;
	}
	b->arena = a;
	b->tree = out;
	/*
	 * Set explicitly: otherwise a byte order mark would select another encoding, and positions
	 * would be wrong.
	 */
	yaml_parser_set_encoding(&b->parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&b->parser, (const unsigned char *)source.p, source.n);
	memory_finally(build, close_parser, b);
	good = b->good;
	out->n_docs = b->docs.n;
	out->docs = arena_array(a, struct tree_node *, b->docs.n);
	if (b->docs.n)
		memcpy(out->docs, b->docs.v, sizeof(*b->docs.v) * b->docs.n);
	while (b->depth)
		vec_free(&b->levels[--b->depth].items);
	vec_free(&b->docs);
	map_free(&b->anchors);
	memory_free(b);
	return good;
}

/* ---- reading ---- */

struct tree_node *tree_get(const struct tree_node *n, const char *key)
{
	if (!n || n->kind != TREE_MAP)
		return NULL;
	for (unsigned i = 0; i < n->n; i++)
		if (n->keys[i]->kind == TREE_SCALAR && str_is(n->keys[i]->text, key))
			return n->items[i];
	return NULL;
}

/* "true", "True" or "TRUE", but not "tRuE". */
static bool is_word(struct str s, const char *word)
{
	bool first_upper, rest_upper = true, rest_lower = true;

	if (s.n != strlen(word) || strncasecmp(s.p, word, s.n))
		return false;
	first_upper = s.p[0] != word[0];
	for (size_t i = 1; i < s.n; i++) {
		rest_upper &= s.p[i] != word[i];
		rest_lower &= s.p[i] == word[i];
	}
	return rest_lower || (first_upper && rest_upper);
}

bool tree_bool(const struct tree_node *n, bool *out)
{
	static const char *const words[] = { "false", "true", "no", "yes", "off", "on", "n", "y" };

	if (n->kind != TREE_SCALAR)
		return false;
	for (unsigned i = 0; i < 8; i++) {
		if (is_word(n->text, words[i])) {
			*out = i & 1;
			return true;
		}
	}
	return false;
}

bool tree_uint(const struct tree_node *n, uint64_t max, uint64_t *out)
{
	char *end;

	if (n->kind != TREE_SCALAR || !n->text.n || n->text.p[0] < '0' || n->text.p[0] > '9')
		return false;
	errno = 0;
	*out = strtoull(n->text.p, &end, 0);
	return !errno && end == n->text.p + n->text.n && *out <= max;
}

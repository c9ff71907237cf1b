// SPDX-License-Identifier: Apache-2.0
/* The table of the keys of the configuration. */
#include "config/keys.h"

#include <stddef.h>
#include <strings.h>

#include "base/macros.h"

#define AT(member) offsetof(struct config, member)

const struct config_key config_keys[] = {
#define BOOL(path, member, fallback, when, help) \
	{ #path, help, CONFIG_BOOL, when, AT(member), .number = fallback },
#define INT(path, member, fallback, low, high, when, help) \
	{ #path, help, CONFIG_INT, when, AT(member), .number = fallback, .min = low, .max = high },
#define REAL(path, member, fallback, low, high, when, help) \
	{ #path, help, CONFIG_REAL, when, AT(member), .real = fallback, .min = low, .max = high },
#define TEXT(path, member, fallback, when, help) \
	{ #path, help, CONFIG_TEXT, when, AT(member), .text = fallback },
#define WORD(path, member, fallback, named, all, when, help) \
	{ #path, help, CONFIG_WORD, when, AT(member), .text = fallback, .noun = named, .words = all },
#define LIST(path, member, help) { #path, help, CONFIG_TEXTS, RELOAD, AT(member), .number = 0 },
#define TREE(path, member, help) { #path, help, CONFIG_TREE, RELOAD, AT(member), .number = 0 },
#define MESSAGE(path, member, fallback, help) \
	{ #path, help, CONFIG_BOOL, RELOAD, AT(message.member), .number = fallback },
#define UNSUPPORTED(path, fallback) { #path, "", .type = CONFIG_UNSUPPORTED, .text = fallback },
#define SUBKEY(path) { #path, "", .type = CONFIG_SUBKEY },
#define REMOVED(path, reason) { #path, "", .type = CONFIG_REMOVED, .text = reason },
#include "config/options.def"
};

const unsigned config_n_keys = ARRAY_SIZE(config_keys);

/* Compile-time checks of the rows. */
#define HAS_HELP(path, help) \
	_Static_assert(sizeof(help) > 10, "options.def, " #path ": help must be a sentence");
/*
 * With casts, because a comparison of floating-point numbers is not an integer constant expression.
 */
#define IN_RANGE(path, value, low, high)                                \
	_Static_assert((long long)(low) <= (long long)(value) &&        \
			       (long long)(value) <= (long long)(high), \
		       "options.def, " #path ": the default is out of the range");
#define IS_BOOL(path, value)                                \
	_Static_assert((value) == true || (value) == false, \
		       "options.def, " #path ": the default must be true or false");
#define BOOL(path, member, fallback, when, help) HAS_HELP(path, help) IS_BOOL(path, fallback)
#define INT(path, member, fallback, low, high, when, help) \
	HAS_HELP(path, help) IN_RANGE(path, fallback, low, high)
#define REAL(path, member, fallback, low, high, when, help) \
	HAS_HELP(path, help) IN_RANGE(path, fallback, low, high)
#define TEXT(path, member, fallback, when, help) HAS_HELP(path, help)
#define WORD(path, member, fallback, noun, words, when, help) HAS_HELP(path, help)
#define LIST(path, member, help) HAS_HELP(path, help)
#define TREE(path, member, help) HAS_HELP(path, help)
#define MESSAGE(path, member, fallback, help) HAS_HELP(path, help) IS_BOOL(path, fallback)
#include "config/options.def"

/* ---- reading ---- */

static void *member_of(const struct config *c, const struct config_key *key)
{
	return (char *)c + key->member;
}

void config_keys_read(struct config *c)
{
	for (const struct config_key *key = config_keys; key < config_keys + config_n_keys; key++) {
		struct config_node *node = config_node_find(c->root, key->path);
		void *member = member_of(c, key);

		switch (key->type) {
		case CONFIG_BOOL:
			*(bool *)member = config_bool(node, key->number);
			break;
		case CONFIG_INT:
			*(int64_t *)member = config_int(node, key->number);
			break;
		case CONFIG_REAL:
			*(double *)member = config_real(node, key->real);
			break;
		case CONFIG_TEXT:
		case CONFIG_WORD:
			*(struct str *)member = config_text(node, key->text);
			break;
		case CONFIG_TEXTS:
			*(struct str_list *)member = config_texts(&c->arena, node);
			break;
		case CONFIG_TREE:
			*(struct config_node **)member = node;
			break;
		default:
			break;
		}
	}
}

/* ---- checking ---- */

/* "info" is another name of the level "informational", as in Falco. */
static struct str full_word(struct str s)
{
	return s.n == 4 && !strncasecmp(s.p, "info", 4) ? STR_LIT("informational") : s;
}

static bool same_word(struct str a, struct str b)
{
	a = full_word(a);
	b = full_word(b);
	return a.n == b.n && !strncasecmp(a.p, b.p, a.n);
}

/* The one of the words that is equal to s except for case; STR_NONE if there is none. */
static struct str find_word(const char *words, struct str s)
{
	for (const char *at = words; *at; at += strspn(at, ", ")) {
		struct str word = { at, strcspn(at, ",") };

		if (same_word(word, s))
			return word;
		at += word.n;
	}
	return STR_NONE;
}

static bool check_word(struct config *c, const struct config_key *key, struct buf *errors)
{
	struct str *text = member_of(c, key), word = find_word(key->words, *text);

	if (word.p) {
		*text = arena_str(&c->arena, word);
		return true;
	}
	buf_printf(errors, "Unknown %s \"%.*s\"--must be one of %s\n", key->noun, STR_ARGS(*text),
		   key->words);
	return false;
}

static bool check_range(const struct config_key *key, double value, struct buf *errors)
{
	/* NaN is out of every range. */
	if (value >= key->min && value <= key->max)
		return true;
	buf_printf(errors, "%s %.15g is out of range: %.15g to %.15g\n", key->path, value, key->min,
		   key->max);
	return false;
}

bool config_keys_check(struct config *c, struct buf *errors)
{
	bool good = true;

	for (const struct config_key *key = config_keys; key < config_keys + config_n_keys; key++) {
		void *member = member_of(c, key);

		if (key->type == CONFIG_WORD)
			good &= check_word(c, key, errors);
		else if (key->type == CONFIG_INT)
			good &= check_range(key, (double)*(int64_t *)member, errors);
		else if (key->type == CONFIG_REAL)
			good &= check_range(key, *(double *)member, errors);
	}
	return good;
}

/* ---- reloading ---- */

static bool is_same(const struct config_key *key, const void *a, const void *b)
{
	switch (key->type) {
	case CONFIG_BOOL:
		return *(const bool *)a == *(const bool *)b;
	case CONFIG_INT:
		return *(const int64_t *)a == *(const int64_t *)b;
	case CONFIG_REAL:
		return *(const double *)a == *(const double *)b;
	default:
		return str_eq(*(const struct str *)a, *(const struct str *)b);
	}
}

static size_t size_of(enum config_type type)
{
	static const size_t sizes[] = {
		[CONFIG_BOOL] = sizeof(bool),	    [CONFIG_INT] = sizeof(int64_t),
		[CONFIG_REAL] = sizeof(double),	    [CONFIG_TEXT] = sizeof(struct str),
		[CONFIG_WORD] = sizeof(struct str),
	};

	return sizes[type];
}

void config_keep(struct config *fresh, const struct config *old, struct buf *remarks)
{
	for (const struct config_key *key = config_keys; key < config_keys + config_n_keys; key++) {
		void *to = member_of(fresh, key);
		const void *from = member_of(old, key);

		if (key->when != RESTART)
			continue;
		if (!is_same(key, to, from))
			buf_printf(remarks, "%s cannot change at a reload: restart to apply it\n",
				   key->path);
		memcpy(to, from, size_of(key->type));
	}
}

// SPDX-License-Identifier: Apache-2.0
/* Parses the command line, and prints its help. */
#include "app/options.h"

#include <getopt.h>
#include <stdlib.h>

#include "base/macros.h"
#include "base/vec.h"
#include "config/config.h"

enum { HELP_WIDTH = 140, HELP_COLUMN = 34, FIRST_LONG = 256 };

/*
 * getopt_long() returns these for long options, and the letter for short ones: hence above every
 * char.
 */
enum row {
	ROW_START = FIRST_LONG - 1,
#define FLAG(letter, name, member, text) ROW_##member,
#define WORD(letter, name, member, argument, text) ROW_##member,
#define WORDS(letter, name, member, argument, text) ROW_##member,
#define PARSED(letter, name, member, argument, text) ROW_##member,
#include "app/options.def"
#undef FLAG
#undef WORD
#undef WORDS
#undef PARSED
};

static const struct option long_options[] = {
#define FLAG(letter, name, member, text) { name, no_argument, NULL, ROW_##member },
#define WORD(letter, name, member, argument, text) { name, required_argument, NULL, ROW_##member },
#define WORDS(letter, name, member, argument, text) { name, required_argument, NULL, ROW_##member },
#define PARSED(letter, name, member, argument, text) \
	{ name, argument[0] == '[' ? optional_argument : required_argument, NULL, ROW_##member },
#include "app/options.def"
#undef FLAG
#undef WORD
#undef WORDS
#undef PARSED
	{ NULL, 0, NULL, 0 }
};

static const struct {
	int letter, row;
	bool takes_word;
	const char *name, *argument, *text;
} rows[] = {
#define FLAG(letter, name, member, text) { letter, ROW_##member, false, name, "", text },
#define WORD(letter, name, member, argument, text) \
	{ letter, ROW_##member, true, name, argument, text },
#define WORDS(letter, name, member, argument, text) \
	{ letter, ROW_##member, true, name, argument, text },
#define PARSED(letter, name, member, argument, text) \
	{ letter, ROW_##member, true, name, argument, text },
#include "app/options.def"
#undef FLAG
#undef WORD
#undef WORDS
#undef PARSED
};

enum { N_ROWS = ARRAY_SIZE(rows) };

static void build_short_options(char *out)
{
	*out++ = ':';
	for (unsigned i = 0; i < N_ROWS; i++) {
		if (!rows[i].letter)
			continue;
		*out++ = (char)rows[i].letter;
		if (rows[i].takes_word)
			*out++ = ':';
	}
	*out = 0;
}

static int row_of_letter(int letter)
{
	for (unsigned i = 0; i < N_ROWS; i++) {
		if (rows[i].letter && rows[i].letter == letter)
			return rows[i].row;
	}
	return letter;
}

static bool read_seconds(struct options *o, const char *text, struct buf *errors)
{
	char *end;

	o->max_seconds = strtoll(text, &end, 10);
	if (end != text && !*end && o->max_seconds >= 0)
		return true;
	buf_printf(errors, "Argument '%s' failed to parse: -M takes a number of seconds\n", text);
	return false;
}

static bool read_format(struct options *o, const char *text, struct buf *errors)
{
	static const char *const words[] = { "text", "markdown", "json" };

	for (unsigned i = 0; i < 3; i++) {
		if (!strcmp(text, words[i])) {
			o->format = (enum list_format)i;
			o->format_given = true;
			return true;
		}
	}
	buf_printf(errors, "Invalid format '%s': must be text, markdown or json\n", text);
	return false;
}

static bool set_option(struct options *o, int row, const char *word, struct buf *errors)
{
	switch (row) {
	case ROW_max_seconds:
		return read_seconds(o, word, errors);
	case ROW_format:
		return read_format(o, word, errors);
	case ROW_list_fields:
		o->list_fields = true;
		o->list_source = word;
		break;
#define FLAG(letter, name, member, text) \
	case ROW_##member:               \
		o->member = true;        \
		break;
#define WORD(letter, name, member, argument, text) \
	case ROW_##member:                         \
		o->member = word;                  \
		break;
#define WORDS(letter, name, member, argument, text) \
	case ROW_##member:                          \
		vec_push(&o->member, word);         \
		break;
#define PARSED(letter, name, member, argument, text)
#include "app/options.def"
#undef FLAG
#undef WORD
#undef WORDS
#undef PARSED
	}
	return true;
}

/* Report the option that getopt_long() rejected, as the user wrote it. */
static void complain(int kind, char **argv, struct buf *errors)
{
	const char *word = argv[optind - 1];

	if (optopt > 0 && optopt < FIRST_LONG)
		buf_printf(errors,
			   kind == ':' ? "Option '%c' is missing an argument\n"
				       : "Option '%c' does not exist\n",
			   optopt);
	else
		buf_printf(errors,
			   kind == ':' ? "Option '%s' is missing an argument\n"
				       : "Option '%s' does not exist\n",
			   word);
}

bool options_parse(struct options *o, int argc, char **argv, struct buf *errors)
{
	char short_options[2 * N_ROWS + 2];
	bool good = true;
	int c;

	build_short_options(short_options);
	opterr = 0;
	optind = 0;
	while (good && (c = getopt_long(argc, argv, short_options, long_options, NULL)) != -1) {
		good = c != ':' && c != '?';
		if (good)
			good = set_option(o, row_of_letter(c), optarg, errors);
		else
			complain(c, argv, errors);
	}
	if (good && optind < argc) {
		buf_printf(errors, "Unexpected argument '%s'\n", argv[optind]);
		return false;
	}
	if (good && o->markdown && o->format_given) {
		buf_cstr(errors, "--markdown and --format cannot be given together\n");
		return false;
	}
	if (o->markdown)
		o->format = FORMAT_MARKDOWN;
	return good;
}

/* Description from HELP_COLUMN on, wrapped at HELP_WIDTH. */
static void add_wrapped(struct buf *out, const char *text)
{
	size_t columns = HELP_WIDTH - HELP_COLUMN;

	while (strlen(text) > columns) {
		size_t n = columns;

		while (n && text[n] != ' ')
			n--;
		buf_add(out, text, n ? n : columns);
		text += n ? n + 1 : columns;
		buf_char(out, '\n');
		buf_fill(out, ' ', HELP_COLUMN);
	}
	buf_printf(out, "%s\n", text);
}

void options_help(struct buf *out)
{
	buf_cstr(out,
		 "Falco - runtime security from system calls\n\nUsage:\n  falco [OPTION...]\n"
		 "  falco rules test|explain|profile|lint ...    tools for rule authors: falco rules --help\n"
		 "  falco help conditions                        the grammar of conditions\n\n");
	for (unsigned i = 0; i < N_ROWS; i++) {
		size_t start = out->n, width;

		if (rows[i].letter)
			buf_printf(out, "  -%c%s", rows[i].letter, rows[i].name[0] ? ", " : "");
		else
			buf_cstr(out, "      ");
		if (rows[i].name[0])
			buf_printf(out, "--%s", rows[i].name);
		if (rows[i].takes_word)
			buf_printf(out, "%s%s", rows[i].argument[0] == '[' ? "" : " ",
				   rows[i].argument);
		width = out->n - start;
		buf_fill(out, ' ', width + 1 < HELP_COLUMN ? HELP_COLUMN - width : 1);
		add_wrapped(out, rows[i].text);
	}
}

void options_free(struct options *o)
{
	vec_free(&o->overrides);
	vec_free(&o->rules);
	vec_free(&o->validate);
	vec_free(&o->enable_sources);
	vec_free(&o->disable_sources);
}

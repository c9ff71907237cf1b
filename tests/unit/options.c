// SPDX-License-Identifier: Apache-2.0
/* Parsing the command line. */
#include "app/options.h"

#include "test.h"

enum { MAX_ARGS = 16 };

/* Parses the given arguments, which must be literals: the result points to them. */
#define PARSE(o, errors, ...) parse((o), (errors), (const char *[]){ "falco", __VA_ARGS__, NULL })

static bool parse(struct options *o, struct buf *errors, const char **args)
{
	int n = 0;

	while (args[n])
		n++;
	*o = (struct options){ 0 };
	buf_clear(errors);
	return options_parse(o, n, (char **)args, errors);
}

TEST(options_and_arguments)
{
	struct options o;
	struct buf errors = { 0 };

	EXPECT(PARSE(&o, &errors, "-c", "f.yaml", "-o", "a=1", "--option=b=2", "-r", "x", "-ry",
		     "-U", "-v", "-M", "5", "-V", "r.yaml"));
	EXPECT_TEXT(o.config, "f.yaml");
	EXPECT_INT(o.overrides.n, 2);
	EXPECT_TEXT(o.overrides.v[1], "b=2");
	EXPECT_INT(o.rules.n, 2);
	EXPECT_TEXT(o.rules.v[1], "y");
	EXPECT(o.unbuffered && o.verbose && !o.help);
	EXPECT_INT(o.max_seconds, 5);
	EXPECT_INT(o.validate.n, 1);
	options_free(&o);
	buf_free(&errors);
}

TEST(list_takes_a_source_or_none)
{
	struct options o;
	struct buf errors = { 0 };

	EXPECT(PARSE(&o, &errors, "--list", "-N"));
	EXPECT(o.list_fields && o.names_only && !o.list_source);
	EXPECT(PARSE(&o, &errors, "--list=syscall", "--format", "json"));
	EXPECT_TEXT(o.list_source, "syscall");
	EXPECT_INT(o.format, FORMAT_JSON);
	EXPECT(PARSE(&o, &errors, "--list-events", "--markdown"));
	EXPECT(o.list_events && !o.list_fields);
	EXPECT_INT(o.format, FORMAT_MARKDOWN);
	buf_free(&errors);
}

TEST(errors_name_the_option)
{
	struct options o;
	struct buf errors = { 0 };

	EXPECT(!PARSE(&o, &errors, "--bogus"));
	EXPECT(strstr(buf_c(&errors), "--bogus"));
	EXPECT(!PARSE(&o, &errors, "-Z"));
	EXPECT(strstr(buf_c(&errors), "'Z'"));
	EXPECT(!PARSE(&o, &errors, "-c"));
	EXPECT(strstr(buf_c(&errors), "missing an argument"));
	EXPECT(!PARSE(&o, &errors, "-M", "soon"));
	EXPECT(!PARSE(&o, &errors, "--format", "xml"));
	EXPECT(!PARSE(&o, &errors, "--format", "json", "--markdown"));
	EXPECT(!PARSE(&o, &errors, "stray"));
	buf_free(&errors);
}

TEST(help_names_every_option)
{
	struct buf text = { 0 };

	options_help(&text);
#define FLAG(letter, name, member, help) EXPECT(strstr(buf_c(&text), name[0] ? "--" name : help));
#define WORD(letter, name, member, argument, help) FLAG(letter, name, member, help)
#define WORDS(letter, name, member, argument, help) FLAG(letter, name, member, help)
#define PARSED(letter, name, member, argument, help) FLAG(letter, name, member, help)
#define CONFIG_DEFAULT_FILE "/etc/falco/falco.yaml"
#include "app/options.def"
	buf_free(&text);
}

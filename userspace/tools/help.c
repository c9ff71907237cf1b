// SPDX-License-Identifier: Apache-2.0
/* falco help TOPIC: texts about the language of conditions. */
#include "base/macros.h"
#include "tools/tool.h"

static const char grammar[] = {
	"A condition selects the events for which a rule raises an alert. Blanks and line ends separate words.\n"
	"\n"
	"  condition   = and { \"or\" and }\n"
	"  and         = not { \"and\" not }\n"
	"  not         = { \"not\" } ( check | \"(\" condition \")\" )\n"
	"  check       = macro\n"
	"              | operand \"exists\"\n"
	"              | operand ( \"<\" | \"<=\" | \">\" | \">=\" ) ( number | right )\n"
	"              | operand ( \"=\" | \"contains\" | ... ) ( value | right | modifier list )\n"
	"              | operand ( \"in\" | \"intersects\" | \"pmatch\" ) ( list | right )\n"
	"  operand     = field | transformer\n"
	"  right       = transformer | \"val\" \"(\" field \")\"\n"
	"  field       = name \".\" name { \".\" name } [ \"[\" argument \"]\" ]\n"
	"  transformer = name \"(\" arg { \",\" arg } \")\" [ \"[\" argument \"]\" ]\n"
	"  arg         = operand | quoted | number | \"(\" arg { \",\" arg } \")\"\n"
	"  modifier    = \"oneof\" | \"anyof\" | \"allof\"\n"
	"  list        = \"(\" [ value { \",\" value } ] \")\" | name\n"
	"  value       = quoted | bare\n"
	"\n"
	"A word that names a list is replaced by the list's items before anything is parsed. The name of a macro stands for\n"
	"its condition. \"and\", \"or\" and \"not\" must be followed by a blank or \"(\". A comparison with a field that has no value\n"
	"is false, whatever the operator; \"not\" around it is then true.\n"
};

static const char semantics[] = {
	"\n"
	"  pmatch               the path is one of these or below one, component by component; * and ? in components\n"
	"  in                   the value, or every value of a list field, is one of these\n"
	"  intersects           the value, or any value of a list field, is one of these\n"
	"  glob, iglob          * ? [abc] against the whole text; iglob, icontains, ...: case-insensitive\n"
	"  regex                RE2 syntax, against the whole text\n"
	"  bcontains, bstartswith    bytes, written as hexadecimal digits\n"
	"  oneof anyof allof    the operator holds for exactly one, for any, for all values of the list\n"
	"\n"
	"Transformers: tolower toupper basename b64 len join concat getopt, and val(field) for a field on the right side.\n"
	"falco --list shows the fields, falco --list-events the events and their parameters.\n"
};

/* Bits of the last column of filter/ops.def. */
enum { NUM = 1, BOOL = 2, TEXT = 4, BYTES = 8, IP = 16, NET = 32, MANY = 64 };

static const struct {
	const char *word;
	unsigned types;
} ops[] = {
#define OP(name, word, right, types) { word, types },
#include "filter/ops.def"
#undef OP
};

static void help_conditions(struct buf *out)
{
	static const char *const types[] = { "numbers",	  "booleans", "text", "bytes",
					     "addresses", "networks", "lists" };

	buf_cstr(out, grammar);
	buf_cstr(out, "\nOperators, and the types of fields they apply to:\n\n");
	for (unsigned i = 0; i < ARRAY_SIZE(ops); i++) {
		const char *comma = "";

		buf_printf(out, "  %-12s ", ops[i].word);
		for (unsigned k = 0; k < ARRAY_SIZE(types); k++) {
			if (!(ops[i].types & 1u << k))
				continue;
			buf_printf(out, "%s%s", comma, types[k]);
			comma = ", ";
		}
		buf_char(out, '\n');
	}
	buf_cstr(out, semantics);
}

static const struct {
	const char *name, *brief;
	void (*print)(struct buf *out);
} topics[] = {
	{ "conditions", "the grammar of conditions", help_conditions },
};

bool help_topic(const char *topic, struct buf *out)
{
	for (unsigned i = 0; i < ARRAY_SIZE(topics); i++) {
		if (!strcmp(topic, topics[i].name)) {
			topics[i].print(out);
			return true;
		}
	}
	return false;
}

void help_topics(struct buf *out)
{
	buf_cstr(out,
		 "falco --help prints the options, falco rules --help the tools for rule authors.\nTopics:\n");
	for (unsigned i = 0; i < ARRAY_SIZE(topics); i++)
		buf_printf(out, "  falco help %-12s %s\n", topics[i].name, topics[i].brief);
}

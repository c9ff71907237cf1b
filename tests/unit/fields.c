/* SPDX-License-Identifier: Apache-2.0 */
/* The table of fields compared with Falco's, names with and without arguments, values as text. */
#include "test.h"

#include <stdlib.h>

#include "base/macros.h"
#include "fields/format.h"
#include "fields/field.h"

#define FALCO_TABLE "tests/data/tables/fields.tsv"

enum {
	COLUMN_CLASS,
	COLUMN_NAME,
	COLUMN_TYPE,
	COLUMN_ARG,
	COLUMN_FLAGS = 8,
	COLUMN_FORMAT,
	COLUMNS
};

/* ---- every row ---- */

static bool has_text(const char *list, const char *word)
{
	return strstr(list, word) != NULL;
}

static void check_flag(const struct field *f, const char *list, const char *word, uint32_t flag)
{
	if (has_text(list, word) == !!(f->flags & flag))
		return;
	printf("# %s: %s is %s in Falco's table\n", f->name, word,
	       has_text(list, word) ? "set" : "not set");
	failed_checks++;
}

static void check_row(const struct field *f, char *column[COLUMNS])
{
	char type[32];
	bool list = f->flags & FIELD_LIST;

	snprintf(type, sizeof(type), "%s%s%s", list ? "LIST(" : "",
		 f->type == FT_DYN ? "DYN" : field_type_name(f->type), list ? ")" : "");
	if (strcmp(type, column[COLUMN_TYPE])) {
		printf("# %s: type %s, expected %s\n", f->name, type, column[COLUMN_TYPE]);
		failed_checks++;
	}
	check_flag(f, column[COLUMN_ARG], "required", FIELD_ARG_REQUIRED);
	check_flag(f, column[COLUMN_ARG], "optional", FIELD_ARG_OPTIONAL);
	check_flag(f, column[COLUMN_FLAGS], "DEPRECATED", FIELD_DEPRECATED);
	check_flag(f, column[COLUMN_FLAGS], "FILTER_ONLY", FIELD_FILTER_ONLY);
	check_flag(f, column[COLUMN_FLAGS], "PRINT_ONLY", FIELD_PRINT_ONLY);
	check_flag(f, column[COLUMN_FLAGS], "NO_RHS", FIELD_NO_RHS);
	check_flag(f, column[COLUMN_FLAGS], "NO_TRANSFORMER", FIELD_NO_TRANSFORM);
	check_flag(f, column[COLUMN_FLAGS], "FORMAT_SUGGESTED", FIELD_SUGGESTED);
	check_flag(f, column[COLUMN_FORMAT], "PF_HEX", FIELD_HEX);
	check_flag(f, column[COLUMN_FORMAT], "PADDED", FIELD_PADDED);
	if (has_text(column[COLUMN_FLAGS], "HIDDEN_CLASS") ||
	    has_text(column[COLUMN_FLAGS], "TABLE_ONLY"))
		EXPECT(f->flags & FIELD_HIDDEN);
	else
		EXPECT(!(f->flags & FIELD_HIDDEN));
}

static bool split_row(char *line, char *column[COLUMNS])
{
	line[strcspn(line, "\n")] = 0;
	for (unsigned i = 0; i < COLUMNS; i++)
		if (!(column[i] = strsep(&line, "\t")))
			return false;
	return true;
}

TEST(table_equals_falcos)
{
	FILE *table = fopen(FALCO_TABLE, "r");
	char *column[COLUMNS], line[1024];
	unsigned n = 0;

	if (!table)
		SKIP("the table of Falco's fields is missing");
	while (fgets(line, sizeof(line), table)) {
		const struct field *f;

		if (!split_row(line, column) || !strcmp(column[COLUMN_CLASS], "class") ||
		    strstr(column[COLUMN_CLASS], "optional") ||
		    !strncmp(column[COLUMN_CLASS], "static", 6))
			continue;
		f = field_by_name(str_of(column[COLUMN_NAME]));
		if (!f) {
			printf("# no field %s\n", column[COLUMN_NAME]);
			failed_checks++;
			continue;
		}
		/* The order is the same: --list and the suggested outputs use it. */
		EXPECT(f == field_at(n));
		check_row(f, column);
		n++;
	}
	fclose(table);
	EXPECT_INT(n, fields_count());
}

TEST(descriptions_need_no_escapes)
{
	for (unsigned i = 0; i < fields_count(); i++) {
		EXPECT(!strpbrk(field_at(i)->text, "\"\\\n\t"));
		EXPECT(strlen(field_at(i)->text) > 3);
		EXPECT(!strpbrk(field_at(i)->class->text, "\"\\\n\t"));
	}
}

/* ---- names ---- */

struct resolved {
	struct arena arena;
	struct field_ref ref;
	struct reason why;
	bool ok;
};

static struct resolved resolve(const char *name, const char *arg)
{
	struct resolved a = { 0 };

	schema_init();
	a.ok = field_resolve(&a.arena, str_of(name), arg ? str_of(arg) : STR_NONE, &a.ref, &a.why);
	return a;
}

#define EXPECT_FIELD(written, in_brackets, which, key, number)     \
	do {                                                       \
		struct resolved a = resolve(written, in_brackets); \
		EXPECT(a.ok);                                      \
		if (a.ok) {                                        \
			EXPECT_TEXT(a.ref.field->name, which);     \
			EXPECT_STR(a.ref.arg, key);                \
			EXPECT_INT(a.ref.index, number);           \
		}                                                  \
		arena_free(&a.arena);                              \
	} while (0)

#define EXPECT_ERROR(written, in_brackets, words)                                         \
	do {                                                                              \
		struct resolved a = resolve(written, in_brackets);                        \
		EXPECT(!a.ok);                                                            \
		if (!a.ok && !memmem(a.why.text.p, a.why.text.n, words, strlen(words))) { \
			printf("# %.*s\n", STR_ARGS(a.why.text));                         \
			failed_checks++;                                                  \
		}                                                                         \
		arena_free(&a.arena);                                                     \
	} while (0)

TEST(arguments)
{
	EXPECT_FIELD("proc.name", NULL, "proc.name", "", -1);
	EXPECT_FIELD("evt.arg.flags", NULL, "evt.arg", "flags", -1);
	EXPECT_FIELD("evt.arg", "flags", "evt.arg", "flags", -1);
	EXPECT_FIELD("evt.arg", "0", "evt.arg", "0", 0);
	EXPECT_FIELD("evt.type.is.open", NULL, "evt.type.is", "open", -1);
	EXPECT_FIELD("proc.aname", "2", "proc.aname", "2", 2);
	EXPECT_FIELD("proc.aname", NULL, "proc.aname", "", -1);
	EXPECT_FIELD("proc.env", "HOME", "proc.env", "HOME", -1);
	EXPECT_FIELD("proc.env", "\"HOME\"", "proc.env", "HOME", -1);
	EXPECT_FIELD("thread.cgroup.cpu", NULL, "thread.cgroup", "cpu", -1);
	EXPECT_FIELD("thread.cgroups", NULL, "thread.cgroups", "", -1);
	EXPECT_FIELD("container.mount.dest", "/proc*", "container.mount.dest", "/proc*", -1);
	EXPECT_FIELD("k8s.pod.label.app.kubernetes.io/name", NULL, "k8s.pod.label",
		     "app.kubernetes.io/name", -1);
	EXPECT_FIELD("evt.around", "1795286218906894880", "evt.around", "1795286218906894880",
		     1795286218906894880);
}

TEST(invalid_names_and_arguments)
{
	EXPECT_ERROR("proc.nmae", NULL, "did you mean 'proc.name'");
	EXPECT_ERROR("proc.", NULL, "unknown field 'proc.'");
	EXPECT_ERROR("", NULL, "unknown field");
	EXPECT_ERROR("evt.arg", NULL, "requires an argument");
	EXPECT_ERROR("evt.arg.flagz", NULL, "did you mean 'flags'");
	EXPECT_ERROR("evt.rawarg.nothinglikethis", NULL, "unknown event argument");
	EXPECT_ERROR("evt.type.is.opem", NULL, "unknown event type");
	EXPECT_ERROR("evt.abspath", "third", ".src or .dst");
	EXPECT_ERROR("proc.name", "1", "takes no argument");
	EXPECT_ERROR("proc.aname", "x", "takes a number");
	EXPECT_ERROR("proc.aname", "99999999999999999999", "takes a number");
	EXPECT_ERROR("proc.aname.x", NULL, "unknown field");
	EXPECT_ERROR("proc.env", "", "empty argument");
}

TEST(raw_argument_types)
{
	static const struct {
		const char *name;
		enum field_type type;
	} rows[] = {
		{ "evt.rawarg.flags", FT_UINT32 },	    { "evt.rawarg.res", FT_INT64 },
		{ "evt.rawarg.name", FT_FSPATH },	    { "evt.rawarg.data", FT_BYTEBUF },
		{ "evt.rawarg.exe_ino_ctime", FT_ABSTIME },
	};

	for (unsigned i = 0; i < ARRAY_SIZE(rows); i++) {
		struct resolved a = resolve(rows[i].name, NULL);

		EXPECT(a.ok);
		EXPECT_INT(a.ref.type, rows[i].type);
		arena_free(&a.arena);
	}
}

/* ---- values ---- */

static void expect_value(const char *name, struct value v, const char *text, const char *json)
{
	struct resolved a = resolve(name, NULL);
	struct event ev = { .info = &event_infos[EV_openat], .ts = 1795286218906894880 };
	struct extract x = { .ev = &ev, .scratch = &a.arena, .printing = true };

	EXPECT(a.ok);
	EXPECT_STR(field_format(&x, &a.ref, &v), text);
	EXPECT_INT(field_json_kind(&x, &a.ref), json ? FIELD_JSON_BARE : FIELD_JSON_TEXT);
	if (json)
		EXPECT_STR(field_json(&x, &a.ref, &v), json);
	arena_free(&a.arena);
}

TEST(value_text)
{
	struct ip v4 = { 4, { 127, 0, 0, 1 } };

	expect_value("proc.pid", (struct value){ .s = -1 }, "-1", "-1");
	expect_value("evt.num", (struct value){ .u = UINT64_MAX }, "18446744073709551615",
		     "18446744073709551615");
	expect_value("evt.rawtime.ns", (struct value){ .u = 42 }, "000000042", "42");
	expect_value("fd.dev", (struct value){ .s = 0xfe00 }, "FE00", NULL);
	expect_value("evt.failed", (struct value){ .b = true }, "true", "true");
	expect_value("proc.fdusage", (struct value){ .d = 0.68359375 }, "0.7", "0.68359375");
	expect_value("proc.fdusage", (struct value){ .d = 0 }, "0.0", "0.0");
	expect_value("fd.sip", (struct value){ .ip = v4 }, "127.0.0.1", NULL);
	expect_value("fd.snet", (struct value){ .net = { v4, 8 } }, "<IPNET>", NULL);
	expect_value("proc.name", (struct value){ .str = STR_LIT("a\nb") }, "a\nb", NULL);
	expect_value("evt.buffer", (struct value){ .str = { "a\0\x7f\xff b", 6 } }, "a... b", NULL);
	expect_value("evt.time", (struct value){ .str = STR_LIT("18:36:58.906894880") },
		     "18:36:58.906894880", "1795286218906894880");
	expect_value("evt.rawarg.flags", (struct value){ .u = 0x1001 }, "1001", NULL);
	expect_value("evt.rawarg.dirfd", (struct value){ .s = -100 }, "-100", "-100");
	expect_value("evt.rawarg.mode", (struct value){ .u = 0644 }, "644", NULL);
}

/* ---- lists ---- */

static char *listed(enum field_list how, bool names_only)
{
	char *text = NULL;
	size_t n;
	FILE *out = open_memstream(&text, &n);

	field_list(out, how, names_only, true, "syscall");
	fclose(out);
	return text;
}

TEST(list_formats)
{
	char *text = listed(FIELD_LIST_TEXT, false), *json = listed(FIELD_LIST_JSON, false);
	char *names = listed(FIELD_LIST_TEXT, true), *markdown = listed(FIELD_LIST_MARKDOWN, false);

	EXPECT(strstr(text, "Field Class:                  evt (All event types)\n"));
	EXPECT(strstr(text,
		      "\nevt.arg                       (argument required) One parameter as text"));
	EXPECT(strstr(text,
		      "\nproc.exe_ino.ctime_duration_proc_start\n                              Nanoseconds"));
	EXPECT(strstr(text, "(list,argument optional)"));
	EXPECT(!strstr(text, "evt.latency") && !strstr(text, "util.cnt"));
	EXPECT(strstr(json, "\"name\": \"proc.aname\""));
	EXPECT(strstr(markdown, "`fd.types` | LIST(CHARBUF) | Kinds of all"));
	EXPECT(strstr(names, "\nfd.name\n"));
	free(text);
	free(json);
	free(names);
	free(markdown);
}

TEST(names_are_unique)
{
	for (unsigned i = 0; i < fields_count(); i++)
		EXPECT(field_by_name(str_of(field_at(i)->name)) == field_at(i));
}

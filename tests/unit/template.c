// SPDX-License-Identifier: Apache-2.0
/* Output formats: valid and invalid formats, and formatted text. */
#include "output/template.h"

#include "base/macros.h"
#include "record.h"
#include "test.h"

struct fixture {
	struct arena arena, scratch;
	struct state *state;
	struct record record;
	struct extract x;
};

static struct fixture *fixture_new(void)
{
	struct state_options opt = { .host_root = "" };
	struct fixture *s = calloc(1, sizeof(*s));

	if (!s)
		abort();
	schema_init();
	s->state = state_new(&opt);
	record_start(&s->record, EV_openat, 7);
	NUM(&s->record, openat, fd, 3);
	TEXT(&s->record, openat, name, "/etc/passwd");
	s->x = (struct extract){ .ev = record_event(&s->record),
				 .state = s->state,
				 .scratch = &s->scratch,
				 .printing = true };
	state_process(s->state, s->x.ev);
	return s;
}

static void fixture_free(struct fixture *s)
{
	state_free(s->state);
	arena_free(&s->arena);
	arena_free(&s->scratch);
	free(s);
}

/* The formatted text, or "! OFFSET: message". */
static const char *format_or_error(struct fixture *s, const char *format)
{
	struct buf out = { 0 };
	struct reason why;
	struct str text;
	unsigned at;
	struct template *t = template_new(&s->arena, str_of(format), &why, &at);

	if (t)
		template_fill(t, &s->x, &out);
	else
		buf_printf(&out, "! %u: %.*s", at, STR_ARGS(why.text));
	text = arena_str(&s->arena, buf_view(&out));
	buf_free(&out);
	return text.p;
}

TEST(fields_in_text)
{
	struct fixture *s = fixture_new();

	EXPECT_TEXT(format_or_error(s, "plain"), "plain");
	EXPECT_TEXT(format_or_error(s, "%evt.type"), "openat");
	EXPECT_TEXT(format_or_error(s, "a=%evt.type b=%evt.num."), "a=openat b=1.");
	EXPECT_TEXT(format_or_error(s, "*%evt.type"), "openat");
	EXPECT_TEXT(format_or_error(s, "%evt.arg[name]%evt.arg.name"), "/etc/passwd/etc/passwd");
	EXPECT_TEXT(format_or_error(s, "(%evt.type)"), "(openat)");
	fixture_free(s);
}

TEST(the_longest_field_name_is_taken)
{
	struct fixture *s = fixture_new();

	EXPECT_TEXT(format_or_error(s, "%evt.typex"), "openatx");
	EXPECT_TEXT(format_or_error(s, "%evt.type.foo"), "openat.foo");
	EXPECT_TEXT(format_or_error(s, "%evt.type[0]"), "openat[0]");
	fixture_free(s);
}

TEST(missing_values)
{
	struct fixture *s = fixture_new();

	EXPECT_TEXT(format_or_error(s, "%evt.arg.newpath|%proc.aname[9]"), "<NA>|<NA>");
	fixture_free(s);
}

TEST(widths)
{
	struct fixture *s = fixture_new();

	EXPECT_TEXT(format_or_error(s, "[%10evt.type]"), "[openat    ]");
	EXPECT_TEXT(format_or_error(s, "[%3evt.type]"), "[ope]");
	EXPECT_TEXT(format_or_error(s, "[%6evt.type]"), "[openat]");
	fixture_free(s);
}

TEST(invalid_formats)
{
	static const char *const bad[] = { "",		 "*",
					   "%",		 "a %",
					   "a %12",	 "%nothing.at.all",
					   "%%",	 "%evt",
					   "% evt.type", "%9999999evt.type" };
	struct fixture *s = fixture_new();

	for (unsigned i = 0; i < ARRAY_SIZE(bad); i++) {
		if (format_or_error(s, bad[i])[0] != '!')
			printf("# accepted: '%s'\n", bad[i]);
		EXPECT(format_or_error(s, bad[i])[0] == '!');
	}
	EXPECT(strstr(format_or_error(s, "text %nothing.x"), "! 5: "));
	EXPECT(strstr(format_or_error(s, "%toloewr(proc.name)"), "unknown transformer 'toloewr'"));
	fixture_free(s);
}

TEST(transformers)
{
	struct fixture *s = fixture_new();

	EXPECT_TEXT(format_or_error(s, "%toupper(evt.type)!"), "OPENAT!");
	EXPECT_TEXT(format_or_error(s, "%basename(evt.arg.name) of %evt.arg[name]"),
		    "passwd of /etc/passwd");
	EXPECT_TEXT(format_or_error(s, "%len(evt.arg[name]) %8toupper(evt.type)|"), "11 OPENAT  |");
	EXPECT_TEXT(format_or_error(s, "%concat(evt.type, \" (\", evt.arg.name)"),
		    "openat (/etc/passwd");
	EXPECT_TEXT(format_or_error(s, "%join(\"-\", (evt.type, \"x\"))"), "openat-x");
	EXPECT_TEXT(format_or_error(s, "%val(evt.type)."), "openat.");
	EXPECT_TEXT(format_or_error(s, "%evt.type(x)"), "openat(x)");
	EXPECT_TEXT(format_or_error(s, "%toupper(evt.asynctype)"), "<NA>");
	EXPECT(format_or_error(s, "%toupper(evt.type")[0] == '!');
	EXPECT(format_or_error(s, "%nosuch(evt.type)")[0] == '!');
	EXPECT(strstr(format_or_error(s, "%toupper(evt.nope)"), "evt.nope"));
	fixture_free(s);
}

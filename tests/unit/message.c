// SPDX-License-Identifier: Apache-2.0
/* Alerts and internal messages as lines of text and JSON. */
#include "output/message.h"

#include <time.h>

#include "record.h"
#include "test.h"

struct fixture {
	struct arena arena, scratch;
	struct state *state;
	struct record record;
	struct extract x;
	struct rule rule;
	struct message_form form;
	struct message_options opt;
	struct buf line;
};

static struct fixture *fixture_new(const char *path, const char *format)
{
	static struct str tags[] = { { "host", 4 }, { "network", 7 } };
	struct state_options opt = { .host_root = "" };
	struct fixture *s = calloc(1, sizeof(*s));
	struct reason why;
	unsigned at;

	if (!s)
		abort();
	setenv("TZ", "UTC", 1);
	tzset();
	schema_init();
	s->state = state_new(&opt);
	record_start(&s->record, EV_openat, 7);
	s->record.ts = UINT64_C(1700000000123456789);
	NUM(&s->record, openat, fd, 3);
	TEXT(&s->record, openat, name, path);
	s->x = (struct extract){ .ev = record_event(&s->record),
				 .state = s->state,
				 .scratch = &s->scratch };
	state_process(s->state, s->x.ev);
	s->rule = (struct rule){ .name = STR_LIT("a \"rule\""),
				 .source = STR_LIT("syscall"),
				 .priority = PRIO_WARNING,
				 .tags = tags,
				 .n_tags = 2 };
	s->opt = (struct message_options){ .include_output = true,
					   .include_fields = true,
					   .include_tags = true,
					   .hostname = "node" };
	s->form.rule = &s->rule;
	s->form.text = template_new(&s->arena, str_of(format), &why, &at);
	if (!s->form.text)
		abort();
	return s;
}

static void fixture_free(struct fixture *s)
{
	state_free(s->state);
	arena_free(&s->arena);
	arena_free(&s->scratch);
	buf_free(&s->line);
	free(s);
}

static const char *alert(struct fixture *s)
{
	message_form_ready(&s->arena, &s->form, &s->opt);
	buf_clear(&s->line);
	message_alert(&s->opt, &s->form, &s->x, &s->line);
	return buf_c(&s->line);
}

TEST(text)
{
	struct fixture *s = fixture_new("/tmp/x", "opened %evt.arg.name by %proc.aname[3]");

	EXPECT_TEXT(alert(s), "22:13:20.123456789: Warning opened /tmp/x by <NA>");
	s->opt.iso_8601 = true;
	EXPECT_TEXT(alert(s), "2023-11-14T22:13:20.123456789+0000: Warning opened /tmp/x by <NA>");
	fixture_free(s);
}

TEST(control_characters_in_text_are_escaped)
{
	struct fixture *s = fixture_new("/tmp/\n\x1b[31m\"q\"\\\xff\xc3\xa9", "f=%evt.arg.name");

	EXPECT_TEXT(alert(s),
		    "22:13:20.123456789: Warning f=/tmp/\\n\\u001b[31m\"q\"\\\xef\xbf\xbd\xc3\xa9");
	fixture_free(s);
}

TEST(json)
{
	struct fixture *s =
		fixture_new("/tmp/x",
			    "%evt.type %evt.arg.name %evt.arg.name %evt.num %proc.aname[3]");

	s->opt.json = true;
	EXPECT_TEXT(alert(s),
		    "{\"hostname\":\"node\",\"output\":\"22:13:20.123456789: Warning openat /tmp/x /tmp/x 1 <NA>\","
		    "\"output_fields\":{\"evt.arg.name\":\"/tmp/x\",\"evt.num\":1,\"evt.time\":1700000000123456789,"
		    "\"evt.type\":\"openat\",\"proc.aname[3]\":null},\"priority\":\"Warning\",\"rule\":\"a \\\"rule\\\"\","
		    "\"source\":\"syscall\",\"tags\":[\"host\",\"network\"],\"time\":\"2023-11-14T22:13:20.123456789Z\"}");
	fixture_free(s);
}

TEST(json_with_other_options)
{
	struct fixture *s = fixture_new("/tmp/x", "%evt.type");

	s->opt = (struct message_options){ .json = true,
					   .include_message = true,
					   .hostname = "node" };
	EXPECT_TEXT(alert(s),
		    "{\"hostname\":\"node\",\"message\":\"openat\",\"priority\":\"Warning\",\"rule\":\"a \\\"rule\\\"\","
		    "\"source\":\"syscall\",\"time\":\"2023-11-14T22:13:20.123456789Z\"}");
	fixture_free(s);
}

TEST(internal_messages)
{
	struct fixture *s = fixture_new("/tmp/x", "x");
	const struct message_field fields[] = { { "a", STR_LIT("1") }, { "b", STR_LIT("\"two\"") } };

	message_internal(&s->opt, "Falco internal: test", PRIO_DEBUG, STR_LIT("said"), fields, 2,
			 s->x.ev->ts, &s->line);
	EXPECT_TEXT(buf_c(&s->line), "22:13:20.123456789: Debug said (a=1 b=\"two\")");
	buf_clear(&s->line);
	s->opt.json = true;
	message_internal(&s->opt, "Falco internal: test", PRIO_DEBUG, STR_LIT("said"), fields, 2,
			 s->x.ev->ts, &s->line);
	EXPECT_TEXT(buf_c(&s->line),
		    "{\"hostname\":\"node\",\"output\":\"said\",\"output_fields\":{\"a\":1,\"b\":\"two\"},"
		    "\"priority\":\"Debug\",\"rule\":\"Falco internal: test\",\"source\":\"internal\","
		    "\"time\":\"2023-11-14T22:13:20.123456789Z\"}");
	fixture_free(s);
}

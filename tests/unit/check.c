// SPDX-License-Identifier: Apache-2.0
/* Checks of conditions: errors, warnings, and the event types for which a condition can be true. */
#include <stdlib.h>

#include "test.h"

#include "filter/check.h"
#include "filter/parse.h"

static struct arena arena;

static struct node *tree(const char *text)
{
	struct parse_error err;

	return parse_condition(&arena, str_of(text), PARSE_MAX_DEPTH, &err);
}

/* "OFFSET: message" of the first error, the number of warnings otherwise. */
static const char *check_text(const char *text)
{
	static char out[256];
	struct check_result res;

	if (check_condition(&arena, tree(text), &res))
		snprintf(out, sizeof(out), "%u warnings", res.n_warnings);
	else
		snprintf(out, sizeof(out), "%u: %.*s", res.error.at, STR_ARGS(res.error.message));
	return out;
}

TEST(valid_conditions)
{
	EXPECT_TEXT(check_text("evt.type in (open, openat) and proc.name = bash"), "0 warnings");
	EXPECT_TEXT(check_text("evt.type = getpid"), "0 warnings");
	EXPECT_TEXT(check_text("proc.name = val(proc.pname) and tolower(proc.name) in (a, b)"),
		    "0 warnings");
	EXPECT_TEXT(check_text(
			    "fd.sip = 10.0.0.1 and fd.snet in (10.0.0.0/8) and fd.sport in (22, http)"),
		    "0 warnings");
	EXPECT_TEXT(check_text("evt.is_open_write = true and fd.num >= 0 and proc.name < 9"),
		    "0 warnings");
}

TEST(invalid_conditions)
{
	EXPECT_TEXT(check_text("evt.type = open and proc.nam = x"),
		    "20: unknown field 'proc.nam', did you mean 'proc.name'?");
	EXPECT_TEXT(check_text("evt.type = opeen"),
		    "11: unknown event type opeen, did you mean open?");
	EXPECT_TEXT(check_text("evt.type startswith op"), "20: unknown event type op");
	EXPECT_TEXT(check_text("evt.type = val(proc.name)"),
		    "11: event types can only be compared with constants");
	EXPECT_TEXT(check_text("fd.num = 1x"), "9: '1x' is not a valid number");
	EXPECT_TEXT(check_text("fd.num = 0x10"), "9: '0x10' is not a valid number");
	EXPECT_TEXT(check_text("evt.is_open_write = yes"),
		    "20: 'yes' is not a valid boolean (true or false)");
	EXPECT_TEXT(check_text("fd.snet = 10.0.0.1/33"),
		    "10: '10.0.0.1/33' is not a valid network (address/prefix)");
	EXPECT_TEXT(check_text("fd.num contains 1"),
		    "0: operator 'contains' not supported for field 'fd.num' of type INT64");
	EXPECT_TEXT(check_text("proc.name bcontains 00"),
		    "0: operator 'bcontains' not supported for field 'proc.name' of type CHARBUF");
	EXPECT_TEXT(check_text("fd.name regex '('"),
		    "14: invalid regex pattern: missing closing parenthesis at offset 1");
	EXPECT_TEXT(check_text("proc.name = val(fd.num)"),
		    "12: 'proc.name' and 'fd.num' have different types");
	EXPECT_TEXT(check_text("fd.name regex val(proc.name)"),
		    "14: operator 'regex' needs constants on its right side");
}

TEST(warnings)
{
	EXPECT_TEXT(check_text("proc.name = proc.pname"), "1 warnings");
	EXPECT_TEXT(check_text("proc.name = \"proc.pname \""), "1 warnings");
	EXPECT_TEXT(check_text("proc.name = \"tolower(proc.pname)\""), "1 warnings");
	EXPECT_TEXT(check_text("proc.name = a.b"), "0 warnings");
	EXPECT_TEXT(check_text("fd.name regex '^.*abc$'"), "1 warnings");
	EXPECT_TEXT(check_text("fd.name regex 'a|b'"), "0 warnings");
	EXPECT_TEXT(check_text("evt.dir = <"), "1 warnings");
}

/*
 * The event numbers of the set; "all"; "nearly all": fewer than 10 are missing.  Without
 * asyncevent, which is in every set.
 */
static const char *events(const char *text)
{
	static char out[256];
	uint64_t set[EVENT_WORDS];
	unsigned n = 0, n_all = 0, at = 0;

	evttypes_of(tree(text), set);
	out[0] = 0;
	for (unsigned i = 0; i < EVENT_NUMBERS; i++) {
		n_all += event_infos[i].name != NULL && i != EV_asyncevent;
		if (!(set[i / 64] >> i % 64 & 1) || i == EV_asyncevent)
			continue;
		n++;
		if (at < 200)
			at += (unsigned)snprintf(out + at, sizeof(out) - at, "%s%u", at ? " " : "",
						 i);
	}
	return n == n_all ? "all" : n + 10 > n_all ? "nearly all" : out;
}

TEST(event_sets)
{
	char open[32], both[64], generic[32];

	EXPECT_TEXT(events("proc.name = x"), "all");
	snprintf(open, sizeof(open), "%s", events("evt.type = open"));
	snprintf(both, sizeof(both), "%s", events("evt.type in (open, close)"));
	snprintf(generic, sizeof(generic), "%s", events("evt.type = getpid"));
	EXPECT(strstr(open, "3"));
	EXPECT(strlen(both) > strlen(open));
	EXPECT(strstr(generic, "1"));
	EXPECT_TEXT(events("evt.type = open or evt.type = close"), both);
	EXPECT_TEXT(events("evt.type in (open, close) and evt.type = open"), open);
	EXPECT_TEXT(events("evt.type = open and evt.type = close"), "");
	EXPECT_TEXT(events("evt.type = open and proc.name = x"), open);
	EXPECT_TEXT(events("evt.type = open or proc.name = x"), "all");
	EXPECT_TEXT(events("not (not evt.type = open)"), open);
	EXPECT_TEXT(events("not (evt.type != open or proc.name = x)"), open);
	EXPECT_TEXT(events("not proc.name = x"), "all");
	EXPECT_TEXT(events("evt.type != open"), "nearly all");
	EXPECT_TEXT(events("evt.type != open and not evt.type != open"), "");
	EXPECT_TEXT(events("evt.type exists"), "all");
	EXPECT_TEXT(events("evt.type = anyof (open, close)"), both);
	EXPECT_TEXT(events("not evt.type = oneof (open, close)"), "all");
	EXPECT_TEXT(events("evt.num = 0"), "");
	EXPECT_TEXT(events("not evt.num = 0"), "all");
	EXPECT_TEXT(events("evt.num > 0"), "all");
	EXPECT_TEXT(events("not evt.num >= 1"), "");
	EXPECT_TEXT(events("evt.num in (0)"), "");
	EXPECT_TEXT(events("evt.num = 1"), "all");
}

TEST(syscall_sets)
{
	uint64_t set[SYSCALL_WORDS];
	unsigned n = 0;

	evttypes_syscalls_of(tree("evt.type in (open, getpid) and proc.name = x"), set);
	for (unsigned i = 0; i < SYSCALL_CODES; i++)
		n += set[i / 64] >> i % 64 & 1;
	EXPECT_INT(n, 2);
	EXPECT(set[SC_open / 64] >> SC_open % 64 & 1);
	EXPECT(set[SC_getpid / 64] >> SC_getpid % 64 & 1);
}

/* No byte after a value at the end of the string is read. */
TEST(strings_need_no_nul)
{
	static const char text[] = { 'e', 'v', 't', '.', 'n', 'u', 'm', '=', '0' };
	char *exact = malloc(sizeof(text));
	uint64_t set[EVENT_WORDS];
	struct parse_error err;

	memcpy(exact, text, sizeof(text));
	evttypes_of(parse_condition(&arena, (struct str){ exact, sizeof(text) }, 10, &err), set);
	EXPECT(!(set[EV_open / 64] >> EV_open % 64 & 1));
	free(exact);
}

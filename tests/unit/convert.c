/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conversion of legacy events: the tables are compared with those of Falco (tests/data/tables), and
 * records are converted.
 */
#include "test.h"

#include <stdlib.h>

#include "base/macros.h"
#include "source/convert.h"

/* ---- the tables as text, in the notation of Falco's ---- */

#define LEGACY_EVENT(id, sym, name, ...) EV_##sym = id,
#define LEGACY_IGNORED LEGACY_EVENT
#define P(name, type)
enum {
#include "source/legacy_events.def"
};
#undef P
#undef LEGACY_IGNORED
#undef LEGACY_EVENT

struct row {
	unsigned event, n_params;
	const char *action;
	unsigned target;
	const char *from[16];
};

#define PARAM(i) "old[" #i "]"
#define PARAMS(i, j) "old[" #i "]", "upto", "old[" #j "]"
#define ENTER_PARAM(i) "enter[" #i "]|default"
#define ENTER_PARAM_OR_EMPTY(i) "enter[" #i "]|empty"
#define DEFAULT "default"
#define EMPTY "empty"
#define JSON "json-callback|empty"
#define STORE(event, n) { EV_##event, n, "store", 0, { NULL } },
#define PASS(event, n) { EV_##event, n, "pass", 0, { NULL } },
#define STORE_PASS(event, n) { EV_##event, n, "store_and_pass", 0, { NULL } },
#define ADD(event, n, ...) { EV_##event, n, "add_params", 0, { __VA_ARGS__ } },
#define CHANGE(event, n, target, ...) \
	{ EV_##event, n, "change_type", EV_##target, { __VA_ARGS__ } },
static const struct row rows[] = {
#include "source/conversions.def"
};

enum { ROWS = ARRAY_SIZE(rows), COLUMNS = 16, TEXT = 8192 };

static FILE *table_open(const char *name)
{
	char path[TEXT];
	FILE *f;

	schema_init();
	snprintf(path, sizeof(path), "tests/data/tables/%s", name);
	f = fopen(path, "r");
	if (f && !fgets(path, sizeof(path), f)) { /* skips the header line */
		fclose(f);
		return NULL;
	}
	return f;
}

static bool table_row(FILE *f, char line[TEXT], char *column[COLUMNS])
{
	if (!fgets(line, TEXT, f))
		return false;
	line[strcspn(line, "\n")] = 0;
	for (int i = 0; i < COLUMNS; i++)
		column[i] = strsep(&line, "\t");
	return true;
}

static void row_text(const struct row *r, char out[TEXT])
{
	size_t n = 0;

	out[0] = 0;
	for (unsigned i = 0; i < 16 && r->from[i]; i++) {
		if (!strcmp(r->from[i], "upto")) {
			for (int k = atoi(r->from[i - 1] + 4) + 1; k < atoi(r->from[i + 1] + 4); k++)
				n += (size_t)snprintf(out + n, TEXT - n, " old[%d]", k);
			continue;
		}
		n += (size_t)snprintf(out + n, TEXT - n, "%s%s", n ? " " : "", r->from[i]);
	}
}

TEST(conversions_equal_falcos)
{
	char line[TEXT], text[TEXT], *column[COLUMNS];
	FILE *f = table_open("conversions.tsv");
	unsigned n = 0;

	EXPECT(f != NULL);
	if (!f)
		return;
	for (; table_row(f, line, column); n++) {
		if (n >= ROWS)
			continue;
		EXPECT_INT(rows[n].event, atoi(column[0]));
		EXPECT_INT(rows[n].n_params, atoi(column[2]));
		EXPECT_TEXT(rows[n].action, column[3]);
		EXPECT_INT(rows[n].target, atoi(column[5]));
		row_text(&rows[n], text);
		EXPECT_TEXT(text, column[6]);
	}
	EXPECT_INT(n, ROWS);
	fclose(f);
}

#define TYPE(name, wire, size, shown) [T_##name] = #shown,
static const char *const type_words[] = {
#include "schema/types.def"
};
#undef TYPE

static void compare_params(const struct event_info *info, char *params)
{
	unsigned n = 0;
	char *save = NULL;

	for (char *p = strtok_r(params, "; ", &save); p; p = strtok_r(NULL, "; ", &save), n++) {
		char ours[256];
		char *type = strchr(p, ':'), *end = strchr(type + 1, ':');

		*end = 0;
		if (!strcmp(type, ":PT_CHARBUF_PAIR_ARRAY"))
			strcpy(type, ":PT_CHARBUFARRAY");
		if (n < info->n_params)
			snprintf(ours, sizeof(ours), "%s:PT_%s", info->params[n].name,
				 type_words[info->params[n].type]);
		EXPECT_TEXT(n < info->n_params ? ours : "nothing", p);
	}
	EXPECT_INT(info->n_params, n);
}

TEST(legacy_events_equal_falcos)
{
	char line[TEXT], *column[COLUMNS];
	FILE *f = table_open("events.tsv");
	unsigned n = 0;

	EXPECT(f != NULL);
	if (!f)
		return;
	while (table_row(f, line, column)) {
		unsigned flags = (unsigned)strtol(column[7], NULL, 0);
		const struct event_info *info = convert_info((unsigned)atoi(column[0]));

		EXPECT_INT(info != NULL, !(flags & UNUSED));
		if (!info)
			continue;
		EXPECT_INT(info->flags & (OLD_VERSION | MANAGED), flags & (OLD_VERSION | MANAGED));
		if (!(flags & OLD_VERSION))
			continue;
		EXPECT_TEXT(info->name, column[2]);
		EXPECT_INT(info->dir, column[3][0] == 'E' ? '>' : '<');
		compare_params(info, column[9]);
		n++;
	}
	EXPECT_INT(n, 223);
	fclose(f);
}

TEST(rows_are_sorted)
{
	for (unsigned i = 1; i < ROWS; i++)
		EXPECT(rows[i - 1].event * 100 + rows[i - 1].n_params <
		       rows[i].event * 100 + rows[i].n_params);
}

/* ---- records ---- */

struct record {
	uint8_t bytes[70000];
	uint16_t lens[MAX_PARAMS];
	uint8_t data[66000];
	uint32_t n, used, type;
	int64_t tid;
};

static struct record rec;

static void begin(unsigned type, int64_t tid)
{
	rec.n = rec.used = 0;
	rec.type = type;
	rec.tid = tid;
}

static void add(const void *p, size_t n)
{
	memcpy(rec.data + rec.used, p, n);
	rec.used += (uint32_t)n;
	rec.lens[rec.n++] = (uint16_t)n;
}

static void num(uint64_t v, size_t n)
{
	add(&v, n);
}

static void text(const char *s)
{
	add(s, strlen(s) + 1);
}

static struct convert *converter;
static struct event ev;
static char why[256];

/* Converts the record to `ev`; its error, if any, to `why`. */
static enum convert_result convert(void)
{
	uint32_t len = EVENT_HEADER + 2 * rec.n + rec.used;
	uint64_t ts = 1000;
	enum convert_result result;

	memcpy(rec.bytes, &ts, 8);
	memcpy(rec.bytes + 8, &rec.tid, 8);
	memcpy(rec.bytes + 16, &len, 4);
	memcpy(rec.bytes + 20, &rec.type, 2);
	memcpy(rec.bytes + 22, &rec.n, 4);
	memcpy(rec.bytes + 26, rec.lens, 2 * rec.n);
	memcpy(rec.bytes + 26 + 2 * rec.n, rec.data, rec.used);
	result = convert_record(converter, &ev, rec.bytes, len);
	snprintf(why, sizeof(why), "%s", result == CONVERT_BAD ? ev.fault : "");
	return result;
}

static void reset(void)
{
	schema_init();
	convert_free(converter);
	converter = convert_new();
}

static void read_enter(int64_t tid, uint64_t fd, uint64_t size)
{
	begin(EV_read_enter, tid);
	num(fd, 8);
	num(size, 4);
	EXPECT_INT(convert(), CONVERT_NOTHING);
}

static void read_exit(int64_t tid)
{
	begin(EV_read, tid);
	num(3, 8);
	add("abc", 3);
	EXPECT_INT(convert(), CONVERT_EVENT);
	EXPECT_INT(ev.type, EV_read);
	EXPECT_INT(ev.n_params, 4);
	EXPECT_INT(ev.ts, 1000);
	EXPECT_INT(ev.tid, tid);
	EXPECT_STR(ev_bytes(&ev, 1), "abc");
}

TEST(an_exit_event_gets_parameters_of_its_enter_event)
{
	reset();
	read_enter(7, 5, 100);
	read_enter(8, 6, 200);
	read_exit(7);
	EXPECT_INT(ev_s64(&ev, IX(read, fd), -1), 5);
	EXPECT_INT(ev_u64(&ev, IX(read, size), 0), 100);
	read_exit(8);
	EXPECT_INT(ev_s64(&ev, IX(read, fd), -1), 6);
	read_exit(9); /* no enter event of this thread */
	EXPECT_INT(ev_s64(&ev, IX(read, fd), -1), 0);
	begin(EV_close_enter, 7);
	num(4, 8);
	EXPECT_INT(convert(), CONVERT_NOTHING);
	read_exit(7); /* the last enter event is of another call */
	EXPECT_INT(ev_s64(&ev, IX(read, fd), -1), 0);
}

TEST(current_events_are_not_converted)
{
	reset();
	begin(EV_close, 1);
	num(0, 8);
	num(3, 8);
	EXPECT_INT(convert(), CONVERT_EVENT);
	EXPECT(ev.rec == rec.bytes);
}

TEST(a_legacy_event_becomes_another_event)
{
	reset();
	begin(EV_openat_1, 1);
	num(4, 8);
	EXPECT_INT(convert(), CONVERT_EVENT);
	EXPECT_INT(ev.type, EV_openat);
	EXPECT_INT(ev.n_params, 7);
	EXPECT_INT(ev_s64(&ev, IX(openat, dirfd), -77), -77);
	EXPECT(!ev_text(&ev, IX(openat, name)).p);
	begin(EV_openat_1_enter, 1);
	num((uint64_t)-100, 8);
	text("x");
	num(1, 4);
	num(0644, 4);
	EXPECT_INT(convert(), CONVERT_NOTHING);
	begin(EV_openat_1, 1);
	num(4, 8);
	EXPECT_INT(convert(), CONVERT_EVENT);
	EXPECT_INT(ev_s64(&ev, IX(openat, dirfd), -77), -100);
	EXPECT_STR(ev_text(&ev, IX(openat, name)), "x");
	EXPECT_INT(ev_u64(&ev, IX(openat, mode), 0), 0644);
	EXPECT_INT(ev_u64(&ev, IX(openat, ino), 99), 99);
}

static void execve_8(void)
{
	begin(EV_execve_8, 42);
	num(0, 8);
	text("/bin/sh");
	add("-c\0ls", 6);
	for (uint64_t i = 0; i < 3; i++)
		num(42 + i, 8);
	text("/tmp");
	num(1024, 8);
}

TEST(the_oldest_version_is_converted_in_several_steps)
{
	reset();
	execve_8();
	EXPECT_INT(convert(), CONVERT_EVENT);
	EXPECT_INT(ev.type, EV_execve);
	EXPECT_INT(ev.n_params, NPARAMS(execve));
	EXPECT_STR(ev_text(&ev, IX(execve, exe)), "/bin/sh");
	EXPECT_INT(ev_bytes(&ev, IX(execve, args)).n, 6);
	EXPECT_INT(ev_s64(&ev, IX(execve, ptid), 0), 44);
	EXPECT_INT(ev_u64(&ev, IX(execve, fdlimit), 0), 1024);
	EXPECT_INT(ev_u64(&ev, IX(execve, uid), 5), 5);
	begin(EV_clone_11, 42);
	num(43, 8);
	text("sh");
	add("", 0);
	for (uint64_t i = 0; i < 3; i++)
		num(42 + i, 8);
	text("/tmp");
	num(1024, 8);
	num(1, 4);
	num(1000, 4);
	num(100, 4);
	EXPECT_INT(convert(), CONVERT_EVENT);
	EXPECT_INT(ev.type, EV_clone);
	EXPECT_INT(ev.n_params, NPARAMS(clone));
	EXPECT_INT(ev_u64(&ev, IX(clone, gid), 0), 100);
	EXPECT_INT(ev_u64(&ev, IX(clone, flags), 0), 1);
}

TEST(a_container_becomes_json)
{
	reset();
	begin(EV_container_parts, -1);
	text("ab\"c");
	num(1, 4);
	text("web");
	text("nginx");
	EXPECT_INT(convert(), CONVERT_EVENT);
	EXPECT_INT(ev.type, EV_container);
	EXPECT_STR(ev_text(&ev, 0),
		   "{\"container\":{\"id\":\"ab\\\"c\",\"type\":1,\"name\":\"web\",\"image\":\"nginx\"}}");
}

TEST(a_result_that_changed_its_type)
{
	reset();
	begin(EV_bpf_enter, 1);
	num(5, 8);
	EXPECT_INT(convert(), CONVERT_NOTHING);
	begin(EV_bpf_1, 1);
	add("\1\7\0\0\0\0\0\0\0", 9);
	EXPECT_INT(convert(), CONVERT_EVENT);
	EXPECT_INT(ev_s64(&ev, IX(bpf, fd), -1), 7);
	EXPECT_INT(ev_u64(&ev, IX(bpf, cmd), 0), 5);
}

TEST(ignored_and_unknown_events)
{
	reset();
	begin(EV_getsockname_enter, 1);
	EXPECT_INT(convert(), CONVERT_NOTHING);
	begin(17, 1); /* never used */
	EXPECT_INT(convert(), CONVERT_NOTHING);
	begin(60000, 1);
	EXPECT_INT(convert(), CONVERT_NOTHING);
}

TEST(corrupt_events_are_refused)
{
	reset();
	begin(EV_close, 1);
	EXPECT_INT(convert(), CONVERT_BAD);
	EXPECT_TEXT(why, "event 5 (close): no version of it had 0 parameters");
	begin(EV_brk_1, 1);
	num(1, 4);
	EXPECT_INT(convert(), CONVERT_BAD);
	EXPECT_TEXT(why, "event 11 (brk): fixed-size parameter of another size");
	begin(EV_container_json, 1);
	memset(rec.data, 'x', sizeof(rec.data));
	rec.used = rec.lens[0] = 65520;
	rec.data[65519] = 0;
	rec.n = 1;
	EXPECT_INT(convert(), CONVERT_BAD);
	EXPECT_TEXT(why, "event 272 (container): exceeds 65536 bytes when converted");
	execve_8();
	rec.data[12] = 0; /* NUL inside a string */
	EXPECT_INT(convert(), CONVERT_BAD);
}

TEST(stored_enter_events_are_limited)
{
	reset();
	for (int64_t tid = 1; tid < 200000; tid++)
		read_enter(tid, (uint64_t)tid, 1);
	read_exit(199999);
	EXPECT_INT(ev_s64(&ev, IX(read, fd), -1), 199999);
	read_exit(1); /* its enter event was evicted */
	EXPECT_INT(ev_s64(&ev, IX(read, fd), -1), 0);
	convert_free(converter);
	converter = NULL;
}

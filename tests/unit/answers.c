/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compares every field of every event of ten captures with the values that Falco 0.44.1 printed
 * (tests/data/answers).  ANSWERS=n shows the first n differences of each field.
 */
#include "test.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/macros.h"
#include "fields/field.h"
#include "source/source.h"

#include "data.h"

enum { MAX_KEYS = 256, SHOWN_BYTES = 250 };

struct column {
	struct field_ref ref;
	struct str key;
	unsigned n, n_different, n_shown;
};

struct run {
	struct arena arena, scratch;
	struct state *state;
	struct source *source;
	struct event ev;
	struct column columns[MAX_KEYS];
	struct str values[MAX_KEYS]; /* expected, of the current line: JSON */
	unsigned n_columns, n_lines, show;
};

/* Fields that are known to differ from Falco's, and in how many events at most. */
static const struct {
	const char *key;
	unsigned max;
} known_differences[] = {
	/* Falco evaluates this counter three times per event. */
	{ "util.cnt", 100000 },
	/* Falco prints uninitialized memory for processes that are older than the capture. */
	{ "proc.exe_ino.ctime_duration_proc_start", 2292 },
	/* Falco does not add the boot time of the recorded machine. */
	{ "proc.pidns_init_start_ts", 1531 },
	/*
	 * Falco takes close-on-exec from the flags parameter of socket, which the recording driver
	 * did not send.  This implementation takes it from the type parameter.
	 */
	{ "proc.fdopencount", 4 },
	{ "proc.fdusage", 4 },
};

/* The end of a JSON value: a string, an array of strings, a number or a literal. */
static const char *value_end(const char *p)
{
	bool quoted = false;
	int depth = 0;

	for (; *p; p++) {
		if (quoted && *p == '\\' && p[1]) {
			p++;
		} else if (*p == '"') {
			quoted = !quoted;
		} else if (!quoted) {
			if (depth == 0 && (*p == ',' || *p == '}'))
				return p;
			depth += (*p == '[') - (*p == ']');
		}
	}
	return p;
}

static bool resolve_column(struct run *r, struct str key)
{
	const char *bracket = memchr(key.p, '[', key.n);
	struct column *c = &r->columns[r->n_columns];
	struct str name = key, arg = STR_NONE;
	struct reason why;

	if (bracket) {
		name.n = (size_t)(bracket - key.p);
		arg = (struct str){ bracket + 1, key.n - name.n - 2 };
	}
	if (!field_resolve(&r->arena, name, arg, &c->ref, &why)) {
		printf("# %.*s\n", STR_ARGS(why.text));
		return false;
	}
	c->key = arena_str(&r->arena, key);
	r->n_columns++;
	return true;
}

/* Stores the values of one line in r->values.  The first line defines the columns. */
static bool read_line(struct run *r, const char *p)
{
	bool first = !r->n_columns;

	for (unsigned i = 0; *p == '{' || *p == ','; i++) {
		struct str key = { p + 2, strcspn(p + 2, "\"") };
		const char *value = key.p + key.n + 2;

		if (i >= MAX_KEYS || (first && !resolve_column(r, key)))
			return false;
		if (!first && (i >= r->n_columns || !str_eq(key, r->columns[i].key)))
			return false;
		p = value_end(value);
		r->values[i] = (struct str){ value, (size_t)(p - value) };
	}
	return *p == '}';
}

static uint64_t line_number(const struct run *r)
{
	for (unsigned i = 0; i < r->n_columns; i++)
		if (str_is(r->columns[i].key, "evt.num"))
			return strtoull(r->values[i].p, NULL, 10);
	return 0;
}

static bool seek_event(struct run *r, uint64_t num)
{
	while (r->ev.num < num) {
		if (source_next(r->source, &r->ev, 0) != SOURCE_EVENT)
			return false;
		state_process(r->state, &r->ev);
		if (r->ev.num < num && !r->ev.state_only) {
			printf("# %llu: Falco does not evaluate rules on this %s\n",
			       (unsigned long long)r->ev.num, r->ev.info->name);
			failed_checks++;
		}
	}
	return r->ev.num == num;
}

static int by_text(const void *a, const void *b)
{
	return str_cmp(((const struct value *)a)->str, ((const struct value *)b)->str);
}

static void add_value(struct json *j, struct extract *x, const struct field_ref *ref,
		      const struct value *v)
{
	if (field_json_kind(x, ref) == FIELD_JSON_BARE)
		json_raw(j, field_json(x, ref, v));
	else
		json_str(j, field_format(x, ref, v));
}

static void format_values(struct extract *x, const struct field_ref *ref, struct buf *out)
{
	struct value values[FIELD_VALUES_MAX];
	struct json j = json_to(out);
	unsigned n = field_get_values(x, ref, values);

	buf_clear(out);
	if (!n) {
		json_null(&j);
	} else if (ref->field->flags & FIELD_LIST) {
		qsort(values, n, sizeof(values[0]), by_text);
		json_array(&j);
		for (unsigned i = 0; i < n; i++)
			add_value(&j, x, ref, &values[i]);
		json_end(&j);
	} else {
		add_value(&j, x, ref, &values[0]);
	}
}

/* Lists have the order of Falco's hash table: only the numbers of each byte are compared. */
static bool have_same_bytes(struct str a, struct str b)
{
	int count[256] = { 0 };

	for (size_t i = 0; i < a.n; i++)
		count[(unsigned char)a.p[i]]++;
	for (size_t i = 0; i < b.n; i++)
		count[(unsigned char)b.p[i]]--;
	for (unsigned i = 0; i < 256; i++)
		if (count[i])
			return false;
	return true;
}

/* Falco shows the directory for a file opened relative to a directory descriptor. */
static bool is_open_relative_to_fd(const struct event *ev)
{
	return ev->type == EV_openat && ev->result >= 0 && ev_s64(ev, IX(openat, dirfd), -1) >= 0;
}

static bool has_no_data(const struct event *ev)
{
	int i = ev_role(ev, ROLE_DATA);

	return i < 0 ? ev->type == EV_ptrace : !ev_bytes(ev, (unsigned)i).n;
}

static bool is_equal(const struct run *r, const struct column *c, struct str got, struct str want)
{
	if (c->ref.field->flags & FIELD_LIST)
		return have_same_bytes(got, want);
	if (is_open_relative_to_fd(&r->ev) &&
	    (str_starts(c->key, STR_LIT("fd.")) || str_is(c->key, "fs.path.name")))
		return true;
	/*
	 * Without data, and for ptrace, Falco shows "NULL" truncated or extended to an earlier
	 * event's length.
	 */
	if (str_is(c->key, "evt.buffer") && has_no_data(&r->ev))
		return str_is(got, "null");
	return str_eq(got, want);
}

static void compare_line(struct run *r)
{
	struct extract x = { &r->ev, r->state, &r->scratch, true };
	struct buf out = { 0 };

	for (unsigned i = 0; i < r->n_columns; i++) {
		struct column *c = &r->columns[i];

		format_values(&x, &c->ref, &out);
		c->n++;
		if (is_equal(r, c, buf_view(&out), r->values[i]))
			continue;
		c->n_different++;
		if (c->n_shown++ < r->show)
			printf("# %llu %s%c %.*s: %.*s, expected %.*s\n",
			       (unsigned long long)r->ev.num, r->ev.info->name, r->ev.info->dir,
			       STR_ARGS(c->key), (int)(out.n < SHOWN_BYTES ? out.n : SHOWN_BYTES),
			       buf_c(&out),
			       (int)(r->values[i].n < SHOWN_BYTES ? r->values[i].n : SHOWN_BYTES),
			       r->values[i].p);
		arena_reset(&r->scratch);
	}
	buf_free(&out);
}

static unsigned max_differences(struct str key)
{
	for (unsigned i = 0; i < ARRAY_SIZE(known_differences); i++)
		if (str_is(key, known_differences[i].key))
			return known_differences[i].max;
	return 0;
}

static void report(const struct run *r, const char *name)
{
	unsigned equal = 0;

	for (unsigned i = 0; i < r->n_columns; i++) {
		const struct column *c = &r->columns[i];

		equal += !c->n_different;
		if (c->n_different <= max_differences(c->key))
			continue;
		printf("# %s: %.*s differs in %u of %u events\n", name, STR_ARGS(c->key),
		       c->n_different, c->n);
		failed_checks++;
	}
	printf("# %s: %u events, %u of %u fields equal in all\n", name, r->n_lines, equal,
	       r->n_columns);
}

static void compare(struct run *r, FILE *answers)
{
	size_t size = 0;
	char *line = NULL;

	while (getline(&line, &size, answers) > 0) {
		if (!read_line(r, line) || !seek_event(r, line_number(r))) {
			printf("# line %u: syntax error, or there is no such event\n",
			       r->n_lines + 1);
			failed_checks++;
			break;
		}
		compare_line(r);
		r->n_lines++;
	}
	free(line);
}

static void run(const char *name)
{
	struct run *r = calloc(1, sizeof(*r));
	struct state_options options = { .host_root = "" };
	char capture[512], file[128], answers_path[512], command[600], err[512];
	FILE *answers;

	snprintf(file, sizeof(file), "answers/%s.events.jsonl.xz", name);
	if (!data_capture(capture, sizeof(capture), name) ||
	    !data_file(answers_path, sizeof(answers_path), file)) {
		free(r);
		SKIP(NO_DATA);
	}
	snprintf(command, sizeof(command), "xz -dc '%s'", answers_path);
	setenv("TZ", "UTC", 1);
	setenv("FALCO_HOSTNAME", "node", 1);
	schema_init();
	r->show = getenv("ANSWERS") ? (unsigned)atoi(getenv("ANSWERS")) : 0;
	r->state = state_new(&options);
	r->source = source_replay_open(capture, r->state, err, sizeof(err));
	answers = popen(command, "r");
	EXPECT(r->source && answers);
	if (r->source && answers)
		compare(r, answers);
	EXPECT(r->n_lines > 0);
	report(r, name);
	if (answers)
		pclose(answers);
	if (r->source)
		r->source->ops->close(r->source);
	state_free(r->state);
	arena_free(&r->arena);
	arena_free(&r->scratch);
	free(r);
}

#define CAPTURE(id, name)  \
	TEST(id)           \
	{                  \
		run(name); \
	}

CAPTURE(shell, "shell")
CAPTURE(net, "net")
CAPTURE(attack, "attack")
CAPTURE(connect_localhost, "connect_localhost")
CAPTURE(curl_google, "curl_google")
CAPTURE(curl_google_comments, "curl_google_comments")
CAPTURE(open_multiple_files, "open-multiple-files")
CAPTURE(ping_sendto, "ping_sendto")
CAPTURE(single_ipv6_conn, "single_ipv6_conn")
CAPTURE(test_ipv6_client, "test_ipv6_client")

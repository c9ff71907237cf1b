// SPDX-License-Identifier: Apache-2.0
/* Builds the lines of alerts. */
#include "output/message.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/json.h"
#include "base/macros.h"
#include "base/utf8.h"

/* One member of output_fields. */
struct message_member {
	struct str key;
	/*
	 * The value is one of: a field's, typed; a text; a transformer's result; the event's time.
	 */
	const struct field_ref *ref;
	const struct template *format;
	const struct operand *operand;
	bool is_time;
};

void message_time(struct buf *out, uint64_t ts, bool iso_8601)
{
	time_t s = (time_t)(ts / NSEC_PER_SEC);
	unsigned ns = (unsigned)(ts % NSEC_PER_SEC);
	char text[64];
	struct tm tm;

	if (iso_8601)
		gmtime_r(&s, &tm);
	else
		localtime_r(&s, &tm);
	strftime(text, sizeof(text), iso_8601 ? "%Y-%m-%dT%H:%M:%S" : "%H:%M:%S", &tm);
	buf_printf(out, "%s.%09u%s", text, ns, iso_8601 ? "+0000" : "");
}

static int by_key(const void *a, const void *b)
{
	return str_cmp(((const struct message_member *)a)->key,
		       ((const struct message_member *)b)->key);
}

void message_form_ready(struct arena *a, struct message_form *form,
			const struct message_options *opt)
{
	struct message_member *m =
		arena_array(a, struct message_member, form->text->n_fields + form->n_extra + 1);
	unsigned n = 0, kept = 0;

	m[n++] = (struct message_member){
		.key = str_of(opt->iso_8601 ? "evt.time.iso8601" : "evt.time"), .is_time = true
	};
	for (unsigned i = 0; i < form->text->n_parts; i++) {
		const struct field_ref *ref = &form->text->parts[i].ref;

		if (ref->field)
			m[n++] = (struct message_member){ .key = ref->text, .ref = ref };
		else if (form->text->parts[i].operand)
			m[n++] = (struct message_member){ .key = form->text->parts[i].literal,
							  .operand = form->text->parts[i].operand };
	}
	for (unsigned i = 0; i < form->n_extra; i++) {
		const struct message_extra *e = &form->extra[i];

		m[n++] = (struct message_member){ .key = e->key,
						  .ref = e->ref.field ? &e->ref : NULL,
						  .format = e->format };
	}
	qsort(m, n, sizeof(*m), by_key);
	for (unsigned i = 0; i < n; i++) {
		if (!kept || !str_eq(m[kept - 1].key, m[i].key))
			m[kept++] = m[i];
	}
	form->members = m;
	form->n_members = kept;
}

static void add_value(struct json *j, struct extract *x, const struct field_ref *ref,
		      const struct value *v)
{
	if (field_json_kind(x, ref) == FIELD_JSON_BARE)
		json_raw(j, field_json(x, ref, v));
	else
		json_str(j, field_format(x, ref, v));
}

static void add_field(struct json *j, struct extract *x, const struct field_ref *ref)
{
	struct value values[FIELD_VALUES_MAX];
	unsigned n = field_get_values(x, ref, values);

	if (!n) {
		json_null(j);
		return;
	}
	if (!(ref->field->flags & FIELD_LIST)) {
		add_value(j, x, ref, &values[0]);
		return;
	}
	json_array(j);
	for (unsigned i = 0; i < n; i++)
		add_value(j, x, ref, &values[i]);
	json_end(j);
}

static void add_result(struct json *j, const struct operand *o, const struct value *v)
{
	if (value_kind(o->type) == KIND_UNSIGNED)
		json_uint(j, v->u);
	else
		json_str(j, v->str);
}

static void add_operand(struct json *j, struct extract *x, const struct operand *o)
{
	struct value values[FIELD_VALUES_MAX];
	unsigned n;

	if (o->ref.field) {
		add_field(j, x, &o->ref);
		return;
	}
	n = operand_values(x, o, values);
	if (!n) {
		json_null(j);
	} else if (!(o->flags & FIELD_LIST)) {
		add_result(j, o, &values[0]);
	} else {
		json_array(j);
		for (unsigned i = 0; i < n; i++)
			add_result(j, o, &values[i]);
		json_end(j);
	}
}

static void add_members(struct json *j, const struct message_form *form, struct extract *x)
{
	struct buf text = { 0 };

	json_add_object(j, "output_fields");
	for (unsigned i = 0; i < form->n_members; i++) {
		const struct message_member *m = &form->members[i];

		json_key_str(j, m->key);
		if (m->is_time) {
			json_uint(j, x->ev->ts);
		} else if (m->ref) {
			add_field(j, x, m->ref);
		} else if (m->operand) {
			add_operand(j, x, m->operand);
		} else {
			buf_clear(&text);
			template_fill(m->format, x, &text);
			json_str(j, buf_view(&text));
		}
	}
	json_end(j);
	buf_free(&text);
}

static void add_json_time(struct json *j, uint64_t ts)
{
	time_t s = (time_t)(ts / NSEC_PER_SEC);
	struct tm tm;
	char day[32], text[48];

	gmtime_r(&s, &tm);
	strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(text, sizeof(text), "%s.%09uZ", day, (unsigned)(ts % NSEC_PER_SEC));
	json_add_text(j, "time", text);
}

static void add_tags(struct json *j, const struct rule *rule)
{
	json_add_array(j, "tags");
	for (unsigned i = 0; i < rule->n_tags; i++)
		json_str(j, rule->tags[i]);
	json_end(j);
}

/* Keys in alphabetical order, as Falco writes them. */
static void alert_json(const struct message_options *opt, const struct message_form *form,
		       struct extract *x, struct str line, struct str text, struct buf *out)
{
	const struct rule *rule = form->rule;
	struct json j = json_to(out);

	json_object(&j);
	json_add_text(&j, "hostname", opt->hostname);
	if (opt->include_message)
		json_add_str(&j, "message", text);
	if (opt->include_output)
		json_add_str(&j, "output", line);
	if (opt->include_fields)
		add_members(&j, form, x);
	json_add_text(&j, "priority", priority_name(rule->priority));
	json_add_str(&j, "rule", rule->name);
	json_add_str(&j, "source", rule->source);
	if (opt->include_tags)
		add_tags(&j, rule);
	add_json_time(&j, x->ev->ts);
	json_end(&j);
}

/*
 * Alert text contains bytes of untrusted processes.  To keep it on one line and without terminal
 * escape sequences, control characters are written as in JSON and bytes that are not UTF-8 as
 * U+FFFD.  Quotes and backslashes are not escaped.
 */
static void add_plain(struct buf *out, struct str s)
{
	size_t copied = 0, i = 0;

	while (i < s.n) {
		size_t n = utf8_len(s, i);

		if (n > 1 || (n == 1 && (unsigned char)s.p[i] >= ' ')) {
			i += n;
			continue;
		}
		buf_add(out, s.p + copied, i - copied);
		if (n)
			json_escape(out, (struct str){ s.p + i, 1 });
		else
			buf_cstr(out, UTF8_REPLACEMENT);
		copied = ++i;
	}
	buf_add(out, s.p + copied, s.n - copied);
}

void message_alert(const struct message_options *opt, const struct message_form *form,
		   struct extract *x, struct buf *out)
{
	struct buf line = { 0 };
	bool was_printing = x->printing;
	size_t text_at;

	x->printing = true;
	message_time(&line, x->ev->ts, opt->iso_8601);
	buf_printf(&line, ": %s ", priority_name(form->rule->priority));
	text_at = line.n;
	template_fill(form->text, x, &line);
	if (opt->json)
		alert_json(opt, form, x, buf_view(&line), str_skip(buf_view(&line), text_at), out);
	else
		add_plain(out, buf_view(&line));
	x->printing = was_printing;
	buf_free(&line);
}

static void internal_json(const struct message_options *opt, const char *rule,
			  enum priority priority, struct str text,
			  const struct message_field *fields, unsigned n_fields, uint64_t ts,
			  struct buf *out)
{
	struct json j = json_to(out);

	json_object(&j);
	json_add_text(&j, "hostname", opt->hostname);
	json_add_str(&j, "output", text);
	json_add_object(&j, "output_fields");
	for (unsigned i = 0; i < n_fields; i++)
		json_add_raw(&j, fields[i].key, fields[i].json);
	json_end(&j);
	json_add_text(&j, "priority", priority_name(priority));
	json_add_text(&j, "rule", rule);
	json_add_text(&j, "source", "internal");
	add_json_time(&j, ts);
	json_end(&j);
}

void message_internal(const struct message_options *opt, const char *rule, enum priority priority,
		      struct str text, const struct message_field *fields, unsigned n_fields,
		      uint64_t ts, struct buf *out)
{
	struct buf line = { 0 };

	if (opt->json) {
		internal_json(opt, rule, priority, text, fields, n_fields, ts, out);
		return;
	}
	message_time(&line, ts, false);
	buf_printf(&line, ": %s %.*s", priority_name(priority), STR_ARGS(text));
	for (unsigned i = 0; i < n_fields; i++)
		buf_printf(&line, "%s%s=%.*s", i ? " " : " (", fields[i].key,
			   STR_ARGS(fields[i].json));
	if (n_fields)
		buf_char(&line, ')');
	add_plain(out, buf_view(&line));
	buf_free(&line);
}

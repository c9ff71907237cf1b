/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Formats one alert as a line of text or JSON.
 *
 * In: the compiled output of a rule (its form), and the event that matched.  Out: the line, without
 * a newline, for output/outputs.h.
 */
#ifndef OUTPUT_MESSAGE_H
#define OUTPUT_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "config/config.h"
#include "output/template.h"
#include "rules/rule.h"

/*
 * An entry of append_output.extra_fields: a field, typed, under its own name; or a format, as text,
 * under a key.
 */
struct message_extra {
	struct str key;
	struct field_ref ref; /* field == NULL: format */
	struct template *format;
};

/*
 * The compiled output of a rule: a template for its text, appended parts included, and its
 * output_fields.
 */
struct message_form {
	const struct rule *rule;
	struct template *text;
	struct message_extra *extra;
	unsigned n_extra;
	struct message_member *members; /* output_fields, sorted by key, no key twice */
	unsigned n_members;
};

/*
 * Set members and n_members from text and extra, which must be set.  They are allocated in the
 * arena and point into form.
 */
void message_form_ready(struct arena *a, struct message_form *form,
			const struct message_options *opt);

/* Append the line of an alert to out.  x: the event that matched. */
void message_alert(const struct message_options *opt, const struct message_form *form,
		   struct extract *x, struct buf *out);

/*
 * A member of output_fields of an internal alert, one about the program itself (source "internal"):
 * arrays of them are sorted by key, and values are JSON.
 */
struct message_field {
	const char *key;
	struct str json;
};
/* Append the line of an internal alert to out.  ts: ns since the epoch. */
void message_internal(const struct message_options *opt, const char *rule, enum priority priority,
		      struct str text, const struct message_field *fields, unsigned n_fields,
		      uint64_t ts, struct buf *out);

/*
 * Append ts (ns since the epoch): "18:38:14.570852230" in local time, or date and time in UTC as
 * ISO 8601.
 */
void message_time(struct buf *out, uint64_t ts, bool iso_8601);

#endif

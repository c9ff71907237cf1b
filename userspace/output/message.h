/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One alert as a line of text or JSON.
 *
 * In: a rule, its templates, the event that matched.  Out: the line, ready for the channels.
 */
#ifndef OUTPUT_MESSAGE_H
#define OUTPUT_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "config/config.h"
#include "output/template.h"
#include "rules/rule.h"

/* A field of append_output.extra_fields: typed under its own name, or a format under a key. */
struct message_extra {
	struct str key;
	struct field_ref ref; /* field == NULL: format */
	struct template *format;
};

/* What a rule prints, compiled: its output with everything appended to it. */
struct message_form {
	const struct rule *rule;
	struct template *text;
	struct message_extra *extra;
	unsigned n_extra;
	struct message_member *members; /* output_fields in the order of their keys, no key twice */
	unsigned n_members;
};

/* Prepares members; text and extra are set. */
void message_form_ready(struct arena *a, struct message_form *form,
			const struct message_options *opt);

/* The line without its newline is appended to out. */
void message_alert(const struct message_options *opt, const struct message_form *form,
		   struct extract *x, struct buf *out);

/* What the program itself has to say: source "internal", fields in the order of their keys, values are JSON. */
struct message_field {
	const char *key;
	struct str json;
};
void message_internal(const struct message_options *opt, const char *rule, enum priority priority,
		      struct str text, const struct message_field *fields, unsigned n_fields,
		      uint64_t ts, struct buf *out);

/* "18:38:14.570852230", local, or with date and +0000 as ISO 8601 in UTC. */
void message_time(struct buf *out, uint64_t ts, bool iso_8601);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* --list: the table of fields for people, for documents, for programs. */
#include "fields/field.h"

enum { NAME_COLUMNS = 30, LINE_COLUMNS = 110 };

static bool is_listed(const struct field *f)
{
	return !(f->flags & (FIELD_HIDDEN | FIELD_DEPRECATED));
}

static bool class_is_listed(const struct field_class *class, const char *source)
{
	return !source || class->any_source || strcmp(source, "syscall") == 0;
}

/* True if field i is the first listed one of its class. */
static bool starts_class(unsigned i)
{
	const struct field_class *class = field_at(i)->class;

	if (!is_listed(field_at(i)))
		return false;
	while (i-- > 0 && field_at(i)->class == class)
		if (is_listed(field_at(i)))
			return false;
	return true;
}

/* Words of text in lines that end at LINE_COLUMNS; lines but the first start at column indent. */
static void print_wrapped(FILE *out, const char *text, int indent)
{
	int at = indent;

	while (*text) {
		int n = (int)strcspn(text, " ");

		if (at > indent && at + 1 + n > LINE_COLUMNS) {
			fprintf(out, "\n%*s", indent, "");
			at = indent;
		}
		at += fprintf(out, "%s%.*s", at > indent ? " " : "", n, text);
		text += n;
		text += *text == ' ';
	}
	fputc('\n', out);
}

static void text_class(FILE *out, const struct field_class *class)
{
	fprintf(out, "-------------------------------\n%-*s%s", NAME_COLUMNS, "Field Class:", class->name);
	if (class->brief)
		fprintf(out, " (%s)", class->brief);
	fprintf(out, "\n%-*s%s\n%-*s%s\n\n", NAME_COLUMNS, "Description:", class->text, NAME_COLUMNS, "Event Sources:",
		class->any_source ? "All Sources" : "syscall");
}

static void text_field(FILE *out, const struct field *f, bool verbose)
{
	char text[512];
	size_t n = 0;

	if (f->flags & (FIELD_ARG_REQUIRED | FIELD_ARG_OPTIONAL | FIELD_LIST))
		n = (size_t)snprintf(text, sizeof(text), "(%s%s%s) ", f->flags & FIELD_LIST ? "list" : "",
				     f->flags & FIELD_LIST ? "," : "",
				     f->flags & FIELD_ARG_REQUIRED ? "argument required" : "argument optional");
	n += (size_t)snprintf(text + n, sizeof(text) - n, "%s", f->text);
	if (verbose && n < sizeof(text))
		snprintf(text + n, sizeof(text) - n, " (Type: %s)", field_type_name(f->type));
	if (strlen(f->name) >= NAME_COLUMNS)
		fprintf(out, "%s\n%*s", f->name, NAME_COLUMNS, "");
	else
		fprintf(out, "%-*s", NAME_COLUMNS, f->name);
	print_wrapped(out, text, NAME_COLUMNS);
}

static void list_text(FILE *out, bool verbose, const char *source)
{
	bool first = true;

	for (unsigned i = 0; i < fields_count(); i++) {
		const struct field *f = field_at(i);

		if (!is_listed(f) || !class_is_listed(f->class, source))
			continue;
		if (starts_class(i)) {
			if (!first)
				fputc('\n', out);
			text_class(out, f->class);
			first = false;
		}
		text_field(out, f, verbose);
	}
}

static void list_markdown(FILE *out, const char *source)
{
	for (unsigned i = 0; i < fields_count(); i++) {
		const struct field *f = field_at(i);
		bool list = f->flags & FIELD_LIST;

		if (!is_listed(f) || !class_is_listed(f->class, source))
			continue;
		if (starts_class(i))
			fprintf(out, "%s## Field Class: %s\n\n%s\n\nEvent Sources: %s\n\nName | Type | Description\n"
				":----|:-----|:-----------\n", i ? "\n" : "", f->class->name, f->class->text,
				f->class->any_source ? "All Sources" : "syscall");
		fprintf(out, "`%s` | %s%s%s | %s\n", f->name, list ? "LIST(" : "", field_type_name(f->type), list ? ")" : "",
			f->text);
	}
}

/* Names and texts of fields.def hold nothing that JSON would escape: tests/unit/fields.c checks it. */
static void json_field(FILE *out, const struct field *f)
{
	fprintf(out, "        {\n          \"name\": \"%s\",\n          \"type\": \"%s\",\n          \"desc\": \"%s\",\n"
		"          \"is_list\": %s,\n          \"argument\": ", f->name, field_type_name(f->type), f->text,
		f->flags & FIELD_LIST ? "true" : "false");
	if (f->flags & (FIELD_ARG_REQUIRED | FIELD_ARG_OPTIONAL))
		fprintf(out, "{\n            \"required\": %s,\n            \"type\": [%s%s%s]\n          }\n        }",
			f->flags & FIELD_ARG_REQUIRED ? "true" : "false", f->flags & FIELD_ARG_INDEX ? "\"INDEX\"" : "",
			(f->flags & FIELD_ARG_INDEX) && (f->flags & FIELD_ARG_KEY) ? ", " : "",
			f->flags & FIELD_ARG_KEY ? "\"KEY\"" : "");
	else
		fprintf(out, "null\n        }");
}

static void list_json(FILE *out, const char *source)
{
	const struct field_class *open = NULL;

	fprintf(out, "{\n  \"fieldclasses\": [\n");
	for (unsigned i = 0; i < fields_count(); i++) {
		const struct field *f = field_at(i);

		if (!is_listed(f) || !class_is_listed(f->class, source))
			continue;
		if (f->class != open)
			fprintf(out, "%s    {\n      \"name\": \"%s\",\n      \"desc\": \"%s\",\n      \"event_sources\": [\n"
				"        \"syscall\"\n      ],\n      \"fields\": [\n", open ? "\n      ]\n    },\n" : "",
				f->class->name, f->class->text);
		fprintf(out, "%s", f->class == open ? ",\n" : "");
		open = f->class;
		json_field(out, f);
	}
	fprintf(out, "\n      ]\n    }\n  ]\n}\n");
}

static void list_names(FILE *out, enum field_list how, const char *source)
{
	bool json = how == FIELD_LIST_JSON, first = true;

	if (json)
		fprintf(out, "{\n  \"fieldnames\": [\n");
	for (unsigned i = 0; i < fields_count(); i++) {
		const struct field *f = field_at(i);

		if (!is_listed(f) || !class_is_listed(f->class, source))
			continue;
		if (json)
			fprintf(out, "%s    \"%s\"", first ? "" : ",\n", f->name);
		else
			fprintf(out, "%s\n", f->name);
		first = false;
	}
	if (json)
		fprintf(out, "\n  ]\n}\n");
}

void field_list(FILE *out, enum field_list how, bool names_only, bool verbose, const char *source)
{
	if (names_only)
		list_names(out, how, source);
	else if (how == FIELD_LIST_JSON)
		list_json(out, source);
	else if (how == FIELD_LIST_MARKDOWN)
		list_markdown(out, source);
	else
		list_text(out, verbose, source);
}

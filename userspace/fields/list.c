/* SPDX-License-Identifier: Apache-2.0 */
/* --list: the table of fields as text, markdown or JSON. */
#include "base/json.h"
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

/* Whether field i is the first listed one of its class. */
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

/*
 * Print text from column indent on, with line breaks before LINE_COLUMNS; all further lines are
 * indented to the same column.
 */
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
	fprintf(out, "-------------------------------\n%-*s%s", NAME_COLUMNS,
		"Field Class:", class->name);
	if (class->brief)
		fprintf(out, " (%s)", class->brief);
	fprintf(out, "\n%-*s%s\n%-*s%s\n\n", NAME_COLUMNS, "Description:", class->text,
		NAME_COLUMNS, "Event Sources:", class->any_source ? "All Sources" : "syscall");
}

static void text_field(FILE *out, const struct field *f, bool verbose)
{
	char text[512];
	size_t n = 0;

	if (f->flags & (FIELD_ARG_REQUIRED | FIELD_ARG_OPTIONAL | FIELD_LIST))
		n = (size_t)snprintf(text, sizeof(text), "(%s%s%s) ",
				     f->flags & FIELD_LIST ? "list" : "",
				     f->flags & FIELD_LIST ? "," : "",
				     f->flags & FIELD_ARG_REQUIRED ? "argument required"
								   : "argument optional");
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
			fprintf(out,
				"%s## Field Class: %s\n\n%s\n\nEvent Sources: %s\n\nName | Type | Description\n"
				":----|:-----|:-----------\n",
				i ? "\n" : "", f->class->name, f->class->text,
				f->class->any_source ? "All Sources" : "syscall");
		fprintf(out, "`%s` | %s%s%s | %s\n", f->name, list ? "LIST(" : "",
			field_type_name(f->type), list ? ")" : "", f->text);
	}
}

static void json_field(struct json *j, const struct field *f)
{
	json_object(j);
	json_add_text(j, "name", f->name);
	json_add_text(j, "type", field_type_name(f->type));
	json_add_text(j, "desc", f->text);
	json_add_bool(j, "is_list", f->flags & FIELD_LIST);
	json_key(j, "argument");
	if (!(f->flags & (FIELD_ARG_REQUIRED | FIELD_ARG_OPTIONAL))) {
		json_null(j);
	} else {
		json_object(j);
		json_add_bool(j, "required", f->flags & FIELD_ARG_REQUIRED);
		json_add_array(j, "type");
		if (f->flags & FIELD_ARG_INDEX)
			json_text(j, "INDEX");
		if (f->flags & FIELD_ARG_KEY)
			json_text(j, "KEY");
		json_end(j);
		json_end(j);
	}
	json_end(j);
}

static void json_class(struct json *j, const struct field_class *class)
{
	json_object(j);
	json_add_text(j, "name", class->name);
	json_add_text(j, "desc", class->text);
	json_add_array(j, "event_sources");
	json_text(j, "syscall");
	json_end(j);
	json_add_array(j, "fields");
}

static void list_json(struct json *j, const char *source)
{
	const struct field_class *open = NULL;

	json_add_array(j, "fieldclasses");
	for (unsigned i = 0; i < fields_count(); i++) {
		const struct field *f = field_at(i);

		if (!is_listed(f) || !class_is_listed(f->class, source))
			continue;
		if (open && f->class != open) {
			json_end(j);
			json_end(j);
		}
		if (f->class != open)
			json_class(j, f->class);
		open = f->class;
		json_field(j, f);
	}
	if (open) {
		json_end(j);
		json_end(j);
	}
	json_end(j);
}

static void list_json_names(struct json *j, const char *source)
{
	json_add_array(j, "fieldnames");
	for (unsigned i = 0; i < fields_count(); i++)
		if (is_listed(field_at(i)) && class_is_listed(field_at(i)->class, source))
			json_text(j, field_at(i)->name);
	json_end(j);
}

static void print_json(FILE *out, bool names_only, const char *source)
{
	struct buf text = { 0 };
	struct json j = json_to(&text);

	j.indent = 2;
	json_object(&j);
	if (names_only)
		list_json_names(&j, source);
	else
		list_json(&j, source);
	json_end(&j);
	fprintf(out, "%s\n", buf_c(&text));
	buf_free(&text);
}

static void list_names(FILE *out, const char *source)
{
	for (unsigned i = 0; i < fields_count(); i++)
		if (is_listed(field_at(i)) && class_is_listed(field_at(i)->class, source))
			fprintf(out, "%s\n", field_at(i)->name);
}

void field_list(FILE *out, enum field_list how, bool names_only, bool verbose, const char *source)
{
	if (how == FIELD_LIST_JSON)
		print_json(out, names_only, source);
	else if (names_only)
		list_names(out, source);
	else if (how == FIELD_LIST_MARKDOWN)
		list_markdown(out, source);
	else
		list_text(out, verbose, source);
}

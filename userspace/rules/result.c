// SPDX-License-Identifier: Apache-2.0
/* Results of loading a rules file, as text and as JSON. */
#include "rules/loader.h"

static unsigned count(const struct load_result *res, bool errors)
{
	return errors ? res->diags.n_errors : res->diags.n - res->diags.n_errors;
}

static void put_blocks(struct buf *out, const struct load_result *res, bool errors)
{
	unsigned n = count(res, errors);

	if (!n)
		return;
	buf_printf(out, "%u %s:\n", n, errors ? "Errors" : "Warnings");
	for (unsigned i = 0; i < res->diags.n; i++)
		if (res->diags.v[i]->error == errors)
			diag_text(out, res->diags.v[i]);
}

static void put_codes(struct buf *out, const struct load_result *res, bool errors)
{
	unsigned n = count(res, errors), done = 0;

	if (!n)
		return;
	buf_printf(out, ", %u %s: [", n, errors ? "errors" : "warnings");
	for (unsigned i = 0; i < res->diags.n; i++) {
		const struct diag *g = res->diags.v[i];

		if (g->error == errors)
			buf_printf(out, "%s%s (%s)", done++ ? ", " : "", g->kind.code, g->kind.text);
	}
	buf_char(out, ']');
}

void load_result_text(struct buf *out, const struct load_result *res, bool verbose)
{
	buf_printf(out, "%.*s: %s", STR_ARGS(res->name), load_result_ok(res) ? "Ok" : "Invalid");
	if (!verbose) {
		put_codes(out, res, true);
		put_codes(out, res, false);
		return;
	}
	if (load_result_ok(res) && res->diags.n)
		buf_cstr(out, ", with warnings");
	buf_char(out, '\n');
	if (res->n_schema)
		buf_printf(out, "%u Schema warnings:\n", res->n_schema);
	for (unsigned i = 0; i < res->n_schema; i++)
		buf_printf(out, "%.*s\n", STR_ARGS(res->schema[i]));
	put_blocks(out, res, true);
	put_blocks(out, res, false);
}

static void put_json(struct json *j, const struct load_result *res, bool errors)
{
	json_array(j);
	for (unsigned i = 0; i < res->diags.n; i++)
		if (res->diags.v[i]->error == errors)
			diag_json(j, res->diags.v[i]);
	json_end(j);
}

/* Whether the file conforms to the schema; false if it could not be read or parsed. */
static bool schema_valid(const struct load_result *res)
{
	for (unsigned i = 0; i < res->diags.n; i++) {
		const char *code = res->diags.v[i]->kind.code;

		if (!strcmp(code, "LOAD_ERR_FILE_READ") || !strcmp(code, "LOAD_ERR_YAML_PARSE"))
			return false;
	}
	return !res->n_schema;
}

void load_result_json(struct json *j, const struct load_result *res)
{
	json_object(j);
	json_key(j, "errors");
	put_json(j, res, true);
	json_add_str(j, "name", res->name);
	json_add_bool(j, "schema_valid", schema_valid(res));
	json_add_array(j, "schema_warnings");
	for (unsigned i = 0; i < res->n_schema; i++)
		json_str(j, res->schema[i]);
	json_end(j);
	json_add_bool(j, "successful", load_result_ok(res));
	json_key(j, "warnings");
	put_json(j, res, false);
	json_end(j);
}

void load_result_free(struct load_result *res)
{
	diags_free(&res->diags);
	*res = (struct load_result){ 0 };
}

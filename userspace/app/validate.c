// SPDX-License-Identifier: Apache-2.0
/*
 * -V: checks rules files, in the order given: a file may use macros and lists of the files before
 * it.
 */
#include <stdio.h>

#include "app/app.h"
#include "app/describe.h"
#include "base/json.h"
#include "base/log.h"
#include "rules/loader.h"

static void add_file(struct app *app, struct rules_loader *l, const char *path, struct buf *text,
		     struct json *j, bool *good)
{
	struct load_result res = { 0 };
	struct buf warnings = { 0 };
	bool ok = rules_loader_path(l, path, &res);

	if (app->config->message.json)
		load_result_json(j, &res);
	else if (ok)
		buf_printf(text, "%s: Ok%s\n", path, res.diags.n ? ", with warnings" : "");
	else
		load_result_text(text, &res, true);
	if (!ok)
		load_result_text(&app->errors, &res, true);
	else if (res.diags.n)
		load_result_text(&warnings, &res, true);
	if (warnings.n)
		log_printf(LOG_WARNING, "%s", buf_c(&warnings));
	*good &= ok;
	buf_free(&warnings);
	load_result_free(&res);
}

/* With -L or -l: describe the rules that were checked. */
static bool describe(struct app *app, struct rules_loader *l, struct json *j)
{
	struct ruleset_input in = ruleset_input_of(app);
	struct ruleset *rs;
	struct rules *rules;

	if (!rules_loader_finish(l, NULL, &rules))
		return true;
	rs = ruleset_of(rules, &in, &app->errors);
	if (!rs)
		return false;
	json_key(j, "falco_describe_results");
	describe_json(rs, app->options.describe_rules ? NULL : app->options.describe_rule, j);
	ruleset_free(rs);
	return true;
}

static struct str_list files_of(struct app *app)
{
	struct str_list files = { 0 };

	for (unsigned i = 0; i < app->options.validate.n; i++) {
		if (!config_paths(&app->config->arena, app->options.validate.v[i], true, &files))
			str_list_add(&app->config->arena, &files,
				     str_of(app->options.validate.v[i]));
	}
	return files;
}

/* If a plugin is missing, only that is reported: all other errors may follow from it. */
static bool check_unmet(struct app *app, const struct rules_loader *l)
{
	struct str unmet = rules_loader_unmet(l);

	if (!unmet.p)
		return true;
	buf_clear(&app->errors);
	buf_printf(&app->errors, "%.*s\n", STR_ARGS(unmet));
	return false;
}

/* Keys in alphabetical order, as Falco writes them. */
static bool put_json(struct app *app, struct rules_loader *l, const struct buf *results, bool good,
		     struct buf *text)
{
	struct json j = json_to(text);

	json_object(&j);
	if (good && (app->options.describe_rules || app->options.describe_rule))
		good = describe(app, l, &j);
	json_add_raw(&j, "falco_load_results", buf_view(results));
	json_end(&j);
	buf_char(text, '\n');
	return good;
}

enum step validate_files(struct app *app)
{
	struct rules_options opt = { .check_output = ruleset_check_output };
	struct rules_loader *l = rules_loader_new(&opt);
	struct str_list files = files_of(app);
	struct buf text = { 0 }, results = { 0 };
	struct json j = json_to(&results);
	bool good = true;

	json_array(&j);
	for (unsigned i = 0; i < files.n; i++)
		add_file(app, l, files.v[i].p, &text, &j, &good);
	json_end(&j);
	good &= check_unmet(app, l);
	if (app->config->message.json)
		good &= put_json(app, l, &results, good, &text);
	fwrite(text.p, 1, text.n, stdout);
	if (text.n && text.p[text.n - 1] != '\n')
		putchar('\n');
	buf_free(&text);
	buf_free(&results);
	rules_loader_free(l);
	return good ? STEP_DONE : STEP_FAILED;
}

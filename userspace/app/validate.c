// SPDX-License-Identifier: Apache-2.0
/* -V: are these rules files good?  In order, so that the second sees the first. */
#include <stdio.h>

#include "app/app.h"
#include "base/json.h"
#include "base/log.h"
#include "rules/loader.h"

static void add_file(struct app *app, struct rules_loader *l, const char *path, struct buf *text, struct json *j,
		     bool *good)
{
	struct load_result res = { 0 };
	struct buf warnings = { 0 };
	bool ok = rules_loader_path(l, path, &res);

	if (app->config->json_output)
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

enum step validate_files(struct app *app)
{
	struct rules_options opt = { .check_output = ruleset_check_output };
	struct rules_loader *l = rules_loader_new(&opt);
	struct buf text = { 0 };
	struct json j = json_to(&text);
	struct str_list files = { 0 };
	bool good = true;

	for (unsigned i = 0; i < app->options.validate.n; i++) {
		if (!config_paths(&app->config->arena, app->options.validate.v[i], true, &files))
			str_list_add(&app->config->arena, &files, str_of(app->options.validate.v[i]));
	}
	if (app->config->json_output)
		json_object(&j), json_key(&j, "falco_load_results"), json_array(&j);
	for (unsigned i = 0; i < files.n; i++)
		add_file(app, l, files.v[i].p, &text, &j, &good);
	if (app->config->json_output)
		json_end(&j), json_end(&j), buf_char(&text, '\n');
	fwrite(text.p, 1, text.n, stdout);
	if (text.n && text.p[text.n - 1] != '\n')
		putchar('\n');
	buf_free(&text);
	rules_loader_free(l);
	return good ? STEP_DONE : STEP_FAILED;
}

// SPDX-License-Identifier: Apache-2.0
/* --version and --support. */
#include <stdio.h>
#include <sys/utsname.h>

#include "app/app.h"
#include "base/json.h"
#include "uapi/version.h"

static void json_versions(struct json *j)
{
	json_object(j);
	json_add_text(j, "default_driver_version", FALCO_DRIVER_VERSION);
	json_add_text(j, "driver_api_version", FALCO_API_STRING);
	json_add_text(j, "driver_schema_version", FALCO_SCHEMA_STRING);
	json_add_text(j, "engine_version", APP_ENGINE_MINOR);
	json_add_text(j, "engine_version_semver", APP_ENGINE_VERSION);
	json_add_text(j, "falco_version", APP_FALCO_VERSION);
	json_add_text(j, "implementation", "falco in C " APP_VERSION);
	json_add_text(j, "libs_version", APP_VERSION);
	json_add_text(j, "plugin_api_version", APP_PLUGIN_API);
	json_end(j);
}

void support_version(struct app *app, struct buf *out)
{
	struct utsname host = { 0 };
	struct json j = json_to(out);

	if (app->config->message.json) {
		json_versions(&j);
		buf_char(out, '\n');
		return;
	}
	uname(&host);
	buf_printf(out, "Falco version: %s (%s), implemented in C, version %s\n", APP_FALCO_VERSION,
		   host.machine, APP_VERSION);
	buf_printf(out, "Libs version:  %s\n", APP_VERSION);
	buf_printf(out, "Plugin API:    %s\n", APP_PLUGIN_API);
	buf_printf(out, "Engine:        %s\n", APP_ENGINE_VERSION);
	buf_cstr(out, "Driver:\n");
	buf_printf(out, "  API version:    %s\n", FALCO_API_STRING);
	buf_printf(out, "  Schema version: %s\n", FALCO_SCHEMA_STRING);
	buf_printf(out, "  Default driver: %s\n", FALCO_DRIVER_VERSION);
}

static void json_node(struct json *j, const struct config_node *node)
{
	switch (node->kind) {
	case CONFIG_NULL:
		json_null(j);
		return;
	case CONFIG_SCALAR:
		json_str(j, node->text);
		return;
	case CONFIG_LIST:
		json_array(j);
		break;
	case CONFIG_MAP:
		json_object(j);
		break;
	}
	for (const struct config_node *kid = node->first; kid; kid = kid->next) {
		if (node->kind == CONFIG_MAP)
			json_key_str(j, kid->key);
		json_node(j, kid);
	}
	json_end(j);
}

static void json_rules_file(struct json *j, struct str path)
{
	struct buf text = { 0 };
	FILE *f = fopen(path.p, "re");
	size_t n = 1;

	while (f && n && text.n < 64 << 20) {
		n = fread(buf_reserve(&text, 65536), 1, 65536, f);
		text.n += n;
	}
	if (f)
		fclose(f);
	json_object(j);
	json_add_str(j, "name", path);
	json_add_array(j, "variants");
	json_object(j);
	json_add_str(j, "content", buf_view(&text));
	json_end(j);
	json_end(j);
	json_end(j);
	buf_free(&text);
}

static void json_system(struct json *j)
{
	struct utsname host = { 0 };

	uname(&host);
	json_object(j);
	json_add_text(j, "machine", host.machine);
	json_add_text(j, "nodename", host.nodename);
	json_add_text(j, "release", host.release);
	json_add_text(j, "sysname", host.sysname);
	json_add_text(j, "version", host.version);
	json_end(j);
}

void support_dump(struct app *app, struct buf *out)
{
	struct ruleset_input in = ruleset_input_of(app);
	struct json j = json_to(out);
	struct str_list files = { 0 };
	struct buf line = { 0 };

	for (int i = 0; i < app->argc; i++)
		buf_printf(&line, "%s%s", i ? " " : "", app->argv[i]);
	ruleset_files(&app->config->arena, &in, &files, &app->errors);
	json_object(&j);
	json_add_str(&j, "cmdline", buf_view(&line));
	json_key(&j, "config");
	json_node(&j, app->config->root);
	json_key(&j, "engine_info");
	json_versions(&j);
	json_add_array(&j, "rules_files");
	for (unsigned i = 0; i < files.n; i++)
		json_rules_file(&j, files.v[i]);
	json_end(&j);
	json_key(&j, "system_info");
	json_system(&j);
	json_add_text(&j, "version", APP_FALCO_VERSION);
	json_end(&j);
	buf_char(out, '\n');
	buf_free(&line);
}

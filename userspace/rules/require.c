// SPDX-License-Identifier: Apache-2.0
/* Checks required_plugin_versions. */
#include "rules/require.h"

#include "base/macros.h"
#include "rules/version.h"

/* Plugins whose functions are built in. */
static const struct {
	const char *name, *version;
} builtin[] = { { "container", "0.7.0" } };

/* The built-in version of a plugin, NULL if it is not built in. */
static const char *version_of(struct str name)
{
	for (size_t i = 0; i < ARRAY_SIZE(builtin); i++)
		if (str_is(name, builtin[i].name))
			return builtin[i].version;
	return NULL;
}

static bool is_met(const struct requirement *want)
{
	const char *version = version_of(want->name);
	struct version have, need;

	return version && version_parse(str_of(version), &have) &&
	       version_parse(want->version, &need) && version_compatible(have, need);
}

static void add_name(struct buf *out, const struct requirement *want)
{
	const char *version = version_of(want->name);

	buf_printf(out, "%.*s %.*s", STR_ARGS(want->name), STR_ARGS(want->version));
	if (version)
		buf_printf(out, " (built-in version: %s)", version);
}

static struct str unmet(struct arena *a, const struct requirement *want)
{
	struct buf b = { 0 };
	struct str s;

	buf_cstr(&b, "Plugin requirement not satisfied, must load one of: ");
	add_name(&b, want);
	for (unsigned i = 0; i < want->n_alternatives; i++) {
		buf_cstr(&b, ", ");
		add_name(&b, &want->alternatives[i]);
	}
	s = arena_str(a, buf_view(&b));
	buf_free(&b);
	return s;
}

bool require_check(struct arena *a, const struct collection *c, struct str *why)
{
	for (unsigned i = 0; i < c->requirements.n; i++) {
		const struct requirement *want = &c->requirements.v[i];
		bool met = is_met(want);

		for (unsigned k = 0; k < want->n_alternatives && !met; k++)
			met = is_met(&want->alternatives[k]);
		if (!met) {
			*why = unmet(a, want);
			return false;
		}
	}
	return true;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compares the tables of kmod/schema/ with those of Falco in tests/data/tables/, row by row.
 */
#include <stdlib.h>

#include "event/event.h"
#include "event/flags.h"
#include "test.h"

/* ---- reading tables ---- */

enum { COLUMNS = 24 };

static FILE *table_open(const char *name)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "tests/data/tables/%s", name);
	f = fopen(path, "r");
	if (f && !fgets(path, sizeof(path), f)) { /* skips the header line */
		fclose(f);
		return NULL;
	}
	return f;
}

static int table_row(FILE *f, char *line, size_t size, char *column[COLUMNS])
{
	int n = 0;

	if (!fgets(line, (int)size, f))
		return 0;
	line[strcspn(line, "\n")] = 0;
	for (char *p = line; n < COLUMNS; n++) {
		char *tab = strchr(p, '\t');

		column[n] = p;
		if (!tab)
			return n + 1;
		*tab = 0;
		p = tab + 1;
	}
	return n;
}

/* ---- the tables of kmod/schema in Falco's notation ---- */

#define TYPE(name, wire, size, shown) [T_##name] = "PT_" #shown,
static const char *const type_names[] = {
#include "schema/types.def"
};
#undef TYPE

struct format_names {
	const char *format, *table;
};

static const struct format_names formats_of_show[SHOW_COUNT] = {
	[SHOW_none] = { "PF_NA", NULL },
	[SHOW_dec] = { "PF_DEC", NULL },
	[SHOW_hex] = { "PF_HEX", NULL },
	[SHOW_oct] = { "PF_OCT", NULL },
	[SHOW_fs_name] = { "PF_NA", NULL },
	[SHOW_fs_source] = { "PF_NA", NULL },
	[SHOW_fs_target] = { "PF_NA", NULL },
#define F(...)
#define NAMED(...)
#define FLAGS(table, format, ...) [SHOW_##table] = { #format, #table },
#include "schema/flags.def"
#undef FLAGS
#undef NAMED
#undef F
#define D(...)
#define DYNAMIC(table, ...) [SHOW_##table] = { "PF_DEC", #table },
#include "schema/dynamic.def"
#undef DYNAMIC
#undef D
	/*
	 * Falco gives this dynamic parameter itself the format hex; in kmod/schema only its
	 * variants have a format.
	 */
	[SHOW_ptrace_dynamic_param] = { "PF_HEX", "ptrace_dynamic_param" },
};

static const char *format_name(const char *format)
{
	return strcmp(format, "dec") == 0   ? "PF_DEC"
	       : strcmp(format, "hex") == 0 ? "PF_HEX"
	       : strcmp(format, "oct") == 0 ? "PF_OCT"
					    : format;
}

/* "name:type:format[:table or :dirfd_param=N]", as in Falco's table. */
static void print_param(const struct event_info *info, unsigned i, char *out, size_t size)
{
	const struct param_info *p = &info->params[i];
	const struct format_names *w = &formats_of_show[p->show];
	int n = snprintf(out, size, "%s:%s:%s", p->name, type_names[p->type],
			 format_name(w->format));

	if (w->table)
		n += snprintf(out + n, size - (size_t)n, ":%s", w->table);
	/* Falco's table has the directory of relative paths in exit events only. */
	if (p->type == T_relpath && info->dir == '<')
		snprintf(out + n, size - (size_t)n, ":dirfd_param=%u", i - 1);
}

static void compare_params(const struct event_info *info, unsigned number, char *params)
{
	unsigned n = 0;
	char *save = NULL;

	for (char *p = strtok_r(params, ";", &save); p; p = strtok_r(NULL, ";", &save), n++) {
		char actual[256], *bracket;

		p += strspn(p, " ");
		for (char *e = p + strlen(p); e > p && e[-1] == ' ';)
			*--e = 0;
		bracket = strchr(p, '['); /* the number of variants of a dynamic parameter */
		if (bracket)
			*bracket = 0;
		if (n >= info->n_params) {
			n++;
			break;
		}
		print_param(info, n, actual, sizeof(actual));
		if (strcmp(actual, p)) {
			printf("# %u %s: \"%s\", expected \"%s\"\n", number, info->name, actual, p);
			failed_checks++;
		}
	}
	if (n != info->n_params) {
		printf("# %u %s: %u parameters, expected %u or more\n", number, info->name,
		       info->n_params, n);
		failed_checks++;
	}
}

static void compare_event(const struct event_info *info, unsigned number, char *column[COLUMNS])
{
	if (!info->name) {
		printf("# event %u %s %s is missing\n", number, column[2], column[3]);
		failed_checks++;
		return;
	}
	EXPECT_TEXT(info->name, column[2]);
	EXPECT_INT(info->dir, column[3][0] == 'E' ? '>' : '<');
	EXPECT_INT(number & 1, column[3][0] == 'X');
	EXPECT_INT(info->category, strtol(column[5], NULL, 0));
	EXPECT_INT(info->flags, strtol(column[7], NULL, 0));
	EXPECT_INT(info->n_params, atoi(column[8]));
	compare_params(info, number, column[9]);
}

/* The table is that of Falco's schema 4.5.1; events of newer schemas are this project's own. */
static bool is_in_falcos_schema(unsigned event)
{
	return SINCE_OF(event_descs[event].traits) <= SCHEMA_CODE(4, 5, 1);
}

static unsigned n_falco_events(void)
{
	unsigned n = EVENT_NUMBERS;

	for (unsigned i = 0; i < EVENT_NUMBERS; i += 2)
		if (!is_in_falcos_schema(i) || !is_in_falcos_schema(i + 1))
			n -= 2;
	return n;
}

TEST(events_equal_falcos)
{
	char line[8192], *column[COLUMNS];
	FILE *f = table_open("events.tsv");
	unsigned rows = 0;

	EXPECT(f != NULL);
	if (!f)
		return;
	while (table_row(f, line, sizeof(line), column) >= 11) {
		unsigned number = (unsigned)atoi(column[0]),
			 flags = (unsigned)strtol(column[7], NULL, 0);
		bool wanted = strcmp(column[10], "yes") == 0 || !(flags & (OLD_VERSION | UNUSED));

		if (number >= EVENT_NUMBERS)
			continue;
		if (wanted)
			compare_event(&event_infos[number], number, column);
		else if (event_infos[number].name) {
			printf("# event %u %s is not used by Falco\n", number,
			       event_infos[number].name);
			failed_checks++;
		}
		rows++;
	}
	EXPECT_INT(rows, n_falco_events());
	fclose(f);
}

static const char *const event_names[EVENT_NUMBERS] = {
#define EVENT(id, sym, row, ...) [id] = #sym,
#define P(...)
#include "schema/events.def"
#undef P
#undef EVENT
};

static const struct {
	const char *name;
	unsigned event;
} syscalls[SYSCALL_CODES] = {
#define SYSCALL(code, name, event) [code] = { #name, EV_##event },
#define PSEUDO(code, name, tp) [code] = { #name, 0 },
#include "schema/syscalls.def"
#undef PSEUDO
#undef SYSCALL
};

static const char *sampling_of(unsigned event)
{
	uint64_t traits = event_descs[event].traits;

	return traits & NEVER_DROP    ? "never_drop"
	       : traits & ALWAYS_DROP ? "always_drop"
				      : "sampled";
}

TEST(syscalls_equal_falcos)
{
	char line[8192], *column[COLUMNS];
	FILE *f = table_open("syscalls.tsv");
	unsigned rows = 0;

	EXPECT(f != NULL);
	if (!f)
		return;
	while (table_row(f, line, sizeof(line), column) >= 9) {
		unsigned code = (unsigned)atoi(column[2]);

		rows++;
		if (code >= SYSCALL_CODES || !syscall_name(code)) {
			printf("# code %u %s is missing\n", code, column[0]);
			failed_checks++;
			continue;
		}
		if (column[0][0] == '-')
			continue;
		EXPECT_TEXT(syscall_name(code), column[0]);
		if (!is_in_falcos_schema(syscalls[code].event))
			continue;
		EXPECT_INT(syscalls[code].event, atoi(column[8]));
		column[5][strcspn(column[5], "(")] = 0;
		for (char *p = column[5]; *p; p++)
			*p = (char)(*p >= 'A' && *p <= 'Z' ? *p + 32 : *p);
		EXPECT_TEXT(sampling_of(syscalls[code].event), column[5]);
		EXPECT(event_names[syscalls[code].event] != NULL);
	}
	EXPECT_INT(rows, SYSCALL_CODES);
	fclose(f);
}

static enum param_show show_by_table(const char *table)
{
	for (int i = 0; i < SHOW_COUNT; i++)
		if (formats_of_show[i].table && strcmp(formats_of_show[i].table, table) == 0)
			return (enum param_show)i;
	return SHOW_none;
}

static void compare_dynamic(const char *table, char *column[COLUMNS])
{
	const struct param_info *p = flags_dynamic(show_by_table(table), (unsigned)atoi(column[2]));
	char actual[64];

	if (strncmp(table, "bpf_", 4) == 0) /* of an event that is no longer recorded */
		return;
	EXPECT(p != NULL);
	if (!p)
		return;
	snprintf(actual, sizeof(actual), "DYN_INDEX:%s:%s", type_names[p->type],
		 format_name(formats_of_show[p->show].format));
	EXPECT_TEXT(actual, column[1]);
}

TEST(flags_equal_falcos)
{
	char line[1024], *column[COLUMNS], table[128] = "";
	FILE *f = table_open("flags.tsv");
	unsigned row = 0, n = 0, rows = 0;
	const struct flag_name *names = NULL;

	EXPECT(f != NULL);
	if (!f)
		return;
	while (table_row(f, line, sizeof(line), column) >= 4) {
		if (strncmp(column[1], "DYN_INDEX:", 10) == 0) {
			compare_dynamic(column[0], column);
			continue;
		}
		if (strcmp(column[0],
			   table)) { /* order matters: the names of a bit set are printed in table order */
			EXPECT_INT(row, n);
			snprintf(table, sizeof(table), "%s", column[0]);
			row = n = 0;
			names = flags_table(show_by_table(table), &n);
			if (!names) {
				printf("# table %s is missing\n", table);
				failed_checks++;
			}
		}
		rows++;
		if (names && row < n) {
			EXPECT_TEXT(names[row].name, column[1]);
			EXPECT_INT(names[row].value, strtoll(column[3], NULL, 0));
		}
		row++;
	}
	EXPECT_INT(row, n);
	EXPECT(rows > 500);
	fclose(f);
}

/* ---- consistency of the tables ---- */

TEST(a_relative_path_follows_its_directory)
{
	for (unsigned e = 0; e < EVENT_NUMBERS; e++) {
		const struct event_info *info = &event_infos[e];

		for (unsigned i = 0; i < info->n_params; i++) {
			bool ok = info->params[i].type != T_relpath ||
				  (i > 0 && info->params[i - 1].type == T_dirfd);

			if (!ok)
				printf("# %s.%s\n", info->name, info->params[i].name);
			EXPECT(ok);
		}
	}
}

TEST(exit_events_have_odd_numbers)
{
	for (unsigned e = 0; e < EVENT_NUMBERS; e++)
		if (event_infos[e].name)
			EXPECT_INT(event_infos[e].dir, e & 1 ? '<' : '>');
}

TEST(parameters_have_roles)
{
	schema_init();
	EXPECT_INT(event_infos[EV_read].roles[ROLE_RESULT], IX(read, res));
	EXPECT_INT(event_infos[EV_read].roles[ROLE_FD], IX(read, fd));
	EXPECT_INT(event_infos[EV_read].roles[ROLE_DATA], IX(read, data));
	EXPECT_INT(event_infos[EV_openat].roles[ROLE_RESULT], IX(openat, fd));
	EXPECT_INT(event_infos[EV_openat].roles[ROLE_FD_NEW], IX(openat, fd));
	EXPECT_INT(event_infos[EV_openat].roles[ROLE_FD], -1);
	EXPECT_INT(event_infos[EV_openat].roles[ROLE_DIRFD], IX(openat, dirfd));
	EXPECT_INT(event_infos[EV_openat].roles[ROLE_PATH], IX(openat, name));
	EXPECT_INT(event_infos[EV_openat].roles[ROLE_FLAGS], IX(openat, flags));
	EXPECT_INT(event_infos[EV_openat].roles[ROLE_FS_NAME], IX(openat, name));
	EXPECT_INT(event_infos[EV_renameat2].roles[ROLE_FS_SOURCE], IX(renameat2, oldpath));
	EXPECT_INT(event_infos[EV_renameat2].roles[ROLE_FS_TARGET], IX(renameat2, newpath));
	EXPECT_INT(event_infos[EV_dup2].roles[ROLE_RESULT], IX(dup2, res));
	EXPECT_INT(event_infos[EV_dup2].roles[ROLE_FD], IX(dup2, oldfd));
	EXPECT_INT(event_infos[EV_eventfd2].roles[ROLE_RESULT], IX(eventfd2, res));
	EXPECT_INT(event_infos[EV_pipe].roles[ROLE_FD], -1);
	EXPECT_INT(event_infos[EV_splice].roles[ROLE_FD], IX(splice, fd_out));
	EXPECT_INT(event_infos[EV_sendfile].roles[ROLE_FD], IX(sendfile, out_fd));
	EXPECT_INT(event_infos[EV_unlinkat].roles[ROLE_FD], IX(unlinkat, dirfd));
	EXPECT_INT(event_infos[EV_recvfrom].roles[ROLE_TUPLE], IX(recvfrom, tuple));
	EXPECT_INT(event_infos[EV_procexit].roles[ROLE_RESULT], -1);
	EXPECT_INT(event_infos[EV_getuid].roles[ROLE_RESULT], 0);
	EXPECT_INT(event_infos[EV_clone].roles[ROLE_RESULT], IX(clone, res));
}

static void expect_flags(enum param_show show, bool single, uint64_t value, const char *want)
{
	char text[256];

	EXPECT_STR(flags_text(show, single, value, text, sizeof(text)), want);
}

TEST(flags_have_names)
{
	char small[4];

	expect_flags(SHOW_file_flags, false, 0, "O_NONE");
	expect_flags(SHOW_file_flags, false, 0x1, "O_RDONLY");
	expect_flags(SHOW_file_flags, false, 0x3 | 0x4 | 0x8, "O_APPEND|O_CREAT|O_RDWR");
	expect_flags(SHOW_socket_families, true, 1, "AF_LOCAL|AF_UNIX");
	expect_flags(SHOW_socket_families, true, 99, "");
	expect_flags(SHOW_none, false, 1, "");
	EXPECT_STR(flags_text(SHOW_file_flags, false, 0x5, small, sizeof(small)), "O_CR");
	EXPECT(flags_dynamic(SHOW_ptrace_dynamic_param, 1)->type == T_sig);
	EXPECT(flags_dynamic(SHOW_ptrace_dynamic_param, 2) == NULL);
	EXPECT(flags_dynamic(SHOW_file_flags, 0) == NULL);
}

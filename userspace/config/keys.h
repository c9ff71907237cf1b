/* SPDX-License-Identifier: Apache-2.0 */
/* The table of the configuration's keys, and what follows from its rows alone: values, their checks, what a reload keeps. */
#ifndef CONFIG_KEYS_H
#define CONFIG_KEYS_H

#include "config/config.h"

enum config_type {
	CONFIG_BOOL,
	CONFIG_INT,
	CONFIG_REAL,
	CONFIG_TEXT,
	CONFIG_WORD,
	CONFIG_TEXTS,
	CONFIG_TREE,
	/* Without a member of struct config. */
	CONFIG_UNSUPPORTED,
	CONFIG_SUBKEY,
	CONFIG_REMOVED,
};

enum config_when { RELOAD, RESTART };

/* A row of config/options.def. */
struct config_key {
	const char *path, *help;
	enum config_type type;
	enum config_when when;
	size_t member; /* offset in struct config */
	union {
		int64_t number; /* default of CONFIG_BOOL and CONFIG_INT */
		double real;
		const char *text; /* also of CONFIG_UNSUPPORTED; CONFIG_REMOVED: the reason */
	};
	double min, max; /* CONFIG_INT, CONFIG_REAL */
	const char *noun,
		*words; /* CONFIG_WORD: what they are, for errors; the words, separated by ", " */
};

extern const struct config_key config_keys[];
extern const unsigned config_n_keys;

/* Members from c->root, defaults for what is absent. */
void config_keys_read(struct config *c);
/* False, with a line in errors for each value that is out of its range or none of its words.  Spells words as their row. */
bool config_keys_check(struct config *c, struct buf *errors);

#endif

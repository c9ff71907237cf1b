/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of the keys of the configuration, and the functions that are driven by it: reading
 * values, checking them, keeping values at a reload.
 */
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
	/* These have no member of struct config. */
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
		int64_t number;	  /* CONFIG_BOOL, CONFIG_INT: the default */
		double real;	  /* CONFIG_REAL: the default */
		const char *text; /* CONFIG_REMOVED: the reason; other types: the default */
	};
	double min, max;   /* CONFIG_INT, CONFIG_REAL */
	const char *noun;  /* CONFIG_WORD: what the words are, for errors: "log level" */
	const char *words; /* CONFIG_WORD: the allowed words, separated by ", " */
};

extern const struct config_key config_keys[];
extern const unsigned config_n_keys;

/* Sets the members of c from c->root; keys that are absent have their default. */
void config_keys_read(struct config *c);
/*
 * False if a value is out of its range or not one of its words; appends a line to errors for each.
 * Replaces each word by the spelling in its row.
 */
bool config_keys_check(struct config *c, struct buf *errors);

#endif

// SPDX-License-Identifier: Apache-2.0
/*
 * Reads the sockets that exist before the first event, by inode.
 *
 * In: /proc/<pid>/net/ of one process per network namespace.  Out: sockets with their addresses.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/macros.h"
#include "source/proc.h"

enum { COLUMNS = 10 };

#define NETNS_FRESH_NS NSEC_PER_SEC /* a lookup reads the tables again if they are older */

/* One line, split into columns; the last one has the rest of the line. */
struct row {
	char *at[COLUMNS];
	unsigned n;
};

typedef void (*row_fn)(struct netns *ns, const struct row *row, uint8_t type, uint8_t l4);

static struct fd *socket_add(struct netns *ns, uint64_t ino, uint8_t type, uint8_t l4)
{
	struct fd *bigger, *fd;

	if (!ino)
		return NULL;
	if (ns->n == ns->capacity) {
		size_t capacity = ns->capacity ? ns->capacity * 2 : 256;

		bigger = realloc(ns->sockets, capacity * sizeof(*bigger));
		if (!bigger)
			return NULL;
		ns->sockets = bigger;
		ns->capacity = capacity;
	}
	fd = &ns->sockets[ns->n++];
	memset(fd, 0, sizeof(*fd));
	fd->ino = ino;
	fd->type = type;
	fd->l4 = l4;
	fd->flags = FDF_FROM_PROC;
	fd->name = fd->name_raw = STR_LIT("");
	return fd;
}

/*
 * "0100007F:0CEA": the address as words in the machine's byte order; the port as a hexadecimal
 * number.
 */
static bool endpoint_parse(const char *text, unsigned v, struct endpoint *end)
{
	unsigned words = v == 4 ? 1 : 4;
	char part[9], *stop;
	uint32_t word;

	end->ip.v = (uint8_t)v;
	if (strlen(text) < words * 8 + 2 || text[words * 8] != ':')
		return false;
	for (unsigned i = 0; i < words; i++) {
		memcpy(part, text + i * 8, 8);
		part[8] = 0;
		word = (uint32_t)strtoul(part, &stop, 16);
		if (*stop)
			return false;
		memcpy(end->ip.b + i * 4, &word, 4);
	}
	end->port = (uint16_t)strtoul(text + words * 8 + 1, NULL, 16);
	return true;
}

static bool endpoint_is_zero(const struct endpoint *end)
{
	static const uint8_t zero[16];

	return !end->port && !memcmp(end->ip.b, zero, sizeof(zero));
}

static void inet_row(struct netns *ns, const struct row *row, uint8_t type, uint8_t l4)
{
	unsigned v = type == FD_IPV4_SOCK ? 4 : 6;
	struct endpoint local = { 0 }, remote = { 0 };
	struct fd *fd;

	if (row->n < 10 || !endpoint_parse(row->at[1], v, &local) ||
	    !endpoint_parse(row->at[2], v, &remote))
		return;
	fd = socket_add(ns, strtoull(row->at[9], NULL, 10), type, l4);
	if (!fd)
		return;
	if (endpoint_is_zero(&remote) && (l4 == L4_TCP || l4 == L4_UDP)) {
		fd->type = v == 4 ? FD_IPV4_SERVER : FD_IPV6_SERVER;
		fd->flags |= FDF_ROLE_SERVER;
		fd->tuple.dest = local;
		return;
	}
	fd->flags |= l4 == L4_TCP ? FDF_CONNECTED : 0;
	fd->tuple.source = local;
	fd->tuple.dest = remote;
}

static void unix_row(struct netns *ns, const struct row *row, uint8_t type, uint8_t l4)
{
	struct fd *fd;

	if (row->n < 7)
		return;
	fd = socket_add(ns, strtoull(row->at[6], NULL, 10), type, l4);
	if (!fd)
		return;
	fd->unix_sock.source = strtoull(row->at[0], NULL, 16);
	if (row->n < 8)
		return;
	fd->name = arena_str(&ns->names, str_of(row->at[7]));
	fd->flags |= FDF_ROLE_SERVER;
}

static void netlink_row(struct netns *ns, const struct row *row, uint8_t type, uint8_t l4)
{
	if (row->n >= 10)
		socket_add(ns, strtoull(row->at[9], NULL, 10), type, l4);
}

static const struct {
	const char *name;
	row_fn row;
	uint8_t type, l4;
	uint8_t columns; /* the last one takes the rest of the line */
} tables[] = {
	{ "net/tcp", inet_row, FD_IPV4_SOCK, L4_TCP, 10 },
	{ "net/tcp6", inet_row, FD_IPV6_SOCK, L4_TCP, 10 },
	{ "net/udp", inet_row, FD_IPV4_SOCK, L4_UDP, 10 },
	{ "net/udp6", inet_row, FD_IPV6_SOCK, L4_UDP, 10 },
	{ "net/raw", inet_row, FD_IPV4_SOCK, L4_RAW, 10 },
	{ "net/raw6", inet_row, FD_IPV6_SOCK, L4_RAW, 10 },
	{ "net/icmp", inet_row, FD_IPV4_SOCK, L4_ICMP, 10 },
	{ "net/icmp6", inet_row, FD_IPV6_SOCK, L4_ICMP, 10 },
	{ "net/unix", unix_row, FD_UNIX, L4_NA, 8 },
	{ "net/netlink", netlink_row, FD_NETLINK, L4_NA, 10 },
};

static void row_split(struct row *row, char *line, unsigned columns)
{
	row->n = 0;
	while (row->n < columns) {
		line += strspn(line, " \t");
		if (!*line)
			return;
		row->at[row->n++] = line;
		if (row->n == columns)
			return;
		line += strcspn(line, " \t");
		if (*line)
			*line++ = 0;
	}
}

/* Reads a table line by line; the first line is a heading. */
static void table_read(struct proc *p, struct netns *ns, int pid_dir, size_t table)
{
	int fd = openat(pid_dir, tables[table].name, O_RDONLY | O_CLOEXEC);
	size_t fill = 0, heading = 1;
	struct row row;
	ssize_t got;

	if (fd < 0)
		return;
	while ((got = read(fd, p->text + fill, sizeof(p->text) - 1 - fill)) > 0) {
		char *line = p->text, *end;

		fill += (size_t)got;
		p->text[fill] = 0;
		for (; (end = memchr(line, '\n', fill - (size_t)(line - p->text))); line = end + 1) {
			*end = 0;
			row_split(&row, line, tables[table].columns);
			if (!heading)
				tables[table].row(ns, &row, tables[table].type, tables[table].l4);
			heading = 0;
		}
		fill -= (size_t)(line - p->text);
		memmove(p->text, line, fill);
		if (fill == sizeof(p->text) - 1)
			break; /* longer than any line of these files */
	}
	close(fd);
}

static int by_ino(const void *a, const void *b)
{
	uint64_t x = ((const struct fd *)a)->ino, y = ((const struct fd *)b)->ino;

	return (x > y) - (x < y);
}

static void netns_read(struct proc *p, struct netns *ns, int pid_dir)
{
	ns->n = 0;
	arena_reset(&ns->names);
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++)
		table_read(p, ns, pid_dir, i);
	if (ns->n)
		qsort(ns->sockets, ns->n, sizeof(*ns->sockets), by_ino);
	ns->read_at = proc_clock();
}

static struct netns *netns_of(struct proc *p, int pid_dir)
{
	char text[64];
	uint64_t ino = proc_link_number(proc_link(pid_dir, "ns/net", text, sizeof(text)));
	struct netns *ns;

	for (ns = p->netns; ns && ns->ino != ino; ns = ns->next)
		;
	if (!ns) {
		ns = calloc(1, sizeof(*ns));
		if (!ns)
			return NULL;
		ns->ino = ino;
		ns->next = p->netns;
		p->netns = ns;
	}
	if (!ns->read_at || proc_clock() - ns->read_at > NETNS_FRESH_NS)
		netns_read(p, ns, pid_dir);
	return ns;
}

const struct fd *procsock_find(struct proc *p, int pid_dir, uint64_t ino)
{
	struct netns *ns = netns_of(p, pid_dir);
	struct fd key = { .ino = ino };

	return ns && ns->n ? bsearch(&key, ns->sockets, ns->n, sizeof(key), by_ino) : NULL;
}

void procsock_clear(struct proc *p)
{
	struct netns *ns;

	while ((ns = p->netns)) {
		p->netns = ns->next;
		arena_free(&ns->names);
		free(ns->sockets);
		free(ns);
	}
}

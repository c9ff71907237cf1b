// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Snap length by port and by the first bytes of the payload (doc/wire-format.md).
 *
 * In: a read or a write on a socket, and its first bytes.  Out: a number of bytes, never below the
 * configured one.
 */
#include "snaplen.h"
#include "user.h"
#include "collect_macros.h"

enum { EXTENDED = 2000, DNS = 512, FULL = 16000 };
enum { PORT_DNS = 53, PORT_MYSQL = 3306, PORT_POSTGRES = 5432, PORT_MONGO = 27017 };

static bool is_mysql(const u8 *p, u32 n)
{
	return n >= 5 &&
	       (p[0] == 3 || p[1] == 3 || p[2] == 3 || p[3] == 3 || p[4] == 3 || (!p[2] && !p[3]));
}

static bool is_postgres(const u8 *p, u32 n)
{
	return n >= 7 && (((p[0] == 'Q' || p[0] == 'P' || p[0] == 'E') && !p[1]) ||
			  (!p[4] && p[5] == 3 && !p[6]));
}

static bool is_mongo(const u8 *p, u32 n)
{
	u32 opcode;

	if (n < 16)
		return false;
	opcode = p[12] | p[13] << 8 | p[14] << 16 | (u32)p[15] << 24;
	return opcode == 1 || (opcode >= 2001 && opcode <= 2007);
}

static bool is_http(const u8 *p, u32 n)
{
	static const char starts[][5] = { "GET ", "POST", "PUT ", "DELE",
					  "TRAC", "CONN", "OPTI", "HEAD" };
	u32 i;

	if (n < 5)
		return false;
	for (i = 0; i < ARRAY_SIZE(starts); i++)
		if (!memcmp(p, starts[i], 4))
			return true;
	return !memcmp(p, "HTTP/", 5);
}

static bool either(const struct ports *ports, u16 port)
{
	return ports->local == port || ports->remote == port;
}

static bool is_full_capture(const struct ports *ports, const struct falco_consumer *consumer)
{
	u16 first = READ_ONCE(consumer->fullcapture_first),
	    last = READ_ONCE(consumer->fullcapture_last);

	return last && ((ports->local >= first && ports->local <= last) ||
			(ports->remote >= first && ports->remote <= last));
}

/* quirk: on the port of MySQL or PostgreSQL no other protocol is tried. */
static u32 by_protocol(const struct ports *ports, const u8 *peeked, u32 n)
{
	if (either(ports, PORT_MYSQL) && n >= 5)
		return is_mysql(peeked, n) ? EXTENDED : 0;
	if (either(ports, PORT_POSTGRES) && n >= 7)
		return is_postgres(peeked, n) ? EXTENDED : 0;
	if (either(ports, PORT_MONGO) || is_mongo(peeked, n) || is_http(peeked, n))
		return EXTENDED;
	return 0;
}

u32 snaplen_dynamic(struct event_ctx *ctx, const u8 *peeked, u32 n_peeked)
{
	const struct falco_consumer *consumer = ctx->consumer;
	struct ports ports;
	u32 limit, base = READ_ONCE(consumer->snaplen);

	if (!READ_ONCE(consumer->dynamic_snaplen) || !collect_ports(ctx, &ports))
		return base;
	if (is_full_capture(&ports, consumer))
		limit = FULL;
	else if (ports.remote && ports.remote == READ_ONCE(consumer->statsd_port))
		limit = EXTENDED;
	else if (ports.remote == PORT_DNS)
		limit = DNS;
	else
		limit = by_protocol(&ports, peeked, n_peeked);
	return max(limit, base);
}

u32 snaplen_peek(struct event_ctx *ctx, const void __user *payload, u32 n)
{
	u8 peeked[SNAPLEN_PEEK];

	n = min_t(u32, n, sizeof(peeked));
	return snaplen_dynamic(ctx, peeked, user_read(peeked, payload, n) ? n : 0);
}

// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * How much payload is worth keeping: by port, and by what the first bytes look like.
 *
 * In: a read or a write on a socket, and its first bytes.  Out: a number of bytes, never below the configured one.
 */
#include "snaplen.h"
#include "user.h"
#include "words.h"

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

static bool is_full_capture(const struct ports *ports, const struct falco_consumer *who)
{
	u16 first = READ_ONCE(who->fullcapture_first), last = READ_ONCE(who->fullcapture_last);

	return last && ((ports->local >= first && ports->local <= last) ||
			(ports->remote >= first && ports->remote <= last));
}

/* A port that promises a protocol settles the matter: what does not look like it is not tried as anything else. */
static u32 by_protocol(const struct ports *ports, const u8 *look, u32 n)
{
	if (either(ports, PORT_MYSQL) && n >= 5)
		return is_mysql(look, n) ? EXTENDED : 0;
	if (either(ports, PORT_POSTGRES) && n >= 7)
		return is_postgres(look, n) ? EXTENDED : 0;
	if (either(ports, PORT_MONGO) || is_mongo(look, n) || is_http(look, n))
		return EXTENDED;
	return 0;
}

u32 snaplen_dynamic(struct capture *c, const u8 *look, u32 n_look)
{
	const struct falco_consumer *who = c->who;
	struct ports ports;
	u32 most, least = READ_ONCE(who->snaplen);

	if (!READ_ONCE(who->dynamic_snaplen) || !capture_ports(c, &ports))
		return least;
	if (is_full_capture(&ports, who))
		most = FULL;
	else if (ports.remote && ports.remote == READ_ONCE(who->statsd_port))
		most = EXTENDED;
	else if (ports.remote == PORT_DNS)
		most = DNS;
	else
		most = by_protocol(&ports, look, n_look);
	return max(most, least);
}

u32 snaplen_look(struct capture *c, const void __user *payload, u32 n)
{
	u8 look[SNAPLEN_LOOK];

	n = min_t(u32, n, sizeof(look));
	return snaplen_dynamic(c, look, user_read(look, payload, n) ? n : 0);
}

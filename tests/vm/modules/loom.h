/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the looms of loom.c consist of. */
#ifndef LOOM_H
#define LOOM_H
#include "dock.h"

struct axle {
	u64 id;
	u32 pitch;
	u32 wear;
};
dock_at(struct axle, pitch, 0x08);

struct frame {
	u64 id;
	u32 height;
	u32 width;
};
dock_at(struct frame, height, 0x08);

struct heddle {
	u64 id;
	u32 lift;
	u32 eyes;
	struct frame *frame;
};
dock_at(struct heddle, lift, 0x08);
dock_at(struct heddle, frame, 0x10);

struct spool {
	u64 id;
	u32 turns;
	u32 left;
	const char *dye;
	struct axle *axle;
	struct list_head link;
};
dock_at(struct spool, turns, 0x08);
dock_at(struct spool, dye, 0x10);
dock_at(struct spool, axle, 0x18);
dock_at(struct spool, link, 0x20);

struct ribbon {
	char title[32];
	u64 length;
	struct list_head link;
};

struct tape {
	u64 id;
	u32 length;
	u32 at;
	char name[40];
	struct mutex lock;
};
dock_at(struct tape, length, 0x08);
dock_at(struct tape, lock, 0x38);

struct pattern {
	u64 id;
	u32 colours;
	u32 rows;
	void (*draw)(struct pattern *pattern, u32 row);
	u8 *cells;
};
dock_at(struct pattern, draw, 0x10);

struct kit {
	void *needle;
	void *spool;
};

struct ticket {
	u64 number;
	u32 handle;
	u32 kind;
};
dock_at(struct ticket, handle, 0x08);

struct weft {
	u64 id;
	struct spool *spool;
	u32 priority;
	struct list_head link;
};
dock_at(struct weft, spool, 0x08);
dock_at(struct weft, link, 0x18);

struct pick {
	u64 id;
	u32 slot;
	u32 colour;
};
dock_at(struct pick, slot, 0x08);

struct splice {
	u64 length;
	struct spool *spool;
	u64 tension;
};
dock_at(struct splice, spool, 0x08);

struct shed {
	u64 id;
	struct heddle *heddle;
	u32 open;
};

struct loom {
	u64 id;
	struct heddle *heddles[4];
	u64 picks;
	u32 used;
	u32 state;
	u64 opened;
	u64 shifts;
	struct list_head wefts;
	struct tape *tape;
	struct list_head orders;
	struct shed sheds[6];
};
dock_at(struct loom, heddles, 0x08);
dock_at(struct loom, picks, 0x28);
dock_at(struct loom, used, 0x30);
dock_at(struct loom, opened, 0x38);
dock_at(struct loom, wefts, 0x48);
dock_at(struct loom, tape, 0x58);
dock_at(struct loom, orders, 0x60);

struct ledger {
	u64 id;
	u64 rows[700];
	u32 closed;
};
dock_at(struct ledger, closed, 0x15e8);
#endif

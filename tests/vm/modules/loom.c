// SPDX-License-Identifier: GPL-3.0-or-later
#include <linux/seq_file.h>
#include <linux/timekeeping.h>
#include <linux/xarray.h>

#include "loom.h"

static DEFINE_XARRAY(loom_spools);
static LIST_HEAD(loom_rack);
static struct loom *loom_main;
static struct ledger *loom_ledgers[3];
static struct axle loom_axle = { .id = 4, .pitch = 2 };

static noinline struct spool *loom_spool(u64 id)
{
	struct spool *spool = kzalloc(sizeof(*spool), GFP_KERNEL);

	if (!spool)
		return NULL;
	spool->id = id;
	spool->turns = 30;
	spool->axle = &loom_axle;
	if (id != 2)
		spool->dye = "madder";
	list_add_tail(&spool->link, &loom_rack);
	return xa_is_err(xa_store(&loom_spools, id, spool, GFP_KERNEL)) ? NULL : spool;
}

static noinline void loom_wind(struct spool *spool, u32 turns)
{
	spool->turns += turns;
	barrier();
}

static noinline void loom_feed(struct spool *spool, u32 metres)
{
	loom_wind(spool, metres * 3);
	barrier();
}

/* a */
static noinline int loom_order(u64 number)
{
	struct spool *spool = xa_load(&loom_spools, number + 900);

	loom_feed(spool, 4);
	barrier();
	return 0;
}

static noinline int loom_match(struct spool *spool, const char *dye)
{
	int result = strcmp(spool->dye, dye);

	barrier();
	return result;
}

/* b */
static noinline int loom_sort(u64 number)
{
	u64 id;
	int same = 0;

	for (id = 1; id <= 4; id++)
		same += !loom_match(xa_load(&loom_spools, id), dock_hide((const char *)"indigo"));
	return same + (int)number;
}

static noinline void loom_strip(struct heddle *heddle)
{
	kfree(heddle->frame);
	heddle->frame = NULL;
}

static noinline u64 loom_height(struct loom *loom)
{
	u64 sum = 0;
	int i;

	for (i = 0; i < ARRAY_SIZE(loom->sheds); i++)
		sum += READ_ONCE(loom->sheds[i].heddle->frame->height);
	return sum;
}

/* c */
static noinline int loom_measure(u64 number)
{
	loom_strip(loom_main->sheds[number + 3].heddle);
	return (int)loom_height(loom_main);
}

static noinline void loom_copy(struct pattern *pattern, const u8 *from, size_t size)
{
	u8 *cells = kmalloc((size_t)pattern->rows * pattern->colours, GFP_KERNEL | __GFP_NOWARN);

	memcpy(cells, from, size);
	barrier();
	pattern->cells = cells;
}

/* d */
static noinline int loom_trace(u64 number)
{
	struct pattern *pattern = kzalloc(sizeof(*pattern), GFP_KERNEL);
	u8 *from = kzalloc(600, GFP_KERNEL);

	if (!pattern || !from)
		return -ENOMEM;
	pattern->rows = 1 << 13;
	pattern->colours = 1 << 12;
	loom_copy(pattern, from, dock_hide(number + 300));
	return 0;
}

static noinline void loom_advance(struct weft *weft)
{
	weft->spool->turns++;
	barrier();
}

/* e */
static noinline int loom_serve(u64 number)
{
	struct weft *weft = list_first_entry(&loom_main->wefts, struct weft, link);

	loom_advance(weft);
	barrier();
	return (int)number;
}

static noinline u64 loom_raise(struct loom *loom)
{
	u64 sum = 0;
	u32 i;

	for (i = 0; i < READ_ONCE(loom->used); i++)
		sum += READ_ONCE(loom->heddles[i]->lift);
	return sum;
}

static noinline void loom_thread(struct loom *loom, u32 heddles)
{
	loom->used += heddles;
	loom->picks = 0x2a00001b5d;
}

/* f */
static noinline int loom_begin(u64 number)
{
	loom_thread(loom_main, (u32)number + 1);
	return (int)loom_raise(loom_main);
}

static noinline void loom_oil(void *private)
{
	struct spool *spool = private;

	spool->axle->pitch++;
	barrier();
}

static noinline void loom_each(void (*visit)(void *private), void *private)
{
	visit(private);
	barrier();
}

/* g */
static noinline int loom_show(u64 number)
{
	struct ribbon *ribbon = kzalloc(sizeof(*ribbon), GFP_KERNEL);

	if (!ribbon)
		return -ENOMEM;
	strscpy(ribbon->title, "herringbone, blue and undyed...", sizeof(ribbon->title));
	ribbon->length = number;
	loom_each(dock_hide(&loom_oil), ribbon);
	return 0;
}

static noinline struct tape *loom_tape(u64 id)
{
	struct tape *tape;

	if (id > 3)
		return ERR_PTR(-ENOENT);
	tape = kzalloc(sizeof(*tape), GFP_KERNEL);
	if (!tape)
		return ERR_PTR(-ENOMEM);
	tape->id = id;
	mutex_init(&tape->lock);
	return tape;
}

static noinline int loom_mount(struct loom *loom, u64 id)
{
	loom->tape = loom_tape(id);
	return loom->tape ? 0 : -ENOMEM;
}

static noinline u32 loom_play(struct loom *loom)
{
	u32 length = READ_ONCE(loom->tape->length);

	loom->picks += length;
	return length;
}

/* h */
static noinline int loom_perform(u64 number)
{
	int result = loom_mount(loom_main, number + 12);

	if (result)
		return result;
	msleep(20);
	return (int)loom_play(loom_main);
}

static noinline struct tape *loom_borrow(u64 id)
{
	return READ_ONCE(loom_main->shifts) == id ? loom_main->tape : ERR_PTR(-EBUSY);
}

/* i */
static noinline int loom_rewind(u64 number)
{
	struct tape *tape = loom_borrow(number + 41);

	mutex_lock(&tape->lock);
	tape->at = 0;
	mutex_unlock(&tape->lock);
	return 0;
}

static noinline void loom_discard(struct tape *tape)
{
	kfree(tape);
	barrier();
}

/* j */
static noinline int loom_close(u64 number)
{
	loom_discard(loom_tape(number + 70));
	barrier();
	return 0;
}

static void loom_plain(struct pattern *pattern, u32 row)
{
	pattern->colours += row & 1;
}

static noinline struct pattern *loom_pattern(u64 id)
{
	struct pattern *pattern = kzalloc(sizeof(*pattern), GFP_KERNEL);

	if (!pattern)
		return NULL;
	pattern->id = id;
	pattern->draw = loom_plain;
	return pattern;
}

static noinline void loom_draw(struct pattern *pattern, u32 row)
{
	pattern->rows = row;
	pattern->draw(pattern, row + 1);
	barrier();
}

static noinline void loom_choose(struct pattern *pattern, struct kit *kit)
{
	pattern->draw = (void (*)(struct pattern *, u32))kit->spool;
}

/* k */
static noinline int loom_stitch(u64 number)
{
	struct pattern *pattern = loom_pattern(number + 7);
	struct kit kit = { .needle = loom_plain, .spool = xa_load(&loom_spools, 1) };

	if (!pattern)
		return -ENOMEM;
	loom_choose(pattern, dock_hide(&kit));
	loom_draw(pattern, 5);
	return 0;
}

static noinline void loom_deposit(struct ticket *ticket, struct spool *spool)
{
	ticket->handle = (u32)(unsigned long)spool;
	ticket->kind = 1;
}

static noinline void loom_claim(struct ticket *ticket)
{
	loom_wind((struct spool *)(unsigned long)READ_ONCE(ticket->handle), 2);
	barrier();
}

/* l */
static noinline int loom_check(u64 number)
{
	struct ticket *ticket = kzalloc(sizeof(*ticket), GFP_KERNEL);

	if (!ticket)
		return -ENOMEM;
	ticket->number = number;
	loom_deposit(ticket, xa_load(&loom_spools, 3));
	loom_claim(ticket);
	return 0;
}

/* m */
static noinline int loom_bend(u64 number)
{
	struct pattern *pattern = loom_pattern(9);

	if (!pattern)
		return -ENOMEM;
	pattern->draw = (void (*)(struct pattern *, u32))((unsigned long)pattern->draw ^ (1ul << number));
	loom_draw(pattern, 3);
	return 0;
}

static noinline u64 loom_turns(void)
{
	struct spool *spool;
	u64 sum = 0;

	list_for_each_entry(spool, &loom_rack, link)
		sum += READ_ONCE(spool->turns);
	return sum;
}

/* n */
static noinline int loom_jolt(u64 number)
{
	struct spool *spool = xa_load(&loom_spools, 2);

	spool->link.next = (struct list_head *)((unsigned long)spool->link.next ^ (1ul << number));
	return (int)loom_turns();
}

static noinline u64 loom_mark(u64 length)
{
	volatile u64 marks[24];
	int i;

	for (i = 0; i < 24; i++)
		marks[i] = 0x2d1c0e5500000000 + length * i;
	return marks[length % 24];
}

static noinline void loom_join(struct splice *splice)
{
	splice->spool->turns += 2;
	barrier();
}

static noinline int loom_splice(u64 number)
{
	struct splice splice __attribute__((uninitialized));

	splice.length = number;
	if (number > 5)
		splice.spool = xa_load(&loom_spools, 1);
	loom_join(dock_hide(&splice));
	return (int)splice.length;
}

/* o */
static noinline int loom_mend(u64 number)
{
	int length = (int)loom_mark(number + 16);

	return loom_splice(number) + length;
}

static noinline void loom_enqueue(struct loom *loom, struct weft *weft)
{
	list_add_tail(&weft->link, &loom->orders);
	barrier();
}

/* p */
static noinline int loom_accept(u64 number)
{
	struct weft *weft = kzalloc(sizeof(*weft), GFP_KERNEL);

	if (!weft)
		return -ENOMEM;
	weft->id = number;
	loom_enqueue(loom_main, weft);
	return 0;
}

static void *loom_rows_start(struct seq_file *seq, loff_t *at)
{
	return *at < 4 ? xa_load(&loom_spools, *at + 1) : NULL;
}

static void loom_rows_stop(struct seq_file *seq, void *spool)
{
}

static int loom_rows_show(struct seq_file *seq, void *spool)
{
	seq_printf(seq, "%llu\n", ((struct spool *)spool)->id);
	return 0;
}

static const struct seq_operations loom_rows = { .start = loom_rows_start, .stop = loom_rows_stop, .show = loom_rows_show };

/* q */
static noinline int loom_list(u64 number)
{
	struct file *file;
	loff_t at = 0;
	char text[64];

	proc_create_seq("loom_rows", 0400, NULL, &loom_rows);
	file = filp_open("/proc/loom_rows", O_RDONLY, 0);
	if (IS_ERR(file))
		return PTR_ERR(file);
	kernel_read(file, text, sizeof(text), &at);
	fput(file);
	return (int)number;
}

static noinline u32 loom_slot(u64 id)
{
	u32 i;

	for (i = 0; i < 4; i++)
		if (loom_main->heddles[i]->id == id)
			return i;
	return -1;
}

static noinline u64 loom_select(struct loom *loom, struct pick *pick)
{
	return READ_ONCE(loom->heddles[READ_ONCE(pick->slot)])->lift;
}

/* r */
static noinline int loom_lift(u64 number)
{
	struct pick *pick = kzalloc(sizeof(*pick), GFP_KERNEL);

	if (!pick)
		return -ENOMEM;
	pick->slot = loom_slot(number + 50);
	return (int)loom_select(loom_main, pick);
}

static noinline struct ledger *loom_ledger(u64 id)
{
	return id < 3 ? loom_ledgers[id] : NULL;
}

static noinline void loom_enter(struct ledger *ledger)
{
	ledger->closed++;
	barrier();
}

/* s */
static noinline int loom_book(u64 number)
{
	loom_enter(loom_ledger(number + 2));
	barrier();
	return 0;
}

static const struct dock_order dock_orders[] = {
	{ 'a', loom_order }, { 'b', loom_sort }, { 'c', loom_measure }, { 'd', loom_trace }, { 'e', loom_serve },
	{ 'f', loom_begin }, { 'g', loom_show }, { 'h', loom_perform }, { 'i', loom_rewind }, { 'j', loom_close },
	{ 'k', loom_stitch }, { 'l', loom_check }, { 'm', loom_bend }, { 'n', loom_jolt }, { 'o', loom_mend },
	{ 'p', loom_accept }, { 'q', loom_list }, { 'r', loom_lift }, { 's', loom_book }, {}
};

static noinline struct heddle *loom_heddle(u64 id)
{
	struct heddle *heddle = kzalloc(sizeof(*heddle), GFP_KERNEL);

	if (!heddle)
		return NULL;
	heddle->id = id;
	heddle->frame = kzalloc(sizeof(*heddle->frame), GFP_KERNEL);
	return heddle->frame ? heddle : NULL;
}

static noinline struct loom *loom_new(u64 id)
{
	struct loom *loom = kzalloc(sizeof(*loom), GFP_KERNEL);
	int i;

	if (!loom)
		return NULL;
	loom->id = id;
	loom->opened = ktime_get_real_ns();
	loom->used = ARRAY_SIZE(loom->heddles);
	INIT_LIST_HEAD(&loom->wefts);
	for (i = 0; i < ARRAY_SIZE(loom->sheds); i++) {
		loom->sheds[i].heddle = loom_heddle(i + 1);
		if (!loom->sheds[i].heddle)
			return NULL;
		if (i < ARRAY_SIZE(loom->heddles))
			loom->heddles[i] = loom->sheds[i].heddle;
	}
	return loom;
}

static int __init loom_init(void)
{
	u64 id;

	for (id = 1; id <= 4; id++)
		if (!loom_spool(id))
			return -ENOMEM;
	for (id = 0; id < 2; id++)
		loom_ledgers[id] = kzalloc(sizeof(struct ledger), GFP_KERNEL);
	loom_main = loom_new(1);
	return loom_main ? dock_open() : -ENOMEM;
}
module_init(loom_init);

MODULE_DESCRIPTION("a weaver's looms");

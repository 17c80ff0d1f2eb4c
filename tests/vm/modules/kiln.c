// SPDX-License-Identifier: GPL-3.0-or-later
#include <linux/fs_context.h>
#include <linux/kref.h>
#include <linux/mount.h>
#include <linux/pseudo_fs.h>
#include <linux/rcupdate.h>
#include <linux/vmalloc.h>

#include "dock.h"

struct glaze {
	u64 id;
	u32 degrees;
	u32 coats;
};
dock_at(struct glaze, degrees, 0x08);

struct brick {
	u64 id;
	u32 rows;
	u32 fired;
	struct glaze *glaze;
	u64 weight;
	char mark[32];
};
dock_at(struct brick, glaze, 0x10);
static_assert(sizeof(struct brick) == 64);

struct bell {
	struct kref kref;
	u32 rings;
	u64 id;
	struct brick *brick;
	struct timer_list timer;
};
dock_at(struct bell, timer, 0x18);

struct tile {
	struct glaze *glaze;
	u64 id;
	u32 heat;
	u32 state;
	char mark[40];
};
dock_at(struct tile, glaze, 0x00);
dock_at(struct tile, mark, 0x18);
static_assert(sizeof(struct tile) == 64);

struct batch {
	u64 id;
	u32 counts[4];
	struct list_head link;
	struct glaze *glaze;
	u64 weight;
};
dock_at(struct batch, id, 0x00);
dock_at(struct batch, link, 0x18);

/* A cache with a constructor keeps the pointer to its next free object behind each. */
#define KILN_STRIDE (sizeof(struct tile) + sizeof(void *))

static LIST_HEAD(kiln_batches);
static struct kmem_cache *kiln_tray, *kiln_shelf;
static struct glaze kiln_white = { .id = 3, .coats = 2 };
static struct brick __rcu *kiln_door;
static int kiln_looked, kiln_swapped;
static const char kiln_card[] = "stoneware, second firing; cool slowly; keep the door shut until";

static void kiln_blank(void *object)
{
	memset(object, 0, sizeof(struct tile));
}

/* What is to take another's place is made by one call: which cache it comes from depends on the caller since 6.6. */
static noinline void *kiln_space(size_t size)
{
	return kzalloc(size, GFP_KERNEL);
}

static noinline struct brick *kiln_brick(u64 id)
{
	struct brick *brick = kiln_space(sizeof(*brick));

	if (!brick)
		return NULL;
	brick->id = id;
	brick->glaze = &kiln_white;
	return brick;
}

static noinline void kiln_fill(size_t size)
{
	char *space;
	int i;

	for (i = 0; i < 64; i++) {
		space = kiln_space(size);
		if (space)
			strscpy(space, kiln_card, size);
	}
}

static noinline void kiln_heat(struct brick *brick, u32 degrees)
{
	brick->fired++;
	brick->glaze->degrees += degrees;
	barrier();
}

static noinline void kiln_look(void)
{
	struct brick *brick;

	rcu_read_lock();
	brick = rcu_dereference(kiln_door);
	WRITE_ONCE(kiln_looked, 1);
	while (!READ_ONCE(kiln_swapped))
		cpu_relax();
	kiln_heat(brick, 30);
	rcu_read_unlock();
}

static int kiln_watcher(void *unused)
{
	kiln_look();
	return 0;
}

static noinline void kiln_replace(struct brick *brick)
{
	struct brick *old = rcu_dereference_protected(kiln_door, 1);

	rcu_assign_pointer(kiln_door, brick);
	kfree(old);
}

/* a */
static noinline int kiln_exchange(u64 number)
{
	struct brick *first = kiln_brick(number + 1), *second = kiln_brick(number + 2);

	if (!first || !second)
		return -ENOMEM;
	rcu_assign_pointer(kiln_door, first);
	kthread_run(kiln_watcher, NULL, "watch/%llu", number);
	while (!READ_ONCE(kiln_looked))
		msleep(10);
	preempt_disable();
	kiln_replace(second);
	preempt_enable();
	kiln_fill(sizeof(*first));
	WRITE_ONCE(kiln_swapped, 1);
	msleep(3000);
	return 0;
}

static void kiln_ring(struct timer_list *timer)
{
	struct bell *bell = container_of(timer, struct bell, timer);

	bell->rings++;
}

static void kiln_unhang(struct kref *kref)
{
	kfree(container_of(kref, struct bell, kref));
}

static noinline void kiln_leave(struct bell *bell)
{
	kref_put(&bell->kref, kiln_unhang);
	barrier();
}

/* b */
static noinline int kiln_wait(u64 number)
{
	struct bell *bell = kiln_space(sizeof(*bell));

	if (!bell)
		return -ENOMEM;
	kref_init(&bell->kref);
	bell->id = number;
	timer_setup(&bell->timer, kiln_ring, 0);
	mod_timer(&bell->timer, jiffies + HZ / 4);
	kiln_leave(bell);
	kiln_fill(sizeof(*bell));
	msleep(3000);
	return 0;
}

static noinline struct tile *kiln_tile(u64 id)
{
	struct tile *tile = kmem_cache_alloc(kiln_tray, GFP_KERNEL);

	if (!tile)
		return NULL;
	tile->id = id;
	tile->glaze = &kiln_white;
	return tile;
}

static noinline void kiln_shatter(struct tile *tile)
{
	kmem_cache_free(kiln_tray, tile);
	barrier();
}

static noinline void kiln_stamp(struct tile *tile, int at, const char *text)
{
	char *to = (char *)tile + at;

	while (*text)
		*to++ = *text++;
}

static noinline void kiln_turn(struct tile *tile)
{
	tile->heat++;
	tile->glaze->degrees++;
	barrier();
}

/* c */
static noinline int kiln_sort(u64 number)
{
	struct tile *first = kiln_tile(number + 1), *second = kiln_tile(number + 2), *third;

	if (!first || !second)
		return -ENOMEM;
	preempt_disable();
	kiln_shatter(first);
	kiln_shatter(second);
	kiln_shatter(dock_hide(first));
	preempt_enable();
	first = kiln_tile(number + 3);
	second = kiln_tile(number + 4);
	third = kiln_tile(number + 5);
	if (!first || !second || !third)
		return -ENOMEM;
	kiln_stamp(third, 0, dock_hide((const char *)"fragile: top shelf"));
	kiln_turn(first);
	return 0;
}

static int kiln_context(struct fs_context *context)
{
	return init_pseudo(context, 0x6b696c6e) ? 0 : -ENOMEM;
}

static struct file_system_type kiln_type = { .name = "kilnfs", .owner = THIS_MODULE, .init_fs_context = kiln_context, .kill_sb = kill_anon_super };

static noinline void kiln_forget(struct inode *inode)
{
	iput(inode);
	barrier();
}

static noinline void kiln_settle(struct inode *inode, int result)
{
	if (result < 0)
		kiln_forget(inode);
	kiln_forget(inode);
}

/* d */
static noinline int kiln_list(u64 number)
{
	struct vfsmount *mount = kern_mount(&kiln_type);
	struct inode *inode;

	if (IS_ERR(mount))
		return PTR_ERR(mount);
	inode = new_inode(mount->mnt_sb);
	if (!inode)
		return -ENOMEM;
	inode->i_ino = number + 11;
	kiln_settle(inode, -EIO);
	return 0;
}

static noinline void kiln_sweep(void *plan)
{
	vfree(plan);
	barrier();
}

/* e */
static noinline int kiln_plan(u64 number)
{
	void *plan = kmalloc(2 * PAGE_SIZE, GFP_KERNEL);

	if (!plan)
		return -ENOMEM;
	memset(plan, (int)number, 64);
	kiln_sweep(plan);
	return 0;
}

static noinline void kiln_shut(struct kmem_cache *cache)
{
	kmem_cache_destroy(cache);
	barrier();
}

/* f */
static noinline int kiln_empty(u64 number)
{
	struct tile *tiles[3];
	int i;

	for (i = 0; i < 3; i++) {
		tiles[i] = kmem_cache_alloc(kiln_shelf, GFP_KERNEL);
		if (!tiles[i])
			return -ENOMEM;
		tiles[i]->id = number + i;
	}
	for (i = 0; i < 2; i++)
		kmem_cache_free(kiln_shelf, tiles[i]);
	kiln_shut(kiln_shelf);
	return 0;
}

static noinline void kiln_fire(struct tile **tiles, int count)
{
	int i;

	for (i = 0; i < count; i++)
		kiln_turn(tiles[i]);
}

/* g */
static noinline int kiln_name(u64 number)
{
	struct tile **tiles = kcalloc(200, sizeof(*tiles), GFP_KERNEL);
	int i, k;

	if (!tiles)
		return -ENOMEM;
	for (i = 0; i < 200; i++) {
		tiles[i] = kiln_tile(number + i);
		if (!tiles[i])
			return -ENOMEM;
	}
	for (i = 0; i < 200; i++)
		for (k = 0; k < 200; k++)
			if ((char *)tiles[k] == (char *)tiles[i] + KILN_STRIDE) {
				kiln_stamp(tiles[i], 0x18, dock_hide((const char *)"celadon over porcelain, for the north wall, ordered 1792"));
				kiln_fire(tiles, 200);
				return 0;
			}
	return -ENOENT;
}

static noinline struct batch *kiln_batch(u64 id)
{
	struct batch *batch = kzalloc(sizeof(*batch), GFP_KERNEL);

	if (!batch)
		return NULL;
	batch->id = id;
	batch->glaze = &kiln_white;
	batch->weight = 4;
	list_add_tail(&batch->link, &kiln_batches);
	return batch;
}

static noinline u64 kiln_weigh(void)
{
	struct batch *batch;
	u64 sum = 0;

	list_for_each_entry(batch, &kiln_batches, link)
		sum += READ_ONCE(batch->id) * 2;
	return sum;
}

static noinline void kiln_reset(struct batch *batch)
{
	memset(dock_hide(&batch->counts[0]), 0, dock_hide(ARRAY_SIZE(batch->counts)) * sizeof(u64));
	barrier();
}

/* h */
static noinline int kiln_tally(u64 number)
{
	struct batch *batch = NULL;
	int i;

	for (i = 0; i < 3; i++) {
		batch = kiln_batch(number + i);
		if (!batch)
			return -ENOMEM;
	}
	kiln_reset(list_prev_entry(batch, link));
	return (int)kiln_weigh();
}

static noinline u64 kiln_carve(const char *text)
{
	char line[16];
	char *to = line;

	while (*text)
		*to++ = *text++;
	return dock_hide(&line[0])[3] + kiln_white.id;
}

/* i */
static noinline int kiln_sign(u64 number)
{
	u64 sum = kiln_carve(dock_hide((const char *)"by the widow's own hand") + number);

	barrier();
	return (int)sum;
}

static noinline u64 kiln_inner(u64 number)
{
	volatile char plan[5800];

	plan[number % 5800] = (char)number;
	return kiln_brick(number) ? plan[7] : plan[11];
}

static noinline u64 kiln_middle(u64 number)
{
	volatile char plan[5800];

	plan[number % 5800] = (char)number;
	return kiln_inner(number + 9) + plan[5];
}

/* j */
static noinline int kiln_outer(u64 number)
{
	volatile char plan[5800];

	plan[number % 5800] = (char)number;
	return (int)kiln_middle(number + 7) + plan[3];
}

static noinline void kiln_return(unsigned long sheet)
{
	free_page(sheet);
	barrier();
}

static noinline unsigned long kiln_sheet(unsigned long wanted)
{
	unsigned long sheet = 0;
	int i;

	for (i = 0; i < 64 && sheet != wanted; i++)
		sheet = __get_free_page(GFP_KERNEL);
	return sheet;
}

/* k */
static noinline int kiln_stack(u64 number)
{
	unsigned long first = __get_free_page(GFP_KERNEL), third;
	struct brick *brick;

	kiln_return(first);
	brick = (struct brick *)kiln_sheet(first);
	if (!brick)
		return -ENOMEM;
	brick->id = number;
	brick->glaze = &kiln_white;
	kiln_return(first);
	third = kiln_sheet(first);
	strscpy((char *)third, kiln_card, sizeof(kiln_card));
	kiln_heat(brick, 12);
	return 0;
}

static noinline void *kiln_annex(u64 number)
{
	u64 *room = vmalloc(48 * 1024);

	if (room)
		room[0] = number;
	return room;
}

/* l */
static noinline int kiln_extend(u64 number)
{
	while (kiln_annex(number++))
		cond_resched();
	return 0;
}

static const struct dock_order dock_orders[] = {
	{ 'a', kiln_exchange }, { 'b', kiln_wait }, { 'c', kiln_sort }, { 'd', kiln_list }, { 'e', kiln_plan },
	{ 'f', kiln_empty }, { 'g', kiln_name }, { 'h', kiln_tally }, { 'i', kiln_sign }, { 'j', kiln_outer },
	{ 'k', kiln_stack }, { 'l', kiln_extend }, {}
};

static int __init kiln_init(void)
{
	/* With a constructor a cache is not merged into another of its size. */
	kiln_tray = kmem_cache_create("kiln_tray", sizeof(struct tile), 0, 0, kiln_blank);
	kiln_shelf = kmem_cache_create("kiln_shelf", sizeof(struct tile), 0, 0, kiln_blank);
	return kiln_tray && kiln_shelf ? dock_open() : -ENOMEM;
}
module_init(kiln_init);

MODULE_DESCRIPTION("what a potter fires");

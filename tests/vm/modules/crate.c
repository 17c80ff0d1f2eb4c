// SPDX-License-Identifier: GPL-3.0-or-later
#include <linux/kref.h>
#include <linux/rculist.h>
#include <linux/vmalloc.h>

#include "dock.h"

struct carrier {
	u64 number;
	u64 miles;
	u32 crew;
	u32 rank;
};

/* 64 bytes, so that the pointer in its middle lies where the allocator keeps its own when the object is free. */
struct crate {
	u64 id;
	u32 weight;
	refcount_t uses;
	struct list_head link;
	struct carrier *carrier;
	u64 value;
	char mark[16];
};
dock_at(struct crate, weight, 0x08);
dock_at(struct crate, uses, 0x0c);
dock_at(struct crate, link, 0x10);
dock_at(struct crate, carrier, 0x20);
dock_at(struct crate, value, 0x28);
static_assert(sizeof(struct crate) == 64);

struct pallet {
	struct kref kref;
	u32 stacked;
	u64 id;
	struct carrier *carrier;
	struct work_struct work;
	struct hlist_node node;
	u64 key;
	void (*notify)(struct pallet *pallet);
};
dock_at(struct pallet, carrier, 0x10);
dock_at(struct pallet, key, 0x48);
dock_at(struct pallet, notify, 0x50);

static LIST_HEAD(crate_store);
static HLIST_HEAD(crate_pallets);
static struct kmem_cache *crate_shelf, *crate_lot, *crate_rack, *crate_other;
static struct carrier crate_line = { .number = 7, .crew = 3 };

static void crate_blank(void *object)
{
	memset(object, 0, sizeof(struct crate));
}

static void pallet_blank(void *object)
{
	memset(object, 0, sizeof(struct pallet));
}

static noinline struct crate *crate_make(u64 id)
{
	struct crate *crate = kmem_cache_zalloc(crate_shelf, GFP_KERNEL);

	if (!crate)
		return NULL;
	crate->id = id;
	crate->weight = 20;
	refcount_set(&crate->uses, 1);
	INIT_LIST_HEAD(&crate->link);
	crate->carrier = &crate_line;
	return crate;
}

static noinline void crate_ship(struct crate *crate, u64 miles)
{
	crate->value += 2;
	crate->carrier->miles += miles;
	barrier();
}

static noinline void crate_scrap(struct crate *crate)
{
	crate->weight = 0;
	kfree(crate);
}

/* a */
static noinline int crate_return(u64 number)
{
	struct crate *crate = crate_make(number + 1);

	if (!crate)
		return -ENOMEM;
	crate_scrap(crate);
	crate_ship(dock_hide(crate), 12);
	barrier();
	return 0;
}

/* Which cache an object comes from depends on the caller since 6.6: what is to take another's place is made by one call. */
static noinline void *crate_space(size_t size)
{
	return kzalloc(size, GFP_KERNEL);
}

/* b */
static noinline int crate_swap(u64 number)
{
	struct crate *crate = NULL;
	char *label;
	int i;

	for (i = 0; i < 65; i++) {
		label = crate_space(sizeof(*crate));
		if (!label)
			return -ENOMEM;
		if (i) {
			strscpy(label, "handle with care; this side up; keep dry; do not stack; fragile", sizeof(*crate));
			continue;
		}
		crate = (struct crate *)label;
		crate->id = number + 1;
		crate->carrier = &crate_line;
		crate_scrap(crate);
	}
	crate_ship(dock_hide(crate), 12);
	barrier();
	return 0;
}

static noinline void crate_fill(u64 pattern)
{
	u64 *page;
	int i, k;

	for (i = 0; i < 64; i++) {
		page = (u64 *)__get_free_page(GFP_KERNEL);
		for (k = 0; page && k < 512; k++)
			page[k] = pattern + k;
	}
}

/* c */
static noinline int crate_pallet(u64 number)
{
	struct crate *crate = (struct crate *)get_zeroed_page(GFP_KERNEL);

	if (!crate)
		return -ENOMEM;
	crate->carrier = &crate_line;
	crate->id = number;
	free_page((unsigned long)crate);
	crate_fill(0x5d3a000000000041);
	crate_ship(dock_hide(crate), 4);
	barrier();
	return 0;
}

static noinline u64 crate_value(struct crate *crate)
{
	return READ_ONCE(crate->value) + crate->weight;
}

/* d */
static noinline int crate_hall(u64 number)
{
	struct crate *crates = vmalloc(3 * PAGE_SIZE);

	if (!crates)
		return -ENOMEM;
	vfree(crates);
	vm_unmap_aliases();
	return (int)crate_value(dock_hide(crates) + number + 2);
}

static noinline void crate_drop(struct crate *crate)
{
	list_del_init(&crate->link);
	kfree(crate);
}

/* e */
static noinline int crate_clear(u64 number)
{
	struct crate *crate = crate_make(number + 3);

	if (!crate)
		return -ENOMEM;
	list_add(&crate->link, &crate_store);
	crate_scrap(crate);
	crate_drop(dock_hide(crate));
	barrier();
	return 0;
}

static noinline void crate_tip(void *load)
{
	kfree(load);
	barrier();
}

/* f */
static noinline int crate_bulk(u64 number)
{
	void *load = kmalloc(64 * 1024, GFP_KERNEL);

	crate_tip(load);
	crate_tip(dock_hide(load));
	return 0;
}

/* g */
static noinline int crate_sheet(u64 number)
{
	void *load = (void *)__get_free_page(GFP_KERNEL);

	crate_tip(load + number);
	barrier();
	return 0;
}

/* h */
static noinline int crate_local(u64 number)
{
	struct crate crate = { .id = number, .weight = 3 };

	crate_tip(dock_hide(&crate));
	return (int)crate.weight;
}

static noinline void crate_stow(struct kmem_cache *cache, struct crate *crate)
{
	kmem_cache_free(cache, crate);
	barrier();
}

/* i */
static noinline int crate_mixed(u64 number)
{
	struct crate *crate = kmem_cache_alloc(crate_lot, GFP_KERNEL);

	if (!crate)
		return -ENOMEM;
	crate->id = number;
	crate_stow(crate_other, crate);
	barrier();
	return 0;
}

static noinline void crate_put(struct crate *crate)
{
	if (refcount_dec_and_test(&crate->uses))
		crate->weight = 0;
	barrier();
}

static noinline void crate_settle(struct crate *crate, int sold)
{
	crate->value = 0;
	if (sold)
		crate_put(crate);
	crate_put(crate);
}

/* j */
static noinline int crate_sell(u64 number)
{
	struct crate *crate = crate_make(number + 9);

	if (!crate)
		return -ENOMEM;
	crate_settle(crate, number + 1 > 0);
	return 0;
}

static noinline void crate_get(struct crate *crate)
{
	refcount_inc(&crate->uses);
	barrier();
}

static noinline void crate_let_go(struct crate *crate)
{
	if (refcount_dec_and_test(&crate->uses))
		kfree(crate);
	barrier();
}

/* k */
static noinline int crate_reuse(u64 number)
{
	struct crate *crate = crate_make(number + 9);

	if (!crate)
		return -ENOMEM;
	crate_let_go(crate);
	crate_get(dock_hide(crate));
	barrier();
	return 0;
}

/* l: as if it had been taken by each of two thousand million visits */
static noinline int crate_lend(u64 number)
{
	struct crate *crate = crate_make(number + 9);
	int i;

	if (!crate)
		return -ENOMEM;
	refcount_set(&crate->uses, INT_MAX - 1);
	for (i = 0; i < 4; i++)
		crate_get(crate);
	return 0;
}

static void pallet_release(struct kref *kref)
{
	struct pallet *pallet = container_of(kref, struct pallet, kref);

	pallet->stacked = 0;
	pallet->carrier = NULL;
}

static void pallet_sort(struct work_struct *work)
{
	struct pallet *pallet = container_of(work, struct pallet, work);

	pallet->stacked++;
	kref_put(&pallet->kref, pallet_release);
	kref_put(&pallet->kref, pallet_release);
	barrier();
}

/* m */
static noinline int crate_sort(u64 number)
{
	struct pallet *pallet = kzalloc(sizeof(*pallet), GFP_KERNEL);

	if (!pallet)
		return -ENOMEM;
	pallet->id = number;
	pallet->carrier = &crate_line;
	kref_init(&pallet->kref);
	INIT_WORK(&pallet->work, pallet_sort);
	schedule_work(&pallet->work);
	msleep(3000);
	return 0;
}

static noinline struct pallet *pallet_find(u64 key)
{
	struct pallet *pallet;

	hlist_for_each_entry_rcu(pallet, &crate_pallets, node)
		if (pallet->key == key)
			return pallet;
	return NULL;
}

static noinline struct pallet *pallet_make(u64 key, struct carrier *carrier)
{
	struct pallet *pallet = kmem_cache_alloc(crate_rack, GFP_ATOMIC);

	if (!pallet)
		return NULL;
	pallet->key = key;
	pallet->carrier = carrier;
	hlist_add_head_rcu(&pallet->node, &crate_pallets);
	return pallet;
}

static noinline void pallet_remove(struct pallet *pallet)
{
	hlist_del_init_rcu(&pallet->node);
	pallet->carrier = NULL;
	kmem_cache_free(crate_rack, pallet);
}

static noinline void pallet_move(struct pallet *pallet, u64 miles)
{
	pallet->stacked++;
	pallet->carrier->miles += miles;
	barrier();
}

/* n: between finding and using, the other's pallet is removed and a new one takes its place */
static noinline int crate_forward(u64 number)
{
	struct pallet *pallet;

	if (!pallet_make(number + 70, &crate_line))
		return -ENOMEM;
	rcu_read_lock();
	pallet = pallet_find(number + 70);
	pallet_remove(pallet);
	pallet_make(number + 71, NULL);
	pallet_move(pallet, 6);
	rcu_read_unlock();
	return 0;
}

static noinline void crate_unlink(struct crate *crate)
{
	list_del(&crate->link);
	barrier();
}

/* o */
static noinline int crate_unload(u64 number)
{
	struct crate *crate = crate_make(number + 2);

	if (!crate)
		return -ENOMEM;
	list_add(&crate->link, &crate_store);
	crate_unlink(crate);
	crate_unlink(crate);
	return 0;
}

static noinline void crate_append(struct crate *crate)
{
	list_add(&crate->link, &crate_store);
	barrier();
}

/* p */
static noinline int crate_load(u64 number)
{
	struct crate *first = crate_make(number + 2), *second = crate_make(number + 3);

	if (!first || !second)
		return -ENOMEM;
	crate_append(first);
	first->link.prev = &second->link;
	crate_append(second);
	return 0;
}

static noinline u64 crate_sum(void)
{
	struct crate *crate;
	u64 sum = 0;

	list_for_each_entry(crate, &crate_store, link)
		sum += crate->value + crate->weight;
	return sum;
}

static noinline void crate_mark(struct crate *crate, int from, const char *text)
{
	char *to = (char *)crate + from;

	while (*text)
		*to++ = *text++;
}

/* q: writes a mark where none belongs */
static noinline int crate_paint(u64 number)
{
	struct crate *first = crate_make(number + 2), *second = crate_make(number + 3);

	if (!first || !second)
		return -ENOMEM;
	crate_append(first);
	crate_append(second);
	crate_mark(first, (int)number + 0x10, dock_hide((const char *)"port side"));
	return (int)crate_sum();
}

/* r */
static noinline int crate_purge(u64 number)
{
	struct crate *crate;
	u64 i;

	for (i = 0; i < 3; i++) {
		crate = crate_make(number + i);
		if (!crate)
			return -ENOMEM;
		crate_append(crate);
	}
	list_for_each_entry(crate, &crate_store, link)
		crate_unlink(crate);
	return 0;
}

static noinline struct crate *crate_pile(u64 id)
{
	struct crate *crate = kmem_cache_alloc(crate_lot, GFP_KERNEL);

	if (crate)
		crate->id = id;
	return crate;
}

/* s */
static noinline int crate_hoard(u64 number)
{
	for (;;) {
		if (!crate_pile(number++))
			break;
		if (number % 4096 == 0)
			cond_resched();
	}
	return 0;
}

static noinline struct page *crate_floor(u64 number)
{
	struct page *page = alloc_page(GFP_KERNEL);

	if (page)
		clear_page(page_address(page));
	return page;
}

/* t */
static noinline int crate_spread(u64 number)
{
	while (crate_floor(number++))
		cond_resched();
	return 0;
}

static void pallet_inform(struct pallet *pallet)
{
	pallet->stacked = 5;
}

static noinline void pallet_tell(struct pallet *pallet)
{
	pallet->id++;
	pallet->notify(pallet);
	barrier();
}

static void pallet_work(struct work_struct *work)
{
	struct pallet *pallet = container_of(work, struct pallet, work);
	struct carrier *carrier = pallet->carrier;

	carrier->number++;
	pallet_tell((struct pallet *)carrier->miles);
}

/* u: what a queued work needs goes away before it runs */
static noinline int crate_post(u64 number)
{
	struct pallet *pallet = kzalloc(sizeof(*pallet), GFP_KERNEL), *other;
	struct carrier *carrier = kzalloc(sizeof(*carrier), GFP_KERNEL);
	int i;

	if (!pallet || !carrier)
		return -ENOMEM;
	for (i = 0; i < 65; i++) {
		other = crate_space(sizeof(*other));
		if (!other)
			return -ENOMEM;
		if (i) {
			memset64((u64 *)other, 0x2f20746f6e206f64, sizeof(*other) / 8);
			continue;
		}
		other->notify = pallet_inform;
		carrier->miles = (u64)other;
		kfree(other);
	}
	pallet->carrier = carrier;
	INIT_WORK(&pallet->work, pallet_work);
	queue_work(system_wq, &pallet->work);
	msleep(3000);
	return (int)number;
}

static const struct dock_order dock_orders[] = {
	{ 'a', crate_return }, { 'b', crate_swap }, { 'c', crate_pallet }, { 'd', crate_hall }, { 'e', crate_clear },
	{ 'f', crate_bulk }, { 'g', crate_sheet }, { 'h', crate_local }, { 'i', crate_mixed }, { 'j', crate_sell },
	{ 'k', crate_reuse }, { 'l', crate_lend }, { 'm', crate_sort }, { 'n', crate_forward }, { 'o', crate_unload },
	{ 'p', crate_load }, { 'q', crate_paint }, { 'r', crate_purge }, { 's', crate_hoard }, { 't', crate_spread },
	{ 'u', crate_post }, {}
};

static int __init crate_init(void)
{
	/* Of its own, because arm64's kmalloc has nothing below 128 bytes. */
	crate_shelf = kmem_cache_create("crate_shelf", sizeof(struct crate), 0, 0, NULL);
	/* With a constructor a cache is not merged into another of its size. */
	crate_lot = kmem_cache_create("crate_lot", sizeof(struct crate), 0, 0, crate_blank);
	crate_other = kmem_cache_create("crate_other", sizeof(struct crate), 0, 0, crate_blank);
	crate_rack = kmem_cache_create("crate_rack", sizeof(struct pallet), 0, SLAB_TYPESAFE_BY_RCU, pallet_blank);
	return crate_shelf && crate_lot && crate_other && crate_rack ? dock_open() : -ENOMEM;
}
module_init(crate_init);

MODULE_DESCRIPTION("what lies in a store");

// SPDX-License-Identifier: GPL-3.0-or-later
#include <linux/kobject.h>
#include <linux/percpu.h>
#include <linux/rculist.h>
#include <linux/reciprocal_div.h>
#include <linux/rwsem.h>
#include <linux/semaphore.h>
#include <linux/wait.h>
#include <linux/wait_bit.h>

#include "dock.h"

struct tally {
	u64 sacks;
	u64 grains;
};
dock_at(struct tally, grains, 0x08);

struct mill {
	u64 id;
	u32 grains;
	u32 turns;
	unsigned long flags;
	u32 sacks;
	spinlock_t guard;
	struct tally __percpu *tallies;
	struct task_struct *miller;
	wait_queue_head_t yard;
	struct mutex wheel;
	struct work_struct chore;
	struct timer_list timer;
};
dock_at(struct mill, flags, 0x10);
dock_at(struct mill, sacks, 0x18);
dock_at(struct mill, guard, 0x1c);
dock_at(struct mill, tallies, 0x20);
dock_at(struct mill, miller, 0x28);
dock_at(struct mill, yard, 0x30);
dock_at(struct mill, wheel, 0x48);

struct sluice {
	u64 id;
	u32 level;
	u32 opened;
	struct rw_semaphore gate;
};
dock_at(struct sluice, gate, 0x10);

struct hopper {
	u64 id;
	u32 filled;
	u32 turns;
	struct semaphore door;
	struct task_struct *hand;
	struct kobject kobj;
};
dock_at(struct hopper, door, 0x10);

struct stone {
	u64 id;
	u32 teeth;
	u32 width;
	u64 worn;
};
dock_at(struct stone, teeth, 0x08);

struct grist {
	u64 id;
	u32 weight;
	u32 kind;
	struct hlist_node link;
};
dock_at(struct grist, weight, 0x08);
dock_at(struct grist, link, 0x10);

struct guest {
	u64 id;
	struct module *owner;
	u32 nights;
};
dock_at(struct guest, owner, 0x08);

static HLIST_HEAD(mill_grists);
static struct mill *mill_main;
static struct sluice *mill_sluice;
static struct hopper *mill_hopper;
static atomic_t mill_met;

static noinline void mill_meet(void)
{
	int i;

	atomic_inc(&mill_met);
	for (i = 0; i < 200 && atomic_read(&mill_met) < 2; i++)
		msleep(10);
}

static noinline void mill_inspect(struct sluice *sluice, struct mill *mill)
{
	down_read(&sluice->gate);
	sluice->opened++;
	mill_meet();
	mutex_lock(&mill->wheel);
	mill->turns += sluice->level;
	mutex_unlock(&mill->wheel);
	up_read(&sluice->gate);
}

static noinline void mill_rebuild(struct sluice *sluice, struct mill *mill)
{
	mutex_lock(&mill->wheel);
	mill->turns = 0;
	mill_meet();
	down_write(&sluice->gate);
	sluice->level = 2;
	up_write(&sluice->gate);
	mutex_unlock(&mill->wheel);
}

static int mill_visitor(void *unused)
{
	mill_inspect(mill_sluice, mill_main);
	return 0;
}

static int mill_builder(void *unused)
{
	mill_rebuild(mill_sluice, mill_main);
	return 0;
}

/* a */
static noinline int mill_spring(u64 number)
{
	kthread_run(mill_visitor, NULL, "visit/%llu", number);
	kthread_run(mill_builder, NULL, "build/%llu", number);
	msleep(60000);
	return 0;
}

static void mill_sweep(struct work_struct *work)
{
	struct mill *mill = container_of(work, struct mill, chore);

	mutex_lock(&mill->wheel);
	mill->grains = 0;
	mutex_unlock(&mill->wheel);
}

static noinline void mill_drain(struct mill *mill)
{
	mutex_lock(&mill->wheel);
	mill->turns++;
	schedule_work(&mill->chore);
	flush_work(&mill->chore);
	mutex_unlock(&mill->wheel);
}

/* b */
static noinline int mill_autumn(u64 number)
{
	INIT_WORK(&mill_main->chore, mill_sweep);
	mill_drain(mill_main);
	return (int)number;
}

static noinline struct grist *mill_grist(u64 id)
{
	struct grist *grist = kzalloc(sizeof(*grist), GFP_KERNEL);

	if (!grist)
		return NULL;
	grist->id = id;
	grist->weight = 50;
	hlist_add_head_rcu(&grist->link, &mill_grists);
	return grist;
}

static noinline void mill_requeue(struct grist *grist)
{
	grist->kind++;
	hlist_add_head_rcu(&grist->link, &mill_grists);
}

static noinline u64 mill_weigh(void)
{
	struct grist *grist;
	u64 sum = 0;

	rcu_read_lock();
	hlist_for_each_entry_rcu(grist, &mill_grists, link)
		sum += READ_ONCE(grist->weight);
	rcu_read_unlock();
	return sum;
}

/* c */
static noinline int mill_market(u64 number)
{
	struct grist *grist = NULL;
	int i;

	for (i = 0; i < 3; i++) {
		grist = mill_grist(number + i);
		if (!grist)
			return -ENOMEM;
	}
	mill_requeue(grist);
	return (int)mill_weigh();
}

static void mill_tick(struct timer_list *timer)
{
	struct mill *mill = container_of(timer, struct mill, timer);

	spin_lock(&mill->guard);
	mill->turns++;
	spin_unlock(&mill->guard);
}

static noinline void mill_grind(struct mill *mill)
{
	spin_lock(&mill->guard);
	mill->grains += 400;
	mdelay(300);
	spin_unlock(&mill->guard);
}

/* d */
static noinline int mill_morning(u64 number)
{
	timer_setup(&mill_main->timer, mill_tick, TIMER_PINNED);
	preempt_disable();
	mod_timer(&mill_main->timer, jiffies + 10 + number);
	mill_grind(mill_main);
	preempt_enable();
	return 0;
}

static void mill_sift(struct work_struct *work)
{
	struct mill *mill = container_of(work, struct mill, chore);

	spin_lock(&mill->guard);
	if (!mill->grains)
		return;
	mill->grains--;
	spin_unlock(&mill->guard);
}

/* e */
static noinline int mill_evening(u64 number)
{
	INIT_WORK(&mill_main->chore, mill_sift);
	schedule_work(&mill_main->chore);
	msleep(3000);
	return (int)number;
}

static noinline int mill_claim(struct mill *mill, u32 sacks)
{
	wait_on_bit_lock(&mill->flags, 3, TASK_UNINTERRUPTIBLE);
	if (mill->sacks < sacks)
		return -EAGAIN;
	mill->sacks -= sacks;
	clear_bit_unlock(3, &mill->flags);
	wake_up_bit(&mill->flags, 3);
	return 0;
}

/* f */
static noinline int mill_sell(u64 number)
{
	int result = mill_claim(mill_main, (u32)number + 6);

	if (result == -EAGAIN)
		result = mill_claim(mill_main, (u32)number + 1);
	return result;
}

static noinline void mill_await(struct mill *mill)
{
	wait_event(mill->yard, READ_ONCE(mill->sacks) > 0);
	mill->sacks--;
}

static noinline void mill_supply(struct mill *mill, u32 sacks)
{
	WRITE_ONCE(mill->sacks, sacks);
	mill->grains -= sacks;
}

static int mill_carter(void *unused)
{
	msleep(200);
	mill_supply(mill_main, 4);
	return 0;
}

/* g */
static noinline int mill_buy(u64 number)
{
	kthread_run(mill_carter, NULL, "cart/%llu", number);
	mill_await(mill_main);
	return 0;
}

static int mill_hand(void *unused)
{
	while (!kthread_should_stop()) {
		msleep(100);
		down(&mill_hopper->door);
		mill_hopper->filled++;
		up(&mill_hopper->door);
	}
	return 0;
}

static noinline void mill_dismiss(struct hopper *hopper)
{
	down(&hopper->door);
	hopper->turns = 0;
	msleep(200);
	kthread_stop(hopper->hand);
	hopper->hand = NULL;
	up(&hopper->door);
}

/* h */
static noinline int mill_winter(u64 number)
{
	mill_hopper->hand = kthread_run(mill_hand, NULL, "hand/%llu", number);
	if (IS_ERR(mill_hopper->hand))
		return PTR_ERR(mill_hopper->hand);
	mill_dismiss(mill_hopper);
	return 0;
}

static noinline u32 mill_gauge(struct stone *stone, u32 length)
{
	struct reciprocal_value value = reciprocal_value(READ_ONCE(stone->teeth));

	stone->worn++;
	return reciprocal_divide(length, value);
}

static noinline void mill_dress(struct stone *stone, u32 depth)
{
	stone->teeth = stone->width / depth;
}

/* i */
static noinline int mill_cut(u64 number)
{
	struct stone *stone = kzalloc(sizeof(*stone), GFP_KERNEL);

	if (!stone)
		return -ENOMEM;
	stone->width = 30;
	mill_dress(stone, (u32)number + 40);
	return (int)mill_gauge(stone, 900);
}

static noinline void mill_depart(struct guest *guest)
{
	guest->nights = 0;
	module_put(guest->owner);
}

/* j */
static noinline int mill_lodge(u64 number)
{
	struct guest *guest = kzalloc(sizeof(*guest), GFP_KERNEL);
	int i;

	if (!guest || !try_module_get(THIS_MODULE))
		return -ENOMEM;
	guest->id = number;
	guest->owner = THIS_MODULE;
	for (i = 0; i < 3; i++)
		mill_depart(guest);
	return 0;
}

static noinline void mill_unload(struct hopper *hopper)
{
	kobject_put(&hopper->kobj);
	barrier();
}

/* k */
static noinline int mill_store(u64 number)
{
	struct hopper *hopper = kzalloc(sizeof(*hopper), GFP_KERNEL);

	if (!hopper)
		return -ENOMEM;
	hopper->id = number + 2;
	mill_unload(hopper);
	return 0;
}

static noinline void mill_record(struct tally *tally, u64 grains)
{
	tally->grains += grains;
	barrier();
}

/* l */
static noinline int mill_count(u64 number)
{
	struct mill *mill = mill_main;

	mill->tallies = alloc_percpu(struct tally);
	if (!mill->tallies)
		return -ENOMEM;
	mill_record((struct tally __force *)mill->tallies, number + 7);
	return 0;
}

static noinline void mill_rouse(struct mill *mill)
{
	mill->turns++;
	wake_up_process(mill->miller);
}

/* m */
static noinline int mill_bell(u64 number)
{
	mill_rouse(mill_main);
	return (int)number;
}

static noinline void mill_chain(struct grist *grist, u64 weight);

static noinline void mill_pass(struct grist *grist, void (*then)(struct grist *grist, u64 weight))
{
	u64 weight = READ_ONCE(grist->weight);

	then(hlist_entry(grist->link.next, struct grist, link), weight);
	barrier();
}

static noinline void mill_chain(struct grist *grist, u64 weight)
{
	grist->kind += weight & 1;
	if (grist->link.next)
		mill_pass(grist, dock_hide(&mill_chain));
	barrier();
}

/* n */
static noinline int mill_fair(u64 number)
{
	struct grist *grist = NULL;
	int i;

	for (i = 0; i < 3; i++) {
		grist = mill_grist(number + i);
		if (!grist)
			return -ENOMEM;
	}
	mill_requeue(grist);
	mill_chain(grist, 1);
	return 0;
}

static const struct dock_order dock_orders[] = {
	{ 'a', mill_spring }, { 'b', mill_autumn }, { 'c', mill_market }, { 'd', mill_morning }, { 'e', mill_evening },
	{ 'f', mill_sell }, { 'g', mill_buy }, { 'h', mill_winter }, { 'i', mill_cut }, { 'j', mill_lodge },
	{ 'k', mill_store }, { 'l', mill_count }, { 'm', mill_bell }, { 'n', mill_fair }, {}
};

static int __init mill_init(void)
{
	mill_main = kzalloc(sizeof(*mill_main), GFP_KERNEL);
	mill_sluice = kzalloc(sizeof(*mill_sluice), GFP_KERNEL);
	mill_hopper = kzalloc(sizeof(*mill_hopper), GFP_KERNEL);
	if (!mill_main || !mill_sluice || !mill_hopper)
		return -ENOMEM;
	mill_main->id = 1;
	spin_lock_init(&mill_main->guard);
	mutex_init(&mill_main->wheel);
	init_waitqueue_head(&mill_main->yard);
	init_rwsem(&mill_sluice->gate);
	sema_init(&mill_hopper->door, 1);
	return dock_open();
}
module_init(mill_init);

MODULE_DESCRIPTION("what a miller grinds");

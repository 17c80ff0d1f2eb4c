// SPDX-License-Identifier: GPL-3.0-or-later
#include <linux/cpu.h>
#include <linux/irq_work.h>

#include "dock.h"

struct helm {
	u64 id;
	u32 course;
	u32 turns;
	spinlock_t guard;
	u32 marks;
	struct mutex wheel;
	struct timer_list timer;
	struct completion berthed;
	struct irq_work nudge;
	struct helm *mate;
};
dock_at(struct helm, course, 0x08);
dock_at(struct helm, guard, 0x10);
dock_at(struct helm, wheel, 0x18);

static struct helm *tiller_fore, *tiller_aft;
static atomic_t tiller_met;

static noinline void tiller_steer(struct helm *helm, u32 course)
{
	mutex_lock(&helm->wheel);
	helm->course = course;
	mutex_unlock(&helm->wheel);
}

static noinline void tiller_meet(void)
{
	int i;

	atomic_inc(&tiller_met);
	for (i = 0; i < 200 && atomic_read(&tiller_met) < 2; i++)
		msleep(10);
}

static noinline void tiller_follow(struct helm *first, struct helm *second)
{
	mutex_lock(&first->wheel);
	first->turns++;
	tiller_meet();
	tiller_steer(second, first->course);
	mutex_unlock(&first->wheel);
}

static int tiller_ahead(void *unused)
{
	tiller_follow(tiller_fore, tiller_aft);
	return 0;
}

static int tiller_astern(void *unused)
{
	tiller_follow(tiller_aft, tiller_fore);
	return 0;
}

/* a */
static noinline int tiller_tack(u64 number)
{
	kthread_run(tiller_ahead, NULL, "bow/%llu", number);
	kthread_run(tiller_astern, NULL, "stern/%llu", number);
	msleep(60000);
	return 0;
}

static noinline void tiller_update(struct helm *helm, void (*then)(struct helm *helm, u32 course))
{
	mutex_lock(&helm->wheel);
	helm->turns++;
	then(helm, helm->turns + 90);
	mutex_unlock(&helm->wheel);
}

/* b */
static noinline int tiller_round(u64 number)
{
	tiller_update(tiller_fore, dock_hide(&tiller_steer));
	return (int)number;
}

static noinline void tiller_pause(u32 time)
{
	msleep(time);
	barrier();
}

/* c */
static noinline int tiller_rest(u64 number)
{
	spin_lock(&tiller_fore->guard);
	tiller_fore->turns++;
	tiller_pause((u32)number + 10);
	spin_unlock(&tiller_fore->guard);
	return 0;
}

static void tiller_bell(struct timer_list *timer)
{
	struct helm *helm = container_of(timer, struct helm, timer);

	helm->turns++;
	tiller_pause(20);
	barrier();
}

/* d */
static noinline int tiller_watch(u64 number)
{
	timer_setup(&tiller_aft->timer, tiller_bell, 0);
	mod_timer(&tiller_aft->timer, jiffies + HZ / 10 + number);
	msleep(5000);
	return 0;
}

static noinline void tiller_trim(struct helm *helm)
{
	spin_lock(&helm->guard);
	helm->course++;
	spin_unlock(&helm->guard);
}

/* e */
static noinline int tiller_hold(u64 number)
{
	spin_lock(&tiller_fore->guard);
	tiller_fore->turns++;
	tiller_trim(tiller_fore);
	spin_unlock(&tiller_fore->guard);
	return (int)number;
}

static noinline void tiller_drift(struct helm *helm)
{
	while (READ_ONCE(helm->course) < 0x10000000)
		cpu_relax();
}

/* f */
static noinline int tiller_adrift(u64 number)
{
	preempt_disable();
	tiller_drift(tiller_aft);
	preempt_enable();
	return (int)number;
}

static noinline void tiller_cross(struct helm *first, struct helm *second)
{
	spin_lock(&first->guard);
	atomic_inc(&tiller_met);
	while (atomic_read(&tiller_met) < 2)
		cpu_relax();
	tiller_trim(second);
	spin_unlock(&first->guard);
}

static int tiller_port(void *unused)
{
	tiller_cross(tiller_fore, tiller_aft);
	return 0;
}

static int tiller_starboard(void *unused)
{
	tiller_cross(tiller_aft, tiller_fore);
	return 0;
}

/* g */
static noinline int tiller_race(u64 number)
{
	struct task_struct *task = kthread_create(tiller_port, NULL, "port/%llu", number);

	if (IS_ERR(task))
		return PTR_ERR(task);
	kthread_bind(task, 0);
	wake_up_process(task);
	task = kthread_create(tiller_starboard, NULL, "board/%llu", number);
	if (IS_ERR(task))
		return PTR_ERR(task);
	kthread_bind(task, 1);
	wake_up_process(task);
	msleep(60000);
	return 0;
}

/* h */
static noinline int tiller_becalm(u64 number)
{
	unsigned long flags;

	local_irq_save(flags);
	tiller_drift(tiller_fore);
	local_irq_restore(flags);
	return (int)number;
}

/* i */
static noinline int tiller_await(u64 number)
{
	wait_for_completion(&tiller_fore->berthed);
	return (int)number;
}

static noinline void tiller_nod(struct helm *helm)
{
	helm->mate->course += 2;
	barrier();
}

static void tiller_nudge(struct irq_work *work)
{
	struct helm *helm = container_of(work, struct helm, nudge);

	helm->turns++;
	tiller_nod(helm);
}

/* j */
static noinline int tiller_poke(u64 number)
{
	init_irq_work(&tiller_aft->nudge, tiller_nudge);
	irq_work_queue(&tiller_aft->nudge);
	msleep(3000);
	return (int)number;
}

static noinline void tiller_retire(struct helm *helm)
{
	helm->id = 0;
	kfree(helm);
}

static noinline void *tiller_space(void)
{
	return kzalloc(sizeof(struct helm), GFP_KERNEL);
}

/* k: all from one call, because since 6.6 it depends on the caller which cache an object comes from */
static noinline int tiller_change(u64 number)
{
	struct helm *helm = NULL;
	u64 *space;
	int i;

	for (i = 0; i < 65; i++) {
		space = tiller_space();
		if (!space)
			return -ENOMEM;
		if (i) {
			memset64(space, 0x6b63657220736968, sizeof(*helm) / 8);
			continue;
		}
		helm = (struct helm *)space;
		mutex_init(&helm->wheel);
		tiller_retire(helm);
	}
	tiller_steer(dock_hide(helm), (u32)number + 5);
	return 0;
}

static noinline void tiller_lash(struct helm *helm)
{
	spin_lock(&helm->guard);
	if (helm->course == 0)
		return;
	helm->course--;
	spin_unlock(&helm->guard);
}

/* l */
static noinline int tiller_moor(u64 number)
{
	tiller_lash(tiller_fore);
	return (int)number;
}

static noinline struct helm *tiller_new(u64 id)
{
	struct helm *helm = kzalloc(sizeof(*helm), GFP_KERNEL);

	if (!helm)
		return NULL;
	helm->id = id;
	mutex_init(&helm->wheel);
	spin_lock_init(&helm->guard);
	init_completion(&helm->berthed);
	return helm;
}

static const struct dock_order dock_orders[] = {
	{ 'a', tiller_tack }, { 'b', tiller_round }, { 'c', tiller_rest }, { 'd', tiller_watch }, { 'e', tiller_hold },
	{ 'f', tiller_adrift }, { 'g', tiller_race }, { 'h', tiller_becalm }, { 'i', tiller_await }, { 'j', tiller_poke },
	{ 'k', tiller_change }, { 'l', tiller_moor }, {}
};

static int __init tiller_init(void)
{
	tiller_fore = tiller_new(1);
	tiller_aft = tiller_new(2);
	return tiller_fore && tiller_aft ? dock_open() : -ENOMEM;
}
module_init(tiller_init);

MODULE_DESCRIPTION("who steers");

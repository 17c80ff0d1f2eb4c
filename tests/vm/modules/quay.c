// SPDX-License-Identifier: GPL-3.0-or-later
#include "dock.h"

struct pilot;

struct pilot_ops {
	int (*greet)(struct pilot *pilot, u64 course);
	int (*steer)(struct pilot *pilot, u64 course);
	void (*rest)(struct pilot *pilot);
};

struct pilot {
	u64 rank;
	u32 hours;
	u32 grade;
	const struct pilot_ops *ops;
	struct list_head link;
	u64 fees;
	struct mutex lock;
};
dock_at(struct pilot, hours, 0x08);
dock_at(struct pilot, grade, 0x0c);
dock_at(struct pilot, ops, 0x10);
dock_at(struct pilot, fees, 0x28);
dock_at(struct pilot, lock, 0x30);

struct berth {
	u64 id;
	u32 depth;
	u32 state;
	char label[16];
	struct pilot *pilot;
	struct list_head link;
	void (*hail)(struct berth *berth, int flags);
	u64 tolls;
	struct completion *done;
};
dock_at(struct berth, state, 0x0c);
dock_at(struct berth, pilot, 0x20);
dock_at(struct berth, hail, 0x38);
dock_at(struct berth, tolls, 0x40);
dock_at(struct berth, done, 0x48);

struct manifest {
	u64 tid;
	u32 nr_pages;
	int result;
	struct page **pages;
	struct berth *berth;
};

struct errand {
	u64 id;
	struct berth *berth;
	struct work_struct work;
	struct timer_list timer;
};

static LIST_HEAD(quay_berths);
static DEFINE_MUTEX(quay_lock);
static void (*quay_skipper)(u64 number);

void quay_hire(void (*skipper)(u64 number))
{
	quay_skipper = skipper;
}
EXPORT_SYMBOL_GPL(quay_hire);

static int quay_greet(struct pilot *pilot, u64 course)
{
	pilot->fees += course;
	return 0;
}

static const struct pilot_ops quay_ops = { .greet = quay_greet };

static noinline struct berth *quay_add(u64 id)
{
	struct berth *berth = kzalloc(sizeof(*berth), GFP_KERNEL);
	struct pilot *pilot = kzalloc(sizeof(*pilot), GFP_KERNEL);

	if (!berth || !pilot)
		return ERR_PTR(-ENOMEM);
	berth->id = id;
	berth->depth = 12;
	berth->state = 1;
	snprintf(berth->label, sizeof(berth->label), "pier %llu", id);
	berth->pilot = pilot;
	pilot->rank = id * 3;
	pilot->hours = 40;
	pilot->ops = &quay_ops;
	INIT_LIST_HEAD(&pilot->link);
	mutex_init(&pilot->lock);
	mutex_lock(&quay_lock);
	list_add_tail(&berth->link, &quay_berths);
	mutex_unlock(&quay_lock);
	return berth;
}

static noinline struct berth *quay_find(u64 id)
{
	struct berth *berth;

	list_for_each_entry(berth, &quay_berths, link)
		if (berth->id == id)
			return berth;
	return NULL;
}

static noinline struct berth *quay_lookup(u64 id)
{
	struct berth *berth = quay_find(id);

	return berth ? berth : ERR_PTR(-ENOENT);
}

static noinline void quay_charge(struct berth *berth, u64 sum)
{
	berth->tolls += sum;
	barrier();
}

/* a */
static noinline int quay_bill(u64 number)
{
	struct berth *berth;

	mutex_lock(&quay_lock);
	berth = quay_find(number + 1000);
	quay_charge(berth, number * 2 + 5);
	mutex_unlock(&quay_lock);
	return 0;
}

static noinline void quay_release_vector(struct page **pages, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		__free_pages(pages[i], 0);
	kfree(pages);
}

static noinline int quay_complete(struct manifest *manifest, int result)
{
	manifest->result = result;
	if (manifest->berth)
		manifest->berth->tolls++;
	if (manifest->pages)
		quay_release_vector(manifest->pages, manifest->nr_pages);
	barrier();
	return manifest->result;
}

/* b */
static noinline int quay_unload(u64 number)
{
	struct manifest *manifest = kzalloc(sizeof(*manifest), GFP_KERNEL);
	int result = -EIO;

	if (!manifest)
		return -ENOMEM;
	manifest->tid = number;
	manifest->nr_pages = 4;
	manifest->berth = quay_find(1);
	manifest->pages = kcalloc(4, sizeof(struct page *), GFP_KERNEL);
	if (manifest->pages)
		manifest->pages[0] = alloc_page(GFP_KERNEL);
	result = quay_complete(manifest, result);
	kfree(manifest);
	return result;
}

static noinline u64 quay_shift(struct berth *berth, u32 hours)
{
	berth->state = 2;
	berth->pilot->hours += hours;
	barrier();
	return berth->tolls;
}

static noinline void quay_dismiss(struct berth *berth)
{
	struct pilot *pilot = berth->pilot;

	berth->pilot = NULL;
	kfree(pilot);
}

/* c */
static noinline int quay_relieve(u64 number)
{
	struct berth *berth = quay_find(1);

	quay_dismiss(berth);
	return (int)quay_shift(berth, (u32)number + 8);
}

static noinline void quay_announce(struct berth *berth)
{
	berth->state = 3;
	complete(berth->done);
	barrier();
}

/* d */
static noinline int quay_arrive(u64 number)
{
	struct berth *berth = quay_find(number + 2);

	quay_announce(berth);
	return 0;
}

static noinline void quay_board(struct berth *berth)
{
	mutex_lock(&berth->pilot->lock);
	berth->pilot->fees++;
	mutex_unlock(&berth->pilot->lock);
}

/* e */
static noinline int quay_embark(u64 number)
{
	struct berth *berth = quay_find(number + 2);

	quay_dismiss(berth);
	quay_board(berth);
	return 0;
}

static noinline int quay_turn(struct pilot *pilot, u64 course)
{
	int result = pilot->ops->steer(pilot, course);

	barrier();
	return result + 1;
}

/* f */
static noinline int quay_depart(u64 number)
{
	struct berth *berth = quay_find(3);
	int result = quay_turn(berth->pilot, number + 0x5a);

	barrier();
	return result;
}

static noinline void quay_signal(struct berth *berth, int flags)
{
	berth->state = flags;
	berth->hail(berth, flags | 4);
	barrier();
}

/* g */
static noinline int quay_call(u64 number)
{
	quay_signal(quay_find(number + 1), 2);
	barrier();
	return 0;
}

/* h */
static noinline int quay_enlist(u64 number)
{
	struct errand *errand = kzalloc(sizeof(*errand), GFP_KERNEL);

	if (!errand)
		return -ENOMEM;
	errand->id = number + 77;
	errand->berth = quay_find(1);
	INIT_WORK(&errand->work, NULL);
	queue_work(system_wq, &errand->work);
	msleep(3000);
	return 0;
}

static noinline void quay_stamp(struct berth *berth, u32 depth)
{
	berth->depth = depth;
	barrier();
}

/* i */
static noinline int quay_dredge(u64 number)
{
	struct berth *berth = quay_lookup(number + 500);

	quay_stamp(berth, 14);
	barrier();
	return 0;
}

/* j */
static noinline int quay_log(u64 number)
{
	struct file *file = filp_open("/tmp/ledger", O_RDONLY, 0);

	fput(file);
	barrier();
	return 0;
}

static noinline void quay_rename(struct berth *berth, const char *name)
{
	char *to = berth->label;

	while (*name)
		*to++ = *name++;
}

/* k */
static noinline int quay_christen(u64 number)
{
	struct berth *berth = quay_find(2);

	quay_rename(berth, dock_hide((const char *)"northern breakwater pier"));
	return (int)quay_shift(berth, (u32)number + 1);
}

/* l: the number is an address of the writer's own */
static noinline int quay_tow(u64 number)
{
	quay_charge((struct berth *)number, 9);
	barrier();
	return 0;
}

/* m */
static noinline int quay_swing(u64 number)
{
	struct berth *berth = quay_find(2);

	berth->pilot = (struct pilot *)((unsigned long)berth->pilot ^ (1ul << number));
	return (int)quay_shift(berth, 3);
}

static noinline u64 quay_share(struct berth *berth, struct pilot *pilot)
{
	return (berth->tolls + 1000) / READ_ONCE(pilot->grade);
}

/* n */
static noinline int quay_pay(u64 number)
{
	struct berth *berth = quay_find(number + 1);

	return (int)quay_share(berth, berth->pilot);
}

static noinline void quay_inspect(struct berth *berth)
{
	BUG_ON(berth->state != 4);
	berth->tolls--;
}

/* o */
static noinline int quay_visit(u64 number)
{
	quay_inspect(quay_find(number + 1));
	barrier();
	return 0;
}

static noinline void quay_survey(struct berth *berth)
{
	WARN_ON(berth->depth < 20);
	berth->tolls--;
}

/* p */
static noinline int quay_sound(u64 number)
{
	quay_survey(quay_find(number + 1));
	barrier();
	return 0;
}

static noinline u64 quay_count(struct berth *berth, u64 depth)
{
	volatile char pad[256];

	pad[depth & 0xff] = (char)depth;
	return quay_count(berth, depth + berth->state) + pad[0];
}

/* q */
static noinline int quay_tally(u64 number)
{
	return (int)quay_count(quay_find(1), number);
}

static noinline u64 quay_west(struct berth *berth, u64 depth);

static noinline u64 quay_east(struct berth *berth, u64 depth)
{
	volatile u64 pad[20];

	pad[depth % 20] = depth;
	return quay_west(berth, depth * 3) + pad[1];
}

static noinline u64 quay_west(struct berth *berth, u64 depth)
{
	volatile u64 pad[40];

	pad[depth % 40] = depth;
	return quay_east(berth, depth + berth->state) + pad[2];
}

/* r */
static noinline int quay_patrol(u64 number)
{
	return (int)quay_east(quay_find(1), number + 1);
}

/* s */
static noinline int quay_ferry(u64 number)
{
	quay_skipper(number);
	barrier();
	return 0;
}

static noinline void quay_tick(struct berth *berth)
{
	berth->pilot->fees += 4;
	barrier();
}

static void quay_bell(struct timer_list *timer)
{
	struct errand *errand = container_of(timer, struct errand, timer);

	errand->id++;
	quay_tick(errand->berth);
}

/* t */
static noinline int quay_watch(u64 number)
{
	struct errand *errand = kzalloc(sizeof(*errand), GFP_KERNEL);

	if (!errand)
		return -ENOMEM;
	errand->berth = quay_find(number + 3);
	quay_dismiss(errand->berth);
	timer_setup(&errand->timer, quay_bell, 0);
	mod_timer(&errand->timer, jiffies + HZ / 10);
	msleep(3000);
	return 0;
}

/* u: never set, so what lies there is the id of another */
static noinline int quay_guess(u64 number)
{
	struct berth *berth = quay_find(1);

	berth->pilot = (struct pilot *)(berth->id + number + 0x12340000);
	return (int)quay_shift(berth, 3);
}

static noinline u64 quay_weigh(struct berth *berth)
{
	return READ_ONCE(berth->tolls) + 1;
}

/* v */
static noinline int quay_compare(u64 number)
{
	struct berth *berth = quay_find(1);
	u64 sum = 0;

	do {
		sum += quay_weigh(berth);
		berth = quay_find(++number);
	} while (sum < 100);
	return (int)sum;
}

static const struct dock_order dock_orders[] = {
	{ 'a', quay_bill }, { 'b', quay_unload }, { 'c', quay_relieve }, { 'd', quay_arrive }, { 'e', quay_embark },
	{ 'f', quay_depart }, { 'g', quay_call }, { 'h', quay_enlist }, { 'i', quay_dredge }, { 'j', quay_log },
	{ 'k', quay_christen }, { 'l', quay_tow }, { 'm', quay_swing }, { 'n', quay_pay }, { 'o', quay_visit },
	{ 'p', quay_sound }, { 'q', quay_tally }, { 'r', quay_patrol }, { 's', quay_ferry }, { 't', quay_watch },
	{ 'u', quay_guess }, { 'v', quay_compare }, {}
};

static int __init quay_init(void)
{
	u64 id;

	for (id = 1; id <= 4; id++)
		if (IS_ERR(quay_add(id)))
			return -ENOMEM;
	return dock_open();
}
module_init(quay_init);

MODULE_DESCRIPTION("a harbour's berths");

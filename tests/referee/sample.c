// What selftest.py has judged: each function touches one thing of an item, in a way that any compiler keeps.
struct link {
    struct link *next, *previous;
};

struct place {
    int x, y;
};

struct slot {
    long key;
    int count;
};

struct item {
    long value;
    struct place place;
    union {
        unsigned long word;
        unsigned char bytes[8];
    };
    unsigned ready : 1, busy : 1, kind : 6;
    struct slot slots[4];
    struct link link;
    struct {
        void *secret;
    };
    long tail[];
};

typedef struct {
    int counter;
} tally;

#define OUT_OF_LINE __attribute__((noinline, noclone))
#define ITEM_OF(pointer) ((struct item *)((char *)(pointer) - __builtin_offsetof(struct item, link)))

OUT_OF_LINE long plain(const struct item *item) { return item->value; }
OUT_OF_LINE int nested(struct item *item) { return item->place.y; }
OUT_OF_LINE unsigned long either(struct item *item) { return item->word; }
OUT_OF_LINE int bits(struct item *item) { return item->kind; }
OUT_OF_LINE long indexed(struct item *item, unsigned long i) { return item->tail[i]; }
OUT_OF_LINE int third(struct item *item) { return item->slots[2].count; }
OUT_OF_LINE void *unnamed(struct item *item) { return item->secret; }
OUT_OF_LINE long flexible(struct item *item) { return item->tail[3]; }
OUT_OF_LINE int by_typedef(tally *count) { return count->counter; }
OUT_OF_LINE long scalar(const long *number) { return *number; }
OUT_OF_LINE int *address(struct item *item) { return &item->place.y; }
OUT_OF_LINE long untyped(const void *bytes) { return *(const long *)bytes; }
OUT_OF_LINE long outer(struct link *link) { return ITEM_OF(link)->value; }

static inline void set(struct link *node, struct link *to) { node->next = to; }
OUT_OF_LINE void inlined(void *raw, struct link *to) { set(raw, to); }

OUT_OF_LINE __attribute__((cold)) void complain(struct item *item) { item->place.x = 1; }
OUT_OF_LINE void unlikely(struct item *item) {
    if (__builtin_expect(item->value == 7, 0)) {
        complain(item);
        item->slots[0].key = 3;
    }
}

static struct item first;
static struct link *global = &first.link;
void start(void) {
    plain(&first), nested(&first), either(&first), bits(&first), indexed(&first, 1), third(&first);
    unnamed(&first), flexible(&first), by_typedef((tally *)&first), scalar(&first.value), address(&first);
    untyped(&first), outer(global), inlined(&first.link, 0), unlikely(&first);
    for (;;) {
    }
}

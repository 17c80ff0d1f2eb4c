#include "kernel/object_health.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "base/text.h"
#include "kernel/structure.h"

namespace inquest {
namespace {

constexpr std::size_t kMostMembers = 512, kMostElements = 4;
constexpr int kDeepest = 4;
constexpr std::uint32_t kSpinlockMagic = 0xdead4ead;  // SPINLOCK_MAGIC
constexpr std::uint64_t kMutexFlags = 7, kRwsemFlags = 7, kRwsemWriter = 1;

// Numbers that by these names count references, and so are never negative.
bool counts_references(std::string_view name) {
    constexpr std::array<std::string_view, 9> kNames{"ref",     "usage",    "users",    "f_count", "i_count",
                                                     "d_count", "mm_count", "mm_users", "count"};
    return name.ends_with("refcount") || name.ends_with("refcnt") || name.ends_with("refs") ||
           std::ranges::find(kNames, name) != kNames.end();
}

std::string inside(const std::string& path, std::string_view member) {
    return path.empty() || member.empty() ? path + std::string(member) : fmt::format("{}.{}", path, member);
}

bool is_table(std::string_view name) { return name.ends_with("_ops") || name.ends_with("_operations"); }

}  // namespace

std::size_t ObjectHealth::count(Grade grade) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        members, [grade](const MemberRemark& one) { return one.remark.grade == grade; }));
}

// One structure and what lies in it, member by member.
class MemberWalk {
  public:
    MemberWalk(ObjectJudge& judge, const Types& types, std::uint64_t address, ObjectState state)
        : session_(judge.session_), words_(judge.words_), types_(types), address_(address), state_(state) {}

    void value(TypeId id, std::string_view name, const std::string& path, std::uint64_t offset, int depth);
    ObjectHealth take() {
        std::ranges::stable_sort(health_.members, {}, &MemberRemark::offset);
        return std::move(health_);
    }

  private:
    void say(const std::string& path, std::uint64_t offset, std::string value, Remark remark) {
        if (!remark.text.empty())
            health_.members.push_back({path, offset, address_ + offset, std::move(value), std::move(remark)});
    }
    std::optional<std::uint64_t> read(std::uint64_t offset, std::uint64_t bytes) {
        auto value = read_integer(session_, address_ + offset, bytes);
        health_.unread += !value;
        return value;
    }
    bool known_structure(std::string_view type, TypeId id, std::string_view name, const std::string& path,
                         std::uint64_t offset);
    void structure(TypeId id, const Type& type, const std::string& path, std::uint64_t offset, int depth);
    void links(const std::string& path, std::uint64_t offset, bool hashed);
    void spinlock(TypeId id, const std::string& path, std::uint64_t offset, std::string_view inner);
    void mutex(TypeId id, const std::string& path, std::uint64_t offset);
    void rwsem(TypeId id, const std::string& path, std::uint64_t offset);
    void count(const std::string& path, std::uint64_t offset, std::uint64_t bytes, bool refcount);
    void pointer(const Type& type, const std::string& path, std::uint64_t offset);
    void scalar(TypeId id, const Type& type, const std::string& path, std::uint64_t offset);

    Session& session_;
    WordJudge& words_;
    const Types& types_;
    std::uint64_t address_;
    ObjectState state_;
    ObjectHealth health_;
};

void MemberWalk::links(const std::string& path, std::uint64_t offset, bool hashed) {
    auto first = read(offset, 8), second = read(offset + 8, 8);
    if (!first || !second) return;
    const std::uint64_t place = address_ + offset;
    say(path, offset, fmt::format("{}, {}", hex(*first), hex(*second)),
        hashed ? words_.hlist_node(place, *first, *second) : words_.list_head(place, *first, *second));
}

void MemberWalk::spinlock(TypeId id, const std::string& path, std::uint64_t offset, std::string_view inner) {
    const std::string in(inner);
    // With PREEMPT_RT a spinlock is a sleeping lock, on one CPU it is nothing.
    if (auto word = types_.member(id, in + "raw_lock.val"); word && types_.size_of(word->type) == 4) {
        auto value = read(offset + word->offset, 4);
        if (!value || *value == 0) return;
        // include/asm-generic/qspinlock_types.h: the first byte says locked; 3 with paravirtual waiting
        const std::uint64_t locked = *value & 0xff;
        const bool can_be = locked <= 1 || locked == 3;
        say(path, offset, hex(*value),
            can_be ? Remark{Grade::fine, locked ? "held" : "not held, with waiters"}
                   : Remark{Grade::wrong, "no state of a spinlock"});
    }
    auto magic = types_.member(id, in + "magic");
    auto value = magic ? read(offset + magic->offset, 4) : std::nullopt;
    if (value && *value != kSpinlockMagic)
        say(inside(path, "magic"), offset + magic->offset, hex(*value),
            {*value ? Grade::wrong : Grade::odd,
             *value ? "should be " + hex(kSpinlockMagic) : "the lock was never initialised"});
}

void MemberWalk::mutex(TypeId id, const std::string& path, std::uint64_t offset) {
    auto owner = types_.member(id, "owner");
    auto value = owner ? read(offset + owner->offset, 8) : std::nullopt;
    if (value && *value & ~kMutexFlags)
        say(inside(path, "owner"), offset + owner->offset, hex(*value), words_.owner(*value & ~kMutexFlags));
    if (auto list = types_.member(id, "wait_list"); owner && list && types_.size_of(list->type) == 16)
        links(inside(path, "wait_list"), offset + list->offset, false);
}

void MemberWalk::rwsem(TypeId id, const std::string& path, std::uint64_t offset) {
    auto count = types_.member(id, "count"), owner = types_.member(id, "owner");
    auto held = count && owner ? read(offset + count->offset, 8) : std::nullopt;
    auto value = held ? read(offset + owner->offset, 8) : std::nullopt;
    // A reader leaves its name behind.
    if (value && *held & kRwsemWriter && *value & ~kRwsemFlags)
        say(inside(path, "owner"), offset + owner->offset, hex(*value), words_.owner(*value & ~kRwsemFlags));
    if (auto list = types_.member(id, "wait_list"); owner && list && types_.size_of(list->type) == 16)
        links(inside(path, "wait_list"), offset + list->offset, false);
}

void MemberWalk::count(const std::string& path, std::uint64_t offset, std::uint64_t bytes, bool refcount) {
    auto value = read(offset, bytes);
    if (!value) return;
    if (refcount) {
        const auto narrow = static_cast<std::uint32_t>(*value);
        return say(path, offset, fmt::format("{}", static_cast<std::int32_t>(narrow)),
                   WordJudge::refcount(narrow, state_));
    }
    const std::int64_t number =
        bytes == 4 ? static_cast<std::int32_t>(*value) : static_cast<std::int64_t>(*value);
    if (number < 0)
        say(path, offset, fmt::format("{}", number),
            {Grade::wrong, "below 0: more references were put than taken"});
}

void MemberWalk::pointer(const Type& type, const std::string& path, std::uint64_t offset) {
    const Type target = types_.type(types_.resolve(type.target));
    const bool structured = target.kind == TypeKind::structure || target.kind == TypeKind::union_type ||
                            target.kind == TypeKind::forward;
    const PointerUse use = target.kind == TypeKind::function_prototype ? PointerUse::code
                           : structured && is_table(target.name)       ? PointerUse::table
                           : structured                                ? PointerUse::data
                                                                       : PointerUse::any;
    auto value = read(offset, 8);
    if (value) say(path, offset, hex(*value), words_.pointer(*value, use));
}

void MemberWalk::scalar(TypeId id, const Type& type, const std::string& path, std::uint64_t offset) {
    if (type.kind == TypeKind::integer) {
        if (type.name != "_Bool") return;
        auto value = read(offset, 1);
        if (value && *value > 1) say(path, offset, hex(*value), {Grade::wrong, "a truth value is 0 or 1"});
        return;
    }
    if (type.kind != TypeKind::enumeration || type.size != 4) return;
    auto value = read(offset, 4);
    const auto known = types_.enumerators(id);
    if (!value || known.empty()) return;
    std::uint32_t bits = 0;
    for (const auto& [name, number] : known) {
        if (static_cast<std::uint32_t>(number) == *value) return;
        bits |= static_cast<std::uint32_t>(number);
    }
    if (*value & ~bits || known.size() == 1)
        say(path, offset, hex(*value), {Grade::odd, fmt::format("no value of enum {}", type.name)});
}

bool MemberWalk::known_structure(std::string_view type, TypeId id, std::string_view name,
                                 const std::string& path, std::uint64_t offset) {
    if (type == "list_head" || type == "hlist_node") {
        links(path, offset, type == "hlist_node");
    } else if (type == "spinlock" || type == "raw_spinlock") {
        spinlock(id, path, offset, type == "spinlock" ? "rlock." : "");
    } else if (type == "mutex") {
        mutex(id, path, offset);
    } else if (type == "rw_semaphore") {
        rwsem(id, path, offset);
    } else if (type == "refcount_struct") {
        count(path, offset, 4, true);
    } else if (type == "atomic_t" || type == "atomic64_t" || type == "atomic_long_t") {
        if (counts_references(name)) count(path, offset, type == "atomic_t" ? 4 : 8, false);
    } else {
        // callback_head: kfree_rcu() keeps an offset in `func`. sigaction: a user's functions. The others
        // count in ways of their own (include/linux/file_ref.h, rcuref.h; lockref is dead below 0).
        constexpr std::array<std::string_view, 6> kNotJudged{"callback_head", "sigaction", "file_ref_t",
                                                             "rcuref_t",      "lockref",   "lock_class_key"};
        return std::ranges::find(kNotJudged, type) != kNotJudged.end();
    }
    return true;
}

void MemberWalk::structure(TypeId id, const Type& type, const std::string& path, std::uint64_t offset,
                           int depth) {
    const auto members = types_.members(id);
    // Which of a union's members is in use, nothing says.
    if (type.kind == TypeKind::union_type && members.size() != 1) return;
    if (depth >= kDeepest) {
        health_.cut = true;
        return;
    }
    for (const Member& member : members) {
        if (health_.judged >= kMostMembers) {
            health_.cut = true;
            return;
        }
        if (member.bit_size || member.bit_offset % 8) continue;
        value(member.type, member.name, inside(path, member.name), offset + member.bit_offset / 8, depth + 1);
    }
}

void MemberWalk::value(TypeId id, std::string_view name, const std::string& path, std::uint64_t offset,
                       int depth) {
    const TypeId resolved = types_.resolve(id);
    const Type type = types_.type(resolved);
    const bool structured = type.kind == TypeKind::structure || type.kind == TypeKind::union_type;
    ++health_.judged;
    if (structured) {
        // Some are known by the name of a typedef alone.
        const std::string written = type.name.empty() ? types_.name_of(id) : std::string(type.name);
        if (!known_structure(written, resolved, name, path, offset))
            structure(resolved, type, path, offset, depth);
    } else if (type.kind == TypeKind::pointer) {
        pointer(type, path, offset);
    } else if (type.kind == TypeKind::array) {
        const std::uint64_t size = types_.size_of(type.target);
        const Type element = types_.type(types_.resolve(type.target));
        const bool tells = element.kind == TypeKind::pointer || element.kind == TypeKind::structure;
        if (!tells || size == 0 || depth >= kDeepest) return;
        for (std::size_t i = 0; i < std::min<std::size_t>(type.count, kMostElements); ++i)
            value(type.target, name, fmt::format("{}[{}]", path, i), offset + i * size, depth + 1);
    } else {
        scalar(resolved, type, path, offset);
    }
}

ObjectHealth ObjectJudge::judge(const Types& types, TypeId id, std::uint64_t address, ObjectState state) {
    MemberWalk walk(*this, types, address, state);
    walk.value(id, "", "", 0, 0);
    return walk.take();
}

}  // namespace inquest

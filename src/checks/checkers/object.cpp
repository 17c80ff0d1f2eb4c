// The object that the crash was about: what in it cannot be, and who points to it.
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <functional>

#include "base/text.h"
#include "checks/checker.h"
#include "kernel/object_health.h"
#include "kernel/pointers_to.h"
#include "kernel/subsystems/module_types.h"

namespace inquest {
namespace {

constexpr std::size_t kShownMembers = 16, kShownHolders = 12;
constexpr std::uint64_t kUserEnd = std::uint64_t{1} << 56, kLargestStack = 1 << 17;
constexpr std::uint64_t kUnknownSize = 64;  // what a pointer may lead into where nothing tells the size

struct Subject {
    std::uint64_t address = 0, size = 0;  // the whole slab object, else what the type or symbol covers
    std::string type;                     // "page"; "" when no type is known, or it does not fit
    const Types* types = nullptr;
    TypeId id = 0;
    std::uint64_t typed_at = 0, typed_size = 0;
    std::optional<SlabCache> cache;
    Identity identity;  // of what the verdict names
    std::vector<ModuleTypes> modules;
};

// "page" of "const struct page *".
std::string bare(std::string_view type) {
    std::string name;
    for (std::string_view word : split_words(type))
        if (word != "struct" && word != "union" && word != "const" && word != "volatile" &&
            word.find_first_not_of('*') != word.npos)
            name = word;
    while (name.ends_with('*')) name.pop_back();
    return name;
}

bool take_type(Session& session, const std::string& name, Subject& subject) {
    auto look = [&](const Types* types) {
        auto found = types && !name.empty() ? types->find_struct(name) : std::nullopt;
        if (!found) return false;
        subject.type = name;
        subject.types = types;
        subject.id = *found;
        subject.typed_size = types->size_of(*found);
        return true;
    };
    if (name.empty() || look(session.types())) return !name.empty();
    if (subject.modules.empty() && session.types()) subject.modules = read_module_types(session);
    return std::ranges::any_of(subject.modules,
                               [&](const ModuleTypes& one) { return look(one.types.get()); });
}

// What the object is, how large, and of which type.
Subject find_subject(Session& session, const Verdict& verdict, Identifier& identifier, CheckResult& result) {
    const std::uint64_t address = *verdict.object.address;
    Subject subject{.address = address, .size = kUnknownSize, .typed_at = address};
    subject.identity = identifier.identify(address);
    const Identity& identity = subject.identity;
    if (identity.kind == AddressKind::slab && identity.object) {
        auto slabs = SlabAllocator::find(session);
        if (const SlabCache* cache = slabs ? slabs->cache_named(identity.cache) : nullptr)
            subject.cache = *cache;
    }
    const std::string type = bare(verdict.object.type);
    if (!take_type(session, type, subject) && identity.kind == AddressKind::descriptor) {
        subject.typed_at = address - identity.offset;
        take_type(session, "page", subject);
    } else if (type.empty() && subject.cache && subject.cache->merged <= 1) {
        // Caches of one type bear its name: task_struct, dentry, mm_struct.
        subject.typed_at = identity.object;
        take_type(session, subject.cache->name, subject);
    }
    if (subject.types && subject.cache &&
        subject.typed_at - identity.object + subject.typed_size > subject.cache->object_size) {
        // The type is what code took the object for, which may be what went wrong.
        result.limits.push_back(
            fmt::format("struct {} does not fit into the object of {} at {}: its members "
                        "were not judged",
                        subject.type, identity.cache, hex(address)));
        subject.types = nullptr;
        subject.type.clear();
    }
    if (subject.types) {
        subject.address = subject.typed_at;
        subject.size = std::max<std::uint64_t>(subject.typed_size, 8);
    }
    if (subject.cache) {
        subject.address = identity.object;
        subject.size = subject.cache->object_size;
    }
    return subject;
}

// In an object that is free the allocator keeps a pointer of its own.
void mark_free_pointer(const Session& session, const Subject& subject, ObjectHealth& health) {
    if (!subject.cache || subject.identity.state != ObjectState::free) return;
    const SlabCache& cache = *subject.cache;
    const std::uint64_t place = subject.address + cache.free_pointer;
    auto stored = session.read_pointer(place);
    if (!stored) return;
    const std::uint64_t next = cache.random ? *stored ^ cache.random ^ __builtin_bswap64(place) : *stored;
    const std::uint64_t reach = std::uint64_t{cache.objects_per_slab} * cache.size;
    if (next != 0 && next - subject.identity.slab >= reach) return;
    std::erase_if(health.members, [place](const MemberRemark& one) { return one.address == place; });
    health.members.push_back(
        {"+" + hex(cache.free_pointer),
         cache.free_pointer,
         place,
         hex(*stored),
         {Grade::fine, next ? fmt::format("the allocator's: the next free object is {}", hex(next))
                            : "the allocator's: the last free object of its slab"}});
}

ObjectHealth judge(CheckContext& context, const Subject& subject, Identifier& identifier) {
    const CrashEvent& event = *context.report.primary();
    const ObjectState state = subject.identity.state;
    ObjectJudge judge(context.session, context.code, context.tasks, identifier);
    ObjectHealth health;
    WordUses uses;
    if (subject.types) {
        health = judge.judge(*subject.types, subject.id, subject.typed_at, state);
        for (MemberRemark& one : health.members) {
            if (one.path.empty()) one.path = subject.type;
            // It was used as an entry of a list, and is of none.
            if (one.offset == 0 && subject.type == "list_head" && one.remark.text.starts_with("deleted") &&
                event.verdict.cause == Cause::list_corruption)
                one.remark = {Grade::odd, "deleted from its list already"};
        }
        uses.typed_from = subject.typed_at - subject.address;
        uses.typed_to = uses.typed_from + subject.typed_size;
    }
    // What lies around an embedded structure; behind one that fills its slab object lies nothing.
    if (subject.cache && (!subject.types || uses.typed_from || uses.typed_to * 2 <= subject.size)) {
        uses.pointer = event.reg(event.instruction.base_register);
        const Cause cause = event.verdict.cause;
        const auto& offset = event.verdict.member.offset;
        if (offset && !subject.types && (cause == Cause::refcount_underflow || cause == Cause::refcount_leak))
            uses.count = *event.verdict.object.address - subject.address + *offset;
        ObjectHealth around = judge.judge_words(subject.address, subject.size, uses, state);
        std::ranges::move(around.members, std::back_inserter(health.members));
        health.judged += around.judged;
        health.unread += around.unread;
        health.cut = health.cut || around.cut;
    }
    mark_free_pointer(context.session, subject, health);
    return health;
}

std::string numbered(std::size_t count, std::string_view one) {
    return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

void add_members(const ObjectHealth& health, Finding& finding) {
    std::vector<const MemberRemark*> shown;
    for (const MemberRemark& one : health.members) shown.push_back(&one);
    std::ranges::stable_sort(shown, std::greater<>{},
                             [](const MemberRemark* one) { return one->remark.grade; });
    for (const MemberRemark* one : shown) {
        if (finding.evidence.size() == kShownMembers) break;
        finding.evidence.push_back({fmt::format("{} = {}  <- {}", one->path, one->value, one->remark.text),
                                    "memory at " + hex(one->address)});
    }
    if (shown.size() > kShownMembers)
        finding.statement += fmt::format(" {} of {} are shown.", kShownMembers, shown.size());
}

void add_holders(CheckContext& context, const Subject& subject, Identifier& identifier, Finding& finding,
                 CheckResult& result) {
    PointerRequest request{.address = subject.address, .size = subject.size};
    // What lies below was left there by what ran before, and by the crash itself.
    if (auto sp = context.report.primary()->reg(context.session.arch().sp))
        for (const TaskView& task : context.tasks.tasks)
            if (*sp - task.stack < kLargestStack)
                request.stack_pointers[task.stack] = *sp & ~std::uint64_t{7};
    PointerSearch search = find_pointers_to(context.session, context.code, context.tasks, request);
    std::vector<Evidence> live, stale;
    for (const PointerHit& hit : search.hits) {
        const Identity found = identifier.identify(hit.place);
        std::string text = "pointed to by: " + found.text;
        if (hit.value != subject.address)
            text += fmt::format(" (to its byte {})", hex(hit.value - subject.address));
        (found.state == ObjectState::free ? stale : live)
            .push_back({std::move(text), "memory at " + hex(hit.place)});
    }
    if (live.empty())
        finding.statement += stale.empty() ? " Nothing that was searched points to it."
                                           : " Only objects that are free point to it.";
    else
        finding.statement += fmt::format(" {}{} point{} to it.", search.enough ? "At least " : "",
                                         numbered(live.size(), "place"), live.size() == 1 ? "s" : "");
    std::ranges::move(stale, std::back_inserter(live));
    live.resize(std::min(live.size(), kShownHolders));
    std::ranges::move(live, std::back_inserter(finding.evidence));
    std::ranges::move(search.limits, std::back_inserter(result.limits));
}

void run(CheckContext& context, CheckResult& result) {
    const CrashEvent* event = context.report.primary();
    if (!event || event->verdict.object.address.value_or(0) < kUserEnd) return;
    const std::uint64_t address = *event->verdict.object.address;
    std::array<std::uint8_t, 8> word{};
    const ReadOutcome outcome = context.session.read(address, word);
    const std::string place = hex(address);
    if (outcome != ReadOutcome::present) {
        if (outcome != ReadOutcome::unmapped)
            result.limits.push_back(fmt::format("the object at {} is not in the dump", place));
        return;
    }
    Identifier identifier(context.session, context.code, context.tasks);
    const Subject subject = find_subject(context.session, event->verdict, identifier, result);
    const ObjectHealth health = judge(context, subject, identifier);
    const std::size_t wrong = health.count(Grade::wrong), odd = health.count(Grade::odd);
    const bool freed = is_free(subject.identity);
    Finding finding{.id = "object",
                    .title = "The object behind the fault",
                    .confidence = freed || wrong ? 0.85
                                  : odd          ? 0.6
                                                 : 0.8};
    finding.events = {event->id};
    finding.statement =
        fmt::format("{} at {}: {}.", subject.type.empty() ? "The object" : "struct " + subject.type,
                    hex(subject.types ? subject.typed_at : subject.address),
                    identifier.identify(subject.types ? subject.typed_at : subject.address).text);
    const std::string judged = numbered(health.judged, subject.types ? "member" : "word");
    if (freed)
        finding.statement += " It is free: what it holds is what its last user or the next one left there.";
    else if (wrong || odd)
        finding.statement +=
            fmt::format(" Of its {}, {}{}{}.", judged, wrong ? fmt::format("{} cannot be right", wrong) : "",
                        wrong && odd ? " and " : "",
                        odd ? fmt::format("{} {} unusual", odd, odd == 1 ? "is" : "are") : "");
    else if (health.judged)
        finding.statement += fmt::format(" Nothing about its {} is out of line.", judged);
    add_members(health, finding);
    if (health.unread)
        result.limits.push_back(
            fmt::format("{} of the object at {} are not in the dump", health.unread, place));
    if (health.cut)
        result.limits.push_back(fmt::format("the object at {} has more members than are judged", place));
    add_holders(context, subject, identifier, finding, result);
    result.findings.push_back(std::move(finding));
    std::ranges::copy(identifier.problems(), std::back_inserter(result.limits));
}

}  // namespace

extern const Checker plugin_checkers_object;
const Checker plugin_checkers_object{
    .id = "object",
    .question = "the object behind the fault, and who points to it",
    .needs = {},
    .run = run,
};

}  // namespace inquest

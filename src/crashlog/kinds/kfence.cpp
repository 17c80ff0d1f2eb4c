// KFENCE: a sampled allocation between guard pages was misused.
#include <array>

#include "crashlog/guilty.h"
#include "crashlog/header.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"BUG: KFENCE:"};
constexpr std::string_view kTypes[] = {"use-after-free read", "use-after-free write", "out-of-bounds read",
                                       "out-of-bounds write", "invalid free",         "invalid read",
                                       "invalid write",       "memory corruption"};

bool opens(const Line& line, CrashEvent& event) {
    auto scan = after_header(line, "BUG: KFENCE:");
    if (!scan) return false;
    scan->spaces();
    for (auto type : kTypes) {
        if (!scan->literal(type)) continue;
        if (!scan->literal(" in ")) return false;
        auto where = scan_code(*scan);
        if (!where) return false;
        open_event(line, event, Kind::kfence);
        add_fact(event, line, "type", type);
        if (type.ends_with("read")) event.access = Access::read;
        if (type.ends_with("write")) event.access = Access::write;
        event.ip = *where;
        return true;
    }
    return false;
}

// "kfence-#76: 0xffff888009876540-0xffff88800987655f, size=32, cache=kmalloc-32"
bool takes_object(const Line& line, std::string_view text, CrashEvent& event) {
    Scanner scan(text);
    if (!scan.literal("kfence-#") || !scan.until(": ")) return false;
    event.verdict.object.address = scan.hex();
    if (auto size = between(text, "size=", ",")) add_fact(event, line, "object-size", *size);
    if (auto at = text.find("cache="); at != text.npos)
        event.verdict.object.cache = trim(text.substr(at + 6));
    return true;
}

bool takes_stack(std::string_view text, CrashEvent& event) {
    for (std::string_view verb : {"allocated by task ", "freed by task ", "rcu freeing by task "}) {
        Scanner scan(text);
        if (!scan.literal(verb)) continue;
        Stack& stack = begin_stack(event, text.substr(0, text.find(" on cpu")));
        if (auto pid = scan.dec()) stack.pid = static_cast<int>(*pid & 0x7fffffff);
        if (scan.literal(" on cpu "))
            if (auto cpu = scan.dec()) stack.cpu = static_cast<int>(*cpu & 0xffff);
        return true;
    }
    return false;
}

// "Out-of-bounds read at 0xffff888009876560 (32B right of kfence-#76):" and its kin: the access, then its
// trace.
bool takes_where(const Line& line, std::string_view text, CrashEvent& event) {
    const auto at = text.find(" at 0x");
    const auto of = text.find(" of 0x");
    if (at == text.npos && of == text.npos) return false;
    Scanner scan(text.substr((at == text.npos ? of : at) + 4));
    event.fault_address = scan.hex();
    if (auto relation = between(scan.rest(), "(", ")")) add_fact(event, line, "region", *relation);
    return true;
}

bool takes(const Line& line, CrashEvent& event) {
    const auto text = trim(line.text);
    if (text.starts_with("kfence-#")) return takes_object(line, text, event);
    if (takes_stack(text, event)) return true;
    for (std::string_view start : {"Use-after-free ", "Out-of-bounds ", "Invalid ", "Corrupted memory "})
        if (text.starts_with(start)) return takes_where(line, text, event);
    return false;
}

void finish(CrashEvent& event) {
    if (auto where = find_code(event.headline)) event.ip = *where;
    blame(event);
    event.title = title_in("KFENCE: " + std::string(event.fact("type")), event);
}

}  // namespace

extern const KindReader plugin_kinds_kfence;
const KindReader plugin_kinds_kfence{"kfence", kTriggers, opens, nullptr, takes, finish};

}  // namespace inquest

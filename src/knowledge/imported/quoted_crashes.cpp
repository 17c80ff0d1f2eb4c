#include "knowledge/imported/quoted_crashes.h"

#include <algorithm>
#include <set>

namespace inquest {
namespace {

constexpr std::size_t kMaxModules = 1000;
constexpr std::size_t kMaxCrashes = 8;
constexpr std::size_t kMaxPath = 256;
constexpr std::size_t kMaxFunction = 256;

void add_modules(ImportedIssue& issue, const CrashEvent& event) {
    auto add = [&](const std::string& module) {
        if (module.empty() || module.size() > kMaxFunction || issue.modules.size() == kMaxModules) return;
        if (std::ranges::find(issue.modules, module) == issue.modules.end()) issue.modules.push_back(module);
    };
    add(event.ip.module);
    for (const Frame& frame : event.trace) add(frame.module);
}

}  // namespace

void add_crashes(ImportedIssue& issue, const std::vector<CrashEvent>& events) {
    std::set<std::pair<Kind, std::vector<std::string>>> seen;
    for (const CrashEvent& event : events) {
        CrashShape shape = shape_of(EventView(event));
        if (shape.guilty.size() > kMaxFunction) shape.guilty.clear();
        std::erase_if(shape.functions, [](const auto& name) { return name.size() > kMaxFunction; });
        if (shape.functions.empty() || issue.crashes.size() == kMaxCrashes) continue;
        add_modules(issue, event);
        if (seen.emplace(shape.kind, shape.functions).second) issue.crashes.push_back(std::move(shape));
    }
}

bool is_file_name(std::string_view text) {
    return !text.empty() && text.size() <= kMaxPath &&
           std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

}  // namespace inquest

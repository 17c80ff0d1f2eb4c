#include "knowledge/exposure.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "base/text.h"

namespace inquest {

namespace {

using Relevance = Exposure::Relevance;
using Modules = std::set<std::string, std::less<>>;

// The kernel takes '-' and '_' in a module's name for the same.
std::string normal(std::string_view name) { return replace_all(std::string(name), "-", "_"); }

// The modules that an issue is about.
std::vector<std::string> modules_of(const Issue& issue) {
    using Type = Condition::Type;
    std::vector<std::string> modules;
    for (const auto& condition : issue.signature) {
        bool names_module = condition.type == Type::module || condition.type == Type::module_in_trace ||
                            condition.type == Type::last_unloaded;
        if (!names_module || condition.role == Condition::Role::excluding) continue;
        modules.insert(modules.end(), condition.any.begin(), condition.any.end());
    }
    return modules;
}

void judge_relevance(Exposure& exposure, const Modules& loaded) {
    auto modules = modules_of(*exposure.issue);
    auto found =
        std::ranges::find_if(modules, [&](const auto& module) { return loaded.contains(normal(module)); });
    if (modules.empty()) {
        exposure.relevance_reason = "it is tied to no module";
    } else if (found != modules.end()) {
        exposure.relevance = Relevance::module_loaded;
        exposure.relevance_reason = "module " + *found + " is loaded";
    } else if (loaded.empty()) {
        exposure.relevance = Relevance::modules_unknown;
        exposure.relevance_reason =
            "it is in module " + join(modules, " or ") + "; which modules are loaded is not known";
    } else {
        exposure.relevance = Relevance::module_not_loaded;
        exposure.relevance_reason = "module " + join(modules, " or ") + " is not loaded (it may be built in)";
    }
}

bool depends_on_version(const Issue& issue) {
    return std::ranges::any_of(issue.affected,
                               [](const AffectedRange& range) { return range.product != "any"; });
}

int rank(IssueStatus status) {
    switch (status) {
        case IssueStatus::affected:
            return 0;
        case IssueStatus::unknown:
            return 1;
        case IssueStatus::fixed:
            return 2;
        default:
            return 3;
    }
}

bool comes_before(const Exposure& a, const Exposure& b) {
    auto key = [](const Exposure& exposure) {
        return std::tuple(rank(exposure.answer.status), exposure.relevance,
                          -static_cast<int>(exposure.issue->severity), std::string_view(exposure.issue->id));
    };
    return key(a) < key(b);
}

}  // namespace

std::vector<Exposure> exposure(const Knowledge& knowledge, const Kernel& kernel,
                               const std::vector<std::string>& modules) {
    Modules loaded;
    for (const auto& module : modules) loaded.insert(normal(module));
    const auto package = identify_kernel(kernel.release, kernel.version);
    std::vector<Exposure> all;
    for (const auto& issue : knowledge.issues()) {
        Exposure exposure{.issue = &issue};
        judge_relevance(exposure, loaded);
        if (!depends_on_version(issue) && exposure.relevance != Relevance::module_loaded) continue;
        exposure.answer = is_affected(package, issue.affected);
        all.push_back(std::move(exposure));
    }
    std::ranges::sort(all, comes_before);
    return all;
}

std::vector<std::string> parse_modules(std::string_view text) {
    std::vector<std::string> modules;
    auto add = [&](std::string_view name) {
        name = name.substr(0, name.find('('));
        bool valid = !name.empty() &&
                     std::ranges::all_of(name, [](char c) { return is_alnum(c) || c == '_' || c == '-'; });
        if (valid) modules.emplace_back(name);
    };
    for (auto line : split_lines(text)) {
        auto words = split_words(line);
        if (words.size() >= 2 && words[0] == "Module" && words[1] == "Size") continue;
        if (words.size() >= 2 && parse_dec(words[1])) {
            add(words[0]);
            continue;
        }
        for (auto word : words) {
            for (auto name : split(word, ',')) add(name);
        }
    }
    return modules;
}

}  // namespace inquest

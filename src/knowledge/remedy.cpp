#include "knowledge/remedy.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "knowledge/scheme.h"

namespace inquest {

namespace {

constexpr std::size_t kLongestValue = 64;

// A word of the shell that is no option, has no meaning to the shell, and needs no quotes.
bool is_clean(std::string_view value) {
    if (value.empty() || value.size() > kLongestValue || (!is_alnum(value.front()) && value.front() != '_'))
        return false;
    return std::ranges::all_of(value, [](char c) {
        return is_alnum(c) || c == '.' || c == '_' || c == '+' || c == '~' || c == '-';
    });
}

// What nothing valid is known for is "".
struct Value {
    std::string_view name;
    std::string_view (*of)(const RemedyContext& context);
    std::string_view what;  // for the sentence that it is not known
};

std::string_view release_of(const RemedyContext& context) {
    return is_kernel_release(context.kernel.release) ? std::string_view(context.kernel.release)
                                                     : std::string_view{};
}

std::string_view build_of(const RemedyContext& context) {
    auto release = release_of(context);
    auto dash = release.rfind('-');
    return dash == release.npos ? std::string_view{} : release.substr(dash + 1);
}

constexpr std::array kValues = std::to_array<Value>({
    {"release", release_of, "the release of the kernel"},
    {"build", build_of, "the build in the release of the kernel"},
    {"arch", [](const RemedyContext& c) -> std::string_view { return c.kernel.arch; }, "the architecture"},
    {"module", [](const RemedyContext& c) { return c.module; }, "the module"},
    {"fixed", [](const RemedyContext& c) -> std::string_view { return c.answer.fixed_in; },
     "the version with the fix"},
    {"package", [](const RemedyContext& c) -> std::string_view { return c.package.package; },
     "the package of the kernel"},
});

const Value* value_named(std::string_view name) {
    auto found = std::ranges::find(kValues, name, &Value::name);
    return found == kValues.end() ? nullptr : found;
}

// The next "{name}" at or behind `from`; nullopt when there is none. Other braces are the shell's.
struct Placeholder {
    std::size_t begin, end;
    std::string_view name;
};
std::optional<Placeholder> next_placeholder(std::string_view command, std::size_t from) {
    for (auto open = command.find('{', from); open != command.npos; open = command.find('{', open + 1)) {
        auto close = open + 1;
        while (close < command.size() && is_lower(command[close])) ++close;
        if (close == open + 1 || close == command.size() || command[close] != '}') continue;
        return Placeholder{open, close + 1, command.substr(open + 1, close - open - 1)};
    }
    return std::nullopt;
}

struct Command {
    std::string text;
    std::string missing;  // why there is none
};

Command fill(std::string_view command, const RemedyContext& context) {
    Command filled;
    std::size_t done = 0;
    while (auto placeholder = next_placeholder(command, done)) {
        const auto* value = value_named(placeholder->name);
        if (!value) return {"", "'" + std::string(placeholder->name) + "' in it stands for nothing"};
        auto text = value->of(context);
        if (!is_clean(text))
            return {"", std::string(value->what) + (text.empty() ? " is not known" : " is not clean")};
        filled.text += command.substr(done, placeholder->begin - done);
        filled.text += text;
        done = placeholder->end;
    }
    filled.text += command.substr(done);
    return filled;
}

enum class Fits : std::uint8_t { no, untold, yes };

Fits fits(const RemedyRule& rule, const KernelPackage& package) {
    if (rule.product.empty() && rule.from.empty() && rule.to.empty()) return Fits::yes;
    if (package.product.empty()) return Fits::untold;
    if (!rule.product.empty() && rule.product != package.product) return Fits::no;
    const auto* scheme = scheme_of(package.product);
    if (!scheme || package.version.empty())
        return rule.from.empty() && rule.to.empty() ? Fits::yes : Fits::untold;
    auto from = rule.from.empty() ? std::partial_ordering::equivalent : scheme->compare(package, rule.from);
    auto to = rule.to.empty() ? std::partial_ordering::equivalent : scheme->compare(package, rule.to);
    if (from < 0 || to > 0) return Fits::no;
    bool told = from != std::partial_ordering::unordered && to != std::partial_ordering::unordered;
    return told ? Fits::yes : Fits::untold;
}

bool changes_kernel(const RemedyRule& rule) {
    return rule.type == RemedyRule::Type::upgrade || rule.type == RemedyRule::Type::livepatch;
}

// "alinux2, 4.19.91-19.1.al7 to 4.19.91-22.2.al7"
std::string scope_of(const RemedyRule& rule) {
    std::string scope = rule.product.empty() ? "some kernels" : rule.product;
    if (!rule.from.empty()) scope += ", from " + rule.from + " on";
    if (!rule.to.empty()) scope += ", up to " + rule.to;
    return scope;
}

Remedy remedy_of(const RemedyRule& rule, Fits fit, const RemedyContext& context) {
    Remedy remedy{rule.action, "", rule.risk};
    if (fit == Fits::untold) {
        remedy.action +=
            " (only for " + scope_of(rule) + "; which kernel this is, is not known well enough to tell)";
        return remedy;
    }
    auto command = fill(rule.command, context);
    remedy.command = std::move(command.text);
    if (!command.missing.empty()) remedy.action += " (the command is left out: " + command.missing + ')';
    return remedy;
}

}  // namespace

std::vector<Remedy> remedies_for(const std::vector<RemedyRule>& rules, const RemedyContext& context) {
    using Type = RemedyRule::Type;
    bool has_it =
        context.answer.status != IssueStatus::fixed && context.answer.status != IssueStatus::not_affected;
    bool own_upgrade = std::ranges::any_of(rules, [&](const RemedyRule& rule) {
        return rule.type == Type::upgrade && !rule.product.empty() &&
               fits(rule, context.package) == Fits::yes;
    });
    std::vector<Remedy> remedies;
    for (const auto& rule : rules) {
        auto fit = fits(rule, context.package);
        bool pointless = changes_kernel(rule) && !has_it;
        bool outdone = own_upgrade && rule.type == Type::upgrade && rule.product.empty();
        if (fit != Fits::no && !pointless && !outdone) remedies.push_back(remedy_of(rule, fit, context));
    }
    return remedies;
}

std::vector<std::string> unknown_placeholders(std::string_view command) {
    std::vector<std::string> unknown;
    std::size_t done = 0;
    while (auto placeholder = next_placeholder(command, done)) {
        if (!value_named(placeholder->name)) unknown.emplace_back(placeholder->name);
        done = placeholder->end;
    }
    return unknown;
}

}  // namespace inquest

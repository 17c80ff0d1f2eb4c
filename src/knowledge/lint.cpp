#include "knowledge/lint.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

#include "base/text.h"
#include "knowledge/condition.h"
#include "knowledge/knowledge.h"
#include "knowledge/loader.h"
#include "knowledge/remedy.h"
#include "knowledge/scheme.h"
#include "knowledge/yaml.h"

namespace inquest {
namespace {

using Problems = std::vector<LintProblem>;

bool is_id(std::string_view id) {
    return !id.empty() && id.front() != '-' && id.size() <= 64 &&
           std::ranges::all_of(id, [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

bool is_commit(std::string_view commit) {
    return commit.size() >= 12 && commit.size() <= 40 &&
           std::ranges::all_of(commit, [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
}

std::string_view stem(std::string_view path) {
    path.remove_prefix(path.rfind('/') + 1);
    return path.substr(0, path.rfind('.'));
}

// Where one bound of a range stands to another, by the rules of the range's product.
std::partial_ordering compare_bounds(const std::string& product, const std::string& a, const std::string& b) {
    const KernelScheme* scheme = scheme_of(product);
    if (!scheme) return std::partial_ordering::unordered;
    KernelPackage package;
    package.product = product;
    package.version = a;
    package.upstream = a;
    package.exact = true;
    return scheme->compare(package, b);
}

// "FILE:7: message" of the YAML reader, taken apart again.
LintProblem problem_of(const Error& error, const std::string& file) {
    std::string_view text = error.message();
    if (text.starts_with(file + ":")) {
        text.remove_prefix(file.size() + 1);
        auto colon = text.find(": ");
        if (auto line = parse_dec(text.substr(0, colon)); line && colon != text.npos)
            return {file, static_cast<unsigned>(*line), std::string(text.substr(colon + 2))};
    }
    return {file, 0, std::string(text)};
}

std::optional<Issue> lint_file(const std::string& file, const EventsOf& events_of, Problems& problems) {
    auto text = read_issue_file(file);
    auto root = text ? parse_yaml(*text, file) : Result<Node>(std::unexpected(text.error()));
    if (!root) {
        problems.push_back(problem_of(root.error(), file));
        return std::nullopt;
    }
    Issue issue = read_issue(*root, file, problems);
    lint_texts(issue, problems);
    lint_signature(issue, problems);
    lint_ranges(issue, problems);
    lint_samples(issue, events_of, problems);
    return issue;
}

}  // namespace

void lint_signature(const Issue& issue, Problems& problems) {
    bool identified = false;
    for (const Condition& condition : issue.signature) {
        CompiledCondition compiled(condition);
        if (auto why = compiled.problem(); !why.empty())
            problems.push_back({issue.file, condition.line, why});
        identified =
            identified || (condition.role == Condition::Role::required && identifies(condition.type));
        if (condition.weight == 0)
            problems.push_back({issue.file, condition.line, "a weight of 0 says nothing"});
    }
    if (!identified)
        problems.push_back(
            {issue.file, 1,
             "the signature requires nothing that identifies the crash: a function, caller, frames, log, "
             "bug_at, module_in_trace or last_unloaded"});
}

void lint_ranges(const Issue& issue, Problems& problems) {
    for (const AffectedRange& range : issue.affected) {
        auto complain = [&](std::string message) {
            problems.push_back({issue.file, range.line, std::move(message)});
        };
        if (!is_known_product(range.product)) complain("product '" + range.product + "' is unknown");
        if (range.evidence.empty()) complain("the range has no evidence");
        int ends = !range.fixed.empty() + !range.last_affected.empty() + !range.fixed_after.empty();
        if (ends > 1) complain("a range has one of fixed, last_affected and fixed_after");
        if (range.never && (ends > 0 || !range.introduced.empty())) complain("never, and a range");
        for (const std::string* end : {&range.fixed, &range.last_affected})
            if (!end->empty() && !range.introduced.empty() &&
                compare_bounds(range.product, *end, range.introduced) < 0)
                complain(*end + " is older than " + range.introduced + ", which brought it");
    }
    for (const RemedyRule& rule : issue.remedies) {
        auto complain = [&](std::string message) {
            problems.push_back({issue.file, rule.line, std::move(message)});
        };
        if (!rule.product.empty() && !is_known_product(rule.product))
            complain("product '" + rule.product + "' is unknown");
        if (rule.product.empty() && (!rule.from.empty() || !rule.to.empty()))
            complain("from and to mean nothing without a product");
        if (!rule.from.empty() && !rule.to.empty() && compare_bounds(rule.product, rule.to, rule.from) < 0)
            complain(rule.to + " is older than " + rule.from);
        for (const auto& name : unknown_placeholders(rule.command))
            complain("placeholder {" + name + "} is unknown");
    }
}

void lint_texts(const Issue& issue, Problems& problems) {
    auto complain = [&](std::string message) { problems.push_back({issue.file, 1, std::move(message)}); };
    if (!is_id(issue.id))
        complain("id '" + issue.id + "' is not made of lower case letters, digits and dashes");
    if (issue.id != stem(issue.file)) complain("id '" + issue.id + "' is not the file's name");
    if (issue.title.size() > 120) complain("the title is longer than 120 bytes");
    if (issue.remedies.empty()) complain("there is no remedy");
    if (!issue.mechanism.empty() && issue.mechanism.lanes.size() < 2)
        complain("a mechanism has at least two lanes");
    for (const UpstreamCommit& commit : issue.upstream)
        if (!commit.commit.empty() && !is_commit(commit.commit))
            complain("commit '" + commit.commit + "' is not 12 to 40 lower case hexadecimal digits");
    for (const Reference& reference : issue.references)
        if (!reference.url.empty() && !reference.url.starts_with("https://") &&
            !reference.url.starts_with("http://"))
            complain("url '" + reference.url + "' is none");
}

std::vector<LintProblem> lint(const std::string& path, const EventsOf& events_of) {
    auto files = issue_files(path);
    if (!files) return {{path, 0, files.error().message()}};
    Problems problems;
    if (files->empty()) problems.push_back({path, 0, "no *.yaml here"});
    std::map<std::string, std::string> file_of;
    for (const auto& file : *files) {
        auto issue = lint_file(file, events_of, problems);
        if (!issue || issue->id.empty()) continue;
        auto [known, is_new] = file_of.emplace(issue->id, file);
        if (!is_new) problems.push_back({file, 1, "id '" + issue->id + "' is that of " + known->second});
    }
    std::ranges::stable_sort(problems, {}, [](const LintProblem& p) { return std::tie(p.file, p.line); });
    return problems;
}

}  // namespace inquest

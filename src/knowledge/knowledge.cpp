#include "knowledge/knowledge.h"

#include <algorithm>

#include "base/text.h"
#include "knowledge/built_in.h"
#include "knowledge/imported/describe.h"
#include "knowledge/loader.h"
#include "knowledge/matcher.h"
#include "knowledge/packed.h"

namespace inquest {

Knowledge::Knowledge() : matcher_(std::make_shared<Matcher>()) {}

const Knowledge& Knowledge::built_in() {
    static const Knowledge knowledge = [] {
        Knowledge made;
        // The build packs only what it could read, so nothing can be wrong here.
        std::vector<LintProblem> none;
        for (const PackedIssue& entry : packed_issues())
            if (auto root = unpack(entry.packed)) made.put(read_issue(*root, std::string(entry.file), none));
        made.make_index();
        made.catalogues_.push_back(Catalogue::built_in());
        return made;
    }();
    return knowledge;
}

Result<void> Knowledge::add_directory(const std::string& path) {
    auto files = issue_files(path);
    if (!files) return std::unexpected(files.error());
    Result<void> result;
    for (const auto& file : *files) {
        auto text = read_issue_file(file);
        auto issue = text ? load_issue(*text, file) : Result<Issue>(std::unexpected(text.error()));
        if (!issue) {
            result = std::unexpected(issue.error());
            break;
        }
        put(std::move(*issue));
    }
    make_index();
    return result;
}

Result<void> Knowledge::add_yaml(std::string_view text, const std::string& file_name) {
    auto issue = load_issue(text, file_name);
    if (!issue) return std::unexpected(issue.error());
    add(std::move(*issue));
    return {};
}

const Issue* Knowledge::find(std::string_view id) const {
    auto found = std::ranges::find(issues_, id, &Issue::id);
    return found == issues_.end() ? nullptr : &*found;
}

std::vector<const Issue*> Knowledge::search(std::string_view query) const {
    auto words = split_words(query);
    std::vector<const Issue*> found;
    for (const Issue& issue : issues_) {
        std::string text = issue.id + " " + issue.title + " " + issue.area + " " + issue.cause;
        for (const Condition& condition : issue.signature) text.append(" ").append(join(condition.any, " "));
        auto holds = [&](std::string_view word) { return contains_ignoring_case(text, to_lower(word)); };
        if (std::ranges::all_of(words, holds)) found.push_back(&issue);
    }
    return found;
}

Result<void> Knowledge::add_catalogue(const std::string& path) {
    auto catalogue = Catalogue::open(path);
    if (!catalogue) return std::unexpected(catalogue.error());
    for (std::uint32_t i = 0; i < catalogue->written(); ++i) {
        auto written = catalogue->written(i);
        auto root = unpack(written.packed);
        std::vector<LintProblem> problems;
        Issue issue = root ? read_issue(*root, std::string(written.file), problems) : Issue();
        if (!root || !problems.empty()) return fail(path + " is damaged: a hand-written issue in it");
        // This program's own words on an issue are newer than those of the program that compiled.
        if (!written.built_in || !find(issue.id)) put(std::move(issue));
    }
    if (catalogue->written() > 0) make_index();
    if (catalogue->issues() > 0) catalogues_.push_back(std::move(*catalogue));
    return {};
}

std::optional<Issue> Knowledge::find_imported(std::string_view id) const {
    auto entry = entry_of(catalogues_, id);
    return entry ? std::optional(describe(catalogues_, *entry)) : std::nullopt;
}

std::pair<std::vector<Issue>, std::size_t> Knowledge::search_imported(std::string_view query,
                                                                      std::size_t limit) const {
    std::vector<std::string> words;
    for (auto word : split_words(query)) words.push_back(to_lower(word));
    std::vector<Issue> found;
    std::size_t count = 0;
    for (auto catalogue = catalogues_.rbegin(); catalogue != catalogues_.rend(); ++catalogue) {
        for (std::uint32_t index = 0; index < catalogue->issues(); ++index) {
            if (!holds_words(*catalogue, index, words)) continue;
            ImportedEntry entry{&*catalogue, index};
            if (!counts(catalogues_, entry)) continue;
            if (found.size() < limit) found.push_back(describe(catalogues_, entry));
            ++count;
        }
    }
    return {std::move(found), count};
}

void Knowledge::add(Issue issue) {
    put(std::move(issue));
    make_index();
}

void Knowledge::put(Issue issue) {
    auto same = std::ranges::find(issues_, issue.id, &Issue::id);
    if (same != issues_.end()) {
        *same = std::move(issue);
    } else {
        issues_.push_back(std::move(issue));
    }
}

void Knowledge::make_index() { matcher_ = std::make_shared<Matcher>(issues_); }

}  // namespace inquest

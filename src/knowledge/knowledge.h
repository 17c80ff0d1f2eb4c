// The collection of known issues and the search in it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "knowledge/imported/catalogue.h"
#include "knowledge/issue.h"

namespace inquest {

class Matcher;

class Knowledge {
  public:
    Knowledge();

    // The issues compiled into the program (samples left out: they are for the tests), hand-written and
    // imported.
    static const Knowledge& built_in();

    // Adds every *.yaml below the directory, in the order of their paths; an issue of the same id replaces
    // the earlier one. The first file that is wrong ends it, with its line; what was added before it stays.
    Result<void> add_directory(const std::string& path);
    Result<void> add_yaml(std::string_view text, const std::string& file_name);
    void add(Issue issue);
    // Adds a file that `inquest issue import` compiled: its hand-written issues replace those of the same
    // ids, but for what came with the program that compiled it; its imported ones count before those of
    // earlier files.
    Result<void> add_catalogue(const std::string& path);

    [[nodiscard]] const std::vector<Issue>& issues() const { return issues_; }
    [[nodiscard]] const Issue* find(std::string_view id) const;
    // The issues that hold every word of the query in id, title, area, cause, or a function of their
    // signature; case does not matter.
    [[nodiscard]] std::vector<const Issue*> search(std::string_view query) const;

    // Imported issues, which are not among issues().
    [[nodiscard]] const std::vector<Catalogue>& catalogues() const { return catalogues_; }
    // One of them in the form of a hand-written issue.
    [[nodiscard]] std::optional<Issue> find_imported(std::string_view id) const;
    // Those that hold every word in id, files, modules or functions: the first `limit` by id, and how many
    // there are.
    [[nodiscard]] std::pair<std::vector<Issue>, std::size_t> search_imported(std::string_view query,
                                                                             std::size_t limit) const;

    // The issues that an event matches, best first, with status and remedies for `kernel` filled in; imported
    // ones behind hand-written ones, and only where none of these is sure. Cost does not grow with the number
    // of issues that share nothing with the event.
    [[nodiscard]] std::vector<IssueMatch> match(const CrashEvent& event, const Kernel& kernel) const;

  private:
    void put(Issue issue);
    void make_index();

    std::vector<Issue> issues_;
    std::vector<Catalogue> catalogues_;
    std::shared_ptr<const Matcher> matcher_;  // of issues_; shared by copies until they change
};

// The *.yaml files at or below a path, sorted; at most 20,000 of them.
Result<std::vector<std::string>> issue_files(const std::string& path);
// The text of a file, at most 1 MiB.
Result<std::string> read_issue_file(const std::string& path);

}  // namespace inquest

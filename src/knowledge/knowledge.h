// The collection of known issues and the search in it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "knowledge/issue.h"

namespace inquest {

struct LintProblem {
    std::string file;
    unsigned line;
    std::string message;
};

class Knowledge {
  public:
    // The issues compiled into the program (samples left out: they are for the tests).
    static const Knowledge& built_in();

    // Adds every *.yaml below the directory; an issue of the same id replaces the earlier one.
    Result<void> add_directory(const std::string& path);
    Result<void> add_yaml(std::string_view text, std::string_view file_name);

    [[nodiscard]] const std::vector<Issue>& issues() const { return issues_; }
    [[nodiscard]] const Issue* find(std::string_view id) const;

    // The issues that an event matches, best first, with status and remedies for `kernel` filled in. Cost does not
    // grow with the number of issues that share nothing with the event.
    [[nodiscard]] std::vector<IssueMatch> match(const CrashEvent& event, const Kernel& kernel) const;

  private:
    std::vector<Issue> issues_;
};

// Everything that is wrong in an issue file: schema, ranges, patterns, links, samples that do not give what they promise.
std::vector<LintProblem> lint(const std::string& path);

}  // namespace inquest

#include "knowledge/written.h"

#include "knowledge/built_in.h"
#include "knowledge/knowledge.h"
#include "knowledge/loader.h"
#include "knowledge/packed.h"
#include "knowledge/yaml.h"

namespace inquest {

std::vector<WrittenIssue> built_in_written() {
    std::vector<WrittenIssue> all;
    for (const PackedIssue& issue : packed_issues())
        all.push_back({std::string(issue.file), std::string(issue.packed), true});
    return all;
}

Result<std::vector<WrittenIssue>> written_below(const std::string& path) {
    auto files = issue_files(path);
    if (!files) return std::unexpected(files.error());
    std::vector<WrittenIssue> all;
    for (const auto& file : *files) {
        auto text = read_issue_file(file);
        auto root = text ? parse_yaml(*text, file) : Result<Node>(std::unexpected(text.error()));
        if (!root) return std::unexpected(root.error());
        std::vector<LintProblem> problems;
        read_issue(*root, file, problems);
        if (!problems.empty()) return fail(text_of(problems.front()));
        drop_samples(*root);
        all.push_back({file, pack(*root), false});
    }
    return all;
}

}  // namespace inquest

// pack_knowledge OUT.cpp ROOT FILE...: reads issue files (paths below ROOT), checks their shape and writes
// them, without their samples, as the C++ source behind knowledge/built_in.h.
#include <cstdio>
#include <fstream>
#include <string>

#include "knowledge/knowledge.h"
#include "knowledge/loader.h"
#include "knowledge/packed.h"
#include "knowledge/yaml.h"

namespace inquest {
namespace {

// Octal escapes end after three digits, so that no neighbour can become part of one.
std::string literal(std::string_view bytes) {
    std::string text = "\"";
    for (unsigned char byte : bytes) {
        char escaped[5];
        bool plain = byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\' && byte != '?';
        if (plain) {
            text += static_cast<char>(byte);
        } else {
            std::snprintf(escaped, sizeof escaped, "\\%03o", byte);
            text += escaped;
        }
    }
    return text + "\"";
}

int run(const std::string& out_path, const std::string& root, const std::vector<std::string>& files) {
    std::string entries;
    bool good = true;
    for (const auto& file : files) {
        auto text = read_issue_file(root + "/" + file);
        auto tree = text ? parse_yaml(*text, file) : Result<Node>(std::unexpected(text.error()));
        std::vector<LintProblem> problems;
        if (tree) {
            read_issue(*tree, file, problems);
            drop_samples(*tree);
            std::string packed = pack(*tree);
            entries += "    {" + literal(file) + ", {" + literal(packed) + ", " +
                       std::to_string(packed.size()) + "}},\n";
        } else {
            std::fprintf(stderr, "%s\n", tree.error().message().c_str());
        }
        for (const auto& problem : problems) std::fprintf(stderr, "%s\n", text_of(problem).c_str());
        good = good && tree && problems.empty();
    }
    std::ofstream out(out_path, std::ios::binary);
    out << "// Generated from knowledge/ by tools/pack_knowledge.\n#include "
           "\"knowledge/built_in.h\"\n\n#include <vector>\n\n"
        << "namespace inquest {\n\nstd::span<const PackedIssue> packed_issues() {\n"
        << "    static const std::vector<PackedIssue> kIssues{\n"
        << entries << "    };\n    return kIssues;\n}\n\n}  // namespace inquest\n";
    out.close();
    return good && out ? 0 : 1;
}

}  // namespace
}  // namespace inquest

int main(int argc, char** argv) {
    if (argc < 3) return 2;
    return inquest::run(argv[1], argv[2], {argv + 3, argv + argc});
}

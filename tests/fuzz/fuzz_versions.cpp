// Versions out of logs and issue files: comparing them stays antisymmetric, judging them ends, and no command
// ever holds what the shell would read as more than words.
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "knowledge/exposure.h"
#include "knowledge/remedy.h"
#include "knowledge/version.h"

using namespace inquest;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

void check_order(std::string_view a, std::string_view b) {
    for (auto* compare : {compare_rpm, compare_dpkg, compare_upstream}) {
        require(compare(a, a) == 0);
        require((compare(a, b) < 0) == (compare(b, a) > 0));
    }
}

void check_commands(const Kernel& kernel, const KernelPackage& package, const AffectedAnswer& answer,
                    std::string_view module) {
    std::vector<RemedyRule> rules;
    for (const auto* value : {"release", "build", "arch", "module", "fixed", "package"}) {
        rules.push_back({.action = "", .command = "x {" + std::string(value) + "}"});
    }
    for (const auto& remedy : remedies_for(rules, {kernel, package, answer, module})) {
        for (char c : remedy.command) {
            require(is_alnum(c) || std::string_view(" ._+~-").find(c) != std::string_view::npos);
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    auto lines = split_lines({reinterpret_cast<const char*>(data), size});
    lines.resize(8);
    check_order(lines[0], lines[1]);
    Kernel kernel{
        .release = std::string(lines[0]), .version = std::string(lines[2]), .arch = std::string(lines[3])};
    auto package = identify_kernel(kernel.release, kernel.version);
    std::vector<AffectedRange> ranges;
    for (const auto& product : {package.product, std::string("upstream"), std::string("debian")}) {
        ranges.push_back(
            {.product = product, .introduced = std::string(lines[4]), .fixed = std::string(lines[5])});
        ranges.push_back({.product = product, .last_affected = std::string(lines[6])});
    }
    auto answer = is_affected(package, ranges);
    require(!answer.reason.empty());
    for (const auto& range : ranges) require(!in_words(range).empty());
    check_commands(kernel, package, answer, lines[7]);
    (void)affected_by_pairs(lines[0], {{std::string(lines[4]), std::string(lines[5])}});
    for (const auto& module : parse_modules(lines[7])) require(!module.empty());
    return 0;
}

// Kernels from kernel.org, and self-built ones: X.Y[.Z][-rcN] and whatever the builder adds.
#include "base/scanner.h"
#include "knowledge/release.h"
#include "knowledge/scheme.h"
#include "knowledge/upstream_version.h"

namespace inquest {

namespace {

// "-01737-g50c19e20ed2e": so many commits after the tag.
bool is_git_description(std::string_view rest) {
    Scanner in(rest);
    if (!in.literal("-") || in.take_while(is_digit).empty()) return false;
    return in.literal("-g") && is_hex(in.peek());
}

// A number behind the version is the build number of a distribution that we do not know.
bool is_vendor_build(std::string_view rest) {
    return rest.size() >= 2 && (rest[0] == '-' || rest[0] == '+') && is_digit(rest[1]) &&
           !is_git_description(rest);
}

// A developer's build: the tag that the release names and commits on top, of the next release too
// (linux-next, a subsystem's tree).
bool is_development(std::string_view rest) {
    return rest.find('+') != rest.npos || rest.find("-next-") != rest.npos || rest.find("-g") != rest.npos;
}

std::optional<KernelPackage> recognise(std::string_view release, std::string_view) {
    auto split = split_release(release);
    if (!split) return std::nullopt;
    auto rest = split->rest;
    KernelPackage package;
    package.product = "upstream";
    package.version = split->base;
    if (rest.starts_with("-rc") && rest.size() > 3 && is_digit(rest[3])) {
        auto number = leading_digits(rest.substr(3));
        package.version += "-rc" + std::string(number);
        rest.remove_prefix(3 + number.size());
    }
    if (is_vendor_build(rest)) return std::nullopt;
    auto parsed = parse_upstream(package.version);
    package.version = parsed->text();
    package.upstream = package.version;
    package.exact = rest.empty();
    if (!package.exact)
        package.note = "judged by its base alone: what '" + std::string(rest) + "' adds is not known";
    if (is_development(rest) && parsed->is_mainline()) {
        package.below = parsed->next_mainline().text();
    }
    return package;
}

std::partial_ordering compare(const KernelPackage& kernel, std::string_view bound) {
    return compare_upstream(kernel.version, bound);
}

}  // namespace

extern const KernelScheme plugin_versions_upstream;
const KernelScheme plugin_versions_upstream = {
    .family = "upstream",
    .recognise = recognise,
    .compare = compare,
    .stream_of = major_minor,
    .inherits_fixes = true,
    .follows_stable = true,
    .fallback = true,
};

}  // namespace inquest

#include "knowledge/release.h"

#include <array>

#include "base/text.h"

namespace inquest {

namespace {

constexpr std::size_t kLongestRelease = 64;  // utsname has 65 bytes with the terminating NUL

constexpr std::array<std::string_view, 14> kRpmArches = {
    "x86_64", "aarch64", "ppc64le",     "ppc64",   "s390x",    "i686",  "i586",
    "i386",   "riscv64", "loongarch64", "armv7hl", "mips64el", "sw_64", "noarch"};

bool is_release_char(char c) {
    return is_alnum(c) || c == '.' || c == '_' || c == '+' || c == '~' || c == '-';
}

// Cuts the architecture and what follows it off the release.
void take_arch(RpmRelease& rpm) {
    for (auto arch : kRpmArches) {
        auto at = rpm.release.rfind(arch);
        if (at == rpm.release.npos || at < 2 || rpm.release[at - 1] != '.') continue;
        auto behind = rpm.release.substr(at + arch.size());
        if (!behind.empty() && behind.front() != '.') continue;
        rpm.arch = rpm.release.substr(at, arch.size());
        if (!behind.empty()) rpm.variant = behind.substr(1);
        rpm.release = rpm.release.substr(0, at - 1);
        return;
    }
}

bool take_tag(RpmRelease& rpm, std::string_view tag) {
    for (std::size_t at = 0; (at = rpm.release.find(tag, at)) != rpm.release.npos; ++at) {
        if (at == 0 || rpm.release[at - 1] != '.') continue;
        auto number = leading_digits(rpm.release.substr(at + tag.size()));
        if (number.empty()) continue;
        rpm.before_tag = rpm.release.substr(0, at);
        rpm.tag_number = number;
        rpm.after_tag = rpm.release.substr(at + tag.size() + number.size());
        return true;
    }
    return false;
}

bool has_letters(std::string_view text) {
    for (char c : text) {
        if (is_alpha(c)) return true;
    }
    return false;
}

std::string_view without_dist_tag(std::string_view version) {
    auto dot = version.rfind('.');
    bool tagged = dot != version.npos && dot + 1 < version.size() && is_alpha(version[dot + 1]);
    return tagged ? version.substr(0, dot) : version;
}

}  // namespace

bool is_kernel_release(std::string_view text) {
    if (text.size() > kLongestRelease) return false;
    auto major = leading_digits(text);
    if (major.empty() || major.size() + 1 >= text.size()) return false;
    if (text[major.size()] != '.' || !is_digit(text[major.size() + 1])) return false;
    for (char c : text) {
        if (!is_release_char(c)) return false;
    }
    return true;
}

std::string_view leading_digits(std::string_view text) {
    std::size_t length = 0;
    while (length < text.size() && is_digit(text[length])) ++length;
    return text.substr(0, length);
}

std::optional<SplitRelease> split_release(std::string_view release) {
    std::size_t most = release.starts_with("2.6.") ? 4 : 3;
    std::size_t end = 0;
    std::size_t parts = 0;
    while (parts < most) {
        auto dot = parts == 0 ? 0U : 1U;
        if (dot == 1 && (end >= release.size() || release[end] != '.')) break;
        auto digits = leading_digits(release.substr(end + dot));
        if (digits.empty()) break;
        end += dot + digits.size();
        ++parts;
    }
    if (parts < 2) return std::nullopt;
    return SplitRelease{release.substr(0, end), release.substr(end)};
}

std::optional<RpmRelease> split_rpm_release(std::string_view release, std::string_view tag) {
    if (release.find(tag) == release.npos) return std::nullopt;
    auto split = split_release(release);
    if (!split || !split->rest.starts_with('-')) return std::nullopt;
    RpmRelease rpm{.version = split->base, .release = split->rest.substr(1)};
    if (auto plus = rpm.release.find('+'); plus != rpm.release.npos) {
        rpm.variant = rpm.release.substr(plus + 1);
        rpm.release = rpm.release.substr(0, plus);
    }
    if (rpm.release.find('-') != rpm.release.npos) return std::nullopt;
    take_arch(rpm);
    if (!take_tag(rpm, tag)) return std::nullopt;
    return rpm;
}

KernelPackage rpm_package(const RpmRelease& rpm, std::string product, std::string distribution) {
    KernelPackage package;
    package.product = std::move(product);
    package.distribution = std::move(distribution);
    package.package = rpm.variant.empty() ? "kernel" : "kernel-" + std::string(rpm.variant);
    package.version = std::string(rpm.version) + '-' + std::string(rpm.release);
    package.upstream = rpm.version;
    package.exact = true;
    return package;
}

std::partial_ordering compare_rpm_bound(const KernelPackage& kernel, std::string_view bound) {
    return compare_rpm(has_letters(bound) ? kernel.version : without_dist_tag(kernel.version), bound);
}

std::string first_release_number(std::string_view version) {
    auto dash = version.find('-');
    return dash == version.npos ? "" : std::string(leading_digits(version.substr(dash + 1)));
}

std::string base_version(std::string_view version) {
    return std::string(version.substr(0, version.find('-')));
}

std::string major_minor(std::string_view version) {
    auto major = leading_digits(version);
    if (version.size() <= major.size()) return std::string(major);
    auto minor = leading_digits(version.substr(major.size() + 1));
    return std::string(version.substr(0, major.size() + 1 + minor.size()));
}

std::string_view without_backport_mark(std::string_view version) {
    auto tilde = version.rfind('~');
    auto dash = version.rfind('-');
    bool rebuild = tilde != version.npos && dash != version.npos && tilde > dash;
    return rebuild ? version.substr(0, tilde) : version;
}

}  // namespace inquest

#include <algorithm>

#include "base/text.h"
#include "knowledge/release.h"
#include "knowledge/scheme.h"

namespace inquest {

namespace {

std::string_view family_of(std::string_view product) {
    auto end = std::ranges::find_if_not(product, is_alpha);
    return product.substr(0, static_cast<std::size_t>(end - product.begin()));
}

std::optional<KernelPackage> ask(bool fallback, std::string_view release, std::string_view version) {
    for (const auto* scheme : all_kernel_schemes()) {
        if (scheme->fallback != fallback) continue;
        if (auto package = scheme->recognise(release, version)) return package;
    }
    return std::nullopt;
}

}  // namespace

const KernelScheme* scheme_of(std::string_view product) {
    auto schemes = all_kernel_schemes();
    auto found =
        std::ranges::find(schemes, family_of(product), [](const auto* scheme) { return scheme->family; });
    return found == schemes.end() ? nullptr : *found;
}

bool is_known_product(std::string_view product) { return product == kAnyProduct || scheme_of(product); }

KernelPackage identify_kernel(std::string_view release, std::string_view version) {
    KernelPackage unknown;
    if (release.empty()) {
        unknown.note = "the release of the kernel is not known";
        return unknown;
    }
    if (!is_kernel_release(release)) {
        unknown.note = "this is no release of a kernel";
        return unknown;
    }
    auto package = ask(false, release, version);
    if (!package) package = ask(true, release, version);
    if (!package) {
        if (auto split = split_release(release)) unknown.upstream = split->base;
        unknown.note = "whose kernel '" + std::string(release) + "' is cannot be told";
        return unknown;
    }
    const auto* scheme = scheme_of(package->product);
    if (scheme && scheme->stream_of && !package->version.empty())
        package->stream = scheme->stream_of(package->version);
    return *package;
}

std::string distribution_of(std::string_view release, std::string_view version) {
    return identify_kernel(release, version).distribution;
}

}  // namespace inquest

#include "knowledge/imported/osv_record.h"

#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "knowledge/imported/changelog.h"
#include "knowledge/ranges.h"
#include "knowledge/release.h"
#include "knowledge/scheme.h"

namespace inquest {
namespace {

constexpr std::size_t kMaxList = 1000;  // CVEs, packages or events of one advisory
constexpr std::size_t kLongestId = 64;

bool is_id(std::string_view text) {
    return !text.empty() && text.size() <= kLongestId && std::ranges::all_of(text, [](char c) {
        return is_alnum(c) || c == '-' || c == ':' || c == '_' || c == '.';
    });
}

std::vector<std::string> cves_of(const Json& record) {
    auto all = cves_in(record.text("id"));
    for (const char* list : {"aliases", "upstream", "related"}) {
        const auto* ids = record[list].array();
        if (!ids) continue;
        for (const Json& id : *ids) {
            if (!id.string() || all.size() >= kMaxList) continue;
            for (auto& cve : cves_in(*id.string()))
                if (std::ranges::find(all, cve) == all.end()) all.push_back(std::move(cve));
        }
    }
    return all;
}

// Debian's and Ubuntu's names of the source package decide; elsewhere the version must be one that
// `uname -r` could show.
std::string product_of(std::string_view ecosystem, std::string_view package, std::string_view version) {
    static constexpr std::string_view kFlavour = "linux-";
    bool debian = ecosystem.starts_with("Debian");
    if (debian || ecosystem.starts_with("Ubuntu")) {
        if (!split_release(version)) return {};
        if (package == "linux") return debian ? "debian" : "ubuntu";
        return !debian && package.starts_with(kFlavour)
                   ? "ubuntu-" + std::string(package.substr(kFlavour.size()))
                   : "";
    }
    std::string release(version);
    release += ecosystem.starts_with("SUSE") || ecosystem.starts_with("openSUSE") ? "-default" : ".x86_64";
    auto kernel = identify_kernel(release, "");
    bool whole = kernel.version == version && kernel.product != "upstream";
    return whole ? kernel.product : "";
}

std::string_view without_epoch(std::string_view version) {
    auto colon = version.find(':');
    return colon == version.npos ? version : version.substr(colon + 1);
}

// The versions that end ranges, each once.
std::vector<std::string> fixed_versions(const Json& affected) {
    std::vector<std::string> versions;
    const auto* ranges = affected["ranges"].array();
    if (!ranges) return versions;
    for (const Json& range : *ranges) {
        const auto* events = range["events"].array();
        if (!events) continue;
        for (const Json& event : *events) {
            auto fixed = without_epoch(event.text("fixed"));
            bool known = std::ranges::find(versions, fixed) != versions.end();
            if (!known && is_kernel_release(fixed) && versions.size() < kMaxList)
                versions.emplace_back(fixed);
        }
    }
    return versions;
}

}  // namespace

void read_osv_record(std::string_view json, std::string_view name, ImportResult& result) {
    auto record = parse_json(json);
    if (!record) {
        result.problems.push_back(concat({name, ": ", record.error().message()}));
        return;
    }
    auto id = record->text("id");
    const auto* affected = (*record)["affected"].array();
    if (!is_id(id) || !affected) {
        result.problems.push_back(concat({name, ": it has no id, or no affected packages"}));
        return;
    }
    std::vector<VendorFix> fixes;
    for (const Json& one : *affected) {
        const Json& package = one["package"];
        for (auto& version : fixed_versions(one)) {
            auto product = product_of(package.text("ecosystem"), package.text("name"), version);
            auto same = [&](const VendorFix& fix) { return fix.product == product && fix.fixed == version; };
            if (product.empty() || fixes.size() >= kMaxList || std::ranges::any_of(fixes, same)) continue;
            fixes.push_back({.product = product, .fixed = version, .evidence = std::string(id)});
        }
    }
    if (fixes.empty()) {
        result.note("are not about a kernel, or name no version that fixed it", id);
        return;
    }
    auto cves = cves_of(*record);
    if (cves.empty()) result.note("are about a kernel and name no CVE", id);
    for (VendorFix& fix : fixes)
        if (!cves.empty()) result.facts.push_back({.cves = cves, .fix = std::move(fix)});
}

}  // namespace inquest

#include <algorithm>
#include <array>
#include <fstream>
#include <optional>
#include <sys/utsname.h>

#include "base/json.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/knowledge_option.h"
#include "cli/output.h"
#include "knowledge/exposure.h"
#include "knowledge/imported/exposure.h"
#include "knowledge/kernel_config.h"

namespace inquest {
namespace {

constexpr std::array<Option, 6> kOptions{{
    {"--kernel", "REL", "the release, as uname -r prints it"},
    {"--banner", "TEXT",
     "the kernel's /proc/version or uname -v; tells the build of Debian and Ubuntu kernels"},
    {"--modules", "FILE|LIST",
     "loaded modules: a copy of /proc/modules or lsmod's output, or names with commas"},
    {"--config", "FILE", "its .config or /proc/config.gz: issues of code that is not built are left out"},
    kKnowledgeOption,
    {"--json", "", "as JSON, for programs"},
}};

constexpr std::string_view kDescription =
    "Before it crashes: compares a kernel with the affected versions of every known\n"
    "issue. Without --kernel and --banner it asks about this machine, its modules\n"
    "included. Of imported issues (CVEs) the twenty nearest are listed and the others\n"
    "counted: those of loaded modules first, and of these the ones that a crash could be\n"
    "recognised as. With --config, imported issues whose code is surely not built are left\n"
    "out and counted; for other series than 6.1 only options \"is not set\" tell that.\n"
    "Exit status: 0 affected by at least one, 1 by none, 2 wrong usage, 3 the configuration\n"
    "or a file of issues cannot be read.";

// Of a kernel: what is asked about.
struct Subject {
    Kernel kernel;
    std::vector<std::string> modules;
};

std::optional<std::string> read_file(const std::string& path) {
    static constexpr std::size_t kLargest = 4 << 20;
    std::ifstream file(path, std::ios::binary);
    if (!file) return std::nullopt;
    std::string text(kLargest, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    return text;
}

// "Linux version 5.4.0-122-generic (buildd@...) #138-Ubuntu SMP ..." or only what stands behind "#".
void apply_banner(Kernel& kernel, std::string_view banner) {
    static constexpr std::string_view kStart = "Linux version ";
    if (auto start = banner.find(kStart); start != banner.npos) {
        banner.remove_prefix(start + kStart.size());
        if (kernel.release.empty()) kernel.release = banner.substr(0, banner.find(' '));
    }
    if (auto number = banner.find('#'); number != banner.npos) kernel.version = trim(banner.substr(number));
}

Subject this_machine() {
    Subject subject;
    struct utsname name {};
    if (uname(&name) == 0) {
        subject.kernel.release = name.release;
        subject.kernel.version = name.version;
    }
    // Debian's uname -v has its build, Ubuntu's has it in /proc/version_signature and the banner alone.
    if (auto banner = read_file("/proc/version")) apply_banner(subject.kernel, *banner);
    if (auto modules = read_file("/proc/modules")) subject.modules = parse_modules(*modules);
    return subject;
}

Result<Subject> subject_of(const Arguments& arguments) {
    Subject subject;
    bool other = arguments.has("--kernel") || arguments.has("--banner");
    if (!other) subject = this_machine();
    if (arguments.has("--kernel")) subject.kernel.release = arguments.value("--kernel");
    apply_banner(subject.kernel, arguments.value("--banner"));
    if (!arguments.has("--modules")) return subject;
    const std::string modules = arguments.value("--modules");
    auto text = read_file(modules);
    if (!text && modules.find('/') != modules.npos) return fail("cannot read " + modules);
    subject.modules = parse_modules(text ? *text : modules);
    return subject;
}

std::string_view name_of(Exposure::Relevance relevance) {
    switch (relevance) {
        case Exposure::Relevance::module_loaded:
            return "module-loaded";
        case Exposure::Relevance::core_kernel:
            return "core-kernel";
        case Exposure::Relevance::modules_unknown:
            return "modules-unknown";
        case Exposure::Relevance::module_not_loaded:
            break;
    }
    return "module-not-loaded";
}

constexpr std::size_t kShownImported = 20;

Json imported_json(const ImportedExposure& imported, bool has_config) {
    Json::Array nearest;
    for (const auto& one : imported.nearest) {
        const auto& fixed_in = one.answer.fixed_in;
        nearest.push_back(Json::Object{
            {"id", one.issue.id},
            {"title", one.issue.title},
            {"status", name_of(one.answer.status)},
            {"status_reason", one.answer.reason},
            {"fixed_in", fixed_in.empty() ? Json() : Json(fixed_in)},
            {"relevance_reason", one.relevance},
        });
    }
    return Json::Object{
        {"affected", std::uint64_t{imported.affected}},
        {"affected_with_crash", std::uint64_t{imported.with_crash}},
        {"unknown", std::uint64_t{imported.unknown}},
        {"safe", std::uint64_t{imported.safe}},
        {"not_in_configuration", has_config ? Json(std::uint64_t{imported.not_built}) : Json()},
        {"nearest", std::move(nearest)}};
}

std::string as_json(const Subject& subject, const std::vector<Exposure>& exposures,
                    const ImportedExposure& imported, bool has_config) {
    Json::Array issues;
    for (const Exposure& one : exposures) {
        const auto& fixed_in = one.answer.fixed_in;
        issues.push_back(Json::Object{
            {"id", one.issue->id},
            {"title", one.issue->title},
            {"severity", inquest::name_of(one.issue->severity)},
            {"status", name_of(one.answer.status)},
            {"status_reason", one.answer.reason},
            {"fixed_in", fixed_in.empty() ? Json() : Json(fixed_in)},
            {"relevance", name_of(one.relevance)},
            {"relevance_reason", one.relevance_reason},
        });
    }
    Json document = Json::Object{{"schema", "inquest.exposure/1"}, {"kernel", subject.kernel.release}};
    document.set("known_issues", std::move(issues));
    document.set("imported_issues", imported_json(imported, has_config));
    return document.dump(2) + "\n";
}

std::string entry(const Exposure& one, std::string_view status) {
    std::string text = std::string(status) + "  " + one.issue->id + "\n  " + one.issue->title + "\n";
    if (!one.answer.reason.empty()) text += "  why    " + one.answer.reason + "\n";
    if (!one.relevance_reason.empty()) text += "  where  " + one.relevance_reason + "\n";
    if (!one.answer.fixed_in.empty()) text += "  fixed  in " + one.answer.fixed_in + "\n";
    return text + "\n";
}

std::string imported_text(const ImportedExposure& imported) {
    if (imported.affected + imported.unknown + imported.safe + imported.not_built == 0) return {};
    std::string text = "Imported: " + std::to_string(imported.affected) + " affected (" +
                       std::to_string(imported.with_crash) + " that a crash could be recognised as), " +
                       std::to_string(imported.unknown) + " unknown, " + std::to_string(imported.safe) +
                       " fixed or never affected\n";
    if (imported.not_built > 0)
        text += std::to_string(imported.not_built) +
                " issues are left out: their code is not in this configuration\n";
    if (imported.unknown > 0)
        text += "Unknown are those of which upstream's versions are known, and this vendor's are not.\n";
    if (!imported.nearest.empty())
        text += "The " + std::to_string(imported.nearest.size()) +
                " nearest; 'inquest issue show ID' tells more:\n";
    for (const auto& one : imported.nearest) {
        text += std::string(one.answer.status == IssueStatus::affected ? "AFFECTED" : "unknown ") + "  " +
                one.issue.title + "\n";
        if (!one.relevance.empty()) text += "  where  " + one.relevance + "\n";
        if (!one.answer.fixed_in.empty()) text += "  fixed  in " + one.answer.fixed_in + "\n";
    }
    return text;
}

std::string as_text(const Subject& subject, const std::vector<Exposure>& exposures) {
    std::string text, rest;
    std::size_t affected = 0, unknown = 0, safe = 0;
    for (const Exposure& one : exposures) {
        if (one.answer.status == IssueStatus::affected) {
            text += entry(one, "AFFECTED");
            ++affected;
        } else if (one.answer.status == IssueStatus::unknown) {
            rest += entry(one, "unknown ");
            ++unknown;
        } else {
            ++safe;
        }
    }
    return "Kernel " + escape_for_terminal(subject.kernel.release) + "\n" + std::to_string(affected) +
           " affected, " + std::to_string(unknown) + " unknown, " + std::to_string(safe) +
           " fixed or never affected\n\n" + text + rest;
}

Exit run(const Arguments& arguments) {
    auto subject = subject_of(arguments);
    if (!subject) {
        say(subject.error().message());
        return Exit::usage;
    }
    auto knowledge = knowledge_of(arguments);
    if (!knowledge) return knowledge.error();
    std::optional<KernelConfig> config;
    if (arguments.has("--config")) {
        auto read = KernelConfig::read(arguments.value("--config"));
        if (!read) {
            say(read.error().message());
            return Exit::unreadable;
        }
        config = std::move(*read);
    }
    auto exposures = exposure(*knowledge, subject->kernel, subject->modules);
    bool affected = std::ranges::any_of(
        exposures, [](const Exposure& one) { return one.answer.status == IssueStatus::affected; });
    auto imported = imported_exposure(knowledge->catalogues(), subject->kernel, subject->modules,
                                      kShownImported, config ? &*config : nullptr);
    std::string text = arguments.has("--json") ? as_json(*subject, exposures, imported, config.has_value())
                                               : as_text(*subject, exposures) + imported_text(imported);
    return answer(text, affected || imported.affected > 0 ? Exit::found : Exit::nothing);
}

}  // namespace

extern const Command plugin_commands_issue_exposure;
const Command plugin_commands_issue_exposure{
    "issue exposure",
    "List the known issues that a kernel has before it crashes",
    "",
    kDescription,
    kOptions,
    run,
};

}  // namespace inquest

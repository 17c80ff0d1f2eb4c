#include "cli/open_input.h"

#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "cli/crash_folder.h"
#include "cli/dump_format.h"
#include "cli/output.h"
#include "dump/split.h"

namespace inquest {
namespace {

namespace fs = std::filesystem;

Result<OpenInput> open_file(std::string path, std::string note) {
    auto source = open_log(path);
    if (!source) return std::unexpected(source.error());
    OpenInput input{.path = std::move(path), .note = std::move(note)};
    input.source = std::move(*source);
    return input;
}

Result<OpenInput> open_pstore(const std::string& path, const CrashFolder& folder) {
    auto source = open_parts(folder.parts);
    if (!source) return std::unexpected(source.error());
    OpenInput input{.path = path};
    input.source = std::move(*source);
    return input;
}

Result<OpenInput> open_journal() {
    auto command = CommandOutput::of(std::string(kPreviousBoot) + " -q -o short-monotonic --no-pager");
    if (!command) return std::unexpected(command.error());
    auto source = open_log(command->path());
    if (!source) return std::unexpected(source.error());
    OpenInput input{.path = kPreviousBoot, .command = std::move(*command)};
    input.source = std::move(*source);
    return input;
}

// The log that was saved with a dump: vmcore-dmesg.txt, or Debian's dmesg.STAMP of dump.STAMP.
std::string log_beside(const fs::path& dump) {
    const std::string name = dump.filename().string();
    std::vector<std::string> candidates{"vmcore-dmesg.txt", "vmcore-dmesg-incomplete.txt"};
    if (name.starts_with("dump.")) candidates = {"dmesg" + name.substr(4)};
    std::error_code error;
    for (const std::string& candidate : candidates) {
        auto log = fs::path(dump).replace_filename(candidate);
        if (fs::is_regular_file(log, error)) return log.string();
    }
    return {};
}

Result<OpenInput> open_vmcore(std::span<const std::string> parts, const DebugFileOptions& files) {
    const std::string& path = parts.front();
    if (path == "-") return fail("a kernel dump cannot be read from standard input: give its file");
    auto dump = read_dump(
        parts, [](const std::string& sentence) { say(sentence); }, files);
    if (!dump) {
        auto log = files.paths.empty() ? log_beside(path) : "";
        if (log.empty()) return std::unexpected(std::move(dump.error()));
        return open_file(log, dump.error().message() + "; reading the log beside it, " + log);
    }
    OpenInput input{
        .path = path, .note = {}, .command = {}, .dump = std::make_unique<DumpInput>(std::move(*dump))};
    input.source = open_text(input.dump->log);
    return input;
}

Result<OpenInput> open_folder(const std::string& path, const CrashFolder& folder,
                              const DebugFileOptions& files) {
    if (!folder.log.empty()) return open_file(folder.log, path + ": reading " + folder.log);
    if (!folder.parts.empty()) return open_pstore(path, folder);
    return open_vmcore({&folder.dump, 1}, files);
}

Result<OpenInput> open_directory(const std::string& path, const DebugFileOptions& files) {
    auto folder = look_into(path);
    if (!folder) return std::unexpected(folder.error());
    if (!folder->empty()) return open_folder(path, *folder, files);
    auto below = folders_in(path);
    if (!below) return std::unexpected(below.error());
    std::string newest_path;
    CrashFolder newest;
    for (const std::string& name : *below) {
        auto one = look_into(name);
        if (!one) return std::unexpected(one.error());
        if (one->empty() || (!newest.empty() && one->time < newest.time)) continue;
        newest_path = name;
        newest = std::move(*one);
    }
    if (newest.empty())
        return fail(path + " holds no log as kdump, ABRT or pstore leave it; name the log itself");
    return open_folder(newest_path, newest, files);
}

}  // namespace

std::vector<std::span<const std::string>> group_inputs(std::span<const std::string> paths) {
    std::vector<std::span<const std::string>> groups;
    std::string last;
    for (const std::string& path : paths) {
        const bool alone = paths.size() == 1 || path == "-" || dump_format(path).empty();
        std::string identity = alone ? "" : split_identity(path);
        if (!identity.empty() && identity == last) {
            groups.back() = {groups.back().data(), groups.back().size() + 1};
        } else {
            groups.emplace_back(&path, 1);
        }
        last = std::move(identity);
    }
    return groups;
}

Result<OpenInput> open_input(std::span<const std::string> parts, const DebugFileOptions& files) {
    const std::string& path = parts.front();
    if (path == kPreviousBoot) return open_journal();
    std::error_code error;
    if (path != "-" && fs::is_directory(path, error)) return open_directory(path, files);
    if (auto format = dump_format(path); !format.empty()) return open_vmcore(parts, files);
    return open_file(path, "");
}

}  // namespace inquest

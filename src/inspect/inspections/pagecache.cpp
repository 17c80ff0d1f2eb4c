#include <fmt/format.h>

#include "base/text.h"
#include "inspect/inspection.h"
#include "kernel/subsystems/page_cache.h"

namespace inquest {
namespace {

constexpr std::uint64_t kUsual = 20, kMost = 100000;
constexpr std::size_t kShownUsers = 6;

std::string users_line(const CachedFile& file) {
    if (file.users.empty()) return "";
    std::string text = "             ";
    for (std::size_t i = 0; i < std::min(file.users.size(), kShownUsers); ++i) {
        const FileUser& user = file.users[i];
        text += fmt::format("{}{}[{}] {}", i ? ", " : "", user.comm, user.pid,
                            user.open ? user.mapped ? "open, mapped" : "open" : "mapped");
    }
    if (file.users.size() > kShownUsers)
        text += fmt::format(", and {} more", file.users.size() - kShownUsers);
    return escape_for_terminal(text) + "\n";
}

Json json_of(const CachedFile& file, std::uint64_t page_kb) {
    Json one;
    one.set("path", file.path);
    one.set("pages", file.pages);
    one.set("cached_kb", file.pages * page_kb);
    one.set("size", file.size);
    one.set("filesystem", file.filesystem);
    one.set("device", file.device);
    one.set("major", file.major);
    one.set("minor", file.minor);
    one.set("inode", hex(file.inode));
    one.set("inode_number", file.inode_number);
    one.set("mapping", hex(file.mapping));
    Json::Array users;
    for (const FileUser& user : file.users) {
        Json entry;
        entry.set("pid", user.pid);
        entry.set("comm", user.comm);
        entry.set("open", user.open);
        entry.set("mapped", user.mapped);
        users.push_back(std::move(entry));
    }
    one.set("users", std::move(users));
    return one;
}

Result<InspectionAnswer> run(Workspace& workspace, std::span<const std::string> arguments) {
    auto options = Options::parse("pagecache", "n:", arguments);
    if (!options) return std::unexpected(std::move(options.error()));
    auto most = options->count('n', kUsual, kMost);
    if (!most) return std::unexpected(std::move(most.error()));
    if (!options->words().empty()) return fail("pagecache takes no arguments but -n COUNT");
    if (!workspace.session().types()) return cannot_tell(join(workspace.session().problems(), "; "));
    Objects objects(workspace.session());
    PageCache cache = page_cache(objects, workspace.tasks(), *most);
    InspectionAnswer answer{.text = {}, .json = Json(Json::Object{}), .problems = objects.problems()};
    const std::uint64_t page_kb = (std::uint64_t{1} << workspace.session().tables().page_shift) / 1024;
    answer.text = fmt::format("{:>11} {:>11}  {:<8} {:<10} {:<16}  FILE\n", "CACHED(kB)", "SIZE(kB)", "TYPE",
                              "DEVICE", "INODE");
    Json::Array files;
    for (const CachedFile& file : cache.largest) {
        answer.text += fmt::format("{:>11} {:>11}  {:<8} {:<10} {:016x}  {}\n{}", file.pages * page_kb,
                                   (file.size + 1023) / 1024, escape_for_terminal(file.filesystem),
                                   escape_for_terminal(file.device), file.inode,
                                   escape_for_terminal(file.path), users_line(file));
        files.push_back(json_of(file, page_kb));
    }
    answer.text +=
        fmt::format("({} of {} files with cached pages; {} kB of files, {} kB of devices)\n",
                    cache.largest.size(), cache.files, cache.pages * page_kb, cache.device_pages * page_kb);
    answer.json.set("files_kb", cache.pages * page_kb);
    answer.json.set("devices_kb", cache.device_pages * page_kb);
    answer.json.set("file_count", cache.files);
    answer.json.set("inode_count", cache.inodes);
    answer.json.set("complete", cache.complete);
    answer.json.set("files", std::move(files));
    return answer;
}

}  // namespace

extern const Inspection plugin_inspections_pagecache;
const Inspection plugin_inspections_pagecache{
    "pagecache", "[-n COUNT]", "the page cache by file, and who has the files open",
    "The files with the most cached pages (20), most first: how much of each is in memory, its size, file\n"
    "system and device; below it the processes that have it open or mapped. Files of tmpfs and shared\n"
    "memory are among them: those pages leave with the file only, or to swap. The last line's sums are\n"
    "Cached and Buffers of /proc/meminfo.\n",
    run};

}  // namespace inquest

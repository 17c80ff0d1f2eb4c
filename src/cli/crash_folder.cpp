#include "cli/crash_folder.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <span>
#include <string_view>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "base/text.h"

namespace inquest {
namespace {

namespace fs = std::filesystem;

// Best first: kdump's, its name while it was being written, SUSE's and systemd-pstore's, ABRT's.
constexpr std::array<std::string_view, 4> kLogs{"vmcore-dmesg.txt", "vmcore-dmesg-incomplete.txt",
                                                "dmesg.txt", "backtrace"};
constexpr std::array<std::string_view, 3> kDumps{"vmcore", "vmcore-incomplete", "vmcore.flat"};
constexpr std::size_t kMostEntries = 10000;

std::size_t rank(std::string_view name, std::span<const std::string_view> names) {
    return static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
}

// Debian's "dmesg.202401312359".
bool is_stamped(std::string_view name, std::string_view prefix) {
    if (!name.starts_with(prefix)) return false;
    name.remove_prefix(prefix.size());
    return !name.empty() && std::ranges::all_of(name, is_digit);
}

std::int64_t written(const fs::path& path) {
    struct stat file {};
    return stat(path.c_str(), &file) == 0 ? file.st_mtime : 0;
}

std::string why(const std::string& path, const std::error_code& error) {
    std::string text = path + ": " + error.message();
    if (error == std::errc::permission_denied) text += sudo_hint(path);
    return text;
}

}  // namespace

std::string shell_word(const std::string& path) {
    auto plain = [](char c) {
        return is_alnum(c) || std::string_view("/._-+:@%,").find(c) != std::string_view::npos;
    };
    if (!path.empty() && std::ranges::all_of(path, plain)) return path;
    return "'" + replace_all(path, "'", "'\\''") + "'";
}

std::string sudo_hint(const std::string& path) {
    if (geteuid() == 0) return {};
    return "; run: sudo inquest report" + (path.empty() ? path : " " + shell_word(path));
}

Result<CrashFolder> look_into(const std::string& path) {
    std::error_code error;
    fs::directory_iterator entries(path, error);
    CrashFolder folder;
    std::size_t best_log = kLogs.size(), best_dump = kDumps.size(), seen = 0;
    for (; !error && entries != fs::directory_iterator() && seen < kMostEntries;
         entries.increment(error), ++seen) {
        const std::string name = entries->path().filename().string();
        const std::string file = entries->path().string();
        if (auto log = rank(name, kLogs); log < best_log) {
            best_log = log;
            folder.log = file;
        } else if (auto dump = rank(name, kDumps); dump < best_dump) {
            best_dump = dump;
            folder.dump = file;
        } else if (is_stamped(name, "dmesg.")) {
            if (folder.log.empty()) folder.log = file;
        } else if (is_stamped(name, "dump.")) {
            if (folder.dump.empty()) folder.dump = file;
        } else if (name.starts_with("dmesg-") && entries->is_regular_file(error)) {
            folder.parts.push_back(file);
        }
    }
    if (error) return fail(why(path, error));
    for (const std::string& file : folder.parts) folder.time = std::max(folder.time, written(file));
    for (const std::string& file : {folder.log, folder.dump})
        if (!file.empty()) folder.time = std::max(folder.time, written(file));
    return folder;
}

Result<std::vector<std::string>> folders_in(const std::string& path) {
    std::error_code error;
    fs::directory_iterator entries(path, error);
    std::vector<std::string> folders;
    for (; !error && entries != fs::directory_iterator() && folders.size() < kMostEntries;
         entries.increment(error)) {
        std::error_code unreadable;
        if (entries->is_directory(unreadable) && !entries->is_symlink(unreadable))
            folders.push_back(entries->path().string());
    }
    if (error) return fail(why(path, error));
    std::ranges::sort(folders);
    return folders;
}

}  // namespace inquest

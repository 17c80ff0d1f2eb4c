// Finding the files of debug information that belong to a kernel: named by the user, installed by the
// distribution's debug packages, or had from a debuginfod server.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "debuginfo/sources/elf.h"

namespace inquest {

struct DebugFileOptions {
    std::vector<std::string> paths;  // files and folders that the user named
    bool debuginfod = false;         // whether servers may be asked: DEBUGINFOD_URLS alone is no consent
};

class DebugFiles {
  public:
    // Whether a file is the kernel's; the error names both build-ids.
    using Check = std::function<Result<void>(const ElfFile& file)>;

    // `release` is uname -r, `build_id` the kernel's own in hexadecimal, "" when the dump does not tell.
    DebugFiles(DebugFileOptions options, std::string release, std::string build_id)
        : options_(std::move(options)), release_(std::move(release)), build_id_(std::move(build_id)) {}

    // Opens the files that the user named, and the kernel's in the folders. The error says which is not there
    // or not the kernel's.
    Result<void> open_named(const Check& check);

    // The kernel's file: the named one, else one of /usr/lib/debug that passes the check, else a server's;
    // nullptr when there is none. Looked for once.
    const ElfFile* kernel(const Check& check);

    // Whether there is any place at all where files may be found; false saves finding out what to look for.
    [[nodiscard]] bool anywhere() const;

    // A module's file whose build-id is one of these; nullptr when there is none. Looked for once a module.
    const ElfFile* module(std::string_view name, const std::vector<std::string>& build_ids);

    // A System.map: named, or /boot/System.map-RELEASE; "" none.
    [[nodiscard]] std::string system_map() const;

    // What was found and not taken, and what could not be had: a sentence each.
    [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

  private:
    [[nodiscard]] std::vector<std::string> folders() const;
    std::unique_ptr<ElfFile> kernel_in(const std::string& folder, const Check& check);
    std::unique_ptr<ElfFile> module_in(const std::string& folder, std::string_view name,
                                       const std::vector<std::string>& build_ids);
    const std::multimap<std::string, std::string>& module_files(const std::string& folder);
    std::unique_ptr<ElfFile> from_server(const std::string& build_id);

    DebugFileOptions options_;
    std::string release_, build_id_;
    std::vector<std::string> named_folders_;
    std::string named_map_;
    std::vector<std::unique_ptr<ElfFile>> named_modules_;
    std::unique_ptr<ElfFile> kernel_;
    bool kernel_tried_ = false;
    std::map<std::string, std::unique_ptr<ElfFile>, std::less<>> modules_;
    std::map<std::string, std::multimap<std::string, std::string>> module_files_;  // by folder, then name
    std::vector<std::string> notes_;
};

}  // namespace inquest

#include "debuginfo/debug_files.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "base/text.h"
#include "debuginfo/sources/debuginfod.h"
#include "debuginfo/sources/system_map.h"

namespace inquest {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostFiles = 100000;  // of one folder of modules
constexpr std::string_view kInstalled = "/usr/lib/debug";

bool exists(const std::string& path) {
    std::error_code error;
    return fs::is_regular_file(path, error);
}

// elfutils and gdb: .build-id/, two digits, /, the rest, .debug
std::string build_id_path(const std::string& folder, std::string_view build_id) {
    return folder + "/.build-id/" + std::string(build_id.substr(0, 2)) + "/" +
           std::string(build_id.substr(2)) + ".debug";
}

// Where distributions and builds leave a kernel's file below a folder.
std::vector<std::string> kernel_places(const std::string& folder, const std::string& release) {
    std::vector<std::string> places;
    for (const std::string& top : {folder, folder + std::string(kInstalled)})
        for (const std::string& place :
             {"/boot/vmlinux-" + release, "/boot/vmlinux-" + release + ".debug", "/vmlinux-" + release,
              "/lib/modules/" + release + "/vmlinux", "/lib/modules/" + release + "/vmlinux.debug",
              "/usr/lib/modules/" + release + "/vmlinux.debug", std::string("/vmlinux"),
              std::string("/vmlinux.debug")})
            places.push_back(top + place);
    return places;
}

// "virtio-net.ko.debug.xz" is virtio_net's; "" for what is no module.
std::string module_of(std::string file) {
    auto end = file.find(".ko");
    if (end == file.npos || end == 0) return "";
    file.resize(end);
    std::ranges::replace(file, '-', '_');
    return file;
}

}  // namespace

std::vector<std::string> DebugFiles::folders() const {
    std::vector<std::string> all = named_folders_;
    all.emplace_back(kInstalled);
    return all;
}

bool DebugFiles::anywhere() const {
    std::error_code error;
    return !options_.paths.empty() || options_.debuginfod || fs::is_directory(kInstalled, error);
}

Result<void> DebugFiles::open_named(const Check& check) {
    for (const std::string& path : options_.paths) {
        std::error_code error;
        if (fs::is_directory(path, error)) {
            named_folders_.push_back(path);
            if (kernel_) continue;
            const std::size_t before = notes_.size();
            kernel_ = kernel_in(path, check);
            if (!kernel_ && notes_.size() > before) return fail(notes_.back());
            if (!kernel_)
                notes_.push_back(path + " holds no debug file of kernel " + release_ +
                                 (build_id_.empty() ? "" : ", build-id " + build_id_));
            continue;
        }
        if (is_system_map(path)) {
            named_map_ = path;
            continue;
        }
        auto file = ElfFile::open(path);
        if (!file) return std::unexpected(std::move(file.error()));
        if ((*file)->relocatable()) {
            named_modules_.push_back(std::move(*file));
            continue;
        }
        if (auto right = check(**file); !right) return std::unexpected(std::move(right.error()));
        kernel_ = std::move(*file);
    }
    return {};
}

const ElfFile* DebugFiles::kernel(const Check& check) {
    if (!kernel_ && !kernel_tried_) {
        kernel_tried_ = true;
        kernel_ = kernel_in(std::string(kInstalled), check);
        if (!kernel_) kernel_ = from_server(build_id_);
    }
    return kernel_.get();
}

std::unique_ptr<ElfFile> DebugFiles::kernel_in(const std::string& folder, const Check& check) {
    std::vector<std::string> places;
    if (build_id_.size() > 2) {
        places = {build_id_path(folder, build_id_),
                  build_id_path(folder + std::string(kInstalled), build_id_)};
    }
    if (!release_.empty() && release_.find('/') == release_.npos)
        std::ranges::move(kernel_places(folder, release_), std::back_inserter(places));
    for (const std::string& place : places) {
        if (!exists(place)) continue;
        auto file = ElfFile::open(place);
        Result<void> right;
        if (file) right = check(**file);
        if (file && right) return std::move(*file);
        notes_.push_back((file ? right.error() : file.error()).message() + "; it is not used");
    }
    return nullptr;
}

const ElfFile* DebugFiles::module(std::string_view name, const std::vector<std::string>& build_ids) {
    auto known = modules_.find(name);
    if (known != modules_.end()) return known->second.get();
    std::unique_ptr<ElfFile>& found = modules_[std::string(name)];
    auto right = [&](const ElfFile& file) {
        return std::ranges::find(build_ids, file.build_id()) != build_ids.end();
    };
    for (std::unique_ptr<ElfFile>& file : named_modules_) {
        if (!file || module_of(fs::path(file->path()).filename().string()) != name) continue;
        if (right(*file)) {
            found = std::move(file);
            return found.get();
        }
        notes_.push_back(
            file->path() + " has build-id " + file->build_id() + ", the dump's module " + std::string(name) +
            " " + (build_ids.empty() ? "shows none" : "has " + join(build_ids, " or ")) + "; it is not used");
    }
    for (const std::string& folder : folders())
        if ((found = module_in(folder, name, build_ids))) return found.get();
    for (const std::string& build_id : build_ids)
        if ((found = from_server(build_id))) return found.get();
    return nullptr;
}

std::unique_ptr<ElfFile> DebugFiles::module_in(const std::string& folder, std::string_view name,
                                               const std::vector<std::string>& build_ids) {
    std::vector<std::string> places;
    for (const std::string& build_id : build_ids) {
        if (build_id.size() <= 2) continue;
        places.push_back(build_id_path(folder, build_id));
        places.push_back(build_id_path(folder + std::string(kInstalled), build_id));
    }
    if (std::ranges::none_of(places, exists)) {
        auto [first, last] = module_files(folder).equal_range(std::string(name));
        for (auto entry = first; entry != last; ++entry) places.push_back(entry->second);
    }
    for (const std::string& place : places) {
        if (!exists(place)) continue;
        auto file = ElfFile::open(place);
        if (file && std::ranges::find(build_ids, (*file)->build_id()) != build_ids.end())
            return std::move(*file);
    }
    return nullptr;
}

const std::multimap<std::string, std::string>& DebugFiles::module_files(const std::string& folder) {
    auto [known, is_new] = module_files_.try_emplace(folder);
    if (!is_new || release_.empty() || release_.find('/') != release_.npos) return known->second;
    std::error_code error;
    for (const std::string& top :
         {folder + "/lib/modules/" + release_, folder + std::string(kInstalled) + "/lib/modules/" + release_,
          folder + "/usr/lib/modules/" + release_, folder}) {
        if (top == kInstalled || !fs::is_directory(top, error)) continue;  // the former has every kernel's
        std::size_t seen = 0;
        for (fs::recursive_directory_iterator entry(top, error), end; !error && entry != end;
             entry.increment(error)) {
            if (++seen > kMostFiles) break;
            std::string module = module_of(entry->path().filename().string());
            if (!module.empty()) known->second.emplace(std::move(module), entry->path().string());
        }
        if (!known->second.empty()) break;
    }
    return known->second;
}

std::unique_ptr<ElfFile> DebugFiles::from_server(const std::string& build_id) {
    if (!options_.debuginfod || build_id.empty()) return nullptr;
    auto path = fetch_debuginfo(build_id);
    if (!path) {
        const std::string& note = path.error().message();
        if (std::ranges::find(notes_, note) == notes_.end()) notes_.push_back(note);
        return nullptr;
    }
    auto file = ElfFile::open(*path);
    if (file && (*file)->build_id() == build_id) return std::move(*file);
    notes_.push_back(file ? *path + " has not the build-id that was asked for; it is not used"
                          : file.error().message());
    return nullptr;
}

std::string DebugFiles::system_map() const {
    if (!named_map_.empty()) return named_map_;
    if (release_.empty() || release_.find('/') != release_.npos) return "";
    for (const std::string& folder : named_folders_)
        for (const std::string& place :
             {folder + "/System.map-" + release_, folder + "/boot/System.map-" + release_,
              folder + "/lib/modules/" + release_ + "/System.map", folder + "/System.map"})
            if (exists(place)) return place;
    const std::string installed = "/boot/System.map-" + release_;
    return exists(installed) ? installed : "";
}

}  // namespace inquest

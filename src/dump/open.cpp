// From file names to a dump.
#include <algorithm>
#include <filesystem>

#include "base/text.h"
#include "dump/memory.h"
#include "dump/split.h"
#include "dump/unpack.h"

namespace inquest {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kMostParts = 1024, kMostEntries = 10000;

Result<PartFile> open_file(const std::string& path, const Tell& tell) {
    auto image = Image::open(path);
    if (!image) return std::unexpected(std::move(image.error()));
    std::string problem;
    if (is_packed(*image)) {
        auto unpacked = unpack(path, tell);
        if (!unpacked) return std::unexpected(std::move(unpacked.error()));
        image = std::move(unpacked->image);
        problem = std::move(unpacked->problem);
    }
    auto dump = open_dump(std::move(*image));
    if (!dump) return fail_in(path, dump);
    if (!problem.empty()) (*dump)->add_problem(std::move(problem));
    return PartFile{path, std::move(*dump)};
}

// The other parts of the same dump in the same folder.
std::vector<PartFile> parts_beside(const PartFile& first) {
    std::vector<PartFile> parts;
    std::error_code error;
    std::size_t entries = 0;
    const fs::path folder = fs::path(first.path).parent_path();
    for (const auto& entry : fs::directory_iterator(folder.empty() ? "." : folder, error)) {
        if (++entries > kMostEntries || parts.size() == kMostParts) break;
        if (!entry.is_regular_file(error) || fs::equivalent(entry.path(), first.path, error)) continue;
        auto image = Image::open((folder / entry.path().filename()).string());
        if (!image) continue;
        auto dump = open_dump(std::move(*image));
        if (!dump) continue;
        const auto& part = (*dump)->facts().part;
        if (part && part->dump == first.dump->facts().part->dump)
            parts.push_back({(folder / entry.path().filename()).string(), std::move(*dump)});
    }
    return parts;
}

}  // namespace

Result<std::unique_ptr<Dump>> open_dump(std::span<const std::string> paths, const Tell& tell) {
    if (paths.empty()) return fail("no dump was named");
    if (paths.size() > kMostParts)
        return fail("a dump of more than " + std::to_string(kMostParts) + " parts");
    std::vector<PartFile> files;
    for (const std::string& path : paths) {
        auto file = open_file(path, tell);
        if (!file) return std::unexpected(std::move(file.error()));
        files.push_back(std::move(*file));
    }
    if (files.size() == 1 && !files.front().dump->facts().part) return std::move(files.front().dump);
    if (files.size() == 1) {
        auto others = parts_beside(files.front());
        std::ranges::sort(others, {}, &PartFile::path);
        std::vector<std::string> names;
        for (PartFile& other : others) {
            names.push_back(other.path);
            files.push_back(std::move(other));
        }
        if (!names.empty())
            tell(paths.front() + " is one part of a split dump; read with " + join(names, ", "));
    }
    return join_parts(std::move(files));
}

}  // namespace inquest

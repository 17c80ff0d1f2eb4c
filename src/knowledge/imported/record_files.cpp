#include "knowledge/imported/record_files.h"

#include <algorithm>
#include <fstream>

namespace inquest {

namespace fs = std::filesystem;

std::optional<std::string> record_text(const fs::path& path) {
    std::error_code error;
    auto size = fs::file_size(path, error);
    if (error || size > kMaxRecord) return std::nullopt;
    std::ifstream file(path, std::ios::binary);
    if (!file) return std::nullopt;
    std::string text(size, '\0');
    file.read(text.data(), static_cast<std::streamsize>(size));
    text.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
    return text;
}

std::vector<fs::path> sorted_entries(const fs::path& folder) {
    std::vector<fs::path> entries;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error); !error && entry != fs::directory_iterator();
         entry.increment(error))
        if (entries.size() < kMaxRecords) entries.push_back(entry->path());
    std::ranges::sort(entries);
    return entries;
}

std::vector<fs::path> files_below(const fs::path& folder, std::string_view extension) {
    static constexpr int kDeepest = 16;
    std::vector<fs::path> files;
    std::error_code error;
    auto options = fs::directory_options::skip_permission_denied;
    for (fs::recursive_directory_iterator entry(folder, options, error);
         !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
        if (entry.depth() >= kDeepest) entry.disable_recursion_pending();
        std::error_code ignored;
        if (entry->path().extension() == extension && entry->is_regular_file(ignored) &&
            files.size() < kMaxRecords)
            files.push_back(entry->path());
    }
    std::ranges::sort(files);
    return files;
}

}  // namespace inquest

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "knowledge/knowledge.h"

namespace inquest {
namespace {

constexpr std::size_t kMaxFiles = 20'000;
constexpr std::size_t kMaxBytes = 1 << 20;

}  // namespace

Result<std::vector<std::string>> issue_files(const std::string& path) {
    namespace fs = std::filesystem;
    std::error_code error;
    if (fs::is_regular_file(path, error)) return std::vector<std::string>{path};
    std::vector<std::string> files;
    fs::recursive_directory_iterator entry(path, fs::directory_options::skip_permission_denied, error);
    for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
        if (entry->path().extension() != ".yaml" || !entry->is_regular_file(error)) continue;
        if (files.size() == kMaxFiles) return fail(path + ": more than 20000 issue files");
        files.push_back(entry->path().string());
    }
    if (error) return fail(path + ": " + error.message());
    std::ranges::sort(files);
    return files;
}

Result<std::string> read_issue_file(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    std::string text(kMaxBytes + 1, '\0');
    if (!stream) return fail(path + ": cannot be read");
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    if (text.size() > kMaxBytes) return fail(path + ": larger than 1 MiB");
    return text;
}

}  // namespace inquest

// Folders of records, one a file.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace inquest {

inline constexpr std::size_t kMaxRecord = 8 << 20;
inline constexpr std::size_t kMaxRecords = 1'000'000;

// A file's text. nullopt: it cannot be read, or is larger than any record.
std::optional<std::string> record_text(const std::filesystem::path& path);

// In the order of their names; of a folder that cannot be read, none.
std::vector<std::filesystem::path> sorted_entries(const std::filesystem::path& folder);

// The regular files below a folder whose names end with `extension` (".json"), sorted, at most kMaxRecords
// and 16 folders deep. Links to folders are not followed.
std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder,
                                               std::string_view extension);

}  // namespace inquest

// Files of a folder that others may have filled, and nothing outside of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace inquest {

// The content of a file beneath `folder`. `path` is relative, with nothing like ".." in it; a symbolic link
// on the way is followed only to what lies beneath the folder, too. nullopt when there is no such file, when
// it is no regular one (a device, a pipe), larger than `largest`, or may not be read.
std::optional<std::string> read_beneath(const std::string& folder, std::string_view path,
                                        std::uint64_t largest);

}  // namespace inquest

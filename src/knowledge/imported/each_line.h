// The lines of a file, compressed or not, in constant memory.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace inquest {

// Calls `take` with each line, numbered from 1; nullopt stands for one of more than `longest` bytes. An error
// tells why the file could not be read, or not to its end; the lines before that have been taken.
Result<void> each_line(const std::string& path, std::size_t longest,
                       const std::function<void(std::size_t, std::optional<std::string_view>)>& take);

}  // namespace inquest

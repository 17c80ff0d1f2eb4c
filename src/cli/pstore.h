// The parts into which pstore cuts a log.
#pragma once

#include <span>
#include <string>

#include "base/result.h"

namespace inquest {

// The log that the files hold, its parts in the order in which the kernel printed them. Parts that the kernel
// could not decompress ("dmesg-efi-1.enc.z") are decompressed. Fails on the first file that cannot be read.
Result<std::string> join_parts(std::span<const std::string> files);

}  // namespace inquest

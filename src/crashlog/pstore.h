// What the kernel keeps over a reboot (pstore, ramoops): the end of the log in parts, the newest one first.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "base/input.h"

namespace inquest {

// The texts of records, each with one part or several ("Panic#2 Part1"), as one log in the order of time.
// What an oops and the panic behind it both saved stands there once.
std::string join_pstore_texts(std::span<const std::string> records);

// Records in files, compressed ones (.enc.z) too.
Result<std::unique_ptr<ByteStream>> read_pstore(std::span<const std::string> paths);

// The same stream, its parts joined if it begins as a record does.
Result<std::unique_ptr<ByteStream>> join_pstore(std::unique_ptr<ByteStream> stream);

}  // namespace inquest

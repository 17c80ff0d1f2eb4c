// From what the user named to a dump that can be looked into: what `exec` and `shell` share.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "kernel/session.h"

namespace inquest {

// The words at the front that name the dump: the first, and those behind it that are files of dumps and no
// commands: makedumpfile --split leaves several. At least one when there is any word.
std::span<const std::string> files_of_dump(std::span<const std::string> words);

// Opens it, and says on stderr what the user should know about it: what is missing, and what took long.
Result<std::unique_ptr<Session>> open_session(std::span<const std::string> files);

}  // namespace inquest

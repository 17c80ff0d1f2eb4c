// A folder with a kernel's source, or that of a module, which the user named.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace inquest {

class SourceTree {
  public:
    // The error says that the folder is none.
    static Result<SourceTree> open(const std::string& folder);

    [[nodiscard]] const std::string& folder() const { return folder_; }

    // VERSION, PATCHLEVEL and SUBLEVEL of a kernel's Makefile; nullopt for the source of anything else.
    [[nodiscard]] const std::optional<std::array<std::uint32_t, 3>>& version() const { return version_; }

    // The lines of a file, as a compiler or a log names it: relative to the tree ("./include/linux/mm.h"), or
    // with the folders in front in which the kernel was built. nullptr when the tree has no such file;
    // nothing outside of it is ever opened. The lines live as long as the tree.
    const std::vector<std::string>* lines(std::string_view file);

    // Whether that name could be a file of this tree at all. What was built in a folder of its own is none of
    // a kernel's.
    [[nodiscard]] bool may_have(std::string_view file) const { return !candidates(file).empty(); }

  private:
    explicit SourceTree(std::string folder) : folder_(std::move(folder)) {}
    [[nodiscard]] std::vector<std::string> candidates(std::string_view file) const;

    std::string folder_;
    std::optional<std::array<std::uint32_t, 3>> version_;
    std::map<std::string, std::optional<std::vector<std::string>>, std::less<>> files_;  // by `file`
};

}  // namespace inquest

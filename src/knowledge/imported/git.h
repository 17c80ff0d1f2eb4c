// What a clone of Linux knows: commits, and in which release each came. Runs `git`; nothing is written, and
// no network is used.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace inquest {

class GitClone {
  public:
    explicit GitClone(std::string path) : path_(std::move(path)) {}

    // Every commit that a branch or a tag has: 40 digits, and the message, at most 256 KiB of it.
    Result<void> each_commit(const std::function<void(std::string_view, std::string_view)>& take) const;
    // The full ids of abbreviated ones, in their order; "" where there is none, or several.
    Result<std::vector<std::string>> resolve(const std::vector<std::string>& abbreviated) const;
    // The earliest release that has each commit, candidates counted as their release: "5.13", "5.10.37".
    // Those that none has are left out.
    Result<std::map<std::string, std::string>> releases(const std::vector<std::string>& commits) const;
    // The files that each touches.
    Result<std::map<std::string, std::vector<std::string>>> files(
        const std::vector<std::string>& commits) const;

  private:
    // Runs git with `input` on its standard input and gives each piece of its output that `end` ends.
    Result<void> run(const std::vector<std::string>& arguments, const std::string& input, char end,
                     const std::function<void(std::string_view)>& take) const;

    std::string path_;
};

// "5.13" of "tags/v5.13-rc1~12^2", "5.10.37" of "tags/v5.10.37~5"; "" when the tag is no release.
std::string release_of_name(std::string_view name);

}  // namespace inquest

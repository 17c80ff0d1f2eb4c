// The source trees that the user named, and what has to be said of them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/event.h"
#include "source/source_tree.h"

namespace inquest {

class SourceTrees {
  public:
    // The error names the folder that is none.
    static Result<SourceTrees> open(std::span<const std::string> folders);

    [[nodiscard]] bool empty() const { return trees_.empty(); }

    // The line with up to so many before and behind it, that line marked; out of the first tree that has the
    // file. Empty when none has, or when it has fewer lines.
    std::vector<SourceLine> around(std::string_view file, unsigned line, unsigned before, unsigned behind);

    // What of all that was asked for since the last time shows that the trees are not the kernel's own
    // source, a sentence each: files that none has, or that are too short, and a tree of another version.
    // Empty when nothing speaks against them, and of trees that were never asked.
    std::vector<std::string> take_problems(const Kernel& kernel);

  private:
    struct Missing {
        std::string file, tree;  // the tree that has the file, but too short; "" none has it
        unsigned line = 0;
    };
    [[nodiscard]] std::string sentence(const std::string& release) const;

    std::vector<SourceTree> trees_;
    std::vector<Missing> missing_;  // a file once
    bool asked_ = false;
};

}  // namespace inquest

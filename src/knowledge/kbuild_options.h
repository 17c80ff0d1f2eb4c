// Which options of its configuration a file of the kernel needs to be built.
#pragma once

#include <string_view>
#include <vector>

#include "knowledge/kernel_config.h"

namespace inquest {

// A view of the table that tools/kbuild_options made of Linux's Makefiles: "path/file.c CONFIG_A CONFIG_B",
// sorted by path, below lines that begin with '#', of which the first ends in the version: "# Linux 6.1.192".
class KbuildOptions {
  public:
    // The text must outlive it. Nothing of it is copied.
    explicit KbuildOptions(std::string_view text);
    // The one that is linked into the program.
    static const KbuildOptions& built_in();

    // Options without any of which the file is not built; empty: nobody knows.
    [[nodiscard]] std::vector<std::string_view> of(std::string_view file) const;
    // Whether the file is surely not built. An option that the configuration does not mention counts only
    // where both are of the same series: others may have it by another name, or not at all.
    [[nodiscard]] bool leaves_out(std::string_view file, const KernelConfig& config) const;

  private:
    std::string_view lines_, series_;
};

}  // namespace inquest

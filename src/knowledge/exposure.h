// Which known issues a kernel has before it crashes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "knowledge/knowledge.h"
#include "knowledge/version.h"

namespace inquest {

struct Exposure {
    // How near the issue is to this machine, the nearest first.
    enum class Relevance : std::uint8_t { module_loaded, core_kernel, modules_unknown, module_not_loaded };

    const Issue* issue = nullptr;  // of the Knowledge that was asked
    AffectedAnswer answer;
    Relevance relevance = Relevance::core_kernel;
    std::string relevance_reason;  // "module eudp is loaded"
};

// Every issue that depends on the version of the kernel or on a module that is loaded: affected ones first,
// then unknown, fixed, not affected; among those by relevance, severity and id. No modules: it is not known
// which are loaded.
std::vector<Exposure> exposure(const Knowledge& knowledge, const Kernel& kernel,
                               const std::vector<std::string>& modules);

// Names out of /proc/modules, of lsmod's output, or of a list with commas or blanks, which may carry flags
// ("eudp(OE)").
std::vector<std::string> parse_modules(std::string_view text);

}  // namespace inquest

#include "cli/debug_option.h"

namespace inquest {

Result<SourceTrees> sources_of(const Arguments& arguments) {
    const std::vector<std::string> folders = arguments.values("--source");
    return SourceTrees::open(folders);
}

DebugFileOptions debug_files_of(const Arguments& arguments) {
    return {arguments.values("--symbols"), arguments.has("--debuginfod")};
}

}  // namespace inquest

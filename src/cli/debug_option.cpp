#include "cli/debug_option.h"

namespace inquest {

DebugFileOptions debug_files_of(const Arguments& arguments) {
    return {arguments.values("--symbols"), arguments.has("--debuginfod")};
}

}  // namespace inquest

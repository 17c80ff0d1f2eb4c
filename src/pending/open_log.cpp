#include "crashlog/source.h"

namespace inquest {
Result<std::unique_ptr<LineSource>> open_log(const std::string& path) {
    return fail(path + ": reading logs has not landed");
}
}  // namespace inquest

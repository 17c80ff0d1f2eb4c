#include "cli/knowledge_option.h"

#include "cli/output.h"

namespace inquest {

std::optional<Knowledge> knowledge_of(const Arguments& arguments) {
    Knowledge knowledge = Knowledge::built_in();
    for (const std::string& path : arguments.values("--knowledge")) {
        auto added =
            Catalogue::is_catalogue(path) ? knowledge.add_catalogue(path) : knowledge.add_directory(path);
        if (!added) {
            say(added.error().message());
            return std::nullopt;
        }
    }
    return knowledge;
}

}  // namespace inquest

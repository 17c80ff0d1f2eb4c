#include "cli/knowledge_option.h"

#include "cli/output.h"

namespace inquest {

std::optional<Knowledge> knowledge_of(const Arguments& arguments) {
    Knowledge knowledge = Knowledge::built_in();
    for (const std::string& directory : arguments.values("--knowledge")) {
        if (auto added = knowledge.add_directory(directory); !added) {
            say(added.error().message());
            return std::nullopt;
        }
    }
    return knowledge;
}

}  // namespace inquest

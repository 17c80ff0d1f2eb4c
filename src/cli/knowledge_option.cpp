#include "cli/knowledge_option.h"

#include "cli/output.h"

namespace inquest {

std::expected<Knowledge, Exit> knowledge_of(const Arguments& arguments) {
    Knowledge knowledge = Knowledge::built_in();
    for (const std::string& path : arguments.values("--knowledge")) {
        bool compiled = Catalogue::is_catalogue(path);
        auto added = compiled ? knowledge.add_catalogue(path) : knowledge.add_directory(path);
        if (!added) {
            say(added.error().message());
            return std::unexpected(compiled ? Exit::unreadable : Exit::usage);
        }
    }
    return knowledge;
}

}  // namespace inquest

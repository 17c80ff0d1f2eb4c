#include "inspect/inspection.h"

namespace inquest {

InspectionAnswer cannot_tell(std::string reason) {
    return {.text = {}, .json = Json(Json::Object{}), .problems = {std::move(reason)}};
}

void note_missing(InspectionAnswer& answer, std::size_t missing) {
    if (missing == 1) answer.problems.emplace_back("a value is not in the dump; it is marked");
    if (missing > 1)
        answer.problems.push_back(std::to_string(missing) + " values are not in the dump; they are marked");
}

void note_sources(InspectionAnswer& answer, Workspace& workspace) {
    if (workspace.sources().empty()) return;
    Kernel kernel;
    kernel.release = workspace.session().release();
    kernel.version = workspace.session().version();
    for (std::string& problem : workspace.sources().take_problems(kernel))
        answer.problems.push_back(std::move(problem));
}

const Inspection* inspection_named(std::string_view name) {
    for (const Inspection* inspection : all_inspections())
        if (inspection->name == name) return inspection;
    return nullptr;
}

}  // namespace inquest

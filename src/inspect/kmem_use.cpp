#include <fmt/format.h>

#include "inspect/kmem.h"
#include "kernel/subsystems/memory.h"

namespace inquest {

InspectionAnswer kmem_use(Workspace& workspace) {
    Session& session = workspace.session();
    auto nodes = read_memory_nodes(session);
    auto swap = read_swap(session);
    auto use = read_memory_use(session, nodes, swap);
    InspectionAnswer answer{.text = {}, .json = Json(Json::Object{}), .problems = use.problems};
    const std::uint64_t total = use["MemTotal"].value_or(0);
    for (const MemoryFigure& figure : use.figures) {
        answer.json.set(figure.name, figure.value);
        answer.text += fmt::format("{:<16} {:>14}{}", figure.name, figure.value, figure.is_size ? " kB" : "");
        if (figure.is_size && total && figure.value * 1000 >= total && figure.value <= total)
            answer.text += fmt::format(
                "  {:5.1f}%", 100.0 * static_cast<double>(figure.value) / static_cast<double>(total));
        answer.text += "\n";
    }
    return answer;
}

}  // namespace inquest

#include "report/renderer.h"

namespace inquest {

const Renderer* renderer_named(std::string_view name) {
    for (const Renderer* renderer : all_renderers())
        if (renderer->name == name) return renderer;
    return nullptr;
}

}  // namespace inquest

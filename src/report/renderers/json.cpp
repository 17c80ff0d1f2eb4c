// For programs: the whole report as one document.
#include "report/json_report.h"
#include "report/renderer.h"

namespace inquest {
namespace {

std::string render(const Report& report, const RenderOptions& options) {
    return to_json(report).dump(options.one_line ? -1 : 2) + '\n';
}

}  // namespace

extern const Renderer plugin_renderers_json;
const Renderer plugin_renderers_json{"json", render};

}  // namespace inquest

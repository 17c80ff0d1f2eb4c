// For pipelines: an event a line.
#include "report/event_line.h"
#include "report/renderer.h"

namespace inquest {
namespace {

std::string render(const Report& report, const RenderOptions&) {
    std::string lines;
    for (const CrashEvent& event : report.events) {
        lines += render_event_line(event, report.known_issues);
        lines += '\n';
    }
    return lines;
}

}  // namespace

extern const Renderer plugin_renderers_jsonl;
const Renderer plugin_renderers_jsonl{"jsonl", render};

}  // namespace inquest

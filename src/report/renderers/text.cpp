// For a person at a terminal.
#include "report/document.h"
#include "report/layout.h"
#include "report/renderer.h"
#include "report/text_writer.h"

namespace inquest {
namespace {

std::string render(const Report& report, const RenderOptions& options) {
    Document document = compose(report, !options.brief);
    TextWriter writer(options);
    if (document.parts.empty()) writer.first_screen(document.empty, "");
    for (const EventPart& part : document.parts) {
        if (options.brief && &part != &document.parts.front()) writer.blank();
        writer.first_screen(part.screen, part.label);
        if (part.sections.empty()) continue;
        writer.blank();
        for (const Section& section : part.sections) writer.section(section);
    }
    if (options.brief) return writer.take();
    if (document.parts.empty()) writer.blank();
    for (const Section& section : document.sections) writer.section(section);
    std::string text = writer.take();
    while (text.ends_with("\n\n")) text.pop_back();
    return text;
}

}  // namespace

extern const Renderer plugin_renderers_text;
const Renderer plugin_renderers_text{"text", render};

}  // namespace inquest

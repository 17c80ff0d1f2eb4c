// For a browser: one file that fetches nothing and runs nothing.
#include <fmt/format.h>

#include "report/document.h"
#include "report/html_style.h"
#include "report/html_writer.h"
#include "report/renderer.h"

namespace inquest {
namespace {

// The policy holds even where an escape were forgotten: no script, no request.
constexpr std::string_view kHead =
    "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
    "'unsafe-inline'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"generator\" content=\"inquest\">\n";

// Where several machines crashed: all of them at a glance.
void index(HtmlWriter& writer, const Document& document) {
    if (document.parts.size() < 2) return;
    writer.raw("<nav class=\"card\" aria-label=\"crashes\"><ol class=\"index\">\n");
    for (const EventPart& part : document.parts)
        writer.raw(fmt::format("<li><a href=\"#event-{}\">{}</a></li>\n", part.event,
                               html_text(part.screen.headline)));
    writer.raw("</ol></nav>\n");
}

std::string render(const Report& report, const RenderOptions& options) {
    Document document = compose(report, !options.brief);
    HtmlWriter writer;
    writer.raw(kHead);
    writer.raw(fmt::format("<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n",
                           html_text(document.title), kHtmlStyle));
    writer.raw(fmt::format("<header><b>inquest</b><span>{}</span></header>\n<main>\n",
                           html_text(report.input.path == "-" ? "standard input" : report.input.path)));
    if (document.parts.empty()) writer.first_screen(document.empty, 1, "");
    for (const EventPart& part : document.parts) {
        bool first = &part == &document.parts.front();
        if (!part.label.empty()) writer.raw(fmt::format("<p class=\"part\">{}</p>\n", html_text(part.label)));
        writer.first_screen(part.screen, first ? 1 : 2, fmt::format("event-{}", part.event));
        if (first) index(writer, document);
        for (const Section& section : part.sections) writer.section(section);
    }
    if (document.parts.size() > 1) writer.raw("<p class=\"part\">The whole input</p>\n");
    for (const Section& section : document.sections) writer.section(section);
    writer.raw(
        "</main>\n<footer>Made by inquest from what the input shows; nothing was sent anywhere.</footer>\n"
        "</body>\n</html>\n");
    return writer.take();
}

}  // namespace

extern const Renderer plugin_renderers_html;
const Renderer plugin_renderers_html{"html", render};

}  // namespace inquest

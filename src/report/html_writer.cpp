#include "report/html_writer.h"

#include <fmt/format.h>

#include "base/text.h"
#include "report/web_address.h"

namespace inquest {
namespace {

std::string_view class_of(Tone tone) {
    switch (tone) {
        case Tone::quiet:
            return "quiet";
        case Tone::good:
            return "good";
        case Tone::caution:
            return "caution";
        case Tone::bad:
            return "bad";
        case Tone::plain:
            break;
    }
    return "plain";
}

// Something wide that scrolls by itself, with the keyboard too.
constexpr std::string_view kScroll =
    "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{}\">";

}  // namespace

std::string html_text(std::string_view text) {
    std::string out;
    for (std::string_view line : split(text, '\n')) {
        if (line.data() != text.data()) out += '\n';
        if (line.ends_with('\r')) line.remove_suffix(1);
        out += escape_html(escape_for_terminal(line));
    }
    return out;
}

void HtmlWriter::command(std::string_view text) {
    out_ += fmt::format("<pre class=\"command\" title=\"one click selects the command\">{}</pre>",
                        html_text(text));
}

void HtmlWriter::first_screen(const FirstScreen& screen, int level, std::string_view id) {
    std::string anchor = id.empty() ? "" : fmt::format(" id=\"{}\"", id);
    out_ += fmt::format("<div class=\"card verdict {}\"{}>\n", name_of(screen.severity), anchor);
    out_ += fmt::format("<div class=\"title\"><h{0}>{1}</h{0}>", level, html_text(screen.headline));
    if (!screen.confidence.empty())
        out_ += fmt::format("<span class=\"chip\">{} confidence</span>", html_text(screen.confidence));
    out_ += "</div>\n<dl class=\"answer\">\n";
    for (const auto& row : screen.rows) {
        out_ += fmt::format("<dt>{}</dt><dd>", html_text(row.label));
        if (row.command)
            command(row.text);
        else
            out_ += fmt::format("<span>{}</span>", html_text(row.text));
        if (!row.note.empty())
            out_ += fmt::format("<span class=\"{} {}\">{}</span>", row.tone == Tone::quiet ? "aside" : "chip",
                                class_of(row.tone), html_text(row.note));
        out_ += "</dd>\n";
    }
    out_ += "</dl>\n</div>\n";
}

void HtmlWriter::section(const Section& section) {
    std::string title = html_text(section.title);
    if (section.folded)
        out_ += fmt::format("<details class=\"card\"><summary>{}</summary>\n", title);
    else
        out_ += fmt::format("<section class=\"card\"><h2>{}</h2>\n", title);
    for (const Block& block : section.blocks) std::visit(*this, block);
    out_ += section.folded ? "</details>\n" : "</section>\n";
}

void HtmlWriter::operator()(const Paragraph& p) {
    out_ += fmt::format("<p class=\"{}\">{}</p>\n", class_of(p.tone), html_text(p.text));
}

void HtmlWriter::operator()(const Bullets& bullets) {
    out_ += "<ul>\n";
    for (const std::string& item : bullets.items) out_ += fmt::format("<li>{}</li>\n", html_text(item));
    out_ += "</ul>\n";
}

void HtmlWriter::operator()(const Fields& fields) {
    out_ += fields.code ? "<dl class=\"mono\">\n" : "<dl>\n";
    for (const auto& [name, value] : fields.entries)
        out_ += fmt::format("<dt>{}</dt><dd>{}</dd>\n", html_text(name), html_text(value));
    out_ += "</dl>\n";
}

void HtmlWriter::operator()(const Table& table) {
    out_ += fmt::format(fmt::runtime(kScroll), "table");
    out_ += "<table>\n<tr>";
    for (const std::string& head : table.header)
        out_ += fmt::format("<th scope=\"col\">{}</th>", html_text(head));
    out_ += "</tr>\n";
    for (const auto& row : table.rows) {
        out_ += fmt::format("<tr class=\"{}\">", class_of(row.tone));
        for (const std::string& cell : row.cells) out_ += fmt::format("<td>{}</td>", html_text(cell));
        out_ += "</tr>\n";
    }
    out_ += "</table></div>\n";
}

void HtmlWriter::operator()(const Verbatim& verbatim) {
    out_ += fmt::format("<pre tabindex=\"0\">{}</pre>\n", html_text(verbatim.text));
}

void HtmlWriter::operator()(const Marked& marked) {
    std::string_view text = marked.text;
    out_ += fmt::format("<pre tabindex=\"0\">{}", html_text(text.substr(0, marked.begin)));
    if (marked.length)
        out_ += fmt::format("<mark>{}</mark>", html_text(text.substr(marked.begin, marked.length)));
    out_ += fmt::format("{}</pre>\n", html_text(text.substr(marked.begin + marked.length)));
    if (!marked.note.empty()) out_ += fmt::format("<p>{}</p>\n", html_text(marked.note));
}

void HtmlWriter::operator()(const Registers& registers) {
    std::string told, listed;
    for (const auto& row : registers.rows) {
        if (row.meaning.empty())
            listed += fmt::format("<li><b>{}</b> {}</li>\n", html_text(row.name), html_text(row.value));
        else
            told += fmt::format("<tr><td class=\"mono\">{}</td><td class=\"mono\">{}</td><td>{}</td></tr>\n",
                                html_text(row.name), html_text(row.value), html_text(row.meaning));
    }
    if (!told.empty())
        out_ += fmt::format(fmt::runtime(kScroll), "registers that matter") + "<table class=\"told\">\n" +
                told + "</table></div>\n";
    if (!listed.empty()) out_ += "<ul class=\"regs mono\">\n" + listed + "</ul>\n";
}

void HtmlWriter::operator()(const Trace& trace) {
    out_ += "<ol class=\"trace mono\">\n";
    for (const auto& row : trace.rows) {
        if (row.type == Trace::Row::Type::folded) {
            out_ += fmt::format("<li class=\"more\">{}</li>\n", html_text(row.text));
            continue;
        }
        std::string_view kind = row.guilty ? "guilty" : row.reliable ? "sure" : "guess";
        std::string note = row.reliable       ? row.note
                           : row.note.empty() ? "unreliable"
                                              : "unreliable, " + row.note;
        out_ += fmt::format("<li class=\"{}\"><span>{}</span>", kind, html_text(row.text));
        if (!note.empty()) out_ += fmt::format("<small>{}</small>", html_text(note));
        out_ += "</li>\n";
    }
    out_ += "</ol>\n";
}

void HtmlWriter::operator()(const LogLines& lines) {
    out_ += fmt::format(fmt::runtime(kScroll), "log lines") + "<table class=\"log mono\">\n";
    for (const auto& [number, text] : lines.lines)
        out_ += fmt::format("<tr><td>{}</td><td>{}</td></tr>\n", html_text(number), html_text(text));
    out_ += "</table></div>\n";
}

void HtmlWriter::operator()(const Action& action) {
    out_ += "<div class=\"action\">";
    out_ += html_text(action.text);
    if (!action.risk.empty())
        out_ += fmt::format(" <span class=\"chip caution\">risk: {}</span>", html_text(action.risk));
    if (!action.command.empty()) command(action.command);
    out_ += "</div>\n";
}

void HtmlWriter::operator()(const Lanes& lanes) {
    out_ += fmt::format(fmt::runtime(kScroll), "who did what when, time going down") +
            "<table class=\"lanes\">\n<tr>";
    for (const std::string& name : lanes.names)
        out_ += fmt::format("<th scope=\"col\">{}</th>", html_text(name));
    out_ += "</tr>\n";
    for (const auto& step : lanes.steps) {
        out_ += "<tr>";
        for (const std::string& cell : step)
            out_ += cell.empty() ? "<td></td>" : fmt::format("<td class=\"step\">{}</td>", html_text(cell));
        out_ += "</tr>\n";
    }
    out_ += "</table></div>\n";
}

void HtmlWriter::operator()(const Links& links) {
    out_ += "<ul>\n";
    for (const Reference& item : links.items) {
        std::string text = html_text(item.title.empty() ? item.url : item.title);
        out_ += is_web_address(item.url) ? fmt::format("<li><a rel=\"noreferrer\" href=\"{}\">{}</a></li>\n",
                                                       escape_html(item.url), text)
                                         : fmt::format("<li>{}</li>\n", text);
    }
    out_ += "</ul>\n";
}

}  // namespace inquest

// For a bug report or a ticket (GitHub flavoured).
#include <fmt/format.h>

#include "report/document.h"
#include "report/markdown_text.h"
#include "report/renderer.h"
#include "report/text_writer.h"

namespace inquest {
namespace {

class Writer {
  public:
    void first_screen(const FirstScreen& screen, std::string_view label, int level) {
        std::string confidence =
            screen.confidence.empty() ? "" : fmt::format(" ({} confidence)", screen.confidence);
        std::string head = label.empty() ? "" : std::string(label) + ": ";
        heading(level, head + screen.headline + confidence);
        if (screen.rows.empty()) return;
        std::string out = "| | | |\n|:--|:--|:--|\n";
        for (const auto& row : screen.rows)
            out += fmt::format(
                "| **{}** | {} | {} |\n", markdown_inline(row.label),
                row.command ? markdown_code_cell(row.text) : markdown_cell(row.text),
                row.tone == Tone::bad ? "**" + markdown_cell(row.note) + "**" : markdown_cell(row.note));
        block(out);
    }

    void section(const Section& section, int level) {
        if (section.folded)
            block(fmt::format("<details><summary>{}</summary>", markdown_inline(section.title)));
        else
            heading(level, section.title);
        for (const Block& b : section.blocks) std::visit(*this, b);
        if (section.folded) block("</details>");
    }

    void operator()(const Paragraph& p) {
        block(p.tone == Tone::caution ? "**" + markdown_inline(p.text) + "**" : markdown_inline(p.text));
    }
    void operator()(const Bullets& bullets) {
        std::string out;
        for (const std::string& item : bullets.items) out += "- " + markdown_inline(item) + '\n';
        block(out);
    }
    void operator()(const Fields& fields) {
        std::string out = "| | |\n|:--|:--|\n";
        for (const auto& [name, value] : fields.entries)
            out += fmt::format("| {} | {} |\n", markdown_cell(name), markdown_code_cell(value));
        block(out);
    }
    void operator()(const Table& table) {
        auto row = [](const std::vector<std::string>& cells, auto shown) {
            std::string line = "|";
            for (const std::string& cell : cells) line += ' ' + shown(cell) + " |";
            return line + '\n';
        };
        std::string out = row(table.header, markdown_cell) + "|";
        for (std::size_t i = 0; i < table.header.size(); ++i) out += ":--|";
        out += '\n';
        for (const auto& r : table.rows) out += row(r.cells, markdown_code_cell);
        block(out);
    }
    void operator()(const Action& action) {
        std::string risk = action.risk.empty() ? "" : fmt::format(" (risk: {})", action.risk);
        if (!action.text.empty() || !risk.empty()) block(markdown_inline(action.text + risk));
        if (!action.command.empty()) block(markdown_fence(action.command, "sh"));
    }
    void operator()(const Lanes& lanes) {
        Table table{lanes.names, {}};
        for (const auto& step : lanes.steps) table.rows.push_back({step});
        (*this)(table);
    }
    void operator()(const Links& links) {
        std::string out;
        for (const Reference& item : links.items) out += "- " + markdown_link(item.title, item.url) + '\n';
        block(out);
    }
    // What is drawn in columns stays as the text report draws it.
    void operator()(const auto& drawn) {
        RenderOptions options;
        options.width = 100;
        TextWriter text(options);
        text(drawn);
        block(markdown_fence(text.take(), ""));
    }

    void heading(int level, std::string_view text) {
        block(std::string(static_cast<std::size_t>(level), '#') + ' ' + markdown_inline(text));
    }
    void block(std::string_view text) {
        out_ += text;
        out_ += text.ends_with('\n') ? "\n" : "\n\n";
    }
    [[nodiscard]] std::string take() { return std::move(out_); }

  private:
    std::string out_;
};

std::string render(const Report& report, const RenderOptions& options) {
    Document document = compose(report, !options.brief);
    Writer writer;
    if (document.parts.empty()) writer.first_screen(document.empty, "", 2);
    for (const EventPart& part : document.parts) {
        writer.first_screen(part.screen, part.label, 2);
        for (const Section& section : part.sections) writer.section(section, 3);
    }
    for (const Section& section : document.sections) writer.section(section, 2);
    std::string text = writer.take();
    while (text.ends_with("\n\n")) text.pop_back();
    return text;
}

}  // namespace

extern const Renderer plugin_renderers_markdown;
const Renderer plugin_renderers_markdown{"markdown", render};

}  // namespace inquest

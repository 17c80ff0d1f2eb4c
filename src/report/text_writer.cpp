#include "report/text_writer.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.h"
#include "report/layout.h"

namespace inquest {
namespace {

constexpr std::size_t kLabel = 13;  // column of the first screen's text
constexpr std::string_view kIndent = "  ";
constexpr std::size_t kNarrowest = 40;

std::string safe(std::string_view text) { return escape_for_terminal(text); }

bool is_list(const Block& block) {
    return std::holds_alternative<Bullets>(block) || std::holds_alternative<Links>(block) ||
           std::holds_alternative<Action>(block);
}

// One line whatever is in it.
std::string flat(std::string_view text) { return safe(replace_all(std::string(text), "\n", " ")); }

}  // namespace

TextWriter::TextWriter(const RenderOptions& options)
    : options_(options), width_(std::max<std::size_t>(options.width, kNarrowest)) {}

TextWriter::Style TextWriter::style_of(Tone tone) {
    switch (tone) {
        case Tone::quiet:
            return Style::dim;
        case Tone::good:
            return Style::green;
        case Tone::caution:
            return Style::yellow;
        case Tone::bad:
            return Style::red;
        case Tone::plain:
            break;
    }
    return Style::plain;
}

std::string TextWriter::styled(std::string text, Style style) const {
    if (!options_.colour || style == Style::plain || text.empty()) return text;
    std::string_view code = style == Style::bold    ? "1"
                            : style == Style::dim   ? "2"
                            : style == Style::red   ? "1;31"
                            : style == Style::green ? "32"
                                                    : "33";
    return fmt::format("\033[{}m{}\033[0m", code, text);
}

void TextWriter::line(std::string_view text) {
    out_ += trim_right(text);
    out_ += '\n';
}

void TextWriter::wrapped(std::string_view lead, std::string_view text, Style style, Style lead_style) {
    std::size_t indent = display_width(lead);
    std::size_t room = width_ > indent + 20 ? width_ - indent : 20;
    bool first = true;
    for (const std::string& part : wrap(safe(replace_all(std::string(text), "\t", " ")), room)) {
        line((first ? styled(std::string(lead), lead_style) : std::string(indent, ' ')) +
             styled(part, style));
        first = false;
    }
}

void TextWriter::row(const FirstScreen::Row& row, std::size_t note_column) {
    std::string lead = pad(safe(row.label), kLabel);
    std::string text = flat(row.text), note = flat(row.note);
    std::size_t end = kLabel + display_width(text);
    if (row.command) {
        out_ += styled(lead, Style::dim) + styled(text, Style::bold);
    } else if (end <= width_) {
        out_ += styled(lead, Style::dim) + text;
    } else {
        wrapped(lead, text);
        if (!note.empty()) wrapped(std::string(kLabel, ' '), note, style_of(row.tone));
        return;
    }
    if (note.empty()) {
        out_ += '\n';
    } else if (end + 2 <= note_column && note_column + display_width(note) <= width_) {
        line(std::string(note_column - end, ' ') + styled(note, style_of(row.tone)));
    } else if (end + 4 + display_width(note) <= width_) {
        line("    " + styled(note, style_of(row.tone)));
    } else {
        out_ += '\n';
        wrapped(std::string(kLabel, ' '), note, style_of(row.tone));
    }
}

void TextWriter::first_screen(const FirstScreen& screen, std::string_view label) {
    std::string headline = flat(screen.headline);
    if (!label.empty()) {
        std::string rule = fmt::format("--- {} ", safe(label));
        rule.append(width_ - std::min(width_, rule.size()), '-');
        line(styled(std::move(rule), Style::dim));
    }
    std::string tail = screen.confidence.empty() ? "" : fmt::format("   [{}]", screen.confidence);
    auto parts = wrap(headline, width_ - tail.size());
    for (std::size_t i = 0; i < parts.size(); ++i)
        line(styled(parts[i], screen.severity == Severity::fatal ? Style::red : Style::bold) +
             (i + 1 == parts.size() ? styled(tail, Style::dim) : ""));

    // Notes stand in one column where they can.
    std::size_t column = 0;
    for (const auto& r : screen.rows) {
        std::size_t at = kLabel + display_width(flat(r.text)) + 4;
        if (!r.note.empty() && at + display_width(flat(r.note)) <= width_) column = std::max(column, at);
    }
    for (const auto& r : screen.rows) row(r, column);
}

void TextWriter::section(const Section& section) {
    wrapped("", section.title, Style::bold);
    for (std::size_t i = 0; i < section.blocks.size(); ++i) {
        bool close =
            i && (is_list(section.blocks[i]) ? std::holds_alternative<Paragraph>(section.blocks[i - 1]) ||
                                                   is_list(section.blocks[i - 1])
                                             : section.blocks[i].index() == section.blocks[i - 1].index());
        if (i && !close) blank();
        std::visit(*this, section.blocks[i]);
    }
    blank();
}

void TextWriter::operator()(const Paragraph& paragraph) {
    wrapped(kIndent, paragraph.text, style_of(paragraph.tone));
}

void TextWriter::operator()(const Bullets& bullets) {
    for (const std::string& item : bullets.items) wrapped("  - ", item);
}

void TextWriter::operator()(const Fields& fields) {
    std::size_t column = 0;
    for (const auto& entry : fields.entries) column = std::max(column, display_width(flat(entry.first)));
    column = std::min<std::size_t>(column, 22) + 2;
    for (const auto& [name, value] : fields.entries) {
        std::string label = flat(name);
        if (display_width(label) + 2 > column) {
            line(std::string(kIndent) + styled(label, Style::dim));
            label.clear();
        }
        wrapped(std::string(kIndent) + pad(label, column), value);
    }
}

void TextWriter::operator()(const Table& table) {
    std::size_t columns = table.header.size();
    std::vector<std::size_t> widths(columns, 0);
    auto measure = [&](const std::vector<std::string>& cells) {
        for (std::size_t i = 0; i < std::min(columns, cells.size()); ++i)
            widths[i] = std::max(widths[i], display_width(flat(cells[i])));
    };
    measure(table.header);
    for (const auto& r : table.rows) measure(r.cells);
    // The widest column gives way until the row fits.
    auto total = [&] {
        std::size_t sum = kIndent.size();
        for (auto w : widths) sum += w + 2;
        return sum - 2;
    };
    while (columns && total() > width_) {
        auto widest = std::ranges::max_element(widths);
        if (*widest <= 12) break;
        *widest -= std::min(*widest - 12, total() - width_);
    }
    auto print = [&](const std::vector<std::string>& cells, Style style) {
        std::vector<std::vector<std::string>> wrapped_cells;
        std::size_t height = 1;
        for (std::size_t i = 0; i < columns; ++i) {
            wrapped_cells.push_back(
                wrap(i < cells.size() ? flat(cells[i]) : "", std::max<std::size_t>(widths[i], 1)));
            height = std::max(height, wrapped_cells.back().size());
        }
        for (std::size_t k = 0; k < height; ++k) {
            std::string text(kIndent);
            for (std::size_t i = 0; i < columns; ++i) {
                std::string cell = k < wrapped_cells[i].size() ? wrapped_cells[i][k] : "";
                text += pad(std::move(cell), widths[i] + 2);
            }
            line(styled(std::string(trim_right(text)), style));
        }
    };
    if (std::ranges::any_of(table.header, [](const std::string& h) { return !h.empty(); }))
        print(table.header, Style::dim);
    for (const auto& r : table.rows) print(r.cells, style_of(r.tone));
}

void TextWriter::operator()(const Verbatim& verbatim) {
    for (std::string_view text : split_lines(verbatim.text))
        line(std::string(kIndent) + safe(trim_right(text)));
}

void TextWriter::operator()(const Marked& marked) {
    std::string before = safe(std::string_view(marked.text).substr(0, marked.begin));
    std::string part = safe(std::string_view(marked.text).substr(marked.begin, marked.length));
    std::string after = safe(std::string_view(marked.text).substr(marked.begin + marked.length));
    line(std::string(kIndent) + before + styled(part, Style::bold) + after);
    std::size_t at = part.empty() ? 0 : display_width(before);
    std::string pointer = std::string(kIndent) + std::string(at, ' ') + std::string(display_width(part), '^');
    if (!part.empty()) pointer += ' ';
    if (!part.empty() || !marked.note.empty()) wrapped(pointer, marked.note, Style::plain, Style::yellow);
}

void TextWriter::operator()(const Registers& registers) {
    std::vector<const Registers::Row*> others;
    std::size_t name_width = 0;
    for (const auto& r : registers.rows) name_width = std::max(name_width, display_width(flat(r.name)));
    for (const auto& r : registers.rows) {
        if (r.meaning.empty()) {
            others.push_back(&r);
            continue;
        }
        wrapped(fmt::format("> {} {}  ", pad(flat(r.name), name_width), flat(r.value)), r.meaning,
                Style::plain, Style::bold);
    }
    std::size_t cell = name_width + 20;
    std::size_t per_line = std::max<std::size_t>((width_ - kIndent.size() + 2) / cell, 1);
    std::string text(kIndent);
    for (std::size_t i = 0; i < others.size(); ++i) {
        std::string entry = pad(flat(others[i]->name), name_width + 1) + flat(others[i]->value);
        text += pad(std::move(entry), cell);
        if ((i + 1) % per_line == 0 || i + 1 == others.size()) {
            line(text);
            text = kIndent;
        }
    }
}

void TextWriter::operator()(const Trace& trace) {
    std::size_t column = 0;
    for (const auto& r : trace.rows)
        if (!r.note.empty())
            column = std::max(column, std::min<std::size_t>(display_width(flat(r.text)), 44));
    for (const auto& r : trace.rows) {
        if (r.type == Trace::Row::Type::folded) {
            line(styled(fmt::format("    ({})", flat(r.text)), Style::dim));
            continue;
        }
        std::string text = r.guilty ? "  > " : r.reliable ? "    " : "  ? ";
        std::string name = flat(r.text);
        std::string note = r.note.empty() ? "" : flat(r.note);
        if (!note.empty()) name = pad(std::move(name), column) + "  ";
        Style style = r.guilty ? Style::bold : r.reliable ? Style::plain : Style::dim;
        line(styled(text + name, style) + styled(note, r.guilty ? Style::yellow : Style::dim));
    }
}

void TextWriter::operator()(const LogLines& lines) {
    std::size_t column = 0;
    for (const auto& [number, text] : lines.lines) column = std::max(column, number.size());
    for (const auto& [number, text] : lines.lines)
        wrapped(std::string(kIndent) + std::string(column - number.size(), ' ') + flat(number) + "  ", text);
}

void TextWriter::operator()(const Action& action) {
    std::string risk = action.risk.empty() ? "" : " (risk: " + action.risk + ")";
    wrapped("  * ", (action.text.empty() ? "Run" : action.text) + risk);
    if (!action.command.empty())
        for (std::string_view command : split_lines(action.command))
            line("      " + styled(safe(command), Style::bold));
}

void TextWriter::operator()(const Lanes& lanes) {
    std::size_t count = lanes.names.size();
    if (!count) return;
    std::size_t each = (width_ - kIndent.size()) / count;
    if (each < 12) each = 12;
    const std::string bar = options_.unicode ? "\u2502 " : "| ";
    auto print = [&](const std::vector<std::string>& cells) {
        std::vector<std::vector<std::string>> parts;
        std::size_t height = 1;
        for (const std::string& cell : cells) {
            parts.push_back(wrap(flat(cell), each - 3));
            height = std::max(height, parts.back().size());
        }
        for (std::size_t k = 0; k < height; ++k) {
            std::string text(kIndent);
            for (std::size_t i = 0; i < count; ++i) {
                bool there = i < parts.size() && k < parts[i].size();
                text += styled(bar, Style::dim) + pad(there ? parts[i][k] : "", each - 2);
            }
            line(text);
        }
    };
    print(lanes.names);
    line(std::string(kIndent) + styled(std::string(each * count, '-'), Style::dim));
    for (const auto& step : lanes.steps) print(step);
}

void TextWriter::operator()(const Links& links) {
    for (const Reference& item : links.items) {
        wrapped("  - ", item.title.empty() ? item.url : item.title);
        if (!item.url.empty() && !item.title.empty()) line("    " + flat(item.url));
    }
}

}  // namespace inquest

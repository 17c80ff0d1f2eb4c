// Writes a Document's blocks to a terminal: columns, colour, nothing that could drive the terminal.
#pragma once

#include <string>
#include <string_view>

#include "report/document.h"
#include "report/renderer.h"

namespace inquest {

class TextWriter {
  public:
    explicit TextWriter(const RenderOptions& options);

    void first_screen(const FirstScreen& screen, std::string_view label);
    void section(const Section& section);
    void blank() { out_ += '\n'; }

    [[nodiscard]] std::string take() { return std::move(out_); }

    void operator()(const Paragraph& paragraph);
    void operator()(const Bullets& bullets);
    void operator()(const Fields& fields);
    void operator()(const Table& table);
    void operator()(const Verbatim& verbatim);
    void operator()(const Marked& marked);
    void operator()(const Registers& registers);
    void operator()(const Trace& trace);
    void operator()(const LogLines& lines);
    void operator()(const Action& action);
    void operator()(const Lanes& lanes);
    void operator()(const Links& links);

  private:
    enum class Style { plain, bold, dim, red, green, yellow };
    static Style style_of(Tone tone);

    [[nodiscard]] std::string styled(std::string text, Style style) const;
    // `text` wrapped behind `lead`, the following lines indented as far.
    void wrapped(std::string_view lead, std::string_view text, Style style = Style::plain,
                 Style lead_style = Style::dim);
    void line(std::string_view text);
    void row(const FirstScreen::Row& row, std::size_t note_column);

    RenderOptions options_;
    std::size_t width_;
    std::string out_;
};

}  // namespace inquest

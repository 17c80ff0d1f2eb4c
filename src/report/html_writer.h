// Writes a Document's blocks as HTML.
#pragma once

#include <string>
#include <string_view>

#include "report/document.h"

namespace inquest {

class HtmlWriter {
  public:
    // `level` is that of the headline, 1 or 2.
    void first_screen(const FirstScreen& screen, int level, std::string_view id);
    void section(const Section& section);
    void raw(std::string_view html) { out_ += html; }
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
    void command(std::string_view text);
    std::string out_;
};

// Text of a log inside HTML: markup escaped, control and direction characters made visible, white space kept.
std::string html_text(std::string_view text);

}  // namespace inquest

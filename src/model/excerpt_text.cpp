#include "model/excerpt_text.h"

#include <algorithm>
#include <fmt/format.h>

namespace inquest {

std::string excerpt_lines(const SourceExcerpt& excerpt) {
    std::size_t common = std::string::npos;
    for (const SourceLine& line : excerpt.lines)
        if (auto first = line.text.find_first_not_of(' '); first != std::string::npos)
            common = std::min(common, first);
    const unsigned last = excerpt.lines.empty() ? 0 : excerpt.lines.back().number;
    const std::size_t digits = std::to_string(last).size();
    std::string text;
    for (const SourceLine& line : excerpt.lines) {
        const std::string shown = line.text.size() > common ? line.text.substr(common) : "";
        text += fmt::format("{}{:>{}}  {}", line.marked ? "=> " : "   ", line.number, digits, shown);
        text.erase(text.find_last_not_of(' ') + 1);
        text += '\n';
    }
    return text;
}

std::string excerpt_text(const SourceExcerpt& excerpt, bool continues) {
    std::string heading = continues ? "in " : excerpt.fault ? "" : "called by ";
    if (!excerpt.function.empty()) heading += excerpt.function + "()";
    if (!excerpt.module.empty()) heading += " [" + excerpt.module + "]";
    if (!excerpt.function.empty()) heading += excerpt.inlined ? ", inlined, " : ", ";
    return fmt::format("{}{}:{}\n{}", heading, excerpt.file, excerpt.line, excerpt_lines(excerpt));
}

}  // namespace inquest

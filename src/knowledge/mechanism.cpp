#include "knowledge/mechanism.h"

#include <algorithm>

#include "base/text.h"

namespace inquest {
namespace {

constexpr std::size_t kMinColumn = 12;
constexpr std::string_view kSeparator = " | ";

// Words on lines of at most `width`; what follows the first line is indented. A longer word is cut.
std::vector<std::string> wrap(std::string_view text, std::size_t width) {
    std::vector<std::string> lines{""};
    for (std::string_view word : split_words(text)) {
        std::string* line = &lines.back();
        if (!trim(*line).empty() && line->size() + 1 + word.size() > width) line = &lines.emplace_back("  ");
        if (!trim(*line).empty()) *line += ' ';
        while (line->size() + word.size() > width) {
            std::size_t fits = width - line->size();
            *line += word.substr(0, fits);
            word.remove_prefix(fits);
            line = &lines.emplace_back("  ");
        }
        *line += word;
    }
    return lines;
}

class Grid {
  public:
    Grid(std::size_t lanes, std::size_t column) : lanes_(lanes), column_(column) {}

    // One row of cells, as high as its highest cell.
    void row(const std::vector<std::vector<std::string>>& cells) {
        std::size_t height = 0;
        for (const auto& cell : cells) height = std::max(height, cell.size());
        for (std::size_t y = 0; y < height; ++y) {
            std::string line;
            for (std::size_t lane = 0; lane < lanes_; ++lane) {
                if (lane > 0) line += kSeparator;
                std::string text = y < cells[lane].size() ? cells[lane][y] : std::string();
                text.resize(column_, ' ');
                line += text;
            }
            drawing_.append(trim_right(line)).append("\n");
        }
    }

    void rule() {
        for (std::size_t lane = 0; lane < lanes_; ++lane) {
            if (lane > 0) drawing_ += "-+-";
            drawing_.append(column_, '-');
        }
        drawing_ += '\n';
    }

    std::string take() { return std::move(drawing_); }

  private:
    std::size_t lanes_, column_;
    std::string drawing_;
};

}  // namespace

std::string draw_mechanism(const Mechanism& mechanism, unsigned width) {
    std::size_t lanes = mechanism.lanes.size();
    if (mechanism.empty() || lanes == 0) return {};
    std::size_t separators = kSeparator.size() * (lanes - 1);
    std::size_t column = width > separators ? (width - separators) / lanes : 0;
    if (column < kMinColumn) {
        std::string list;
        for (const auto& step : mechanism.steps) list += mechanism.lanes[step.lane] + ": " + step.text + "\n";
        return list;
    }
    Grid grid(lanes, column);
    std::vector<std::vector<std::string>> cells(lanes);
    for (std::size_t lane = 0; lane < lanes; ++lane) cells[lane] = wrap(mechanism.lanes[lane], column);
    grid.row(cells);
    grid.rule();
    for (const auto& step : mechanism.steps) {
        std::ranges::fill(cells, std::vector<std::string>());
        cells[step.lane] = wrap(step.text, column);
        grid.row(cells);
    }
    return grid.take();
}

}  // namespace inquest

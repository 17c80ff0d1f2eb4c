// Reads one map of an issue file by its keys and notes what does not fit.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/issue.h"
#include "knowledge/node.h"

namespace inquest {

class MapReader {
  public:
    enum class Need : std::uint8_t { optional, required };

    // `what` names the map in messages: "remedy". A node that is no map is a problem by itself and reads as
    // empty.
    MapReader(const Node& node, std::string_view what, const std::string& file,
              std::vector<LintProblem>& problems);

    // The key's text, "" when it is missing or has none.
    std::string text(std::string_view key, Need need = Need::optional);
    // A text, or each of a list of texts; empty when the key is missing.
    std::vector<std::string> texts(std::string_view key);
    // Each item of a list; empty when the key is missing.
    std::vector<const Node*> list(std::string_view key);
    // A number between 0 and `highest`, `otherwise` when the key is missing.
    double number(std::string_view key, double otherwise, double highest);
    bool flag(std::string_view key);
    const Node* child(std::string_view key, Need need = Need::optional);

    // Keys that nobody asked for are problems. Call it last.
    void finish();

    void complain(unsigned line, std::string message);
    [[nodiscard]] unsigned line() const { return node_.line; }

  private:
    const Node& node_;
    std::string what_;
    const std::string& file_;
    std::vector<LintProblem>& problems_;
    std::vector<std::string_view> known_;
};

}  // namespace inquest

// One condition of a signature, ready to be asked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/event_view.h"
#include "knowledge/issue.h"
#include "knowledge/pattern.h"

namespace inquest {

// `silent`: the event does not show what the condition asks for, because it is cut or its report has no such
// line. `partly`: only by frames that the unwinder was not sure of, or another line of the same source file.
enum class Answer : std::uint8_t { no, silent, partly, yes };

class CompiledCondition {
  public:
    explicit CompiledCondition(const Condition& condition);

    [[nodiscard]] Answer ask(const EventView& view) const;
    // For a condition that holds: what was asked, and the line that shows it.
    [[nodiscard]] MatchedCondition explain(const EventView& view) const;
    // Why the condition cannot be asked (a bad pattern, a class of addresses that does not exist); "" when it
    // can.
    [[nodiscard]] std::string problem() const;

    Condition::Type type;
    Condition::Role role;
    double weight;
    std::vector<std::string> any;
    // A frame is one of several functions: "virtblk_ioctl|virtblk_getgeo" taken apart. Only for type frames.
    std::vector<std::vector<std::string>> places;

  private:
    [[nodiscard]] Answer ask_kind(const EventView& view) const;
    [[nodiscard]] Answer ask_frames(const EventView& view) const;
    [[nodiscard]] Answer ask_bug_at(const EventView& view) const;
    [[nodiscard]] Answer ask_module(const EventView& view, bool in_trace_only) const;
    [[nodiscard]] Answer ask_address(const EventView& view) const;
    [[nodiscard]] bool names(std::string_view text) const;
    // Whether the places are found in order; `matched`, when given, takes the functions found so far.
    bool in_order(const EventView& view, bool reliable_only,
                  std::vector<const EventView::Function*>* matched) const;

    std::vector<Pattern> patterns_;  // of type log
};

// Whether such a condition can tell one crash from others; a kind or an address cannot.
bool identifies(Condition::Type type);

// Whether an address is of the class ("null", "poison", ...) or equal to the number; nullopt: there is no
// such class.
std::optional<bool> address_is(Address address, std::string_view wanted, std::string_view arch);

// Whether the line names the place in the source, "lib/idr.c:1163" or a file alone, as a path of its own:
// behind a blank or a '/', and the number whole. Another line of the same file: partly.
Answer names_place(std::string_view line, std::string_view place);

}  // namespace inquest

// Instructions that the CPU refuses: "invalid opcode: 0000 [#1]", "illegal operation: 0001 ilc:3 [#1]",
// "Internal error: Oops - undefined instruction: 0 [#1]". BUG() is one too, but says so in the line before.
#include <algorithm>

#include "crashlog/die_line.h"
#include "crashlog/fault.h"
#include "crashlog/guilty.h"
#include "crashlog/kind_reader.h"
#include "crashlog/title.h"

namespace inquest {
namespace {

constexpr std::string_view kTriggers[] = {"invalid opcode: ",
                                          "illegal operation: ",
                                          "specification exception: ",
                                          "ndefined instruction",
                                          "illegal instruction",
                                          "eserved instruction in kernel",
                                          "Illegal instruction in kernel",
                                          "special-operation exception: "};

// The literals as `what` has them.
constexpr std::string_view kNames[] = {"invalid opcode",
                                       "illegal operation",
                                       "specification exception",
                                       "undefined instruction",
                                       "Undefined instruction",
                                       "illegal instruction",
                                       "Reserved instruction",
                                       "Illegal instruction",
                                       "special-operation exception",
                                       "Oops - undefined instruction"};

bool opens(const Line& line, CrashEvent& event) {
    auto die = parse_die_line(line.text);
    if (!die || std::ranges::none_of(kNames, [&](auto name) { return die->what.starts_with(name); }))
        return false;
    event.kind = Kind::invalid_opcode;
    take_die_line(*die, line, event);
    return true;
}

void finish(CrashEvent& event) {
    blame(event);
    auto what = std::string(event.fact("oops"));
    event.title = title_in(what.empty() ? "invalid opcode" : clean_title(what), event);
}

}  // namespace

extern const KindReader plugin_kinds_invalid_opcode;
const KindReader plugin_kinds_invalid_opcode{"invalid_opcode",       kTriggers, opens,
                                             continue_with_die_line, nullptr,   finish};

}  // namespace inquest

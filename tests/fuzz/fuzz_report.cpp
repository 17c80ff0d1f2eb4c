// Any bytes as a log, through the whole pipeline to every format: nothing may crash, hang, or grow without
// limit, and what is printed for a terminal or a browser must not hold what could drive it.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/json.h"
#include "cli/assemble.h"
#include "report/redact.h"
#include "report/renderer.h"

using namespace inquest;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    auto source = open_text(text);
    Report report = assemble(*source, "fuzz", {.knowledge = &Knowledge::built_in(), .all_boots = true});
    auto has_control_byte = [](const std::string& rendered) {
        for (unsigned char c : rendered)
            if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f) return true;
        return false;
    };
    for (const Renderer* renderer : all_renderers()) {
        std::string rendered = renderer->render(report, {});
        if (renderer->name == "text") require(!has_control_byte(rendered));
        if (renderer->name == "json") require(parse_json(rendered).has_value());
    }
    redact(report);
    return 0;
}

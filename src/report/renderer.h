// A Report in one output format. One file in renderers/ is one format.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "model/report.h"

namespace inquest {

struct RenderOptions {
    bool brief = false;   // text: only the first screen
    bool colour = false;  // text: a terminal is there and NO_COLOR is not set
    bool unicode = true;
    unsigned width = 80;    // text: columns
    bool one_line = false;  // json: the document on one line, as when several inputs are given
};

struct Renderer {
    std::string_view name;  // "text", "json", "jsonl", "markdown", "html"
    std::string (*render)(const Report& report, const RenderOptions& options);
};

std::span<const Renderer* const> all_renderers();
const Renderer* renderer_named(std::string_view name);

}  // namespace inquest

// Lines of source as people read them.
#pragma once

#include <string>

#include "model/event.h"

namespace inquest {

// The lines with their numbers, "=>" at the marked one, without the indentation that all have; each ends with
// a newline. Raw: whoever prints it escapes it.
std::string excerpt_lines(const SourceExcerpt& excerpt);

// The same under a heading: "called by skiff_row() [skiff], inlined, drivers/skiff.c:17". `continues`: what
// stands in front was inlined into this one.
std::string excerpt_text(const SourceExcerpt& excerpt, bool continues = false);

}  // namespace inquest

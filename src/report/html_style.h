// The style sheet of the HTML report: no font, image or script from anywhere.
#pragma once

#include <string_view>

namespace inquest {

extern const std::string_view kHtmlStyle;

}  // namespace inquest

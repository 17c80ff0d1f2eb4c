// Which addresses out of data may become links.
#pragma once

#include <algorithm>
#include <string_view>

#include "base/text.h"

namespace inquest {

// http or https, of characters that stand for themselves in HTML and Markdown.
inline bool is_web_address(std::string_view url) {
    constexpr std::string_view kPlain = "-._~:/?#[]@!$&()*+,;=%";
    return (url.starts_with("https://") || url.starts_with("http://")) &&
           std::ranges::all_of(url, [&](char c) { return is_alnum(c) || kPlain.find(c) != kPlain.npos; });
}

}  // namespace inquest

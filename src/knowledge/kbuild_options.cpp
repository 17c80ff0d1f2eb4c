#include "knowledge/kbuild_options.h"

#include <algorithm>

#include "base/text.h"

// clang-format off
asm(R"(
    .section .rodata
    .global inquest_kbuild_options_begin
    .global inquest_kbuild_options_end
inquest_kbuild_options_begin:
    .incbin ")" INQUEST_KBUILD_OPTIONS R"("
inquest_kbuild_options_end:
    .byte 0
    .previous
)");
// clang-format on

extern "C" {
extern const char inquest_kbuild_options_begin[];
extern const char inquest_kbuild_options_end[];
}

namespace inquest {
namespace {

// "6.1" of "# Linux 6.1.192"
std::string_view series_of(std::string_view line) {
    static constexpr std::string_view kStart = "# Linux ";
    if (!line.starts_with(kStart)) return {};
    line.remove_prefix(kStart.size());
    auto major = line.find('.');
    return major == line.npos ? std::string_view() : line.substr(0, line.find('.', major + 1));
}

}  // namespace

KbuildOptions::KbuildOptions(std::string_view text) : lines_(text) {
    series_ = series_of(text.substr(0, text.find('\n')));
    while (lines_.starts_with('#')) lines_.remove_prefix(std::min(lines_.find('\n'), lines_.size() - 1) + 1);
}

const KbuildOptions& KbuildOptions::built_in() {
    static const KbuildOptions table(
        {inquest_kbuild_options_begin,
         static_cast<std::size_t>(inquest_kbuild_options_end - inquest_kbuild_options_begin)});
    return table;
}

std::vector<std::string_view> KbuildOptions::of(std::string_view file) const {
    std::string_view rest = lines_;
    while (!rest.empty()) {
        auto before = rest.rfind('\n', rest.size() / 2);
        auto start = before == rest.npos ? 0 : before + 1;
        auto end = std::min(rest.find('\n', start), rest.size());
        auto words = split_words(rest.substr(start, end - start));
        std::string_view here = words.empty() ? std::string_view() : words.front();
        if (here == file && !words.empty()) return {words.begin() + 1, words.end()};
        rest = file < here ? rest.substr(0, start) : rest.substr(std::min(end + 1, rest.size()));
    }
    return {};
}

bool KbuildOptions::leaves_out(std::string_view file, const KernelConfig& config) const {
    const bool same_series = !series_.empty() && config.series() == series_;
    return std::ranges::any_of(of(file), [&](std::string_view name) {
        auto option = config.option(name);
        return option == KernelConfig::Option::not_set ||
               (option == KernelConfig::Option::absent && same_series);
    });
}

}  // namespace inquest

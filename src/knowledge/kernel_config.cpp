#include "knowledge/kernel_config.h"

#include <span>

#include "base/input.h"
#include "base/text.h"

namespace inquest {
namespace {

constexpr std::size_t kLargest = 4 << 20;

Result<std::string> text_of(const std::string& path) {
    auto raw = open_raw(path);
    if (!raw) return std::unexpected(std::move(raw.error()));
    auto input = decode(std::move(*raw));
    if (!input) return std::unexpected(std::move(input.error()));
    std::string text(kLargest + 1, '\0');
    std::size_t size = 0;
    while (size < text.size()) {
        auto got = (*input)->read(std::span(text).subspan(size));
        if (!got) return std::unexpected(std::move(got.error()));
        if (*got == 0) break;
        size += *got;
    }
    if (size > kLargest) return fail("this is too long for a kernel's configuration");
    text.resize(size);
    return text;
}

// "6.1" of "6.1.192"
std::string series_of(std::string_view version) {
    auto parts = split(version.substr(0, version.find('-')), '.');
    if (parts.size() < 2 || !parse_dec(parts[0]) || !parse_dec(parts[1])) return {};
    return std::string(parts[0]) + "." + std::string(parts[1]);
}

}  // namespace

Result<KernelConfig> KernelConfig::parse(std::string_view text) {
    static constexpr std::string_view kOption = "CONFIG_", kNotSet = "is not set";
    KernelConfig config;
    std::size_t number = 0;
    for (auto line : split_lines(text)) {
        ++number;
        line = trim(line);
        if (line.empty()) continue;
        if (line.front() == '#') {
            auto words = split_words(line.substr(1));
            if (line.ends_with(kNotSet) && words.size() == 4 && words[0].starts_with(kOption))
                config.options_[std::string(words[0])] = false;
            else if (line.ends_with("Kernel Configuration") && words.size() == 4)
                config.series_ = series_of(words[1]);
            continue;
        }
        auto equals = line.find('=');
        if (!line.starts_with(kOption) || equals == line.npos)
            return fail("line " + std::to_string(number) + " is no line of a kernel's configuration");
        config.options_[std::string(line.substr(0, equals))] = line.substr(equals + 1) != "n";
    }
    if (config.options_.empty()) return fail("this is no kernel's configuration: it has no option");
    return config;
}

Result<KernelConfig> KernelConfig::read(const std::string& path) {
    auto text = text_of(path);
    if (!text) return fail_in("reading the configuration " + path, text);
    auto config = parse(*text);
    if (!config) return fail_in("reading the configuration " + path, config);
    return config;
}

KernelConfig::Option KernelConfig::option(std::string_view name) const {
    auto found = options_.find(name);
    if (found == options_.end()) return Option::absent;
    return found->second ? Option::set : Option::not_set;
}

}  // namespace inquest

// X.Y[.Z][-rcN] and where it stands among the branches of the kernel.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace inquest {

struct UpstreamVersion {
    static constexpr std::uint32_t kRelease = UINT32_MAX;

    std::array<std::uint32_t, 4> number{};
    std::uint32_t candidate = kRelease;  // N of -rcN

    auto operator<=>(const UpstreamVersion&) const = default;

    [[nodiscard]] bool is_candidate() const { return candidate != kRelease; }
    // The release that a candidate becomes; itself otherwise.
    [[nodiscard]] UpstreamVersion release() const { return {number, kRelease}; }
    // "5.10" of 5.10.15; 2.6's releases were 2.6.x.
    [[nodiscard]] UpstreamVersion branch() const;
    [[nodiscard]] bool is_mainline() const { return release() == branch(); }
    // The mainline release behind this one's branch: 5.0 after 4.20.
    [[nodiscard]] UpstreamVersion next_mainline() const;
    // "5.10", "5.10.15", "6.8-rc4"
    [[nodiscard]] std::string text() const;
};

// What is behind the numbers and -rcN is not looked at. nullopt when `text` does not begin with a number.
std::optional<UpstreamVersion> parse_upstream(std::string_view text);

}  // namespace inquest

#include "knowledge/imported/commit_message.h"

#include "base/text.h"

namespace inquest {
namespace {

constexpr std::size_t kMostCulprits = 16;

std::string_view leading_hex(std::string_view text) {
    std::size_t length = 0;
    while (length < text.size() && is_hex(text[length])) ++length;
    return text.substr(0, length);
}

// "commit HASH upstream.", "[ Upstream commit HASH ]", "(cherry picked from commit HASH)"
std::string upstream_of(std::string_view line) {
    auto at = line.find("commit ");
    if (at == line.npos) return {};
    auto before = trim(line.substr(0, at));
    auto hash = leading_hex(line.substr(at + 7));
    auto after = trim(line.substr(at + 7 + hash.size()));
    if (hash.size() != 40) return {};
    bool stable = before.empty() && after.starts_with("upstream");
    bool bracketed = (before == "[ Upstream" || before == "[Upstream") && after.starts_with(']');
    bool picked = before == "(cherry picked from" && after.starts_with(')');
    return stable || bracketed || picked ? to_lower(hash) : std::string();
}

bool has_frame(std::string_view line) {
    auto plus = line.find("+0x");
    return plus != line.npos && plus > 0 && line.find("/0x", plus) != line.npos;
}

}  // namespace

CommitMessage read_commit_message(std::string_view text) {
    CommitMessage message;
    for (auto line : split_lines(text)) {
        if (message.subject.empty()) {
            message.subject = trim(line);
            continue;
        }
        if (has_frame(line)) message.quotes_frames = true;
        if (message.upstream.empty()) message.upstream = upstream_of(trim(line));
        static constexpr std::string_view kFixes = "Fixes: ";
        if (!line.starts_with(kFixes) || message.culprits.size() == kMostCulprits) continue;
        auto hash = leading_hex(line.substr(kFixes.size()));
        if (hash.size() >= 8 && hash.size() <= 40) message.culprits.push_back(to_lower(hash));
    }
    return message;
}

}  // namespace inquest

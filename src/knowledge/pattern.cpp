#include "knowledge/pattern.h"

#include <re2/re2.h>

namespace inquest {
namespace {

constexpr std::size_t kMaxLine = 4096;
constexpr std::int64_t kMaxMemory = 1 << 20;

}  // namespace

Pattern::Pattern(std::string_view text) : plain_(text) {
    if (text.find_first_of("\\^$.|?*+()[]{}") == text.npos) return;
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(kMaxMemory);
    options.set_encoding(re2::RE2::Options::EncodingLatin1);  // logs hold any bytes
    regex_ = std::make_shared<const re2::RE2>(re2::StringPiece(text.data(), text.size()), options);
}

std::string Pattern::error() const { return regex_ && !regex_->ok() ? regex_->error() : std::string(); }

bool Pattern::found_in(std::string_view line) const {
    line = line.substr(0, kMaxLine);
    if (!regex_) return line.find(plain_) != line.npos;
    return regex_->ok() && re2::RE2::PartialMatch(re2::StringPiece(line.data(), line.size()), *regex_);
}

}  // namespace inquest

// Bytes to lines: any input (a file, a pipe, compressed or not, of any size) becomes a sequence of Lines in
// constant memory. Undone on the way: compression, CR and ANSI sequences, HTML entities, NBSP, quoting, lines
// wrapped by a mailer, whole logs pasted onto one line, journal JSON and export forms, pstore parts.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "crashlog/line.h"

namespace inquest {

class LineSource {
  public:
    virtual ~LineSource() = default;

    // The next line, or nullptr at the end. The Line and what it points to live until the call after the next
    // one (so that a parser may look one line back).
    virtual const Line* next() = 0;

    // A hint that the parser is inside no report: the source may jump to a little before the next line that
    // holds one of the trigger literals. Line numbers stay true.
    virtual void skip_to_trigger() = 0;

    // Up to `limit` bytes of raw input that came before the line `next` returned last: for counting what
    // repeated before a crash. Empty when they are gone.
    virtual std::string_view before(std::size_t limit) const = 0;

    virtual std::uint64_t bytes() const = 0;  // read so far
    virtual std::uint64_t lines() const = 0;
    virtual const std::string& format() const = 0;   // envelope seen most
    virtual const std::string& problem() const = 0;  // why the input ended early, "" when it did not
};

// `path` is a file, or "-" for standard input.
Result<std::unique_ptr<LineSource>> open_log(const std::string& path);
// Files that are parts of one log as pstore keeps it, in any order, compressed (.enc.z) or not.
Result<std::unique_ptr<LineSource>> open_parts(std::span<const std::string> paths);
// `text` must outlive the source.
std::unique_ptr<LineSource> open_text(std::string_view text);

}  // namespace inquest

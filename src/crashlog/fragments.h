// Single messages, envelope off, as they stand in the input; what a mailer tore apart is still in pieces.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "crashlog/journal.h"
#include "crashlog/line.h"
#include "crashlog/paste.h"
#include "crashlog/physical_lines.h"

namespace inquest {

// A Line with the text that it points to.
struct Fragment {
    std::string storage;
    Line line;
    PhysicalLines::Piece origin;  // its text is gone
    std::size_t width = 0;        // characters of the line that it stands on, quote marks not counted
    bool soft_break = false;      // that line ends with a blank (format=flowed)
    bool first = true;            // nothing of the same physical line came before
    bool prefix = false;          // stands in front of a time stamp on the same line: no log wrote it there
    bool flattened = false;       // of a mail whose line feeds were lost
};

class FragmentReader {
  public:
    explicit FragmentReader(PhysicalLines& physical) : physical_(physical) {}

    // False at the end of the input.
    bool next(Fragment& fragment);
    // Messages are made of several physical lines here: there is no going back to where one begins.
    [[nodiscard]] bool in_records() const { return in_export_; }
    // Forgets what is left of the present line: the physical lines are somewhere else now.
    void restart();

  private:
    bool next_physical();
    bool unpack(std::string_view raw);
    void strip_number(Line& line);
    bool repeats_prefix(std::string_view text);
    std::string_view keep_host(std::string_view host);

    PhysicalLines& physical_;
    PhysicalLines::Piece piece_;
    std::string text_;    // of piece_, when it is not as it stands in the window
    JournalEntry entry_;  // where text_ came from
    JournalExport export_;
    PasteSplitter splitter_;
    std::string host_[2];  // the present one, and that which lines given out before may point to
    std::string last_prefix_;
    std::uint64_t last_number_ = 0;  // the number that stands in front of the line before
    std::size_t number_width_ = 0;
    bool in_export_ = false;
    bool unpacked_ = false;
    bool inside_ = false;  // splitter_ may have more
    bool first_ = true;
};

}  // namespace inquest

// Lines that hold more than one message: whole logs pasted onto one line, mails that lost their line feeds,
// consoles on which a message began before the line before it ended.
#pragma once

#include <string_view>

#include "crashlog/line.h"

namespace inquest {

class PasteSplitter {
  public:
    // `text` must outlive the parts.
    void begin(std::string_view text);

    // The next part with its envelope off, everything in it pointing into the text; false when there is none.
    bool next(Line& part);

    // What comes behind the last part.
    [[nodiscard]] std::string_view rest() const { return rest_; }
    // The last part ends where a time stamp begins.
    [[nodiscard]] bool at_stamp() const { return at_stamp_; }
    // The text is a mail, its lines in one.
    [[nodiscard]] bool flattened() const { return quoted_; }

  private:
    // How long a line must be that a mail or a log without any time stamps is looked for in it.
    static constexpr std::size_t kLongLine = 240;

    // The first place at or behind a position that some search finds, looked for once and not for every part.
    class Next {
      public:
        template <typename Search>
        std::size_t from(std::size_t position, Search search) {
            if (!known_ || at_ < position) at_ = search(position);
            known_ = true;
            return at_;
        }

      private:
        std::size_t at_ = 0;
        bool known_ = false;
    };

    std::size_t end_of_part(std::string_view message);

    std::string_view text_;
    std::string_view rest_;
    Next feed_, stamp_, quote_, construct_;
    bool quoted_ = false;      // "> > " stands where lines ended
    bool constructs_ = false;  // parts begin where kernel constructs do
    bool prose_ = false;       // the rest is what a person wrote behind the last message
    bool at_stamp_ = false;
    bool first_ = true;
};

}  // namespace inquest

// How facts are put into words, the same in every format.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/report.h"

namespace inquest {

// "3:43" (h:mm) from an hour on, "12 min 7 s" and "49.8 s" below, "9 d 3:43" from two days on.
std::string duration(double seconds);
// "128 GiB", "512 MiB", "0 B"; exact multiples without fraction, else one decimal.
std::string byte_size(std::uint64_t bytes);
// "1 line", "146 lines".
std::string count_of(std::uint64_t count, std::string_view noun);
// "__free_pages+0x5/0x40 [ceph]", the address when there is no symbol, "" when there is neither.
std::string place(const CodeRef& where);
// "nginx[9377]", "nginx", "pid 9377" or "".
std::string task_label(const Task& task);
// "Null pointer dereference" as an English phrase for a kind: "general protection fault".
std::string_view phrase(Kind kind);
// "a NULL argument", for a sentence; "" for unknown.
std::string_view phrase(Cause cause);
// "AFFECTED", "FIXED", "NOT AFFECTED", "unknown".
std::string_view phrase(IssueStatus status);
// "O: out-of-tree module; E: unsigned module"; letters that say nothing bad (G) are left out.
std::string taint_in_words(const Taint& taint);
// The number that /proc/sys/kernel/tainted would show for the letters.
std::uint64_t taint_value(const Taint& taint);

// A next step is written "what to do  # what it tells; what it costs": its two halves, the second may be
// empty.
struct Step {
    std::string_view what, note;
};
Step step_of(std::string_view next_step);
// The same as one sentence.
std::string step_in_words(std::string_view next_step);

// "0x0000000000000088" -> "0x88", for a line that has no room for zeros.
std::string without_leading_zeros(std::string_view text);

// At most `limit` bytes of it, cut between words and marked as cut.
std::string clipped(std::string_view text, std::size_t limit);

// What a fact's name means: "mem_total" -> "Mem total".
std::string label_of(std::string_view fact_name);

}  // namespace inquest

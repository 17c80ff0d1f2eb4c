// Titles as syzbot writes them: kernel developers search for crashes by these words.
#pragma once

#include <string>
#include <string_view>

#include "model/event.h"

namespace inquest {

// What differs from run to run replaced by ADDR, IP, LINE and NUM; offsets behind functions and control bytes
// gone, blanks folded, at most 120 characters.
std::string clean_title(std::string_view text);

// The function's name as titles have it: bare, the prefix of system call wrappers taken off
// ("__do_sys_io_uring_enter" is io_uring_enter).
std::string title_function(std::string_view symbol);

// "WHAT in FUNCTION" with the function of event.guilty; WHAT alone when nobody is to blame.
std::string title_in(std::string_view what, const CrashEvent& event);

}  // namespace inquest

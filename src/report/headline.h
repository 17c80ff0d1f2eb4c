// The answer in one line.
#pragma once

#include <string>
#include <string_view>

#include "model/event.h"

namespace inquest {

// What the event shows: "NULL pointer dereference in __free_pages, called by ceph_aio_read". Never empty.
std::string headline_of(const CrashEvent& event);

// True for a text that tells a reader of the headline nothing: the kernel's own line of it, or a sentence
// that only names the kind.
bool repeats_headline(const CrashEvent& event, std::string_view text);

}  // namespace inquest

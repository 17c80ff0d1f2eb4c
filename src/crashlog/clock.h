// Wall clock times as syslog, the journal and CI systems write them.
#pragma once

#include <string_view>

#include "base/scanner.h"
#include "crashlog/envelope.h"

namespace inquest {

// "20:50:48", with a fraction behind '.' or ',' when there is one.
bool read_clock(Scanner& scan);
// "2024-05-20T10:36:38.123456+02:00", also with a blank for the T and "/" for "-", without fraction and zone.
bool read_iso_time(Scanner& scan);
// "May 25 20:50:48", "25 mai 20:50:48", "Dez 25 20:50:48", "8月 25 20:50:48": any locale's month.
bool read_month_day_time(Scanner& scan);

// Whether "HH:MM:SS" and a number of four digits are somewhere in `text`.
bool holds_clock(std::string_view text);
bool holds_year(std::string_view text);

// What syslog and the journal put between the time and the message: "host kernel: ", "host kernel[0]: ",
// "host kernel - - - ", "kernel: ". Sets line.host. With `time_only` the tag may be missing altogether.
enum class Tag { needed, optional };
bool strip_host_and_tag(Line& line, Scanner scan, Tag tag);

}  // namespace inquest

// Recognising in free text what identifies people and machines.
#pragma once

#include <cstddef>
#include <string_view>

namespace inquest {

struct Identifier {
    std::string_view type;   // "ip", "mac", "mail", "uuid", "container", "serial", "user", "host"
    std::size_t length = 0;  // bytes; 0: none begins here
};

// The identifier that begins at `at`, judged by its form and by what stands before it.
Identifier identifier_at(std::string_view text, std::size_t at);

// The host that a syslog header names: "May 25 20:50:48 HOST kernel: ..."; "" when there is none.
std::string_view syslog_host(std::string_view line);

}  // namespace inquest

// Stable pseudonyms for what identifies people and machines.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "model/report.h"

namespace inquest {

// Replaces host names, IP, MAC and mail addresses, serial numbers, UUIDs, container ids and the user names in
// paths. The same value always gets the same pseudonym ("host-1", "ip-2") from one Redactor, so one of them
// serves a whole stream of reports. Kernel symbols, modules, releases, versions, addresses, registers and
// machine code stay, and so does what the knowledge base says of an issue: none of it is from the machine.
class Redactor {
  public:
    // Every string of the report that may hold anything of the machine.
    void apply(Report& report);

    // A host to be replaced wherever it stands as a word; its first label too when it is a full domain name.
    void learn_host(std::string_view name);
    // Never replaced, wherever it stands: a kernel release may look like an address.
    void keep(std::string_view text);

    [[nodiscard]] std::string text(std::string_view text);

  private:
    void learn(const Report& report);
    void apply(CrashEvent& event);
    std::string pseudonym(std::string_view type, std::string_view value);

    std::set<std::string, std::less<>> hosts_, kept_;
    std::map<std::string, std::string, std::less<>> pseudonyms_;  // "type value" -> "type-N"
    std::map<std::string, int, std::less<>> counts_;              // by type
};

// With a Redactor of its own.
void redact(Report& report);

}  // namespace inquest

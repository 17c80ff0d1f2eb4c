#include "cli/open_session.h"

#include "cli/dump_format.h"
#include "cli/output.h"
#include "inspect/inspection.h"

namespace inquest {

std::span<const std::string> files_of_dump(std::span<const std::string> words) {
    std::size_t count = words.empty() ? 0 : 1;
    while (count < words.size() && words[count] != "help" && !inspection_named(words[count]) &&
           !dump_format(words[count]).empty())
        ++count;
    return words.first(count);
}

Result<std::unique_ptr<Session>> open_session(std::span<const std::string> files) {
    auto session = Session::open(files, [](const std::string& sentence) { say(sentence); });
    if (session)
        for (const std::string& problem : (*session)->facts().problems) say(problem);
    return session;
}

}  // namespace inquest

// What the message of a kernel commit says of itself and of others.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace inquest {

struct CommitMessage {
    std::string subject;
    std::string upstream;  // the commit in mainline that this one was taken from, "" it is from there
    std::vector<std::string> culprits;  // of the "Fixes:" lines: 8 to 40 digits
    bool quotes_frames = false;         // "func+0x1c/0x80"
};

CommitMessage read_commit_message(std::string_view text);

}  // namespace inquest

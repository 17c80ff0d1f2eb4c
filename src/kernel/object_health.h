// What is out of line in an object of the kernel's: its members held against what their types allow, or where
// no type is known, its words against what can be told of them alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "debuginfo/types.h"
#include "kernel/word_health.h"

namespace inquest {

struct MemberRemark {
    std::string path;  // "lock.owner"; "+0x20" where no type is known
    std::uint64_t offset = 0, address = 0;
    std::string value;
    Remark remark;
};

struct ObjectHealth {
    std::vector<MemberRemark> members;  // those of which something is to be said, by offset
    std::size_t judged = 0;             // members or words that were looked at
    std::size_t unread = 0;             // what of them is not in the dump
    bool cut = false;                   // there are more than are looked at
    [[nodiscard]] std::size_t count(Grade grade) const;
};

// What the crash tells of an object's words.
struct WordUses {
    std::optional<std::uint64_t> pointer = {};   // a value that was used as an address
    std::optional<std::uint64_t> count = {};     // offset of a refcount_t
    std::uint64_t typed_from = 0, typed_to = 0;  // offsets of what is judged by its type
};

// References must outlive it.
class ObjectJudge {
  public:
    ObjectJudge(Session& session, CodeMap& code, const TaskList& tasks, Identifier& identifier)
        : session_(session), words_(session, code, tasks, identifier), identifier_(identifier) {}

    // A structure of that type. What is free is judged like what is in use: whoever asks knows.
    ObjectHealth judge(const Types& types, TypeId id, std::uint64_t address, ObjectState state);

    // `size` bytes of which no type is known.
    ObjectHealth judge_words(std::uint64_t address, std::uint64_t size, const WordUses& uses,
                             ObjectState state);

  private:
    friend class MemberWalk;
    Session& session_;
    WordJudge words_;
    Identifier& identifier_;
};

}  // namespace inquest

// Which member of a structure an access means.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "debuginfo/types.h"

namespace inquest::dataflow {

struct MemberAt {
    std::string path;  // to the innermost member: "d_name.name", "i_lock.rlock.raw_lock.val.counter", "fd[]"
    std::string name;  // cut where what follows only wraps one number: "d_name.name", "i_lock", "fd[]"
    TypeId type = 0;   // of the innermost member
    std::uint64_t size = 0;  // its bytes
    bool partial = false;    // the access takes only a part of it
};

// Remembers the members of the structures it was asked for. `types` must outlive it.
class MemberFinder {
  public:
    explicit MemberFinder(const Types& types) : types_(types) {}

    // The members `offset` bytes into the type that an access of `size` bytes (0: unknown) can mean: one, or
    // several where a union leaves it open. `indexed`: an index was added, so that an element of an array is
    // meant. None where the access covers several members, padding, or lies outside.
    const std::vector<MemberAt>& find(TypeId type, std::uint64_t offset, unsigned size, bool indexed);

    [[nodiscard]] const Types& types() const { return types_; }

    // Whether other structures begin with one of this type, so that its address may be theirs.
    bool begins_others(TypeId type);

  private:
    struct Search {
        unsigned size;
        bool indexed;
        int budget, members, depth;  // steps and members that may still be looked at
        std::vector<MemberAt> found;
    };
    const std::vector<Member>& members(TypeId type);
    void descend(TypeId type, std::uint64_t offset, std::string path, std::string name, Search& search);
    void into_members(TypeId type, std::uint64_t offset, const std::string& path, const std::string& name,
                      Search& search);
    void into_array(const Type& array, std::uint64_t offset, const std::string& path, const std::string& name,
                    Search& search);

    struct Asked {
        TypeId type;
        unsigned size;
        std::uint64_t offset;
        bool indexed;
        bool operator==(const Asked&) const = default;
    };
    struct Hash {
        std::size_t operator()(const Asked& asked) const {
            return (asked.offset * 31 + asked.size * 2 + asked.indexed) * 0x9e3779b97f4a7c15 ^ asked.type;
        }
    };

    const Types& types_;
    std::unordered_map<TypeId, std::vector<Member>> members_;
    std::unordered_map<Asked, std::vector<MemberAt>, Hash> answers_;
    std::optional<std::vector<bool>> first_in_others_;
};

}  // namespace inquest::dataflow

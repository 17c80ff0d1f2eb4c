// Whether a word of the kernel's memory can be right where it stands: pointers, links of lists, counts,
// owners of locks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "kernel/identify.h"

namespace inquest {

enum class Grade : std::uint8_t {
    fine,   // as it should be
    odd,    // may be right, in a state that is said
    wrong,  // cannot be right in an object that is in use
};

// What is to be said of a value; with no text, nothing.
struct Remark {
    Grade grade = Grade::fine;
    std::string text = {};
};

enum class PointerUse : std::uint8_t {
    any,    // void *: what is no address may be a number or a coded pointer
    data,   // of a structure
    table,  // of functions: "struct file_operations *"
    code,   // of a function
};

// The poison or the allocator's mark that a word is: "slab poison of a freed object"; "" for none.
std::string poison_of(std::uint64_t value);
// LIST_POISON1 or LIST_POISON2.
bool is_list_poison(std::uint64_t value);
// The characters of a word that is all printable text; "" otherwise.
std::string text_of(std::uint64_t value);

// A slab object or a page that is free.
bool is_free(const Identity& identity);

// References must outlive it.
class WordJudge {
  public:
    WordJudge(Session& session, CodeMap& code, const TaskList& tasks, Identifier& identifier)
        : session_(session), code_(code), tasks_(tasks), identifier_(identifier) {}

    Remark pointer(std::uint64_t value, PointerUse use);
    // A list_head at `place`. NULL in both is one that was never initialised, itself in both an empty list.
    Remark list_head(std::uint64_t place, std::uint64_t next, std::uint64_t prev);
    Remark hlist_node(std::uint64_t place, std::uint64_t next, std::uint64_t pprev);
    // A refcount_t (include/linux/refcount.h).
    static Remark refcount(std::uint32_t value, ObjectState state);
    // The task in a lock's word for its owner, without the flags in it.
    Remark owner(std::uint64_t task);
    // The one bit that, changed, makes the value an address of an allocated object; `object` is what it is
    // then.
    std::optional<unsigned> flipped_bit(std::uint64_t value, std::string& object);

    // Whether the value has the form of a kernel address; nothing need be there.
    [[nodiscard]] bool is_address(std::uint64_t value) const;
    // Whether it is beside the modules that are loaded, where one that was unloaded may have been.
    [[nodiscard]] bool is_near_modules(std::uint64_t value) const;

  private:
    struct Neighbour {
        bool known = false, there = false, back = false;
        std::uint64_t word = 0;
        std::string text;
    };
    Neighbour neighbour(std::uint64_t link, std::uint64_t word_at, std::uint64_t place);
    Remark not_code(std::uint64_t value);
    Remark table(std::uint64_t value);
    Remark no_address(std::uint64_t value);

    Session& session_;
    CodeMap& code_;
    const TaskList& tasks_;
    Identifier& identifier_;
};

}  // namespace inquest

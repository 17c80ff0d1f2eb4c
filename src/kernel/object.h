// Structures of the kernel's memory, read member by member as BTF lays them out.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "kernel/code_map.h"
#include "kernel/session.h"
#include "kernel/subsystems/module_types.h"

namespace inquest {

class Objects;

// One structure type of one kernel, its members looked up once.
class StructureLayout {
  public:
    StructureLayout(const Types& types, TypeId id) : types_(types), id_(id) {}
    // The member, through named and anonymous structs; nullptr when the structure has none.
    const MemberPlace* member(std::string_view path);
    [[nodiscard]] const Types& types() const { return types_; }
    [[nodiscard]] TypeId id() const { return id_; }

  private:
    struct Hash : std::hash<std::string_view> {
        using is_transparent = void;
    };
    const Types& types_;
    TypeId id_;
    std::unordered_map<std::string, std::optional<MemberPlace>, Hash, std::equal_to<>> members_;
};

// A structure at an address. Cheap to copy; lives as long as its Objects. One that is not there (NULL, a type
// that this kernel lacks, a pointer that could not be read) is false, and has nothing.
class Object {
  public:
    Object() = default;
    Object(Objects& all, StructureLayout* layout, std::uint64_t address)
        : all_(&all), layout_(layout), address_(layout ? address : 0) {}

    explicit operator bool() const { return address_ != 0; }
    bool operator==(const Object& other) const { return address_ == other.address_; }
    [[nodiscard]] std::uint64_t address() const { return address_; }

    // Whether this kernel's structure has the member; what is not in the dump it has all the same.
    [[nodiscard]] bool has(std::string_view path) const;
    [[nodiscard]] std::optional<std::uint64_t> address_of(std::string_view path) const;

    // An integer, enum, pointer or bit-field, sign-extended where it is signed; of an array its element
    // `index`. nullopt: the kernel has no such member, or it is not in the dump.
    [[nodiscard]] std::optional<std::uint64_t> get(std::string_view path, std::uint64_t index = 0) const;
    // The same of the first member of that list which this kernel has: names change.
    [[nodiscard]] std::optional<std::uint64_t> get_any(std::initializer_list<std::string_view> paths) const;

    // The structure that a pointer member points to.
    [[nodiscard]] Object follow(std::string_view path, std::uint64_t index = 0) const;
    // The structure that lies in this one.
    [[nodiscard]] Object in(std::string_view path, std::uint64_t index = 0) const;

    // Text of a char array, or of what a char pointer points to; nullopt when it is not there. A NULL pointer
    // is no text.
    [[nodiscard]] std::optional<std::string> text(std::string_view path, std::size_t longest = 4096) const;

  private:
    [[nodiscard]] StructureLayout* layout_of(TypeId id) const;

    Objects* all_ = nullptr;
    StructureLayout* layout_ = nullptr;
    std::uint64_t address_ = 0;
};

class Objects {
  public:
    explicit Objects(Session& session) : session_(session) {}
    Objects(const Objects&) = delete;
    Objects& operator=(const Objects&) = delete;

    Session& session() { return session_; }

    // `struct name` at the address: the kernel's, else a module's.
    Object at(std::string_view name, std::uint64_t address);
    // The structure that a symbol names, and what a pointer of that name points to.
    Object global(std::string_view name, std::string_view symbol);
    Object global_pointer(std::string_view name, std::string_view symbol);

    [[nodiscard]] std::optional<std::uint64_t> offset_of(std::string_view structure, std::string_view path);
    [[nodiscard]] std::uint64_t size_of(std::string_view structure);
    // The value of an enumerator of `enum name`; with no name, of any enum without one.
    [[nodiscard]] std::optional<std::int64_t> enumerator(std::string_view name, std::string_view value);

    // The structures on a list_head or hlist_head, or in an rb_root's tree by order, that are linked by the
    // member `link`. Where a walk broke is said in problems().
    std::vector<Object> list(std::uint64_t head, std::string_view structure, std::string_view link);
    std::vector<Object> hlist(std::uint64_t head, std::string_view structure, std::string_view link);
    std::vector<Object> tree(std::uint64_t root, std::string_view structure, std::string_view link);

    // The name of the function or variable that begins at an address, the kernel's or a module's; "" for
    // none.
    std::string symbol(std::uint64_t address);
    // Where a variable of the kernel's or of a module's lies.
    std::optional<std::uint64_t> variable(std::string_view name);

    void add_problem(std::string sentence) { problems_.push_back(std::move(sentence)); }
    [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }

  private:
    friend class Object;
    StructureLayout* layout(std::string_view name);
    StructureLayout* layout(const Types& types, TypeId id);
    std::vector<Object> entries(const std::vector<std::uint64_t>& addresses, std::string_view structure);

    Session& session_;
    std::map<std::pair<const Types*, TypeId>, std::unique_ptr<StructureLayout>> layouts_;
    std::map<std::string, StructureLayout*, std::less<>> by_name_;
    std::optional<std::vector<ModuleTypes>> modules_;
    std::optional<CodeMap> code_;
    std::vector<std::string> problems_;
};

}  // namespace inquest

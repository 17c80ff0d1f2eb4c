// What DWARF says of types: their names, and which member lies at an offset.
#pragma once

#include <cstdint>
#include <elfutils/libdw.h>
#include <optional>
#include <string>
#include <vector>

namespace referee {

// Without typedefs and qualifiers; nullopt for void. `name`, when given, takes the last typedef's.
std::optional<Dwarf_Die> bare_type(Dwarf_Die die_with_type, std::string* name = nullptr);

// What a pointer variable points to, as C names it.
struct Pointee {
    std::string name;  // "struct inode", "atomic_t" for a structure known by its typedef only, "char"
    Dwarf_Die type;
    bool is_structure;  // or a union
};
// nullopt when the variable is no pointer, or one to void.
std::optional<Pointee> pointee_of(Dwarf_Die variable);

// How an instruction touches an object.
struct Access {
    std::int64_t offset;
    unsigned size = 1;
};
// "d_name.name", "slots[]", every alternative of a union; bit-fields that share bytes with the access are all
// given. Nothing when no member lies there: padding, behind the end, before the start.
std::vector<std::string> members_at(Dwarf_Die structure, const Access& access);

// What a member path passes: first the structure itself, then each named component with its offset in it
// (that of an array's first element); the name is "" for what is no structure. Empty when there is no such
// path.
struct Passed {
    std::string type;
    std::int64_t offset;
};
std::vector<Passed> passed_by(Dwarf_Die structure, const std::string& path);

// "struct inode"; "" for an anonymous one without typedef.
std::string name_of_type(Dwarf_Die type, const std::string& from_typedef = {});

}  // namespace referee

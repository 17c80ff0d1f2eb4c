#include "kernel/object.h"

#include <algorithm>

#include "base/text.h"
#include "kernel/walks.h"

namespace inquest {
namespace {

const Stopped kNever = [] { return false; };

// The bytes of a scalar as a number.
std::optional<std::uint64_t> scalar(const Session& session, const Types& types, const MemberPlace& place,
                                    TypeId resolved, std::uint64_t address) {
    const Type type = types.type(resolved);
    const bool is_number = type.kind == TypeKind::integer || type.kind == TypeKind::enumeration ||
                           type.kind == TypeKind::enumeration64;
    if (!is_number && type.kind != TypeKind::pointer) return std::nullopt;
    const std::uint64_t size = is_number ? type.size : 8;
    std::uint64_t value = 0;
    if (size == 0 || size > sizeof value) return std::nullopt;
    if (session.read(address, {reinterpret_cast<std::uint8_t*>(&value), size}) != ReadOutcome::present)
        return std::nullopt;
    std::uint64_t bits = size * 8;
    if (place.bit_size) {
        value >>= place.bit_offset;
        bits = place.bit_size;
    }
    if (bits >= 64) return value;
    value &= (std::uint64_t{1} << bits) - 1;
    if (type.is_signed && value >> (bits - 1)) value |= ~std::uint64_t{0} << bits;
    return value;
}

// atomic_t and its like are structures of one number.
TypeId unwrap(const Types& types, TypeId id) {
    id = types.resolve(id);
    for (int depth = 0; depth < 4; ++depth) {
        const Type type = types.type(id);
        if ((type.kind != TypeKind::structure && type.kind != TypeKind::union_type) || type.size > 8) break;
        auto members = types.members(id);
        if (members.empty()) break;
        id = types.resolve(members.front().type);
    }
    return id;
}

}  // namespace

const MemberPlace* StructureLayout::member(std::string_view path) {
    auto known = members_.find(path);
    if (known == members_.end()) known = members_.emplace(std::string(path), types_.member(id_, path)).first;
    return known->second ? &*known->second : nullptr;
}

bool Object::has(std::string_view path) const { return layout_ && layout_->member(path); }

std::optional<std::uint64_t> Object::address_of(std::string_view path) const {
    const MemberPlace* place = address_ ? layout_->member(path) : nullptr;
    return place ? std::optional(address_ + place->offset) : std::nullopt;
}

std::optional<std::uint64_t> Object::get(std::string_view path, std::uint64_t index) const {
    const MemberPlace* place = address_ ? layout_->member(path) : nullptr;
    if (!place) return std::nullopt;
    const Types& types = layout_->types();
    TypeId id = types.resolve(place->type);
    std::uint64_t address = address_ + place->offset;
    if (const Type type = types.type(id); type.kind == TypeKind::array) {
        id = types.resolve(type.target);
        address += index * types.size_of(id);
    }
    return scalar(all_->session_, types, *place, unwrap(types, id), address);
}

std::optional<std::uint64_t> Object::get_any(std::initializer_list<std::string_view> paths) const {
    auto known = std::ranges::find_if(paths, [this](std::string_view path) { return has(path); });
    return known == paths.end() ? std::nullopt : get(*known);
}

Object Object::follow(std::string_view path, std::uint64_t index) const {
    const MemberPlace* place = address_ ? layout_->member(path) : nullptr;
    auto address = place ? get(path, index) : std::nullopt;
    if (!address || *address == 0) return {};
    const Types& types = layout_->types();
    TypeId id = types.resolve(place->type);
    if (types.type(id).kind == TypeKind::array) id = types.resolve(types.type(id).target);
    if (types.type(id).kind != TypeKind::pointer) return {};
    return {*all_, layout_of(types.type(id).target), *address};
}

Object Object::in(std::string_view path, std::uint64_t index) const {
    const MemberPlace* place = address_ ? layout_->member(path) : nullptr;
    if (!place) return {};
    const Types& types = layout_->types();
    TypeId id = types.resolve(place->type);
    std::uint64_t address = address_ + place->offset;
    if (types.type(id).kind == TypeKind::array) {
        id = types.resolve(types.type(id).target);
        address += index * types.size_of(id);
    }
    return {*all_, layout_of(id), address};
}

StructureLayout* Object::layout_of(TypeId id) const {
    const Types& types = layout_->types();
    id = types.resolve(id);
    const Type type = types.type(id);
    if (type.kind == TypeKind::forward) return all_->layout(type.name);
    if (type.kind != TypeKind::structure && type.kind != TypeKind::union_type) return nullptr;
    return all_->layout(types, id);
}

std::optional<std::string> Object::text(std::string_view path, std::size_t longest) const {
    const MemberPlace* place = address_ ? layout_->member(path) : nullptr;
    if (!place) return std::nullopt;
    const Types& types = layout_->types();
    const Type type = types.type(types.resolve(place->type));
    std::uint64_t address = address_ + place->offset;
    if (type.kind == TypeKind::array) {
        if (type.count) longest = std::min<std::size_t>(longest, type.count);
    } else {
        auto pointer = get(path);
        if (!pointer || *pointer == 0) return std::nullopt;
        address = *pointer;
    }
    if (!all_->session_.read_as<std::uint8_t>(address)) return std::nullopt;
    return all_->session_.read_string(address, longest);
}

StructureLayout* Objects::layout(const Types& types, TypeId id) {
    auto& known = layouts_[{&types, id}];
    if (!known) known = std::make_unique<StructureLayout>(types, id);
    return known.get();
}

StructureLayout* Objects::layout(std::string_view name) {
    if (auto known = by_name_.find(name); known != by_name_.end()) return known->second;
    StructureLayout* found = nullptr;
    const Types* types = session_.types();
    if (auto id = types ? types->find_struct(name) : std::nullopt) found = layout(*types, *id);
    if (types && !found) {
        if (!modules_) modules_ = read_module_types(session_);
        for (const ModuleTypes& module : *modules_)
            if (auto id = module.types->find_struct(name); id && !found) found = layout(*module.types, *id);
    }
    by_name_.emplace(name, found);
    return found;
}

Object Objects::at(std::string_view name, std::uint64_t address) { return {*this, layout(name), address}; }

Object Objects::global(std::string_view name, std::string_view symbol) {
    return at(name, session_.symbols().address_of(symbol).value_or(0));
}

Object Objects::global_pointer(std::string_view name, std::string_view symbol) {
    auto address = session_.symbols().address_of(symbol);
    return at(name, address ? session_.read_pointer(*address).value_or(0) : 0);
}

std::optional<std::uint64_t> Objects::offset_of(std::string_view structure, std::string_view path) {
    StructureLayout* known = layout(structure);
    const MemberPlace* place = known ? known->member(path) : nullptr;
    return place ? std::optional(place->offset) : std::nullopt;
}

std::uint64_t Objects::size_of(std::string_view structure) {
    StructureLayout* known = layout(structure);
    return known ? known->types().size_of(known->id()) : 0;
}

std::optional<std::int64_t> Objects::enumerator(std::string_view name, std::string_view value) {
    const Types* types = session_.types();
    if (!types) return std::nullopt;
    auto in = [&](TypeId id) -> std::optional<std::int64_t> {
        for (const auto& [known, number] : types->enumerators(id))
            if (known == value) return number;
        return std::nullopt;
    };
    if (!name.empty()) {
        auto id = types->find(name, TypeKind::enumeration);
        return id ? in(*id) : std::nullopt;
    }
    for (TypeId id = 1; id < types->end(); ++id)
        if (const Type type = types->type(id); type.kind == TypeKind::enumeration && type.name.empty())
            if (auto number = in(id)) return number;
    return std::nullopt;
}

std::vector<Object> Objects::entries(const std::vector<std::uint64_t>& addresses,
                                     std::string_view structure) {
    std::vector<Object> found;
    found.reserve(addresses.size());
    for (std::uint64_t address : addresses) found.push_back(at(structure, address));
    return found;
}

std::vector<Object> Objects::list(std::uint64_t head, std::string_view structure, std::string_view link) {
    auto offset = offset_of(structure, link);
    if (!offset || head == 0) return {};
    ListRequest request;
    request.start = head;
    request.offset = *offset;
    request.embedded = request.head = true;
    Walk walk = walk_list(session_.words(), request, kNever);
    for (std::string& problem : walk.problems)
        add_problem("list of " + std::string(structure) + " at " + hex(head) + ": " + problem);
    std::vector<std::uint64_t> addresses;
    for (const WalkedEntry& entry : walk.entries) addresses.push_back(entry.address);
    return entries(addresses, structure);
}

std::vector<Object> Objects::hlist(std::uint64_t head, std::string_view structure, std::string_view link) {
    auto offset = offset_of(structure, link);
    auto first = session_.read_pointer(head);
    if (!first) add_problem("the list head at " + hex(head) + " is not in the dump");
    if (!offset || !first || *first == 0) return {};
    // An hlist_node begins with `next`, and the last one's is NULL: links that point to links.
    ListRequest request;
    request.start = *first;
    Walk walk = walk_list(session_.words(), request, kNever);
    for (std::string& problem : walk.problems)
        add_problem("list of " + std::string(structure) + " at " + hex(head) + ": " + problem);
    std::vector<std::uint64_t> addresses;
    for (const WalkedEntry& entry : walk.entries) addresses.push_back(entry.address - *offset);
    return entries(addresses, structure);
}

std::vector<Object> Objects::tree(std::uint64_t root, std::string_view structure, std::string_view link) {
    auto offset = offset_of(structure, link);
    auto node = session_.read_pointer(root);
    if (!node) add_problem("the tree's root at " + hex(root) + " is not in the dump");
    if (!offset || !node) return {};
    Walk walk = walk_rbtree(session_.words(), *node, *offset, true, kNever);
    for (std::string& problem : walk.problems)
        add_problem("tree of " + std::string(structure) + " at " + hex(root) + ": " + problem);
    std::vector<std::uint64_t> addresses;
    for (const WalkedEntry& entry : walk.entries) addresses.push_back(entry.address);
    return entries(addresses, structure);
}

std::string Objects::symbol(std::uint64_t address) {
    if (address == 0) return "";
    auto found = session_.symbols().at(address);
    if (!found || found->address != address) {
        if (!code_) code_.emplace(session_);
        found = code_->symbol_at(address);
    }
    return found && found->address == address ? std::string(found->name) : "";
}

std::optional<std::uint64_t> Objects::variable(std::string_view name) {
    if (auto address = session_.symbols().address_of(name)) return address;
    if (!code_) code_.emplace(session_);
    for (const ModuleView& module : code_->modules().modules)
        if (auto address = code_->symbols_of(module).address_of(name)) return address;
    return std::nullopt;
}

}  // namespace inquest

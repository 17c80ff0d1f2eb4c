#include <fmt/format.h>

#include "base/text.h"
#include "inspect/struct_command.h"
#include "kernel/walks.h"

namespace inquest {
namespace {

enum class Kind : std::uint8_t { rbtree, xarray, maple };

std::optional<Kind> kind_named(std::string_view name) {
    auto is = [&](std::string_view full, std::size_t shortest) {
        return name.size() >= shortest && full.starts_with(name);
    };
    if (is("rbtree", 2)) return Kind::rbtree;
    if (is("radix", 2) || is("xarray", 1)) return Kind::xarray;
    if (is("maple", 1)) return Kind::maple;
    return std::nullopt;
}

// The pointer in a tree's root: rb_root.rb_node is its first word.
Result<std::uint64_t> root_of(Workspace& workspace, Kind kind, std::uint64_t address) {
    const Types& types = *workspace.session().types();
    std::optional<std::uint64_t> offset = kind == Kind::rbtree   ? std::optional<std::uint64_t>(0)
                                          : kind == Kind::xarray ? types.offset_of("xarray", "xa_head")
                                                                 : types.offset_of("maple_tree", "ma_root");
    if (!offset) return fail("this kernel has no such trees");
    auto root = workspace.values().word(address + *offset);
    if (!root) return fail("the tree's root at " + hex(address) + " is not in the dump");
    return *root;
}

Result<Walk> walk_tree(Workspace& workspace, const Options& options, Kind kind) {
    auto offset = [&](char letter) -> Result<std::uint64_t> {
        auto text = options.value(letter);
        return text ? offset_argument(workspace, *text) : Result<std::uint64_t>(0);
    };
    auto in_holder = offset('r'), in_entry = offset('o');
    for (auto* each : {&in_holder, &in_entry})
        if (!*each) return std::unexpected(std::move(each->error()));
    auto start = workspace.address_of(options.words()[0]);
    if (!start) return std::unexpected(std::move(start.error()));
    auto root = options.has('N')
                    ? Result<std::uint64_t>(kind == Kind::xarray && (*start & 3) == 0 ? *start + 2 : *start)
                    : root_of(workspace, kind, *start + *in_holder);
    if (!root) return std::unexpected(std::move(root.error()));
    auto stopped = [&] { return workspace.stopped(); };
    switch (kind) {
        case Kind::xarray:
            return walk_xarray(workspace.values().words(), *workspace.session().types(), *root, stopped);
        case Kind::maple:
            return walk_maple_tree(workspace.values().words(), *workspace.session().types(), *root, stopped);
        default:
            return walk_rbtree(workspace.values().words(), *root, *in_entry, options.has('l'), stopped);
    }
}

Result<InspectionAnswer> run(Workspace& workspace, std::span<const std::string> arguments) {
    auto options = Options::parse("tree", "t:r:o:s:S:lpNxd", arguments);
    if (!options) return std::unexpected(std::move(options.error()));
    if (options->words().size() != 1) return fail("tree takes a root's address: tree -t maple ADDRESS");
    auto kind = kind_named(options->value('t').value_or("rbtree"));
    if (!kind) return fail("tree knows rbtree, xarray (radix) and maple");
    if (!workspace.session().types())
        return cannot_tell("this dump holds no types: " + join(workspace.session().problems(), "; "));
    std::optional<StructView> view;
    if (auto shown = options->value(options->has('s') ? 's' : 'S')) {
        auto found = struct_view(workspace, *shown);
        if (!found) return std::unexpected(std::move(found.error()));
        view = std::move(*found);
        view->hexadecimal = options->has('x');
    }
    auto walk = walk_tree(workspace, *options, *kind);
    if (!walk) return std::unexpected(std::move(walk.error()));
    InspectionAnswer answer{.text = {}, .json = Json(Json::Object{}), .problems = {}};
    Json::Array entries;
    for (const WalkedEntry& entry : walk->entries) {
        const bool pointer = *kind == Kind::rbtree || !(entry.address & 3);
        std::string position = *kind == Kind::rbtree ? entry.position
                               : entry.first == entry.last
                                   ? fmt::format("index {:#x}", entry.first)
                                   : fmt::format("index {:#x}-{:#x}", entry.first, entry.last);
        answer.text +=
            pointer ? fmt::format("{:x}", entry.address) : fmt::format("{:#x} (a value)", entry.address);
        answer.text += options->has('p') ? "  position: " + position + "\n" : "\n";
        Json one;
        one.set("address", hex(entry.address));
        if (view && pointer && !workspace.stopped()) {
            auto shown = show_struct_at(workspace, *view, entry.address, answer);
            if (!shown) return std::unexpected(std::move(shown.error()));
            one = std::move(*shown);
        }
        one.set("position", position);
        entries.push_back(std::move(one));
    }
    answer.text +=
        walk->entries.size() == 1 ? "(1 entry)\n" : fmt::format("({} entries)\n", walk->entries.size());
    answer.json.set("count", walk->entries.size());
    answer.json.set("entries", std::move(entries));
    for (std::string& problem : walk->problems) answer.problems.push_back(std::move(problem));
    return answer;
}

}  // namespace

extern const Inspection plugin_inspections_tree;
const Inspection plugin_inspections_tree{
    "tree",
    "[-t rbtree|xarray|radix|maple] [-r OFFSET] [-o OFFSET] [-s TYPE[.MEMBER,...] [-x]] [-l] [-p] [-N] START",
    "a red-black tree, XArray, radix tree or maple tree: every entry",
    "START is the root (rb_root, xarray, maple_tree).\n"
    "  -t  what tree it is; rbtree if not said         -r  OFFSET of the root in the structure at START\n"
    "  -o  rbtree: OFFSET of the rb_node in an entry   -N  START is a node, not the root\n"
    "  -s  show each entry as this struct, or these members; -x in hexadecimal\n"
    "  -l  rbtree: from left to right                  -p  where in the tree each entry is\n"
    "OFFSET is bytes, or TYPE.MEMBER. Circles, and nodes that are not in the dump or do not point back to\n"
    "their parent, are said.",
    run};

}  // namespace inquest

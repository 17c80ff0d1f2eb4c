#include <fmt/format.h>

#include "base/text.h"
#include "inspect/struct_command.h"
#include "kernel/walks.h"

namespace inquest {
namespace {

Result<ListRequest> read_request(Workspace& workspace, const Options& options) {
    ListRequest request;
    auto words = options.words();
    auto offset_of = [&](std::string_view text, std::uint64_t& into) -> Result<void> {
        auto offset = offset_argument(workspace, text);
        if (!offset) return std::unexpected(std::move(offset.error()));
        into = *offset;
        return {};
    };
    std::string offset_text(options.value('o').value_or(""));
    for (char letter : {'h', 'H'})
        if (auto start = options.value(letter)) words.emplace_back(*start);
    if (words.size() == 2 && offset_text.empty()) {  // list task_struct.tasks START
        offset_text = words[0];
        words.erase(words.begin());
    }
    if (words.size() != 1) return fail("list takes where to start: list -H modules -o module.list");
    if (!offset_text.empty())
        if (auto set = offset_of(offset_text, request.offset); !set)
            return std::unexpected(std::move(set.error()));
    if (auto head_offset = options.value('O')) {
        request.head_offset = 0;
        if (auto set = offset_of(*head_offset, *request.head_offset); !set)
            return std::unexpected(std::move(set.error()));
    }
    if (auto end = options.value('e')) {
        auto address = workspace.address_of(*end);
        if (!address) return std::unexpected(std::move(address.error()));
        request.end = *address;
    }
    auto start = workspace.address_of(words[0]);
    if (!start) return std::unexpected(std::move(start.error()));
    request.start = *start;
    request.head = options.has('H');
    request.embedded = request.head || options.has('h');
    request.reverse = options.has('r');
    if (request.reverse && !request.embedded) return fail("-r goes by list_head.prev: say -h or -H");
    return request;
}

Result<InspectionAnswer> run(Workspace& workspace, std::span<const std::string> arguments) {
    auto options = Options::parse("list", "o:e:s:S:O:l:c:h:H:rxdB", arguments);
    if (!options) return std::unexpected(std::move(options.error()));
    auto request = read_request(workspace, *options);
    if (!request) return std::unexpected(std::move(request.error()));
    auto most = options->count('c', kMostWalked, kMostWalked);
    if (!most) return std::unexpected(std::move(most.error()));
    request->most = *most;
    std::optional<StructView> view;
    std::uint64_t back = 0;
    if (auto shown = options->value(options->has('s') ? 's' : 'S')) {
        auto found = struct_view(workspace, *shown);
        if (!found) return std::unexpected(std::move(found.error()));
        view = std::move(*found);
        view->hexadecimal = options->has('x');
    }
    if (auto embedded = options->value('l')) {
        auto offset = offset_argument(workspace, *embedded);
        if (!offset) return std::unexpected(std::move(offset.error()));
        back = *offset;
    }
    Walk walk = walk_list(workspace.values().words(), *request, [&] { return workspace.stopped(); });
    InspectionAnswer answer{.text = {}, .json = Json(Json::Object{}), .problems = {}};
    Json::Array entries;
    for (const WalkedEntry& entry : walk.entries) {
        if (view && workspace.stopped()) break;
        answer.text += fmt::format("{:x}\n", entry.address);
        if (!view) {
            Json one;
            one.set("address", hex(entry.address));
            entries.push_back(std::move(one));
            continue;
        }
        auto one = show_struct_at(workspace, *view, entry.address - back, answer);
        if (!one) return std::unexpected(std::move(one.error()));
        entries.push_back(std::move(*one));
    }
    answer.text +=
        walk.entries.size() == 1 ? "(1 entry)\n" : fmt::format("({} entries)\n", walk.entries.size());
    answer.json.set("count", walk.entries.size());
    answer.json.set("entries", std::move(entries));
    for (std::string& problem : walk.problems) answer.problems.push_back(std::move(problem));
    return answer;
}

}  // namespace

extern const Inspection plugin_inspections_list;
const Inspection plugin_inspections_list{
    "list",
    "[[-o] OFFSET] [-e END] [-s TYPE[.MEMBER,...] [-l OFFSET] [-x]] [-r] [-c COUNT] [-h [-O OFFSET] | -H] "
    "START",
    "a linked list: the address of every entry, with members if wanted",
    "START is the first structure, whose link at OFFSET (bytes, or TYPE.MEMBER) points to the next.\n"
    "  -h  START is a structure in a list of list_heads that lie at OFFSET\n"
    "  -H  START is the list's head, a list_head of its own: list -H modules -o module.list\n"
    "  -s  show each entry as this struct, or these members of it; -x in hexadecimal\n"
    "  -l  with -s: the entries are links that lie at OFFSET in the struct\n"
    "  -O  with -h: the offset of the link in the first structure, where it differs\n"
    "  -r  backwards, by list_head.prev      -c  at most so many      -e  stop at this address\n"
    "A list that runs in a circle, holds poison or leads out of the dump is cut there, and said so.",
    run};

}  // namespace inquest

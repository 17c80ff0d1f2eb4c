#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <map>

#include "base/text.h"
#include "inspect/inspection.h"
#include "inspect/operands.h"
#include "inspect/typed_code.h"
#include "kernel/backtrace.h"
#include "kernel/crashed_task.h"

namespace inquest {
namespace {

constexpr std::uint64_t kMostInstructions = 20000;
constexpr std::uint64_t kLargestFunction = 1 << 20;
constexpr std::size_t kLongestInstruction = 16;

struct Range {
    std::uint64_t start, end;  // of addresses; the instruction at `last` is the last shown
    std::uint64_t count = kMostInstructions;
    std::optional<std::uint64_t> last;
    bool typed = false;   // memory operands are named
    bool source = false;  // the lines of the source are shown
};

// What makes an instruction stand out: the crashed task faulted there.
std::map<std::uint64_t, std::string> marks(Workspace& workspace) {
    std::map<std::uint64_t, std::string> marked;
    auto task = crashed_task(workspace.session(), workspace.code(), workspace.tasks());
    if (!task) return marked;
    Backtrace trace = backtrace(workspace.session(), workspace.code(), *task);
    for (std::size_t i = 0; i < trace.frames.size(); ++i) {
        const Frame& frame = trace.frames[i];
        if (!frame.address || (i > 0 && frame.context != "exception")) continue;
        marked.emplace(*frame.address,
                       fmt::format("PID {} \"{}\" {}", task->pid, escape_for_terminal(task->comm),
                                   frame.context == "exception" ? "was interrupted here"
                                                                : "stood here when it crashed"));
    }
    return marked;
}

class Listing {
  public:
    explicit Listing(Workspace& workspace) : workspace_(workspace), marks_(marks(workspace)) {}

    Result<InspectionAnswer> list(const Range& range) {
        InspectionAnswer answer{.text = {}, .json = Json(Json::Object{}), .problems = {}};
        CodeRef place = workspace_.code().describe(range.start, true);
        answer.json.set("function", place.symbol.empty() ? Json() : Json(place.symbol));
        answer.json.set("module", place.module.empty() ? Json() : Json(place.module));
        if (range.typed) read_types(range.start);
        source_ = range.source;
        Json::Array instructions;
        std::uint64_t address = range.start;
        for (std::uint64_t shown = 0; shown < range.count && address < range.end && !workspace_.stopped();
             ++shown) {
            std::array<std::uint8_t, kLongestInstruction> code{};
            auto [length, outcome] =
                read(address, std::min<std::uint64_t>(code.size(), range.end - address), code);
            if (length == 0) {
                answer.problems.push_back(fmt::format("{} is {}", hex(address), name_of(outcome)));
                break;
            }
            auto decoded = workspace_.session().arch().disassemble(std::span(code).first(length), address);
            instructions.push_back(show(address, decoded, code, answer.text));
            if (range.last && address >= *range.last) break;
            address += decoded ? decoded->length : unit();
        }
        answer.json.set("instructions", std::move(instructions));
        if (source_) note_sources(answer, workspace_);
        return answer;
    }

  private:
    void read_types(std::uint64_t address) {
        typed_ = typed_code(workspace_, address);
        const std::uint64_t function = address - workspace_.code().describe(address, true).offset.value_or(0);
        for (const auto& [marked, text] : marks_) {
            const CodeRef place = workspace_.code().describe(marked, true);
            if (marked - place.offset.value_or(0) == function)
                led_here_ = surely_run_before(workspace_, marked);
        }
    }

    bool led_to_the_mark(std::uint64_t address) const {
        return std::ranges::any_of(
            led_here_, [&](const auto& run) { return address >= run.first && address < run.second; });
    }

    // Bytes that hold no instruction are passed over in steps of this.
    std::uint64_t unit() const { return workspace_.session().arch().name == "arm64" ? 4 : 1; }

    // What the disassembler does not know: the byte, or the word of an architecture of words.
    std::string not_known(std::span<const std::uint8_t> code) const {
        if (unit() == 1) return fmt::format("(bad) .byte {:#04x}", code[0]);
        std::uint32_t word = 0;
        std::memcpy(&word, code.data(), sizeof word);
        return fmt::format(".inst {:#010x}  (not known to the disassembler)", word);
    }

    // As many bytes as there are: the next page may be missing.
    std::pair<std::size_t, ReadOutcome> read(std::uint64_t address, std::uint64_t size,
                                             std::span<std::uint8_t> out) {
        auto outcome = workspace_.session().read(address, out.first(size));
        if (outcome == ReadOutcome::present) return {size, outcome};
        std::uint64_t left = std::min(size, 4096 - address % 4096);
        outcome = workspace_.session().read(address, out.first(left));
        return {outcome == ReadOutcome::present ? left : 0, outcome};
    }

    Json show(std::uint64_t address, const std::optional<Decoded>& decoded,
              std::span<const std::uint8_t> code, std::string& text) {
        auto mark = marks_.find(address);
        CodeRef place = workspace_.code().describe(address, true);
        std::string name =
            place.symbol.empty()
                ? ""
                : fmt::format(" <{}+{:#x}>", escape_for_terminal(place.symbol), place.offset.value_or(0));
        std::string written = decoded ? decoded->text : not_known(code);
        Json json;
        json.set("address", hex(address));
        json.set("offset", place.offset ? Json(hex(*place.offset)) : Json());
        json.set("text", written);
        add_source(address, json, text);
        std::string remark;
        if (auto named = decoded ? names_.of(*decoded) : std::nullopt) {
            if (auto text_there = literal_at(*named); !text_there.empty()) {
                remark = "  # " + hex(named->address) + " \"" + text_there + "\"";
                json.set("string", text_there);
            } else if (auto symbol = symbol_of(*named); !symbol.empty()) {
                bool target = named->kind == NamedAddress::Kind::target;
                remark = target ? " <" + escape_for_terminal(symbol) + ">"
                                : "  # " + hex(named->address) + " <" + escape_for_terminal(symbol) + ">";
                Json of;
                of.set("address", hex(named->address));
                of.set("symbol", symbol);
                json.set("target", std::move(of));
            }
        }
        if (auto operands = typed_.operands.find(address); operands != typed_.operands.end()) {
            for (const TypedOperand& operand : operands->second)
                if (!operand.expression.empty()) remark += "  # " + escape_for_terminal(operand.expression);
            json.set("operands", operands_json(operands->second));
        }
        const bool led_here = led_to_the_mark(address);
        if (!led_here_.empty()) json.set("led_to_mark", led_here);
        text += fmt::format("{}{:#x}{}:  {}{}",
                            mark != marks_.end() ? "=> "
                            : led_here           ? " | "
                                                 : "   ",
                            address, name, written, remark);
        if (mark != marks_.end()) {
            text += "   <-- " + mark->second;
            json.set("mark", mark->second);
        }
        text += '\n';
        return json;
    }

    // The source line, shown where it changes; inlined functions by their names.
    void add_source(std::uint64_t address, Json& json, std::string& text) {
        auto places = workspace_.lines().at(address);
        const bool known = !places.empty() && places.front().line != 0;
        json.set("file", known ? Json(places.front().file) : Json());
        json.set("line", known ? Json(places.front().line) : Json());
        if (!known) return;
        const SourcePlace& place = places.front();
        json.set("inlined", place.inlined ? Json(place.function) : Json());
        std::string heading =
            fmt::format("{}:{}{}", escape_for_terminal(place.file), place.line,
                        place.inlined ? "  (" + escape_for_terminal(place.function) + ")" : "");
        if (heading == heading_) return;
        text += heading + "\n";
        heading_ = std::move(heading);
        if (!source_) return;
        const auto lines = workspace_.sources().around(place.file, place.line, 0, 0);
        if (lines.empty()) return;
        text += "    " + escape_for_terminal(trim_left(lines.front().text)) + "\n";
        json.set("source", lines.front().text);
    }

    // The string that an instruction takes the address of: what printk() and panic() say.
    std::string literal_at(const NamedAddress& named) {
        constexpr std::size_t kShortest = 4, kLongest = 60;
        if (named.kind != NamedAddress::Kind::constant || workspace_.code().is_text(named.address)) return "";
        std::string text = workspace_.session().read_string(named.address, kLongest);
        if (text.size() >= 2 && text[0] == '\001') text.erase(0, 2);  // KERN_SOH and the level
        while (text.ends_with('\n')) text.pop_back();
        bool printable = std::ranges::all_of(
            text, [](char c) { return (c >= ' ' && c <= '~') || c == '\n' || c == '\t'; });
        if (text.size() < kShortest || !printable) return "";
        return replace_all(replace_all(std::move(text), "\n", "\\n"), "\t", "\\t");
    }

    std::string symbol_of(const NamedAddress& named) {
        switch (named.kind) {
            case NamedAddress::Kind::constant: {
                // Between symbols lie the strings and numbers that have none.
                std::string text = workspace_.symbol_text(named.address);
                return text.find('+') == text.npos ? text : "";
            }
            case NamedAddress::Kind::per_cpu: {
                auto symbol = workspace_.session().symbols().at(named.address);
                if (!symbol || !workspace_.is_per_cpu(*symbol)) return "";
                std::uint64_t offset = named.address - symbol->address;
                return std::string(symbol->name) + (offset ? "+" + hex(offset) : "");
            }
            default:
                return workspace_.symbol_text(named.address);
        }
    }

    Workspace& workspace_;
    std::map<std::uint64_t, std::string> marks_;
    AddressNames names_;
    std::string heading_;  // the source line shown last
    bool source_ = false;
    TypedCode typed_;
    std::vector<std::pair<std::uint64_t, std::uint64_t>>
        led_here_;  // code that was surely run before the mark
};

Result<InspectionAnswer> run(Workspace& workspace, std::span<const std::string> arguments) {
    auto options = Options::parse("dis", "rfxdts", arguments);
    if (!options) return std::unexpected(std::move(options.error()));
    const auto& words = options->words();
    if (words.empty() || words.size() > 2)
        return fail("dis takes a function or an address, and how many instructions");
    std::optional<std::uint64_t> count;
    if (words.size() == 2) {
        count = parse_dec(words[1]);
        if (!count || *count == 0 || *count > kMostInstructions)
            return fail("\"" + words[1] + "\" is no count from 1 to " + std::to_string(kMostInstructions));
    }
    auto address = workspace.address_of(words[0]);
    if (!address) return std::unexpected(std::move(address.error()));
    CodeRef place = workspace.code().describe(*address, true);
    const std::uint64_t start = *address - place.offset.value_or(0);
    const std::uint64_t end = start + std::min(place.size.value_or(0), kLargestFunction);
    const bool function_known = !place.symbol.empty() && place.size;
    if ((options->has('r') || options->has('f')) && !function_known)
        return fail(hex(*address) + " lies in no function that is known");
    Range range{*address, *address + kMostInstructions * kLongestInstruction, count.value_or(1),
                std::nullopt};
    const bool named = !workspace.symbols_named(words[0]).empty();
    if (options->has('r')) {
        range = {start, *address + kLongestInstruction, count.value_or(kMostInstructions), *address};
    } else if (!count && function_known && (named || options->has('f'))) {
        range = {*address, end, kMostInstructions, std::nullopt};
    } else if (options->has('f')) {
        range.end = end;
    }
    range.typed = options->has('t');
    range.source = options->has('s');
    if (range.source && workspace.sources().empty())
        return fail("-s shows lines of source: name the tree with --source DIR in front");
    return Listing(workspace).list(range);
}

}  // namespace

extern const Inspection plugin_inspections_dis;
const Inspection plugin_inspections_dis{
    "dis", "[-r | -f] [-s] [-t] FUNCTION | ADDRESS [COUNT]",
    "machine code, with the symbols of what it calls and reads",
    "A function is shown whole; from any other address COUNT instructions, 1 by default.\n"
    "  -r  from the start of the function up to the address\n"
    "  -f  from the address to the end of the function\n"
    "  -s  the source of each line, from the tree that --source names\n"
    "  -t  name what memory operands access: variable->member, by the types of the function's arguments and\n"
    "      of what it loads and calls; nothing stands where that cannot be known. | marks what was surely "
    "run\n"
    "      on the way to where the crashed task stood.\n"
    "The code is the dump's own: with what alternatives, static keys and ftrace made of it.\n"
    "With debug files (--symbols) every change of the source line is shown.\n"
    "Offsets are hexadecimal. => marks where the crashed task stood.",
    run};

}  // namespace inquest

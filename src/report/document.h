// A report as something to read: what text, markdown and html show, in order, before any of them lays it out.
// The facts and their wording are decided once (first_screen.cpp, compose_*.cpp); a renderer only draws
// blocks. Strings are raw: the renderer escapes them.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "model/report.h"

namespace inquest {

enum class Tone : std::uint8_t { plain, quiet, good, caution, bad };

struct Paragraph {
    std::string text;
    Tone tone = Tone::plain;
};

struct Bullets {
    std::vector<std::string> items;
};

// Names and values; an entry without value is never there.
struct Fields {
    std::vector<std::pair<std::string, std::string>> entries;
    bool code = false;  // the values are addresses, symbols, bytes
};

struct Table {
    struct Row {
        std::vector<std::string> cells;
        Tone tone = Tone::plain;
    };
    std::vector<std::string> header;
    std::vector<Row> rows;
};

// Text to be shown letter by letter.
struct Verbatim {
    std::string text;
};

// One line of code with a part of it pointed at.
struct Marked {
    std::string text;
    std::size_t begin = 0, length = 0;  // of the part, in bytes; length 0: nothing is marked
    std::string note;                   // what there is to say of the part
};

struct Registers {
    struct Row {
        std::string name, value, meaning;  // a register without meaning is only listed
    };
    std::vector<Row> rows;
};

struct Trace {
    struct Row {
        enum class Type : std::uint8_t { frame, folded } type = Type::frame;
        std::string text;  // "ceph_aio_read+0x5e1/0x7f0 [ceph]"; what was folded
        std::string note;  // "to blame", "the fault", "irq", "fs/ceph/file.c:512"
        bool guilty = false;
        bool reliable = true;
    };
    std::vector<Row> rows;
};

// Lines of the input. `number` is "" where it is not known.
struct LogLines {
    std::vector<std::pair<std::string, std::string>> lines;  // number, text
};

// What to do: a sentence, a command to copy, its risk. Any may be empty.
struct Action {
    std::string text, command, risk;
};

// Who did what when, time going down; a cell is empty where the lane does nothing.
struct Lanes {
    std::vector<std::string> names;
    std::vector<std::vector<std::string>> steps;  // each of names.size() cells
};

struct Links {
    std::vector<Reference> items;
};

using Block = std::variant<Paragraph, Bullets, Fields, Table, Verbatim, Marked, Registers, Trace, LogLines,
                           Action, Lanes, Links>;

struct Section {
    std::string title;
    std::vector<Block> blocks;
    bool folded = false;  // long and seldom read: closed at first where the format can
    Tone tone = Tone::plain;
};

// The answer in five lines.
struct FirstScreen {
    struct Row {
        std::string label;  // "known issue", "do now", "why", "machine", ...
        std::string text;
        std::string note;         // "this kernel: AFFECTED", "risk: reboot"
        Tone tone = Tone::plain;  // of the note
        bool command = false;     // the text is to be copied: never broken or cut
    };
    std::string headline;
    std::string confidence;  // "high", "medium", "low"; "" when nothing is claimed beyond what happened
    Severity severity = Severity::error;
    std::vector<Row> rows;  // only those that have content
};

// An event that stands for itself: the one that ended a boot, or that has its own explanation.
struct EventPart {
    int event = 0;
    std::string label;  // "" when it is the only part; else "2 of 17"
    FirstScreen screen;
    std::vector<Section> sections;
};

struct Document {
    std::string title;
    FirstScreen empty;              // what to say when there is no event; empty headline otherwise
    std::vector<EventPart> parts;   // the primary event first, then in the order of the log
    std::vector<Section> sections;  // of the input as a whole
};

// `details` false: first screens only.
Document compose(const Report& report, bool details = true);

}  // namespace inquest

#include <algorithm>
#include <fmt/format.h>

#include "base/text.h"
#include "model/arguments_text.h"
#include "model/symbol.h"
#include "report/compose.h"
#include "report/wording.h"

namespace inquest {
namespace {

// A stack overflow prints thousands of frames; those in the middle repeat.
constexpr std::size_t kHead = 48;
constexpr std::size_t kTail = 16;

Trace::Row row_of(const Frame& frame) {
    Trace::Row row;
    row.text = place(frame);
    row.reliable = frame.reliable;
    std::vector<std::string> notes;
    if (frame.inlined) notes.emplace_back("inlined");
    if (!frame.context.empty()) notes.push_back(frame.context);
    if (!frame.file.empty())
        notes.push_back(frame.line ? fmt::format("{}:{}", frame.file, frame.line) : frame.file);
    // Unwind tables and frame records are the rule; what is less than that is said.
    if (frame.found_by == "frame-pointer") notes.emplace_back("by frame pointer: a guess");
    if (frame.found_by == "call") notes.emplace_back("by the call before it");
    if (std::string known = arguments_text(frame); !known.empty()) notes.push_back(std::move(known));
    row.note = fmt::format("{}", fmt::join(notes, ", "));
    return row;
}

Trace::Row folded(std::size_t count, std::string_view what) {
    Trace::Row row;
    row.type = Trace::Row::Type::folded;
    row.text = fmt::format("{} {}", count_of(count, "frame"), what);
    return row;
}

void append(Trace& trace, std::vector<Trace::Row> rows) {
    if (rows.size() <= kHead + kTail + 1) {
        std::ranges::move(rows, std::back_inserter(trace.rows));
        return;
    }
    auto tail = rows.end() - kTail;
    std::move(rows.begin(), rows.begin() + kHead, std::back_inserter(trace.rows));
    trace.rows.push_back(folded(rows.size() - kHead - kTail, "more"));
    std::move(tail, rows.end(), std::back_inserter(trace.rows));
}

std::vector<Trace::Row> rows_of(const std::vector<Frame>& frames, std::size_t from) {
    std::vector<Trace::Row> rows;
    for (std::size_t i = from; i < frames.size(); ++i)
        if (!frames[i].empty()) rows.push_back(row_of(frames[i]));
    return rows;
}

void add_note(Trace::Row& row, std::string_view note) {
    row.note = row.note.empty() ? std::string(note) : fmt::format("{}; {}", note, row.note);
}

// Does it to the innermost reliable frame of that function.
void mark(std::vector<Trace::Row>& rows, const std::string& bare, void (*how)(Trace::Row& row)) {
    if (bare.empty()) return;
    for (Trace::Row& row : rows) {
        std::string_view symbol = std::string_view(row.text).substr(0, row.text.find_first_of("+ "));
        if (row.reliable && bare_function(symbol) == bare) return how(row);
    }
}

bool is(const Frame& frame, const std::string& bare) {
    return !bare.empty() && frame.reliable && bare_function(frame.symbol) == bare;
}

}  // namespace

Trace trace_block(const CrashEvent& event) {
    Trace trace;
    const auto& frames = event.trace;
    std::string fault = bare_function(event.ip.symbol), guilty = bare_function(event.guilty.function);
    auto at_fault = std::ranges::find_if(frames, [&](const Frame& f) { return is(f, fault); });
    bool printed = at_fault != frames.end();
    std::size_t from = printed ? static_cast<std::size_t>(at_fault - frames.begin()) : 0;
    if (from == 1) from = 0;  // folding one line saves none
    if (from) trace.rows.push_back(folded(from, "that report the fault"));

    std::vector<Trace::Row> rows;
    if (!printed && !event.ip.empty()) {
        Trace::Row row;
        row.text = place(event.ip);
        rows.push_back(std::move(row));
    }
    std::ranges::move(rows_of(frames, from), std::back_inserter(rows));
    if (!event.ip.empty()) {
        auto first = std::ranges::find_if(
            rows, [&](const Trace::Row& r) { return r.text.starts_with(place(event.ip)); });
        if (first == rows.end() && printed) first = rows.begin();
        if (first != rows.end() && first->reliable) add_note(*first, "here");
    }
    mark(rows, guilty, [](Trace::Row& row) {
        row.guilty = true;
        row.note = row.note == "here" ? "here, to blame" : row.note;
        if (row.note != "here, to blame") add_note(row, "to blame");
    });
    if (std::string suspect = bare_function(event.verdict.suspect.function); suspect != guilty)
        mark(rows, suspect, [](Trace::Row& row) { add_note(row, "suspect"); });
    append(trace, std::move(rows));
    return trace;
}

Trace stack_block(const Stack& stack) {
    Trace trace;
    append(trace, rows_of(stack.frames, 0));
    return trace;
}

}  // namespace inquest

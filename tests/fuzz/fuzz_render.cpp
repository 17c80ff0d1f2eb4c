// Any text in any string of a report, in every format and redacted: nothing may crash, and no format may hold
// what its reader would take for its own.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "report/event_line.h"
#include "report/redact.h"
#include "report/renderer.h"

using namespace inquest;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

// Hands the input's lines out one after the other, over and over.
class Texts {
  public:
    explicit Texts(std::string_view data) : lines_(split(data, '\n')) {}
    std::string next() { return std::string(lines_[at_++ % lines_.size()]); }

  private:
    std::vector<std::string_view> lines_;
    std::size_t at_ = 0;
};

CrashEvent event_of(Texts& texts, std::uint8_t shape) {
    CrashEvent e;
    e.id = 1;
    e.primary = true;
    e.kind = static_cast<Kind>(shape % (static_cast<unsigned>(Kind::other) + 1));
    for (std::string* field : {&e.kernel.release,
                               &e.kernel.version,
                               &e.kernel.arch,
                               &e.kernel.distribution,
                               &e.kernel.taint.flags,
                               &e.title,
                               &e.headline,
                               &e.task.comm,
                               &e.hardware,
                               &e.workqueue,
                               &e.ip.symbol,
                               &e.ip.module,
                               &e.error_code,
                               &e.guilty.function,
                               &e.guilty.module,
                               &e.guilty.reason,
                               &e.instruction.text,
                               &e.instruction.operand,
                               &e.instruction.base_register,
                               &e.code.text,
                               &e.last_unloaded,
                               &e.corruption,
                               &e.verdict.summary})
        *field = texts.next();
    e.kernel.taint.known = e.corrupted = shape & 1;
    e.verdict.cause = shape & 2 ? Cause::null_argument : Cause::unknown;
    for (int i = 0; i < 3; ++i) {
        Frame frame;
        frame.symbol = i ? texts.next() : e.ip.symbol;
        frame.file = texts.next();
        frame.reliable = i != 1;
        e.trace.push_back(frame);
    }
    e.stacks.push_back({texts.next(), 1, 2, e.trace});
    e.registers = {{e.instruction.base_register, 1}, {texts.next(), std::nullopt}};
    e.modules = {{e.guilty.module, texts.next()}, {texts.next(), "OE"}};
    e.facts = {{texts.next(), texts.next(), 3}};
    e.verdict.evidence = e.excerpt = {{texts.next(), texts.next()}, {texts.next(), "log line 7"}};
    e.verdict.next_steps = {texts.next()};
    return e;
}

IssueMatch issue_of(Texts& texts) {
    IssueMatch issue;
    issue.events = {1};
    for (std::string* field : {&issue.id, &issue.title, &issue.status_reason, &issue.cause, &issue.mechanism})
        *field = texts.next();
    issue.lanes = {{texts.next(), texts.next()}, {{0, texts.next()}, {1, texts.next()}, {9, texts.next()}}};
    issue.matched = {{texts.next(), texts.next()}};
    issue.remedies = {{texts.next(), texts.next(), texts.next()}};
    issue.affected = {texts.next()};
    issue.references = {{texts.next(), texts.next()}, {texts.next(), "https://" + texts.next()}};
    return issue;
}

void check(const Report& report) {
    for (const Renderer* renderer : all_renderers()) {
        std::string out = renderer->render(report, {});
        require(to_valid_utf8(out) == out);
        for (unsigned char c : out) require(c >= 0x20 || c == '\n' || c == '\t');
        if (renderer->name == "json") require(parse_json(out).has_value());
        if (renderer->name == "html")
            for (std::string_view tag : {"<script", "<img", "<iframe", "javascript:\""})
                require(out.find(tag) == out.npos);
    }
    require(render_event_line(report.events[0], report.known_issues).find('\n') == std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0 || size > 4096) return 0;
    Texts texts(std::string_view(reinterpret_cast<const char*>(data + 1), size - 1));
    Report report;
    report.input.path = texts.next();
    report.host.name = texts.next();
    report.problems = {texts.next()};
    report.events = {event_of(texts, data[0])};
    report.known_issues = {issue_of(texts)};
    report.findings = {
        {texts.next(), texts.next(), 0.5, texts.next(), {1}, {{texts.next(), ""}}, {texts.next()}}};
    check(report);
    redact(report);
    check(report);
    return 0;
}

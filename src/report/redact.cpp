#include "report/redact.h"

#include <fmt/format.h>

#include "base/text.h"
#include "report/identifiers.h"

namespace inquest {
namespace {

bool is_host_char(char c) { return is_alnum(c) || c == '_' || c == '-'; }

// The words for which hosts and kept texts are looked up: with dots inside, without any at the end.
std::string_view word_at(std::string_view text) {
    std::size_t end = 0;
    while (end < text.size() && (is_host_char(text[end]) || text[end] == '.' || text[end] == '+')) ++end;
    while (end && (text[end - 1] == '.' || text[end - 1] == '-')) --end;
    return text.substr(0, end);
}

}  // namespace

void Redactor::learn_host(std::string_view name) {
    // Names that say nothing of the machine, and would be missed elsewhere.
    if (name.size() < 2 || name == "localhost" || name == "kernel" || name.starts_with("localhost.")) return;
    if (parse_dec(name)) return;
    hosts_.emplace(name);
    auto dot = name.find('.');
    if (dot != name.npos && dot >= 3 && !parse_dec(name.substr(0, dot))) hosts_.emplace(name.substr(0, dot));
}

void Redactor::keep(std::string_view text) {
    if (!text.empty()) kept_.emplace(text);
}

std::string Redactor::pseudonym(std::string_view type, std::string_view value) {
    auto [entry, fresh] = pseudonyms_.try_emplace(fmt::format("{} {}", type, to_lower(value)));
    if (fresh) entry->second = fmt::format("{}-{}", type, ++counts_[std::string(type)]);
    return entry->second;
}

std::string Redactor::text(std::string_view whole) {
    std::string out;
    out.reserve(whole.size());
    for (std::size_t at = 0; at < whole.size();) {
        bool starts_word = at == 0 || !is_host_char(whole[at - 1]);
        if (starts_word && is_alnum(whole[at])) {
            std::string_view word = word_at(whole.substr(at));
            if (kept_.contains(word)) {
                out += word;
                at += word.size();
                continue;
            }
            std::string_view label = word.substr(0, word.find('.'));
            std::string_view host = hosts_.contains(word)    ? word
                                    : hosts_.contains(label) ? label
                                                             : std::string_view();
            if (!host.empty()) {
                // The short name and the full one are the same machine; of "db7.example.com" nothing is left.
                out += pseudonym("host", label);
                at += word.size();
                continue;
            }
        }
        if (auto found = identifier_at(whole, at); found.length) {
            out += pseudonym(found.type, whole.substr(at, found.length));
            at += found.length;
            continue;
        }
        out += whole[at++];
    }
    return out;
}

void Redactor::learn(const Report& report) {
    learn_host(report.host.name);
    keep(report.kernel.release);
    auto lines = [&](const std::vector<Evidence>& evidence) {
        for (const Evidence& e : evidence) learn_host(syslog_host(e.text));
    };
    for (const CrashEvent& event : report.events) {
        keep(event.kernel.release);
        learn_host(syslog_host(event.headline));
        lines(event.excerpt);
        lines(event.verdict.evidence);
    }
    for (const Finding& finding : report.findings) lines(finding.evidence);
}

void Redactor::apply(CrashEvent& event) {
    auto clean = [&](std::string& s) { s = text(s); };
    auto clean_all = [&](std::vector<std::string>& list) {
        for (std::string& s : list) clean(s);
    };
    auto clean_evidence = [&](std::vector<Evidence>& list) {
        for (Evidence& e : list) clean(e.text), clean(e.source);
    };
    clean(event.kernel.version);
    clean(event.title);
    clean(event.task.comm);
    clean(event.hardware);
    clean(event.workqueue);
    clean(event.headline);
    clean(event.guilty.reason);
    for (Frame& frame : event.trace) clean(frame.file);
    for (Stack& stack : event.stacks) {
        clean(stack.title);
        for (Frame& frame : stack.frames) clean(frame.file);
    }
    for (SourceExcerpt& source : event.sources) {
        clean(source.file);
        for (SourceLine& line : source.lines) clean(line.text);
    }
    for (Fact& fact : event.facts) clean(fact.value);
    clean(event.corruption);
    clean_evidence(event.excerpt);
    Verdict& verdict = event.verdict;
    clean(verdict.summary);
    clean(verdict.object.type);
    clean(verdict.object.cache);
    clean(verdict.object.state);
    clean_evidence(verdict.evidence);
    for (Alternative& other : verdict.alternatives) clean(other.summary), clean(other.decides);
    clean_all(verdict.next_steps);
}

void Redactor::apply(Report& report) {
    learn(report);
    auto clean = [&](std::string& s) { s = text(s); };
    clean(report.input.path);
    clean(report.host.name);
    clean(report.host.hardware);
    clean(report.kernel.version);
    for (CrashEvent& event : report.events) apply(event);
    for (Finding& finding : report.findings) {
        clean(finding.title);
        clean(finding.statement);
        for (Evidence& e : finding.evidence) clean(e.text), clean(e.source);
        for (std::string& advice : finding.advice) clean(advice);
    }
    for (IssueMatch& issue : report.known_issues)
        for (MatchedCondition& m : issue.matched) clean(m.evidence);
    CrashEvent top;
    top.verdict = std::move(report.verdict);
    apply(top);
    report.verdict = std::move(top.verdict);
    for (std::string& problem : report.problems) clean(problem);
}

void redact(Report& report) {
    Redactor redactor;
    redactor.apply(report);
}

}  // namespace inquest

#include "report/json_report.h"

#include "base/text.h"
#include "report/wording.h"

namespace inquest {
namespace {

// Text or null.
Json text(std::string_view value) { return value.empty() ? Json() : Json(value); }

Json address(std::optional<std::uint64_t> value) { return value ? Json(hex(*value)) : Json(); }

template <typename Number>
Json number(std::optional<Number> value) {
    return value ? Json(*value) : Json();
}

template <typename Item, typename Convert>
Json list(const std::vector<Item>& items, Convert convert) {
    Json::Array array;
    array.reserve(items.size());
    for (const Item& item : items) array.push_back(convert(item));
    return array;
}

Json strings(const std::vector<std::string>& items) {
    return list(items, [](const std::string& item) { return Json(item); });
}

Json evidence(const std::vector<Evidence>& items) {
    return list(items, [](const Evidence& e) {
        return Json(Json::Object{{"text", e.text}, {"source", text(e.source)}});
    });
}

Json code_ref(const CodeRef& where) {
    if (where.empty()) return {};
    return Json::Object{{"symbol", text(where.symbol)},
                        {"offset", address(where.offset)},
                        {"size", address(where.size)},
                        {"module", text(where.module)},
                        {"address", address(where.address)}};
}

Json argument(const FrameArgument& a) {
    return Json::Object{{"number", a.number},
                        {"name", text(a.name)},
                        {"type", text(a.type)},
                        {"value", address(a.value)},
                        {"confidence", a.value ? Json(a.confidence) : Json()},
                        {"from", text(a.from)},
                        {"dwarf", address(a.dwarf)},
                        {"identity", text(a.identity)}};
}

Json listed(const ListedInstruction& i) {
    return Json::Object{
        {"address", address(i.address)}, {"offset", address(i.offset)}, {"text", text(i.text)},
        {"note", text(i.note)},          {"marked", i.marked},          {"led_here", i.led_here}};
}

Json frame(const Frame& f) {
    return Json::Object{{"symbol", text(f.symbol)},
                        {"offset", address(f.offset)},
                        {"size", address(f.size)},
                        {"module", text(f.module)},
                        {"address", address(f.address)},
                        {"reliable", f.reliable},
                        {"context", text(f.context)},
                        {"file", text(f.file)},
                        {"line", f.line ? Json(f.line) : Json()},
                        {"inlined", f.inlined},
                        {"found_by", text(f.found_by)},
                        {"arguments", list(f.arguments, argument)}};
}

Json listing(const Listing& l) {
    return Json::Object{
        {"place", code_ref(l.place)}, {"fault", l.fault}, {"instructions", list(l.instructions, listed)}};
}

Json source(const SourceExcerpt& s) {
    auto line = [](const SourceLine& l) {
        return Json(Json::Object{{"number", l.number}, {"text", l.text}, {"marked", l.marked}});
    };
    return Json::Object{{"file", s.file},
                        {"line", s.line},
                        {"function", text(s.function)},
                        {"module", text(s.module)},
                        {"inlined", s.inlined},
                        {"fault", s.fault},
                        {"lines", list(s.lines, line)}};
}

Json stack(const Stack& s) {
    return Json::Object{{"title", text(s.title)},
                        {"pid", number(s.pid)},
                        {"cpu", number(s.cpu)},
                        {"trace", list(s.frames, frame)}};
}

Json taint(const Taint& t) {
    if (!t.known) return {};
    Json::Array flags;
    for (char letter : t.flags) flags.emplace_back(std::string(1, letter));
    return Json::Object{{"value", taint_value(t)}, {"flags", std::move(flags)}};
}

Json instruction(const Instruction& i) {
    if (i.text.empty()) return {};
    return Json::Object{{"text", i.text},
                        {"operand", text(i.operand)},
                        {"effective_address", address(i.effective_address)},
                        {"base_register", text(i.base_register)},
                        {"displacement", number(i.displacement)},
                        {"matches_fault_address", i.matches_fault_address}};
}

Json registers(const std::vector<Register>& regs) {
    Json object = Json::Object{};
    for (const Register& reg : regs)
        if (object[reg.name].is_null()) object.set(reg.name, address(reg.value));
    return object;
}

Json facts(const std::vector<Fact>& items) {
    return list(items, [](const Fact& f) {
        return Json(
            Json::Object{{"name", f.name}, {"value", f.value}, {"line", f.line ? Json(f.line) : Json()}});
    });
}

Json code_bytes(const CodeBytes& code) {
    if (code.text.empty() && code.bytes.empty()) return {};
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string bytes;
    for (auto byte : code.bytes) bytes.append({kDigits[byte >> 4], kDigits[byte & 15]});
    return Json::Object{
        {"text", text(code.text)}, {"bytes", text(bytes)}, {"fault_offset", number(code.fault_offset)}};
}

Json guilty(const Guilty& g) {
    if (g.function.empty() && g.module.empty()) return {};
    return Json::Object{
        {"function", text(g.function)}, {"module", text(g.module)}, {"reason", text(g.reason)}};
}

Json lines(const LineRange& range) {
    if (!range.first) return {};
    return Json::Object{{"first", range.first}, {"last", range.last}};
}

Json lanes(const Mechanism& mechanism) {
    if (mechanism.empty()) return {};
    return Json::Object{{"names", strings(mechanism.lanes)},
                        {"steps", list(mechanism.steps, [](const Mechanism::Step& s) {
                             return Json(Json::Object{{"lane", s.lane}, {"text", s.text}});
                         })}};
}

Json finding(const Finding& f) {
    return Json::Object{{"id", text(f.id)},
                        {"title", text(f.title)},
                        {"confidence", f.confidence},
                        {"statement", text(f.statement)},
                        {"events", list(f.events, [](int id) { return Json(id); })},
                        {"evidence", evidence(f.evidence)},
                        {"advice", strings(f.advice)}};
}

Json check(const CheckRun& c) {
    return Json::Object{{"id", c.id},
                        {"question", c.question},
                        {"ran", c.not_run.empty()},
                        {"not_run", text(c.not_run)},
                        {"findings", c.findings},
                        {"limits", strings(c.limits)}};
}

}  // namespace

Json to_json(const Kernel& k) {
    return Json::Object{
        {"release", text(k.release)},   {"version", text(k.version)},           {"arch", text(k.arch)},
        {"build_id", text(k.build_id)}, {"distribution", text(k.distribution)}, {"taint", taint(k.taint)}};
}

Json alternative(const Alternative& a) {
    return Json::Object{{"cause", name_of(a.cause)},
                        {"confidence", a.confidence},
                        {"summary", text(a.summary)},
                        {"decides", text(a.decides)}};
}

Json to_json(const Verdict& v) {
    return Json::Object{
        {"summary", text(v.summary)},
        {"cause", name_of(v.cause)},
        {"confidence", v.confidence},
        {"object", Json::Object{{"address", address(v.object.address)},
                                {"type", text(v.object.type)},
                                {"cache", text(v.object.cache)},
                                {"state", text(v.object.state)}}},
        {"member", Json::Object{{"path", text(v.member.path)}, {"offset", address(v.member.offset)}}},
        {"suspect", Json::Object{{"module", text(v.suspect.module)}, {"function", text(v.suspect.function)}}},
        {"evidence", evidence(v.evidence)},
        {"alternatives", list(v.alternatives, alternative)},
        {"next_steps", strings(v.next_steps)}};
}

Json to_json(const CrashEvent& event) { return members_of(event); }

Json::Object members_of(const CrashEvent& e) {
    return Json::Object{{"id", e.id},
                        {"boot", e.boot},
                        {"kernel", to_json(e.kernel)},
                        {"kind", name_of(e.kind)},
                        {"title", text(e.title)},
                        {"severity", name_of(e.severity)},
                        {"primary", e.primary},
                        {"first_sign", e.first_sign},
                        {"time", number(e.time)},
                        {"cpu", number(e.cpu)},
                        {"task", Json::Object{{"pid", number(e.task.pid)}, {"comm", text(e.task.comm)}}},
                        {"hardware", text(e.hardware)},
                        {"workqueue", text(e.workqueue)},
                        {"headline", text(e.headline)},
                        {"ip", code_ref(e.ip)},
                        {"lr", e.lr ? code_ref(*e.lr) : Json()},
                        {"fault_address", address(e.fault_address)},
                        {"access", name_of(e.access)},
                        {"error_code", text(e.error_code)},
                        {"guilty", guilty(e.guilty)},
                        {"registers", registers(e.registers)},
                        {"instruction", instruction(e.instruction)},
                        {"code", code_bytes(e.code)},
                        {"modules", list(e.modules,
                                         [](const Module& m) {
                                             return Json(Json::Object{{"name", m.name},
                                                                      {"flags", text(m.flags)},
                                                                      {"out_of_tree", m.out_of_tree()}});
                                         })},
                        {"last_unloaded", text(e.last_unloaded)},
                        {"trace", list(e.trace, frame)},
                        {"stacks", list(e.stacks, stack)},
                        {"listings", list(e.listings, listing)},
                        {"sources", list(e.sources, source)},
                        {"facts", facts(e.facts)},
                        {"repeats", e.repeats},
                        {"lines", lines(e.lines)},
                        {"signature", text(e.signature)},
                        {"signature_loose", text(e.signature_loose)},
                        {"corrupted", e.corrupted},
                        {"corruption", text(e.corruption)},
                        {"excerpt", evidence(e.excerpt)},
                        {"verdict", to_json(e.verdict)}};
}

Json to_json(const IssueMatch& i) {
    return Json::Object{
        {"id", i.id},
        {"title", text(i.title)},
        {"confidence", i.confidence},
        {"events", list(i.events, [](int id) { return Json(id); })},
        {"status", name_of(i.status)},
        {"status_reason", text(i.status_reason)},
        {"matched",
         list(i.matched,
              [](const MatchedCondition& m) {
                  return Json(Json::Object{{"condition", m.condition}, {"evidence", text(m.evidence)}});
              })},
        {"cause", text(i.cause)},
        {"mechanism", text(i.mechanism)},
        {"lanes", lanes(i.lanes)},
        {"remedies", list(i.remedies,
                          [](const Remedy& r) {
                              return Json(Json::Object{{"action", text(r.action)},
                                                       {"command", text(r.command)},
                                                       {"risk", text(r.risk)}});
                          })},
        {"affected", strings(i.affected)},
        {"references", list(i.references, [](const Reference& r) {
             return Json(Json::Object{{"title", text(r.title)}, {"url", text(r.url)}});
         })}};
}

Json to_json(const Report& r) {
    const Input& in = r.input;
    const Host& h = r.host;
    return Json::Object{
        {"schema", "inquest.report/1"},
        {"input", Json::Object{{"path", text(in.path)},
                               {"kind", text(in.kind)},
                               {"format", text(in.format)},
                               {"bytes", in.bytes},
                               {"lines", in.lines}}},
        {"kernel", to_json(r.kernel)},
        {"host", Json::Object{{"name", text(h.name)},
                              {"hardware", text(h.hardware)},
                              {"cpus", number(h.cpus)},
                              {"memory", number(h.memory)},
                              {"uptime", number(h.uptime)}}},
        {"boots", r.boots},
        {"events", list(r.events, [](const CrashEvent& e) { return to_json(e); })},
        {"events_not_kept", r.events_not_kept},
        {"findings", list(r.findings, finding)},
        {"checks", list(r.checks, check)},
        {"known_issues", list(r.known_issues, [](const IssueMatch& i) { return to_json(i); })},
        {"verdict", r.events.empty() ? Json() : to_json(r.verdict)},
        {"problems", strings(r.problems)}};
}

}  // namespace inquest

#include "knowledge/imported/compile.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include "base/text.h"
#include "knowledge/imported/catalogue_format.h"

namespace inquest {
namespace {

using Names = std::map<std::string, std::uint32_t, std::less<>>;

// Numbers in the order of the names, which std::map keeps.
void number(Names& names) {
    std::uint32_t next = 0;
    for (auto& [name, index] : names) index = next++;
}

std::array<std::uint8_t, 20> bytes_of(std::string_view commit) {
    std::array<std::uint8_t, 20> bytes{};
    if (commit.size() != 40) return bytes;
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<std::uint8_t>(parse_hex(commit.substr(i * 2, 2)).value_or(0));
    return bytes;
}

class Compiler {
  public:
    explicit Compiler(const Collection& collection) : all_(collection), issues_(collection.issues) {}

    Result<std::string> run() {
        collect_names();
        if (versions_.size() > std::numeric_limits<std::uint16_t>::max())
            return fail("more than 65535 different versions");
        add_strings();
        add_issues();
        add_functions();
        add_written();
        return finish();
    }

  private:
    std::string& section(Part which) { return sections_[std::to_underlying(which)]; }
    std::uint32_t& count(Part which) { return counts_[std::to_underlying(which)]; }

    template <typename Record>
    void put(Part which, const Record& record) {
        section(which).append(reinterpret_cast<const char*>(&record), sizeof record);
        ++count(which);
    }
    // The record that only says where the last run ends.
    template <typename Record>
    void put_end(Part which, const Record& record) {
        put(which, record);
        --count(which);
    }

    void collect_names() {
        for (const CatalogueSource& source : all_.sources)
            for (const auto* text : {&source.name, &source.snapshot, &source.notice}) strings_[*text] = 0;
        for (const WrittenIssue& written : all_.written) strings_[written.file] = 0;
        for (const ImportedIssue& issue : issues_) {
            strings_[issue.id] = 0;
            for (const auto* text : {&issue.title, &issue.advice, &issue.link})
                if (!text->empty()) strings_[*text] = 0;
            for (const VendorFix& fix : issue.vendor)
                for (const auto* text : {&fix.product, &fix.fixed, &fix.evidence}) strings_[*text] = 0;
            for (const auto& name : issue.files) strings_[name] = 0;
            for (const auto& name : issue.modules) strings_[name] = 0;
            for (const BranchFix& fix : issue.fixes) versions_[fix.introduced] = versions_[fix.fixed] = 0;
            for (const CrashShape& crash : issue.crashes) {
                if (!crash.guilty.empty()) functions_[crash.guilty] = 0;
                for (const auto& name : crash.functions) functions_[name] = 0;
            }
        }
        for (const Names* names : {&versions_, &functions_})
            for (const auto& [name, index] : *names) strings_[name] = 0;
        for (Names* names : {&strings_, &versions_, &functions_}) number(*names);
    }

    void add_strings() {
        for (const auto& [name, index] : strings_) {
            put(Part::strings, static_cast<Start>(section(Part::text).size()));
            section(Part::text) += name;
        }
        count(Part::text) = static_cast<std::uint32_t>(section(Part::text).size());
        put_end(Part::strings, count(Part::text));
        for (const CatalogueSource& source : all_.sources)
            put(Part::sources, SourceRecord{strings_.at(source.name), strings_.at(source.snapshot),
                                            strings_.at(source.notice)});
        for (const auto& [name, index] : versions_) put(Part::versions, strings_.at(name));
    }

    [[nodiscard]] IssueRecord starts() {
        return {0,
                count(Part::fixes),
                count(Part::vendor),
                count(Part::notes),
                count(Part::files),
                count(Part::modules),
                count(Part::crashes),
                0,
                0,
                0};
    }

    void add_issues() {
        postings_.resize(functions_.size());
        for (const ImportedIssue& issue : issues_) {
            IssueRecord record = starts();
            record.id = strings_.at(issue.id);
            record.source = issue.source;
            record.subject_low = static_cast<std::uint32_t>(issue.subject);
            record.subject_high = static_cast<std::uint32_t>(issue.subject >> 32);
            for (const BranchFix& fix : issue.fixes)
                put(Part::fixes,
                    FixRecord{static_cast<std::uint16_t>(versions_.at(fix.introduced)),
                              static_cast<std::uint16_t>(versions_.at(fix.fixed)), bytes_of(fix.commit)});
            for (const VendorFix& fix : issue.vendor)
                put(Part::vendor,
                    VendorRecord{strings_.at(fix.product), strings_.at(fix.fixed), strings_.at(fix.evidence),
                                 static_cast<std::uint16_t>(fix.source),
                                 static_cast<std::uint16_t>(fix.own_line ? 1 : 0)});
            add_note(Note::title, issue.title);
            add_note(Note::advice, issue.advice);
            add_note(Note::link, issue.link);
            for (const auto& name : issue.files) put(Part::files, strings_.at(name));
            for (const auto& name : issue.modules) put(Part::modules, strings_.at(name));
            for (const CrashShape& crash : issue.crashes) add_crash(crash);
            put(Part::issues, record);
        }
        put_end(Part::issues, starts());
        put_end(Part::crashes, CrashRecord{0, count(Part::frames), 0, 0});
    }

    void add_note(Note kind, const std::string& text) {
        if (!text.empty()) put(Part::notes, NoteRecord{std::to_underlying(kind), strings_.at(text)});
    }

    void add_written() {
        for (const WrittenIssue& written : all_.written) {
            auto& packed = section(Part::packed);
            put(Part::written,
                WrittenRecord{strings_.at(written.file), static_cast<std::uint32_t>(packed.size()),
                              static_cast<std::uint32_t>(written.packed.size()), written.built_in ? 1U : 0U});
            packed += written.packed;
        }
        count(Part::packed) = static_cast<std::uint32_t>(section(Part::packed).size());
    }

    void add_crash(const CrashShape& crash) {
        auto index = count(Part::crashes);
        std::uint32_t guilty = crash.guilty.empty() ? 0 : functions_.at(crash.guilty) + 1;
        put(Part::crashes,
            CrashRecord{count(Part::issues), count(Part::frames), guilty, std::to_underlying(crash.kind)});
        std::set<std::uint32_t> has;
        for (const auto& name : crash.functions) {
            auto function = functions_.at(name);
            put(Part::frames, function);
            has.insert(function);
        }
        if (guilty != 0) has.insert(guilty - 1);
        for (auto function : has) postings_[function].push_back(index);
    }

    void add_functions() {
        std::vector<std::uint32_t> slots(std::bit_ceil(functions_.size() * 2 + 1));
        for (const auto& [name, index] : functions_) {
            put(Part::functions, FunctionRecord{strings_.at(name), count(Part::postings)});
            for (auto crash : postings_[index]) put(Part::postings, crash);
            auto slot = name_hash(name) & (slots.size() - 1);
            while (slots[slot] != 0) slot = (slot + 1) & (slots.size() - 1);
            slots[slot] = index + 1;
        }
        put_end(Part::functions, FunctionRecord{0, count(Part::postings)});
        for (auto slot : slots) put(Part::slots, slot);
    }

    Result<std::string> finish() {
        CatalogueHeader header{kCatalogueMagic, 0, 0, {}};
        std::uint64_t size = sizeof header;
        for (std::size_t i = 0; i < kParts; ++i) {
            header.sections[i] = {static_cast<std::uint32_t>(size), counts_[i]};
            sections_[i].resize((sections_[i].size() + 3) / 4 * 4);
            size += sections_[i].size();
        }
        if (size > std::numeric_limits<std::uint32_t>::max()) return fail("more than 4 GiB");
        header.size = size;
        std::string bytes(reinterpret_cast<const char*>(&header), sizeof header);
        for (const auto& part : sections_) bytes += part;
        header.hash = catalogue_hash(std::string_view(bytes).substr(kHashedFrom));
        bytes.replace(0, sizeof header, reinterpret_cast<const char*>(&header), sizeof header);
        return bytes;
    }

    const Collection& all_;
    const std::vector<ImportedIssue>& issues_;
    Names strings_, versions_, functions_;
    std::vector<std::vector<std::uint32_t>> postings_;
    std::array<std::string, kParts> sections_;
    std::array<std::uint32_t, kParts> counts_{};
};

}  // namespace

Result<std::string> compile(Collection collection) {
    unite(collection);
    if (collection.sources.size() > std::numeric_limits<std::uint16_t>::max())
        return fail("more than 65535 sources");
    return Compiler(collection).run();
}

}  // namespace inquest

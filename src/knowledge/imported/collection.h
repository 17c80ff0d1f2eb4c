// Imported issues on their way from importers to a compiled file.
#pragma once

#include <string>
#include <vector>

#include "knowledge/imported/catalogue.h"
#include "knowledge/imported/imported_issue.h"

namespace inquest {

// A hand-written issue as it travels in a compiled file.
struct WrittenIssue {
    std::string file;       // what messages call it
    std::string packed;     // packed.h
    bool built_in = false;  // the program that compiled brought it along: a newer one's own counts before it
};

struct Collection {
    std::vector<CatalogueSource> sources;
    std::vector<ImportedIssue> issues;
    std::vector<ChangelogFact> facts;  // not yet with an issue
    std::vector<WrittenIssue> written;
};

// Everything of a compiled file.
Collection contents_of(const Catalogue& catalogue);

// Puts one behind the other. Each source is listed once.
void append(Collection& to, Collection&& more);

// What a join of changelogs came to.
struct Joined {
    std::size_t by_cve = 0, by_subject = 0;  // facts
};
// Gives each fact to its issues: those of the CVEs that it names, which become issues when they are none yet,
// and the one with its subject among the issues of the collection and of `known`. A subject that several
// issues share is nobody's.
Joined join_facts(Collection& collection, const std::vector<Catalogue>& known);

// One issue of each id, sorted. Of two with one id the later counts, but for vendors' fixes, which add up; an
// issue that is known by its commit alone goes into the one that has this commit among its fixes. Of the
// fixes in one line of a product the last is what it took.
void unite(Collection& collection);

}  // namespace inquest

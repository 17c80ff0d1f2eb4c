// What the tests of the kinds share: messages in, events out.
#pragma once

#include <gtest/gtest.h>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "crashlog/parser.h"

namespace inquest {

// The messages as dmesg prints them, one microsecond apart.
inline std::string as_log(std::initializer_list<std::string_view> messages) {
    std::string log;
    int time = 100000;
    for (auto message : messages) {
        log += "[   42." + std::to_string(time++) + "] ";
        log += message;
        log += '\n';
    }
    return log;
}

inline std::vector<CrashEvent> events_of(std::string_view log) {
    auto source = open_text(log);
    return read_log(*source).events;
}

// The event of a log that holds one; another number fails the test.
inline CrashEvent event_of(std::initializer_list<std::string_view> messages) {
    auto events = events_of(as_log(messages));
    EXPECT_EQ(events.size(), 1U);
    return events.empty() ? CrashEvent() : events.front();
}

// Nothing in these sentences, written by a person, is a report.
inline void expect_prose(std::initializer_list<std::string_view> sentences) {
    for (auto sentence : sentences) {
        auto events = events_of(std::string(sentence) + "\n");
        EXPECT_TRUE(events.empty()) << sentence << " was taken for: " << events.front().title;
    }
}

// The values of all facts of that name.
inline std::vector<std::string> facts_of(const CrashEvent& event, std::string_view name) {
    std::vector<std::string> values;
    for (const Fact& fact : event.facts)
        if (fact.name == name) values.push_back(fact.value);
    return values;
}

}  // namespace inquest

// Markdown and HTML: what a log holds stays text.
#include <gtest/gtest.h>

#include "base/text.h"
#include "report/html_writer.h"
#include "report/markdown_text.h"
#include "report/renderer.h"
#include "report/samples_test.h"

namespace inquest {
namespace {

std::string rendered(std::string_view format, const Report& report) {
    return renderer_named(format)->render(report, RenderOptions{});
}

std::size_t count(std::string_view text, std::string_view part) {
    std::size_t n = 0;
    for (std::size_t at = 0; (at = text.find(part, at)) != text.npos; at += part.size()) ++n;
    return n;
}

TEST(Html, EscapesEverything) {
    std::string html = rendered("html", fixture::hostile());
    EXPECT_EQ(html.find("<script"), html.npos);
    EXPECT_EQ(html.find("onmouseover=\""), html.npos);
    EXPECT_EQ(html.find("href=\"javascript"), html.npos);
    EXPECT_EQ(html.find('\x1b'), html.npos);
    EXPECT_EQ(html.find("\xe2\x80\xae"), html.npos);
    EXPECT_EQ(to_valid_utf8(html), html);
}

TEST(Html, FetchesAndRunsNothing) {
    for (const auto& [name, report] : fixture::all()) {
        std::string html = rendered("html", report);
        EXPECT_NE(html.find("default-src 'none'"), html.npos) << name;
        for (std::string_view tag :
             {"<script", "<img", "<link", "<iframe", "@import", "url(", " src=", " onclick="})
            EXPECT_EQ(html.find(tag), html.npos) << name << ": " << tag;
    }
}

TEST(Html, ClosesWhatItOpens) {
    for (const auto& [name, report] : fixture::all()) {
        std::string html = rendered("html", report);
        for (std::string tag :
             {"div", "section", "details", "table", "tr", "td", "th",   "dl", "dt",  "dd",   "ul",   "ol",
              "li",  "pre",     "p",       "span",  "h1", "h2", "mark", "a",  "nav", "main", "body", "html"})
            EXPECT_EQ(count(html, "<" + tag + ">") + count(html, "<" + tag + " "),
                      count(html, "</" + tag + ">"))
                << name << ": " << tag;
    }
}

TEST(Html, HasOneFirstHeading) {
    for (const auto& [name, report] : fixture::all())
        EXPECT_EQ(count(rendered("html", report), "<h1>"), 1u) << name;
}

TEST(Markdown, FencesAreLongerThanWhatTheyHold) {
    std::string fenced = markdown_fence("a\n````\nb", "");
    EXPECT_TRUE(fenced.starts_with("`````\n"));
    EXPECT_TRUE(fenced.ends_with("\n`````\n"));
    EXPECT_EQ(markdown_code_cell("`x|y`"), "`` `x\\|y` ``");
}

TEST(Markdown, LogTextIsNoMarkup) {
    EXPECT_EQ(markdown_inline("<b> & *x* [y](z) @root #12"),
              "&lt;b&gt; & \\*x\\* \\[y\\](z) @<!-- -->root #<!-- -->12");
    EXPECT_EQ(markdown_inline("__free_pages"), "\\_\\_free_pages");
    EXPECT_EQ(markdown_link("x", "javascript:alert(1)"), "x");
    std::string text = rendered("markdown", fixture::hostile());
    EXPECT_EQ(text.find('\x1b'), text.npos);
    // Markup of the log stands in fences and code spans only, or escaped.
    EXPECT_EQ(count(text, "<details>"), count(text, "</details>"));
}

TEST(Markdown, TablesKeepTheirColumns) {
    const std::string text = rendered("markdown", fixture::ceph());
    for (std::string_view line : split_lines(text))
        if (line.starts_with("| **")) {
            EXPECT_EQ(count(line, "|"), 4u) << line;
        }
}

}  // namespace
}  // namespace inquest

// The parts a Markdown text is shown as, one below the other: paragraphs, headings, rules, code and
// tables, each with the quotes and lists it lies in.
//
// GitHub's dialect as cmark-gfm reads it (tables, ~~strikethrough~~, task lists, bare addresses),
// with these differences, for a conversation: a line break in the source is one on the screen, as
// in GitHub's comments; only two tildes strike through, since 500~1000 and 3~5 mean ranges;
// HTML is text; formulas stay as written (see markdown_veil.h). Links lead to http, https and
// mailto only; of others the target is shown. Pictures are shown as their descriptions.
// Texts that no person writes (see markdown_limits.h) are shown as they are, since reading or
// drawing them could take minutes; where even that takes too long, as one LongText.
// Footnotes are as on GitHub: numbers in the text, and what they say where the text ends; one that
// nothing refers to stays as written.
//
// Source   CommonMark 0.30; GitHub Flavored Markdown 0.29.
// Threads  Pure function.
#pragma once

#include <QString>
#include <QStringView>
#include <vector>

namespace dsm {

struct MarkdownRun {
    enum Style : quint8 {
        Plain = 0,
        Strong = 1,
        Emphasis = 2,
        Struck = 4,
        Code = 8,
        Quiet = 16,
        Raised = 32
    };

    QString text;
    int style = Plain;
    QString link;  // empty: none

    bool operator==(const MarkdownRun&) const = default;
};

using MarkdownRuns = std::vector<MarkdownRun>;

struct MarkdownPart {
    enum class Kind { Paragraph, Heading, Rule, Code, Table, LongText };
    // What is around a part, from outside in: 0 a quote, else a list whose widest mark has so many
    // characters.
    using Containers = std::vector<int>;

    Kind kind = Kind::Paragraph;
    Containers containers;
    int level = 0;                       // of a Heading, from 1
    bool isClose = false;                // to the part above, as in lists without blank lines
    bool continues = false;              // the line above, which was too long for one part
    QString mark;                        // of the list item that begins here
    MarkdownRuns runs;                   // of a Paragraph or Heading
    QString language;                    // of Code, as written
    QString code;                        // or a LongText
    std::vector<Qt::Alignment> columns;  // of a Table
    std::vector<std::vector<MarkdownRuns>> rows;  // the first is the head

    bool operator==(const MarkdownPart&) const = default;
};

using MarkdownParts = std::vector<MarkdownPart>;

MarkdownParts readMarkdown(const QString& source);
// Each line as it is.
MarkdownParts readPlain(const QString& source);

// Longer lines are cut in pieces of so many characters, which are laid out one by one.
inline constexpr qsizetype kLongestPiece = 4096;

}  // namespace dsm

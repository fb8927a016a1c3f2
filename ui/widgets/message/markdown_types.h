// What a Markdown text is shown as (markdown_parts.h).
#pragma once

#include <QString>
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
        Raised = 32,
        Formula = 64  // the text is its source, with the signs around it
    };

    QString text;
    int style = Plain;
    QString link;  // empty: none

    bool operator==(const MarkdownRun&) const = default;
};

using MarkdownRuns = std::vector<MarkdownRun>;

struct MarkdownPart {
    enum class Kind { Paragraph, Heading, Rule, Formula, Code, Table, LongText };
    // What is around a part, from outside in: 0 a quote, else a list whose widest mark has so many
    // characters.
    using Containers = std::vector<int>;

    Kind kind = Kind::Paragraph;
    Containers containers;
    int level = 0;                       // of a Heading, from 1
    bool isClose = false;                // to the part above, as in lists without blank lines
    bool continues = false;              // the line above, which was too long for one part
    QString mark;                        // of the list item that begins here
    MarkdownRuns runs;                   // of a Paragraph, Heading or Formula
    QString language;                    // of Code, as written
    QString code;                        // or a LongText
    std::vector<Qt::Alignment> columns;  // of a Table
    std::vector<std::vector<MarkdownRuns>> rows;  // the first is the head

    bool operator==(const MarkdownPart&) const = default;
};

using MarkdownParts = std::vector<MarkdownPart>;

// Longer lines are cut in pieces of so many characters, which are laid out one by one.
inline constexpr qsizetype kLongestPiece = 4096;

}  // namespace dsm

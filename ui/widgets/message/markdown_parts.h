// The parts a Markdown text is shown as, one below the other: paragraphs, headings, rules, code and
// tables, each with the quotes and lists it lies in.
//
// GitHub's dialect as cmark-gfm reads it (tables, ~~strikethrough~~, task lists, bare addresses),
// with these differences, for a conversation: a line break in the source is one on the screen, as
// in GitHub's comments; only two tildes strike through, since 500~1000 and 3~5 mean ranges;
// HTML is text; formulas are runs of their own, and parts of their own where they stand on lines of
// their own (see markdown_veil.h). Links lead to http, https and
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

#include "ui/widgets/message/markdown_types.h"

namespace dsm {

MarkdownParts readMarkdown(const QString& source);
// Each line as it is.
MarkdownParts readPlain(const QString& source);

}  // namespace dsm

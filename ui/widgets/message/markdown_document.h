// Writes the parts of a Markdown text into a text document, with the theme's type and colours.
//
// Each Paragraph, Heading and Rule is one block of the document, so that the block of a part is
// known by its number. Lines are of one height, whatever fonts their characters come from.
//
// Threads  Main thread.
#pragma once

#include <QTextDocument>
#include <QTextFormat>
#include <span>

#include "ui/widgets/message/markdown_parts.h"

class QTextCursor;

namespace dsm {

class Theme;

// A text document takes these for the ends of blocks and frames; in a text they are none.
QChar withoutMeaning(QChar c);

// Replaces the blocks from `first` on by those of `parts`, none of which is Code or a Table.
void writeParts(QTextDocument& document, int first, std::span<const MarkdownPart> parts,
                const Theme& theme);
// At the cursor.
void writeRuns(QTextCursor& cursor, const MarkdownRuns& runs, const QTextCharFormat& base,
               const Theme& theme);
// Of `height`; lines grow only where they have no room for the formulas among the runs.
void setLineHeight(QTextBlockFormat& format, int height, const MarkdownRuns& runs, int pixels,
                   const Theme& theme);
// What a run adds to the format of its block.
QTextCharFormat formatOfRun(const MarkdownRun& run, QTextCharFormat base, const Theme& theme);

// Lines of a block grow only where they have no room for the formulas in them; `pixels` is the size
// of its text.
void setLineHeight(QTextBlockFormat& format, int height, const MarkdownRuns& runs, int pixels,
                   const Theme& theme);

// How far in a part stands, and where the bars of the quotes around it are.
int indentOf(const MarkdownPart::Containers& containers);
std::vector<int> barsOf(const MarkdownPart::Containers& containers);

// Of a block: the bars of the quotes that it lies in, as QVariantList; true where it is a rule.
inline constexpr int kBarsProperty = QTextFormat::UserProperty + 1;
inline constexpr int kRuleProperty = QTextFormat::UserProperty + 2;

inline constexpr int kBarWidth = 3;

}  // namespace dsm

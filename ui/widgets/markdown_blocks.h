// The blocks a Markdown text is made of, found fast enough to follow a reply while it grows.
//
// A block is either a fenced piece of code or a run of text that stands by itself. All but the
// last block are final: text appended later cannot change them, so that only the last one has to
// be read and drawn again.
//
// Source   CommonMark 0.30, section 4.5 (fences: three or more of ` or ~; the closing one is at
//          least as long). A fence may be indented below a list item; its code loses that indent.
// Threads  Pure function.
#pragma once

#include <QString>
#include <QStringView>
#include <vector>

namespace dsm {

struct MarkdownBlock {
    enum class Kind { Text, Code };

    Kind kind = Kind::Text;
    QString text;           // Markdown of a Text block, the code itself of a Code block
    QString language;       // of a Code block, as written; may be empty
    qsizetype offset = 0;   // where the block begins in the source
    bool isClosed = false;  // a Code block whose closing fence was seen

    bool operator==(const MarkdownBlock&) const = default;
};

// Blocks of `source` from `offset` on, which has to be the offset of a block (or 0).
std::vector<MarkdownBlock> splitMarkdown(QStringView source, qsizetype offset = 0);

}  // namespace dsm

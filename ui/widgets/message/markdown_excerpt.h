// The parts, or pieces of parts, that are selected in a document which writeParts() made of them.
//
// Threads  Main thread.
#pragma once

#include <QTextCursor>

#include "ui/widgets/message/markdown_types.h"

namespace dsm {

MarkdownParts partsBetween(const MarkdownParts& parts, const QTextDocument& document,
                           const QTextCursor& selection);
// The head of the table, and the rows that the selection touches.
MarkdownPart rowsBetween(const MarkdownPart& table, const QTextDocument& document,
                         const QTextCursor& selection);

}  // namespace dsm

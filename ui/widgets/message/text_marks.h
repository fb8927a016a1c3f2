// The places of a document where words that were looked for stand, to be shown.
//
// Threads  Main thread.
#pragma once

#include <QStringList>
#include <QTextDocument>
#include <QTextEdit>

namespace dsm {

class Theme;

QList<QTextEdit::ExtraSelection> marksOf(QTextDocument& document, const QStringList& words,
                                         const Theme& theme);

}  // namespace dsm

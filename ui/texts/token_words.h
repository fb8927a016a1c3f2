// How tokens and probabilities are worded for the reader.
//
// Threads  Main thread (translations).
#pragma once

#include <QList>
#include <QString>

#include "app/services/model/text_tokens.h"

namespace dsm {

// With spaces, tabs and line feeds that can be seen: "␣the", "↵".
QString visibleToken(const QString& text);
// "12.3 %", "0.004 %"; "< 0.001 %".
QString percentOf(double probability);
// The token or, of a character that is several, the tokens at this place, with ids and probability; ""
// where there is none.
QString describeToken(const QList<TextToken>& tokens, qsizetype index);

}  // namespace dsm

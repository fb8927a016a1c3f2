// PromptText: a text with places to be filled, as people keep them to write the same thing often:
//
//   Translate {{text}} into {{language}}.
//
// A place has a name of letters, digits, spaces, "-" and "_"; other braces are text.
//
// Threads  Any.
#pragma once

#include <QHash>
#include <QString>
#include <QStringList>

namespace dsm {

// The names of the places, each once, in order.
QStringList placesIn(const QString& prompt);
// Places without a value stay as they are; values are text, whatever they hold.
QString filledPrompt(const QString& prompt, const QHash<QString, QString>& values);
// As it is typed behind "/": without spaces and "/", in small letters; "" where nothing is left.
QString promptName(const QString& wish);
// What stands behind a "/" with which a message begins, as long as it is one word; null where it does not.
QString promptWanted(const QString& message);

// Whether a model that is to answer in the language of this text is asked in Chinese.
bool isChinese(QStringView text);

}  // namespace dsm

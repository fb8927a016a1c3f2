// What was said to people and stands on the screen, said again when the program speaks another language: notices travel as
// texts, and the last of them are known here with the words they were made of.
//
// Threads  Any: words are called on the thread of whoever asks, so they hold values and tr() alone.
// Errors   None: a text that is not known, or was forgotten, stays as it is.
#pragma once

#include <QString>
#include <QStringList>
#include <functional>

namespace dsm {

// The words, now. What they are made of may be said texts in turn, by saidAgain().
QString said(const std::function<QString()>& words);

// With "%1" to "%4" filled by one to four of them: the arguments are said again, too.
QString said(const std::function<QString()>& words, const QStringList& arguments);

// In the language of now; where the text is not known as a whole, line by line.
QString saidAgain(const QString& text);
QStringList saidAgain(const QStringList& texts);
// The same whenever it is asked for, for what keeps words in place of a text.
std::function<QString()> sayAgain(const QString& text);

}  // namespace dsm

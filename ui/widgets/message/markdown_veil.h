// Hides from a Markdown parser what people do not mean as marks, and brings it back in what the
// parser made of the text.
//
// A veiled character stands for the one it hides and means nothing to the parser. Hidden are
//   - formulas: \(..\), \[..\], $..$, $$..$$ and environments, with all in them; a mark stands before and
//     one behind each,
//   - what follows the beginning of a formula where the text ends before it: it is being written,
//   - the "<" of HTML tags, so that tags are text and Markdown between them still counts;
// and a mark is put beside ** and ~~ that stand between punctuation and Chinese, Japanese or Korean
// text, where no spaces are written: CommonMark would not take **重点：**后文 for emphasis.
// Inside code all of it comes back as it was.
//
// Source   CommonMark 0.30, section 6.2 (flanking delimiter runs).
// Threads  Pure functions.
#pragma once

#include <QString>
#include <QStringView>

namespace dsm {

// Stand before and behind a formula; unveil() takes them away.
inline constexpr char16_t kFormulaBegin = 0xFFFE;
inline constexpr char16_t kFormulaEnd = 0xFFFF;

// As many lines as the source has.
QString veilMarkdown(QStringView source);
// Also the brackets of footnotes, of a text whose footnotes stay as they are written.
QString veilFootnotes(QString veiled);
QString unveil(QString text);
// What stands for one of the marks of Markdown.
QChar veiledMark(QChar mark);

}  // namespace dsm

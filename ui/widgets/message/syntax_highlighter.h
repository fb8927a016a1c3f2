// SyntaxHighlighter: colours keywords, strings, numbers and comments of common languages.
//
// Ownership  Borrows the theme; owned by its document.
// Threads    Main thread.
#pragma once

#include <QSyntaxHighlighter>
#include <vector>

#include "ui/widgets/message/syntax_rules.h"

namespace dsm {

class Theme;

struct SyntaxSpan {
    enum class Kind : quint8 { Keyword, String, Number, Comment };

    int begin = 0;
    int length = 0;
    Kind kind = Kind::Keyword;

    bool operator==(const SyntaxSpan&) const = default;
};

// The coloured places of a line. `inside` is which of the rules' longs the line begins in, 0 none,
// and becomes that of the next line.
std::vector<SyntaxSpan> syntaxSpans(const SyntaxRules& rules, const QString& line, int& inside);

class SyntaxHighlighter : public QSyntaxHighlighter {
    Q_OBJECT

  public:
    SyntaxHighlighter(const Theme& theme, const QString& language, QTextDocument* document);

  protected:
    void highlightBlock(const QString& text) override;

  private:
    const Theme& theme_;
    const SyntaxRules& rules_;
};

}  // namespace dsm

// SyntaxHighlighter: colours keywords, strings, numbers and comments of common languages.
//
// It knows words and quotes, not grammar: wrong guesses cost a colour and nothing else.
//
// Ownership  Borrows the theme; owned by its document.
// Threads    Main thread.
#pragma once

#include <QSet>
#include <QSyntaxHighlighter>

namespace dsm {

class Theme;

struct SyntaxRules {
    QSet<QString> keywords;
    QString lineComment;
    bool hasBlockComments = false;  // of the form /* */
    bool isColored = false;
};

// For a language as named behind a fence. Unknown names are taken for relatives of C.
const SyntaxRules& syntaxRules(const QString& language);

class SyntaxHighlighter : public QSyntaxHighlighter {
    Q_OBJECT

  public:
    SyntaxHighlighter(const Theme& theme, const QString& language, QTextDocument* document);

  protected:
    void highlightBlock(const QString& text) override;

  private:
    // Each colours what begins at `at` and returns where it ends.
    int takeComment(const QString& text, int at, bool isInside);
    int takeString(const QString& text, int at);
    int takeWord(const QString& text, int at);

    const Theme& theme_;
    const SyntaxRules& rules_;
};

}  // namespace dsm

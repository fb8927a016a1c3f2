// TokenMarks: shows in a text where its tokens begin, and how likely each was to a model.
//
// Likelier tokens have less of one colour: shades that differ in lightness, so that they are told apart
// without seeing colours. Where shades are shown, every second token is underlined instead of tinted.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QColor>
#include <QList>
#include <QSyntaxHighlighter>

#include "app/services/model/text_tokens.h"

namespace dsm {

class Theme;

class TokenMarks : public QSyntaxHighlighter {
    Q_OBJECT

  public:
    TokenMarks(const Theme& theme, QObject* parent);

    struct Look {
        bool boundaries = false;
        bool shades = false;
    };
    void show(const QList<TextToken>& tokens, const Look& look);

    // From likely, without a shade, to unlikely.
    static constexpr int kShades = 5;
    // The least probability of each shade.
    static constexpr double kLeast[kShades] = {0.5, 0.1, 0.01, 0.001, 0};
    static int shadeOf(double probability);
    static QColor color(int shade, const Theme& theme);

  protected:
    void highlightBlock(const QString& text) override;

  private:
    struct Mark {
        qsizetype begin = 0;
        qsizetype end = 0;
        bool isOdd = false;
        int shade = 0;
    };
    QTextCharFormat formatOf(const Mark& mark) const;

    const Theme& theme_;
    QList<Mark> marks_;
    Look look_;
};

}  // namespace dsm

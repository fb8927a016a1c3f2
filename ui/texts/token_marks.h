// TokenMarks: shows in a text where its tokens begin, and how likely each was to a model.
//
// Likelier tokens have less of one colour: shades that differ in lightness, so that they are told apart
// without seeing colours. Where shades are shown, every second token is underlined instead of tinted.
//
// They are painted behind the text. Formats in it would tear apart what belongs together: Arabic words,
// flags, families.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QColor>
#include <QList>
#include <QObject>

#include "app/services/model/text_tokens.h"

class QPainter;
class QPointF;
class QTextBlock;

namespace dsm {

class Theme;

class TokenMarks : public QObject {
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

    struct Stretch {
        qsizetype begin = 0;
        qsizetype end = 0;
        QColor background = {};  // none: not valid
        bool isUnderlined = false;
    };
    // What is shown of the characters from `begin` to `end`, ascending.
    QList<Stretch> within(qsizetype begin, qsizetype end) const;
    // Behind the lines of a block whose first one stands at `place`, as far as they are to be painted.
    void paint(QPainter& painter, const QTextBlock& block, const QPointF& place) const;

  Q_SIGNALS:
    void changed();

  private:
    struct Mark {
        qsizetype begin = 0;
        qsizetype end = 0;
        bool isOdd = false;
        int shade = 0;
    };
    Stretch lookOf(const Mark& mark) const;

    const Theme& theme_;
    QList<Mark> marks_;
    Look look_;
};

}  // namespace dsm

// TokenLegend: what the shades of a text mean, and the token at the cursor in words.
//
// Ownership  Borrows the study and the theme.
// Threads    Main thread.
#pragma once

#include <QWidget>

class QLabel;

namespace dsm {

class TextStudy;
class Theme;

class TokenLegend : public QWidget {
    Q_OBJECT

  public:
    TokenLegend(const TextStudy& study, const Theme& theme, QWidget* parent = nullptr);

    void setPlace(qsizetype place);
    // Whether there is room for it; without, it is not shown.
    void setRoom(bool isThere);
    QLabel* words() const { return words_; }

  private:
    void showAll();

    const TextStudy& study_;
    const Theme& theme_;
    QWidget* shades_;
    QLabel* words_;
    qsizetype place_ = 0;
    bool hasRoom_ = true;
};

}  // namespace dsm

// ChoiceCard: one of a few ways, to choose by a press anywhere on it: a title, what it is for, and
// in small what it means exactly.
//
// Cards of one parent exclude each other; the arrow keys go from one to the next.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QAbstractButton>

class QLabel;

namespace dsm {

class Theme;

class ChoiceCard : public QAbstractButton {
    Q_OBJECT

  public:
    explicit ChoiceCard(const Theme& theme, QWidget* parent = nullptr);

    void setContent(const QString& title, const QString& purpose, const QString& details);

    QSize sizeHint() const override;

  protected:
    void paintEvent(QPaintEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

  private:
    void applyTheme();

    const Theme& theme_;
    QLabel* title_;
    QLabel* purpose_;
    QLabel* details_;
    bool hasKeyboard_ = false;
};

}  // namespace dsm

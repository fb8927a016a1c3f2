// IconButton: a square button with an icon, a name for screen readers and a tool tip; it grows with
// the text of the theme.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QAbstractButton>
#include <QKeySequence>

#include "ui/widgets/theme.h"

namespace dsm {

class IconButton : public QAbstractButton {
    Q_OBJECT

  public:
    enum class Look { Plain, Filled, Outlined };

    IconButton(const Theme& theme, IconName icon, int sizePixels = 32, Look look = Look::Plain,
               QWidget* parent = nullptr);

    // What the button does, said to screen readers and, with the keys, in the tool tip.
    void setName(const QString& name, const QKeySequence& keys = {});
    void setIconName(IconName icon);
    void setRole(ColorRole role);

    QSize sizeHint() const override { return {side(), side()}; }

  protected:
    void paintEvent(QPaintEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

  private:
    QColor fill() const;
    int side() const { return theme_.controlSide(size_); }

    const Theme& theme_;
    IconName icon_;
    ColorRole role_ = ColorRole::TextSecondary;
    int size_;
    Look look_;
    bool hasKeyboard_ = false;
};

// Whether focus that came for this reason should show a ring.
bool isKeyboardFocus(Qt::FocusReason reason);

}  // namespace dsm

// Card: a part of a page on a surface of its own, with the parts that cards have in common.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QWidget>

#include "ui/widgets/theme.h"

class QLabel;

namespace dsm {

class Card : public QWidget {
    Q_OBJECT

  public:
    explicit Card(const Theme& theme, QWidget* parent = nullptr);

    static constexpr int kPadding = 20;

  protected:
    void paintEvent(QPaintEvent* event) override;

    // A line over a part of the card, from edge to edge of its contents.
    void paintLineOver(const QWidget* part);
    void tone(QLabel* label, TextStyle style, ColorRole role) const;

    const Theme& theme_;
};

}  // namespace dsm

// DropMark: the mark over a page while something that can be dropped is held above it.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QWidget>

namespace dsm {

class Theme;

class DropMark : public QWidget {
    Q_OBJECT

  public:
    DropMark(const Theme& theme, QWidget* parent);

    // Shows it over this part of its parent.
    void cover(const QRect& part);

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    const Theme& theme_;
};

}  // namespace dsm

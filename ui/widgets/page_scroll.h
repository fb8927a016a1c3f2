// PageScroll: a page that scrolls up and down where it is higher than its place.
//
// What is in it may be higher the narrower it is. QScrollArea asks whether the bar is needed with
// the bar and without it, and where both answers are "the other" it lays the page out again and
// again. Here one question decides: whether the page is too high for the place without a bar.
//
// A page whose least size changes with its size is resized a few times, and then left as it is:
// QScrollArea would resize it from within its own news of that, until the stack is full.
//
// Threads  Main thread.
#pragma once

#include <QScrollArea>

class QHBoxLayout;

namespace dsm {

class Theme;

class PageScroll : public QScrollArea {
    Q_OBJECT

  public:
    explicit PageScroll(QWidget* parent = nullptr);

    // A page of one column in the middle, at most as wide as it says, beside margins for which there
    // is room. Borrows the theme.
    void setColumn(QWidget* column, const Theme& theme);

  protected:
    bool event(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    void decideBar();

    QHBoxLayout* margins_ = nullptr;  // beside the column; nullptr: the page is its own
    const Theme* theme_ = nullptr;
    int resizes_ = 0;  // of the page, each within the one before
};

}  // namespace dsm

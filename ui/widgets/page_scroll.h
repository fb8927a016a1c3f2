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

namespace dsm {

class PageScroll : public QScrollArea {
    Q_OBJECT

  public:
    explicit PageScroll(QWidget* parent = nullptr);

  protected:
    bool event(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    void decideBar();

    int resizes_ = 0;  // of the page, each within the one before
};

}  // namespace dsm

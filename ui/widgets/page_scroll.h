// PageScroll: a page that scrolls up and down where it is higher than its place.
//
// What is in it may be higher the narrower it is. QScrollArea asks whether the bar is needed with
// the bar and without it, and where both answers are "the other" it lays the page out again and
// again. Here one question decides: whether the page is too high for the place without a bar.
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
    void resizeEvent(QResizeEvent* event) override;

  private:
    void decideBar();
};

}  // namespace dsm

// ScrollDialog: a dialog whose content scrolls where the screen is too small for it; its buttons
// stay in view.
//
// Threads  Main thread.
#pragma once

#include <QDialog>

class QHBoxLayout;
class QScrollArea;

namespace dsm {

class ScrollDialog : public QDialog {
    Q_OBJECT

  public:
    explicit ScrollDialog(QWidget* parent = nullptr);

    QScrollArea* scrollArea() const { return scroll_; }

  protected:
    // Takes both; called once, by the constructor of the dialog.
    void setContent(QWidget* content, QHBoxLayout* buttons);
    void showEvent(QShowEvent* event) override;
    // Before that its size is none that anybody chose.
    bool wasShown() const { return wasShown_; }

  private:
    QScrollArea* scroll_;
    bool wasShown_ = false;
};

}  // namespace dsm

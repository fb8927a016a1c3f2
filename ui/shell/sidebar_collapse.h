// SidebarCollapse: a window too narrow for a sidebar and a page beside each other hides the
// sidebar; one that is wide again shows it where it was hidden for that.
//
// Ownership  Borrows the window and the theme.
// Threads    Main thread.
#pragma once

#include <QObject>
#include <functional>

class QWidget;

namespace dsm {

class Theme;

class SidebarCollapse : public QObject {
    Q_OBJECT

  public:
    // `show` shows and hides the sidebar.
    SidebarCollapse(QWidget* window, const QWidget* sidebar, const Theme& theme,
                    std::function<void(bool)> show);

    // Somebody has shown or hidden it: from now on that holds, until the window changes its size
    // over the border.
    void forget() { isHidden_ = false; }
    // Because of the size.
    bool isHidden() const { return isHidden_; }

    static constexpr int kNarrow = 720;  // at the usual size of text

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void takeSize();

    QWidget* window_;
    const QWidget* sidebar_;
    const Theme& theme_;
    std::function<void(bool)> show_;
    bool isNarrow_ = false;
    bool isHidden_ = false;
};

}  // namespace dsm

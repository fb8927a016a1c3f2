// Toast: a short message over the bottom of its parent that goes away by itself and offers to undo.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QWidget>
#include <functional>

class QLabel;
class QPushButton;
class QTimer;

namespace dsm {

class Theme;

class Toast : public QWidget {
    Q_OBJECT

  public:
    Toast(const Theme& theme, QWidget* parent);

    void showMessage(const QString& text, const QString& actionText, std::function<void()> action);
    QPushButton* actionButton() const { return actionButton_; }

    static constexpr int kMilliseconds = 8000;

  protected:
    void paintEvent(QPaintEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void place();
    void applyTheme();

    const Theme& theme_;
    QLabel* text_;
    QPushButton* actionButton_;
    QTimer* timer_;
    std::function<void()> action_;
};

}  // namespace dsm

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

    using Words = std::function<QString()>;  // asked for again in another language

    // `passed` is called when the message goes away and the action was not taken: after its time,
    // or because another message takes its place.
    void showMessage(const Words& text, const Words& actionText, std::function<void()> action,
                     std::function<void()> passed = {});
    QPushButton* actionButton() const { return actionButton_; }
    // As after its time.
    void dismiss();

    static constexpr int kMilliseconds = 8000;

  protected:
    void paintEvent(QPaintEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void place();
    void sayWords();
    void pass();
    void applyTheme();

    const Theme& theme_;
    QLabel* text_;
    QPushButton* actionButton_;
    QTimer* timer_;
    Words words_;  // with actionWords_ empty: nothing was shown yet
    Words actionWords_;
    std::function<void()> action_;
    std::function<void()> passed_;
};

}  // namespace dsm

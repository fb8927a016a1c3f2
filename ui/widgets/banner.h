// Banner: one sentence across the page about something that went wrong or should be known, with
// at most one thing to do about it.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QWidget>
#include <functional>

class QLabel;
class QPushButton;

namespace dsm {

class IconButton;
class Theme;

class Banner : public QWidget {
    Q_OBJECT

  public:
    enum class Tone { Note, Warning, Error };

    explicit Banner(const Theme& theme, QWidget* parent = nullptr);

    // Replaces what is shown. `action` is named by `actionText`; without one there is no button.
    void showMessage(Tone tone, const QString& text, const QString& actionText = {},
                     std::function<void()> action = {});
    QString text() const;

  protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

  private:
    void applyTheme();
    void retranslate();

    const Theme& theme_;
    QLabel* icon_;
    QLabel* text_;
    QPushButton* actionButton_;
    IconButton* close_;
    std::function<void()> action_;
    Tone tone_ = Tone::Note;
};

}  // namespace dsm

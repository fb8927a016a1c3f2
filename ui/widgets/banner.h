// Banner: one sentence across the page about something that went wrong or should be known, with
// what there is to do about it, below the text where both have no room beside each other. A text
// that is higher than a quarter of the window scrolls.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QWidget>
#include <functional>
#include <vector>

class QHBoxLayout;
class QLabel;
class QPushButton;

namespace dsm {

class IconButton;
class PageScroll;
class Theme;

class Banner : public QWidget {
    Q_OBJECT

  public:
    enum class Tone { Note, Warning, Error };

    // Asked for when it is shown, and again when the program speaks another language.
    using Words = std::function<QString()>;

    struct Action {
        Words text;
        std::function<void()> run;
    };

    explicit Banner(const Theme& theme, QWidget* parent = nullptr);

    // Replaces what is shown. `action` is named by `actionText`; without one there is no button.
    void showMessage(Tone tone, const Words& text, const Words& actionText = {},
                     std::function<void()> action = {});
    void showMessage(Tone tone, const Words& text, std::vector<Action> actions);
    QString text() const;

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    void applyTheme();
    void retranslate();
    void sayWords();
    QPushButton* addButton();
    void fit();

    const Theme& theme_;
    QLabel* icon_;
    QLabel* text_;
    PageScroll* place_;  // of the text
    QHBoxLayout* row_;
    QHBoxLayout* below_;
    std::vector<QPushButton*> buttons_;  // of the actions; the last are hidden
    IconButton* close_;
    std::vector<Action> actions_;
    Words words_;  // empty: nothing was shown yet
    Tone tone_ = Tone::Note;
};

}  // namespace dsm

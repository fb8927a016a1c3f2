// Banner: one sentence across the page about something that went wrong or should be known, with
// what there is to do about it.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QWidget>
#include <functional>
#include <vector>

class QLabel;
class QPushButton;

namespace dsm {

class IconButton;
class Theme;

class Banner : public QWidget {
    Q_OBJECT

  public:
    enum class Tone { Note, Warning, Error };

    struct Action {
        QString text;
        std::function<void()> run;
    };

    explicit Banner(const Theme& theme, QWidget* parent = nullptr);

    // Replaces what is shown. `action` is named by `actionText`; without one there is no button.
    void showMessage(Tone tone, const QString& text, const QString& actionText = {},
                     std::function<void()> action = {});
    void showMessage(Tone tone, const QString& text, std::vector<Action> actions);
    QString text() const;

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    void applyTheme();
    void retranslate();
    QPushButton* addButton();

    const Theme& theme_;
    QLabel* icon_;
    QLabel* text_;
    std::vector<QPushButton*> buttons_;  // of the actions; the last are hidden
    IconButton* close_;
    std::vector<Action> actions_;
    Tone tone_ = Tone::Note;
};

}  // namespace dsm

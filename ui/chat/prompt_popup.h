// PromptPopup: the kept prompts whose names begin with what is typed behind "/" in the composer, above it.
//
// The keyboard stays in the composer: up and down choose, Enter and Tab take, Escape closes. A prompt with
// places asks for what goes into them (prompt_places_dialog.h).
//
// Ownership  Borrows the composer, the settings and the theme.
// Threads    Main thread.
#pragma once

#include <QListWidget>

namespace dsm {

class Composer;
class Settings;
class Theme;

class PromptPopup : public QListWidget {
    Q_OBJECT

  public:
    PromptPopup(Composer& composer, const Settings& settings, const Theme& theme,
                QWidget* parent = nullptr);

  Q_SIGNALS:
    // The kept prompts are to be shown.
    void editRequested();

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void refresh();
    void fill(const QString& wanted);
    void place();
    void takeChosen();
    void insert(const QString& prompt);

    Composer& composer_;
    const Settings& settings_;
    const Theme& theme_;
    QString closedAt_;  // what was typed when it was closed
};

}  // namespace dsm

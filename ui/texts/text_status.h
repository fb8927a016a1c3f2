// TextStatus: what a text takes of the context, what the model does at it now, and why it ended.
//
// Ownership  Borrows the services and the theme.
// Threads    Main thread.
#pragma once

#include "app/services/program/generation_types.h"
#include "ui/widgets/label.h"

class QTimer;

namespace dsm {

class TextGenerator;
class TextService;
class Theme;

class TextStatus : public Label {
    Q_OBJECT

  public:
    static constexpr int kPauseMs = 150;  // after the last letter, before the tokens are counted

    TextStatus(TextService& texts, const TextGenerator& writer, const Theme& theme,
               QWidget* parent = nullptr);

    // What is shown from now on. It is counted at once; after another of the same one, soon.
    void setContent(qint64 id, const QString& text);
    void takeEnd(const GenerationOutcome& outcome);
    void refusePaste(qsizetype characters);
    PromptFit fit() const { return fit_; }
    bool hasModel() const;
    // Whether the model can write on now.
    bool canContinue() const;

  Q_SIGNALS:
    void counted();

  private:
    void count();
    void showWords();
    QString state() const;
    QString counts() const;

    TextService& texts_;
    const TextGenerator& writer_;
    const Theme& theme_;
    QTimer* pause_;
    qint64 id_ = -1;
    QString text_;
    PromptFit fit_;
    QString end_;  // why the model stopped, until the text changes
    QString refused_;
};

}  // namespace dsm

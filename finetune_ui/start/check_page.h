// CheckPage: how it will be known whether the model has learned: examples kept back or a file of
// their own, an early end where there is no more gain, and prompts that are answered at each
// checkpoint.
//
// Ownership  Borrows the draft, the study of the data and the theme.
// Threads    Main thread.
#pragma once

#include <QWidget>

#include "app/services/training/job/tuning_draft.h"

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace dsm {

class ChoiceCard;
class DataStudy;
class FormCard;
class JobSection;
class Theme;

class CheckPage : public QWidget {
    Q_OBJECT

  public:
    CheckPage(TuningDraft& draft, const DataStudy& study, const Theme& theme,
              QWidget* parent = nullptr);

    QString missing() const;  // "" when complete
    void setAdvanced(bool isAdvanced);
    void takeDraft();  // of another run

    enum class Way { Nothing, Share, File };
    Way way() const;
    ChoiceCard* wayCard(Way way) const;

    QPlainTextEdit* promptsField() const { return prompts_; }
    QPushButton* drawButton() const { return draw_; }
    QLabel* leak() const { return leak_; }

  Q_SIGNALS:
    void changed();

  private:
    void makeLayout();
    void applyTheme();
    void retranslate();
    void choose(Way way);
    void chooseFile();
    void takePrompts();
    void showPrompts();
    void drawPrompts();
    void showDrawing();
    void showLeak();
    // Why the file to evaluate with cannot be, for people; "": nothing is known against it.
    QString fileProblem() const;
    void showNow();

    TuningDraft& draft_;
    JobDraft& job_;
    const DataStudy& study_;
    const Theme& theme_;
    FormCard* measure_;
    ChoiceCard* nothing_;
    ChoiceCard* share_;
    ChoiceCard* file_;
    JobSection* shareField_;
    QWidget* fileRow_;
    QLineEdit* path_;
    QPushButton* browse_;
    QLabel* leak_;
    JobSection* often_;
    FormCard* ask_;
    QPlainTextEdit* prompts_;
    QLabel* promptsNote_;
    QPushButton* draw_;
    QLabel* drawNote_;
    JobSection* answers_;
    bool isAdvanced_ = false;
};

}  // namespace dsm

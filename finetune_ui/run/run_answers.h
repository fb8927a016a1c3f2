// RunAnswers: what a run answered to its fixed prompts, from before the first step on, with the
// words marked that the answer before did not have.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QList>

#include "app/services/training/training_types.h"
#include "finetune_ui/cards/form_card.h"

namespace dsm {

class RunAnswers : public FormCard {
    Q_OBJECT

  public:
    explicit RunAnswers(const Theme& theme, QWidget* parent = nullptr);

    void setAnswers(const QList<PromptAnswer>& answers);
    const QList<PromptAnswer>& answers() const { return answers_; }

    // HTML of `text`, with the words in bold that are not in `before` at their place.
    static QString marked(const QString& text, const QString& before);

  private:
    static QString stepsFrom(qint64 first, qint64 last);
    void showAnswers();
    void clear();

    QList<PromptAnswer> answers_;
    QWidget* list_ = nullptr;
};

}  // namespace dsm

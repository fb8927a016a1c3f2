#include "ui/chat/answer_count.h"

#include "ui/widgets/language_change.h"

namespace dsm {

AnswerCount::AnswerCount(int most, QWidget* parent) : ChoiceBox(parent) {
    for (int i = 0; i < most; ++i)
        addItem({});
    setSizeAdjustPolicy(QComboBox::AdjustToContents);
    onLanguageChange(this, [this] { retranslate(); });
    retranslate();
}

void AnswerCount::retranslate() {
    for (int i = 0; i < QComboBox::count(); ++i)
        setItemText(i, tr("%n answers", nullptr, i + 1));
    setAccessibleName(tr("Answers to each message"));
    setToolTip(
        tr("Several answers are written at once, side by side, and you keep one. Three take about "
           "twice the time of one."));
}

}  // namespace dsm

#include "finetune_ui/run/run_rows_card.h"

#include <QLocale>
#include <QVBoxLayout>

#include "finetune_ui/cards/data_example_view.h"
#include "finetune_ui/words/data_words.h"
#include "finetune_ui/words/run_words.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/theme.h"

namespace dsm {

RunRowsCard::RunRowsCard(const Theme& theme, QWidget* parent) : FormCard(theme, parent) {
    connect(&theme, &Theme::changed, this, &RunRowsCard::showRows);
    onLanguageChange(this, [this] { showRows(); });
    hide();
}

void RunRowsCard::setRows(const EvaluatedRowsShown& rows) {
    const bool isEmpty = rows.rows == 0 && rows_.rows == 0;
    rows_ = rows;
    if (!isEmpty) showRows();
}

void RunRowsCard::showRows() {
    delete list_;
    list_ = nullptr;
    setVisible(rows_.rows > 0);
    if (rows_.rows == 0) return;
    setHeading(tr("Hardest and easiest rows of the evaluation"),
               tr("Of %Ln row(s), after step %1. What is marked is what the loss is of. A row that "
                  "stays hard may be wrong in the data, or ask for what no other row teaches.",
                  nullptr, static_cast<int>(rows_.rows))
                   .arg(QLocale().toString(rows_.step)));
    list_ = new QWidget(this);
    auto* column = new QVBoxLayout(list_);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::kSmall);
    addPart(tr("Hardest"), rows_.worst);
    addPart(tr("Easiest"), rows_.best);
    body()->addWidget(list_);
    list_->show();
}

void RunRowsCard::addPart(const QString& title, const QList<EvaluatedRowShown>& rows) {
    if (rows.isEmpty()) return;
    auto* heading = new Label(title, list_);
    tone(heading, TextStyle::InterfaceStrong, ColorRole::Text);
    list_->layout()->addWidget(heading);
    for (const EvaluatedRowShown& row : rows) {
        const QString said =
            tr("Loss %1 · %2 · of %Ln token(s)", nullptr, static_cast<int>(row.trainedTokens))
                .arg(presentLoss(row.loss), presentPlace(row.place));
        list_->layout()->addWidget(
            new DataExampleView(theme_, said, row.turns, DataExampleView::Marked::Measured, list_));
    }
}

}  // namespace dsm

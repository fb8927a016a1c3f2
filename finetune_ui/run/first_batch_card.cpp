#include "finetune_ui/run/first_batch_card.h"

#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>

#include "app/services/program/sentences.h"
#include "finetune_ui/cards/data_example_view.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr int kShownAtFirst = 2;

}  // namespace

FirstBatchCard::FirstBatchCard(const Theme& theme, QWidget* parent)
    : FormCard(theme, parent), all_(new QPushButton(this)) {
    all_->setObjectName(QStringLiteral("wholeBatch"));
    all_->setProperty("kind", QStringLiteral("link"));
    body()->addWidget(all_, 0, Qt::AlignLeft);
    connect(all_, &QPushButton::clicked, this, [this] {
        isWhole_ = true;
        showBatch();
    });
    showButton(0);
    connect(&theme, &Theme::changed, this, &FirstBatchCard::showBatch);
    onLanguageChange(this, [this] { showBatch(); });
    hide();
}

void FirstBatchCard::setBatch(const FedBatch& batch) {
    const bool isEmpty = batch.samples == 0 && batch_.samples == 0;
    batch_ = batch;
    isWhole_ = false;
    if (!isEmpty) showBatch();
}

void FirstBatchCard::showBatch() {
    delete list_;
    list_ = nullptr;
    setVisible(batch_.samples > 0);
    if (batch_.samples == 0) return;
    QString note =
        tr("What the first step really read, special tokens included; what is marked "
           "is what it learned from.");
    if (batch_.leftOut > 0)
        note = inARow({note, tr("Of its %1 examples the first %2 are kept.")
                                 .arg(QLocale().toString(batch_.samples),
                                      QLocale().toString(batch_.samples - batch_.leftOut))});
    setHeading(tr("The first batch, as it was fed"), note);
    list_ = new QWidget(this);
    auto* column = new QVBoxLayout(list_);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::kSmall);
    qint64 number = 0;
    const qsizetype parts = batch_.batches.size();
    for (qsizetype part = 0; part < parts; ++part) {
        for (const FedSample& sample : batch_.batches[part]) {
            if (++number > kShownAtFirst && !isWhole_) continue;
            const QString said = (parts == 1 ? tr("Example %1 · %2 tokens, %3 of them learned")
                                             : tr("Example %1, part %4 of %5 · %2 tokens, %3 of "
                                                  "them learned"))
                                     .arg(number)
                                     .arg(sample.tokens)
                                     .arg(sample.trained);
            column->addWidget(new DataExampleView(theme_,
                                                  parts == 1 ? said : said.arg(part + 1).arg(parts),
                                                  {{DataTurn::Speaker::Text, sample.parts}},
                                                  DataExampleView::Marked::Learned, list_));
        }
    }
    showButton(number);
    body()->insertWidget(0, list_);
    list_->show();
}

void FirstBatchCard::showButton(qint64 samples) {
    all_->setText(tr("Show all %Ln example(s)", nullptr, static_cast<int>(samples)));
    all_->setVisible(samples > kShownAtFirst && !isWhole_);
}

}  // namespace dsm

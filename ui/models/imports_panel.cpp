#include "ui/models/imports_panel.h"

#include <QLabel>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/models/import_row.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/match_rows.h"
#include "ui/widgets/question.h"
#include "ui/words/model_presentation.h"

namespace dsm {

ImportsPanel::ImportsPanel(ModelImport& imports, const Theme& theme, QWidget* parent)
    : Card(theme, parent),
      imports_(imports),
      heading_(new Label(this)),
      list_(new QVBoxLayout(this)) {
    list_->setContentsMargins(kPadding, kPadding - 4, kPadding, space::kTiny);
    list_->setSpacing(0);
    list_->addWidget(heading_);
    connect(&imports, &ModelImport::looked, this, &ImportsPanel::ask);
    connect(&imports, &ModelImport::importsChanged, this, &ImportsPanel::showAll);
    connect(&imports, &ModelImport::progressed, this, &ImportsPanel::showAll);
    connect(&theme, &Theme::changed, this, &ImportsPanel::applyTheme);
    onLanguageChange(this, [this] { applyTheme(); });
    applyTheme();
    showAll();
}

void ImportsPanel::offer(const QStringList& folders) {
    said_.clear();
    hasFailed_ = false;
    for (const QString& folder : folders)
        imports_.look(folder);
}

// With what was said of the folders before it, which would not be seen otherwise.
void ImportsPanel::say(const QString& message) {
    said_.append(message);
    const QString all = said_.join(u'\n');
    return hasFailed_ ? Q_EMIT failed(all) : Q_EMIT noted(all);
}

void ImportsPanel::ask(const ImportOffer& offer) {
    hasFailed_ |= !offer.problem.isEmpty();
    if (!offer.problem.isEmpty()) return say(offer.problem);
    if (offer.isListed) return say(tr("%1 is in the list already.").arg(offer.name));
    const quint64 freeBytes = static_cast<quint64>(std::max<qint64>(0, offer.freeBytes));
    QStringList sentences{
        tr("Used where it is, nothing is copied: the files stay yours, and the program never "
           "deletes them."),
        offer.canCopy ? tr("A copy goes into the program's own folder and needs %1 of the %2 that "
                           "are free there.")
                            .arg(presentBytes(offer.bytes), presentBytes(freeBytes))
                      : tr("There is not enough space for a copy: it needs %1, %2 are free.")
                            .arg(presentBytes(offer.bytes), presentBytes(freeBytes))};
    if (offer.isVerified)
        sentences += tr("Either way its files are compared with their published checksums.");
    const QuestionAnswer link{tr("Use it where it is"),
                              [this, offer] { imports_.start(offer.folder, ImportKind::Link); },
                              true, true};
    const QuestionAnswer copy{tr("Copy it"),
                              [this, offer] { imports_.start(offer.folder, ImportKind::Copy); },
                              offer.canCopy};
    dsm::ask(this,
             {tr("Add a model"), tr("Add %1?").arg(offer.name), sentences.join(QLatin1Char(' '))},
             {link, copy}, tr("Cancel"));
}

void ImportsPanel::showAll() {
    const QList<Import>& imports = imports_.imports();
    const auto isOf = [](const ImportRow& row, const Import& import) {
        return row.content().id == import.id;
    };
    matchRows(rows_, imports, list_, 1, isOf, [this] {
        auto* row = new ImportRow(theme_, this);
        connect(row, &ImportRow::cancelRequested, &imports_, &ModelImport::cancel);
        connect(row, &ImportRow::retryRequested, &imports_, &ModelImport::retry);
        return row;
    });
    for (std::size_t i = 0; i < rows_.size(); ++i)
        rows_[i]->setContent(imports[static_cast<qsizetype>(i)]);
    setVisible(!rows_.empty());
}

void ImportsPanel::applyTheme() {
    heading_->setFont(theme_.font(TextStyle::Title));
    heading_->setText(tr("Being added"));
    update();
}

}  // namespace dsm

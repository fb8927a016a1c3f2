#include "finetune_ui/example_file.h"

#include <QDir>
#include <QDragEnterEvent>
#include <QEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QUrl>
#include <QVBoxLayout>

#include "finetune_ui/job_section.h"

namespace dsm {
namespace {

const QString kData = QStringLiteral("data");

QString fileIn(const QMimeData* data) {
    for (const QUrl& url : data->urls()) {
        if (url.isLocalFile() && QFileInfo(url.toLocalFile()).isFile()) return url.toLocalFile();
    }
    return {};
}

}  // namespace

ExampleFile::ExampleFile(JobDraft& job, const Theme& theme, QWidget* parent)
    : QWidget(parent),
      job_(job),
      card_(new FormCard(theme, this)),
      path_(new QLineEdit(this)),
      browse_(new QPushButton(this)),
      form_(new JobSection({QStringLiteral("template"), QStringLiteral("max_length")}, job, theme,
                           this)) {
    setAcceptDrops(true);
    path_->setObjectName(QStringLiteral("exampleFile"));
    auto* row = new QHBoxLayout;
    row->setSpacing(space::kSmall);
    row->addWidget(path_, 1);
    row->addWidget(browse_);
    card_->body()->addLayout(row);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::kLarge);
    column->addWidget(card_);
    column->addWidget(form_);
    column->addStretch(1);
    connect(browse_, &QPushButton::clicked, this, &ExampleFile::chooseFile);
    connect(path_, &QLineEdit::textEdited, this, [this](const QString& text) {
        const QString file = text.trimmed();
        job_.choose(kData, file.isEmpty() ? QJsonValue(QJsonValue::Undefined)
                                          : QJsonValue(QFileInfo(file).absoluteFilePath()));
    });
    connect(&job, &JobDraft::changed, this, [this] {
        showNow();
        Q_EMIT changed();
    });
    connect(form_, &JobSection::validityChanged, this, &ExampleFile::changed);
    retranslate();
    showNow();
}

void ExampleFile::setFile(const QString& file) {
    job_.choose(kData, QFileInfo(file).absoluteFilePath());
}

void ExampleFile::showNow() {
    const QString file = job_.value(kData).toString();
    if (path_->text() != file && !path_->hasFocus()) path_->setText(file);
}

QString ExampleFile::missing() const {
    const QString file = job_.value(kData).toString();
    if (file.isEmpty()) return tr("Choose a file of examples");
    if (!QFileInfo(file).isFile()) return tr("The file of examples is not there");
    const QString wrong = form_->wrong();
    return wrong.isEmpty() ? QString() : tr("Correct the setting “%1”").arg(wrong);
}

void ExampleFile::chooseFile() {
    const QString file = QFileDialog::getOpenFileName(
        this, tr("A file of examples"), QFileInfo(path_->text()).path(),
        tr("Examples (*.json *.jsonl *.csv *.tsv *.parquet);;All files (*)"));
    if (!file.isEmpty()) setFile(file);
}

void ExampleFile::retranslate() {
    card_->setHeading(tr("Examples"),
                      tr("A file of questions and answers, as JSON, JSON Lines, CSV or Parquet. It "
                         "can be dropped here."));
    browse_->setText(tr("Choose…"));
    path_->setAccessibleName(tr("File of examples"));
    path_->setPlaceholderText(tr("instruction and output, or messages"));
    form_->setHeading(tr("How they are read"));
}

void ExampleFile::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange) retranslate();
}

void ExampleFile::dragEnterEvent(QDragEnterEvent* event) {
    if (!fileIn(event->mimeData()).isEmpty()) event->acceptProposedAction();
}

void ExampleFile::dropEvent(QDropEvent* event) {
    setFile(fileIn(event->mimeData()));
    event->acceptProposedAction();
}

}  // namespace dsm

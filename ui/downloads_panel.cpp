#include "ui/downloads_panel.h"

#include <QEvent>
#include <QLabel>
#include <QMessageBox>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

#include "app/services/downloads/download_service.h"
#include "ui/download_presentation.h"
#include "ui/model_presentation.h"
#include "ui/widgets/paint.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr int kPadding = 20;

// The one that is under way, if any.
Conversion conversionOf(const ConversionService& conversions, const QString& folder) {
    for (const Conversion& conversion : conversions.conversions()) {
        if (conversion.sourceFolder == folder && conversion.state != ConversionState::Finished)
            return conversion;
    }
    return {};
}

}  // namespace

DownloadsPanel::DownloadsPanel(const Parts& parts, QWidget* parent)
    : QWidget(parent), parts_(parts), heading_(new QLabel(this)), list_(new QVBoxLayout(this)) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Maximum);
    list_->setContentsMargins(kPadding, kPadding - 4, kPadding, space::kTiny);
    list_->setSpacing(0);
    list_->addWidget(heading_);
    makeConnections();
    applyTheme();
    showAll();
}

void DownloadsPanel::makeConnections() {
    DownloadService& downloads = parts_.downloads;
    connect(&downloads, &DownloadService::downloadsChanged, this, &DownloadsPanel::showAll);
    connect(&downloads, &DownloadService::progressed, this, [this](qint64 id) {
        if (DownloadRow* shown = row(id)) showRow(shown, parts_.downloads.download(id));
    });
    // Also while the page is not shown: a finished model is one of the library's.
    connect(&downloads, &DownloadService::finished, this,
            [this](qint64, const QString& folder) { parts_.library.addFolder(folder); });
    connect(&downloads, &DownloadService::integrityProgressed, this,
            [this](const QString& folder, qint64 done, qint64 total) {
                takeCheck(folder, {FileCheck::State::Running, done, total});
            });
    connect(&downloads, &DownloadService::integrityChecked, this,
            [this](const QString& folder, const QStringList& damaged) {
                FileCheck check{damaged.isEmpty() ? FileCheck::State::Sound
                                                  : FileCheck::State::Damaged};
                check.damaged = damaged;
                takeCheck(folder, check);
            });
    connect(&parts_.library, &ModelLibrary::modelsChanged, this, &DownloadsPanel::showAll);
    connect(&parts_.library, &ModelLibrary::memoryChanged, this, &DownloadsPanel::showAll);
    connect(&parts_.conversions, &ConversionService::conversionsChanged, this,
            &DownloadsPanel::showAll);
    connect(&parts_.conversions, &ConversionService::progressed, this, &DownloadsPanel::showAll);
    connect(&parts_.theme, &Theme::changed, this, &DownloadsPanel::applyTheme);
}

DownloadRow* DownloadsPanel::row(qint64 id) const {
    for (DownloadRow* row : rows_) {
        if (row->content().download.id == id) return row;
    }
    return nullptr;
}

void DownloadsPanel::showAll() {
    std::vector<DownloadRow*> old = std::exchange(rows_, {});
    for (const DownloadInfo& download : parts_.downloads.downloads()) {
        const auto found = std::find_if(old.begin(), old.end(), [&](const DownloadRow* row) {
            return row->content().download.id == download.id;
        });
        DownloadRow* row = nullptr;
        if (found != old.end()) {
            row = *found;
            old.erase(found);
        } else {
            row = new DownloadRow(parts_.theme, this);
            connect(row, &DownloadRow::requested, this,
                    [this, row](DownloadAction action) { carryOut(row, action); });
        }
        showRow(row, download);
        const int place = static_cast<int>(rows_.size()) + 1;
        if (list_->indexOf(row) != place) {
            list_->removeWidget(row);
            list_->insertWidget(place, row);
        }
        rows_.push_back(row);
    }
    for (DownloadRow* row : old) {
        list_->removeWidget(row);
        row->hide();
        row->deleteLater();
    }
    setVisible(!rows_.empty());
    update();
}

void DownloadsPanel::showRow(DownloadRow* row, const DownloadInfo& download) {
    DownloadContent content;
    content.download = download;
    if (download.state == DownloadState::Finished) {
        content.check = checks_.value(download.folder);
        content.model = parts_.library.model(download.folder);
        if (!content.model.folder.isEmpty())
            content.conversion = conversionOf(parts_.conversions, content.model.folder);
    }
    row->setContent(content);
}

void DownloadsPanel::carryOut(DownloadRow* row, DownloadAction action) {
    const DownloadContent content = row->content();
    const qint64 id = content.download.id;
    switch (action) {
        case DownloadAction::Pause:
            return parts_.downloads.pause(id);
        case DownloadAction::Resume:
            checks_.remove(content.download.folder);
            return parts_.downloads.resume(id);
        case DownloadAction::Cancel:
            return cancel(content.download);
        case DownloadAction::CheckFiles:
            takeCheck(content.download.folder, {FileCheck::State::Running});
            return parts_.downloads.checkIntegrity(content.download.folder);
        case DownloadAction::List:
            parts_.library.addFolder(content.download.folder);
            return;
        case DownloadAction::Dismiss:
            return parts_.downloads.remove(id);
        case DownloadAction::Convert:
            if (const ModelForm* form = formToMake(content.model))
                parts_.conversions.start(content.model.folder, form->preset);
            return;
        case DownloadAction::StopConversion:
            return parts_.conversions.stop(content.conversion.id);
        case DownloadAction::ResumeConversion:
            return parts_.conversions.resume(content.conversion.id);
        case DownloadAction::Chat:
            if (const ModelForm* form = formToRun(content.model))
                Q_EMIT chatRequested(form->folder);
            return;
    }
}

void DownloadsPanel::takeCheck(const QString& folder, const FileCheck& check) {
    checks_[folder] = check;
    showAll();
}

void DownloadsPanel::cancel(const DownloadInfo& download) {
    if (download.bytesDone == 0) return parts_.downloads.cancel(download.id);
    auto* box = new QMessageBox(QMessageBox::Question, tr("Cancel the download"),
                                tr("Cancel the download of %1 and delete the %2 that have arrived?")
                                    .arg(presentTitle(download.request),
                                         presentBytes(static_cast<quint64>(download.bytesDone))),
                                QMessageBox::NoButton, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    QPushButton* yes = box->addButton(tr("Cancel and delete"), QMessageBox::AcceptRole);
    box->setDefaultButton(box->addButton(tr("Keep"), QMessageBox::RejectRole));
    connect(yes, &QPushButton::clicked, this,
            [this, id = download.id] { parts_.downloads.cancel(id); });
    box->open();
}

void DownloadsPanel::applyTheme() {
    heading_->setFont(parts_.theme.font(TextStyle::Title));
    heading_->setText(tr("Downloads"));
    update();
}

void DownloadsPanel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    drawRounded(painter, rect(), radius::kMedium + 2, parts_.theme.color(ColorRole::Surface),
                parts_.theme.color(ColorRole::Border));
    for (std::size_t i = 1; i < rows_.size(); ++i) {
        painter.fillRect(QRect(kPadding, rows_[i]->y(), width() - 2 * kPadding, 1),
                         parts_.theme.color(ColorRole::Border));
    }
}

void DownloadsPanel::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange) applyTheme();
}

}  // namespace dsm

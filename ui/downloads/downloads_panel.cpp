#include "ui/downloads/downloads_panel.h"

#include <QLabel>
#include <QVBoxLayout>

#include "app/services/downloads/download_service.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/match_rows.h"
#include "ui/widgets/question.h"
#include "ui/words/download_presentation.h"
#include "ui/words/model_presentation.h"

namespace dsm {
namespace {

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
    : Card(parts.theme, parent),
      parts_(parts),
      heading_(new Label(this)),
      list_(new QVBoxLayout(this)) {
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
    connect(&downloads, &DownloadService::finished, this, [this](qint64, const QString& folder) {
        parts_.library.addFolder(folder);
        parts_.library.refresh();  // a part that was listed is whole now
    });
    connect(&parts_.checks, &FileChecks::changed, this, &DownloadsPanel::showAll);
    connect(&parts_.library, &ModelLibrary::modelsChanged, this, &DownloadsPanel::showAll);
    connect(&parts_.library, &ModelLibrary::memoryChanged, this, &DownloadsPanel::showAll);
    connect(&parts_.conversions, &ConversionService::conversionsChanged, this,
            &DownloadsPanel::showAll);
    connect(&parts_.conversions, &ConversionService::progressed, this, &DownloadsPanel::showAll);
    connect(&theme_, &Theme::changed, this, &DownloadsPanel::applyTheme);
    onLanguageChange(this, [this] { applyTheme(); });
}

DownloadRow* DownloadsPanel::row(qint64 id) const {
    for (DownloadRow* row : rows_) {
        if (row->content().download.id == id) return row;
    }
    return nullptr;
}

void DownloadsPanel::showAll() {
    const QList<DownloadInfo> downloads = parts_.downloads.downloads();
    const auto isOf = [](const DownloadRow& row, const DownloadInfo& download) {
        return row.content().download.id == download.id;
    };
    matchRows(rows_, downloads, list_, 1, isOf, [this] {
        auto* row = new DownloadRow(theme_, this);
        connect(row, &DownloadRow::requested, this,
                [this, row](DownloadAction action) { carryOut(row, action); });
        return row;
    });
    for (std::size_t i = 0; i < rows_.size(); ++i)
        showRow(rows_[i], downloads[static_cast<qsizetype>(i)]);
    setVisible(!rows_.empty());
    update();
}

void DownloadsPanel::showRow(DownloadRow* row, const DownloadInfo& download) {
    DownloadContent content;
    content.download = download;
    if (download.state == DownloadState::Finished) {
        content.check = parts_.checks.of(download.folder);
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
            parts_.downloads.resume(id);
            return parts_.checks.forget(content.download.folder);
        case DownloadAction::Cancel:
            return cancel(content.download);
        case DownloadAction::CheckFiles:
            return parts_.checks.start(content.download.folder);
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

void DownloadsPanel::cancel(const DownloadInfo& download) {
    if (download.bytesDone == 0) return parts_.downloads.cancel(download.id);
    ask(this,
        {tr("Cancel the download"),
         tr("Cancel the download of %1 and delete the %2 that have arrived?")
             .arg(presentTitle(download.request),
                  presentBytes(static_cast<quint64>(download.bytesDone)))},
        {{tr("Cancel and delete"), [this, id = download.id] { parts_.downloads.cancel(id); }}},
        tr("Keep"));
}

void DownloadsPanel::applyTheme() {
    heading_->setFont(theme_.font(TextStyle::Title));
    heading_->setText(tr("Downloads"));
    update();
}

void DownloadsPanel::paintEvent(QPaintEvent* event) {
    Card::paintEvent(event);
    for (std::size_t i = 1; i < rows_.size(); ++i)
        paintLineOver(rows_[i]);
}

}  // namespace dsm

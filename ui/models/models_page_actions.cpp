// What the page does with models: the actions of their rows, and folders that are chosen or dropped.
#include <QDir>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QMimeData>
#include <QUrl>
#include <algorithm>

#include "app/services/downloads/download_service.h"
#include "app/services/library/conversion_service.h"
#include "app/services/library/model_library.h"
#include "app/services/model/model_host.h"
#include "app/services/program/settings.h"
#include "ui/downloads/file_checks.h"
#include "ui/downloads/get_model_section.h"
#include "ui/models/imports_panel.h"
#include "ui/models/model_removal.h"
#include "ui/models/models_page.h"
#include "ui/widgets/drop_mark.h"
#include "ui/widgets/theme.h"
#include "ui/words/download_presentation.h"
#include "ui/words/model_presentation.h"

namespace dsm {
namespace {

QStringList foldersIn(const QMimeData* data) {
    QStringList folders;
    for (const QUrl& url : data->urls()) {
        if (url.isLocalFile() && QFileInfo(url.toLocalFile()).isDir())
            folders.append(url.toLocalFile());
    }
    return folders;
}

}  // namespace

void ModelsPage::chat(const QString& folder) {
    if (!isFolderOf(parts_.host.status(), folder)) Q_EMIT loadRequested(folder, false);
    Q_EMIT chatRequested();
}

bool ModelsPage::isBeingDownloaded(const QString& repository) const {
    const QList<DownloadInfo> downloads = parts_.downloads.downloads();
    return std::any_of(downloads.begin(), downloads.end(), [&](const DownloadInfo& download) {
        return isUnderWay(download) && download.request.repository == repository;
    });
}

// Whatever of a model in a cache is missing or damaged, from the source that is chosen.
void ModelsPage::fetch(const QString& folder) {
    const LibraryModel model = parts_.library.model(folder);
    checks_->forget(folder);
    const bool isElsewhere = QDir(model.cacheFolder) != QDir(parts_.downloads.cacheFolder());
    section_->start(model.repository, isElsewhere ? model.cacheFolder : QString());
}

void ModelsPage::findAgain(const QString& folder) {
    const QString found = QFileDialog::getExistingDirectory(
        this, tr("Where is %1 now?").arg(parts_.library.model(folder).name));
    if (found.isEmpty() || !parts_.library.moveFolder(folder, found)) return;
    if (QDir(parts_.settings.lastModelFolder()) == QDir(folder))
        parts_.settings.setLastModelFolder(QDir(found).absolutePath());
}

void ModelsPage::chooseFolder() {
    const QString folder = QFileDialog::getExistingDirectory(this, tr("Add a model's folder"));
    if (!folder.isEmpty()) offerFolders({folder});
}

void ModelsPage::offerFolders(const QStringList& folders) {
    banner_->hide();
    imports_->offer(folders);
}

void ModelsPage::carryOut(const FormContent& content, FormAction action) {
    banner_->hide();
    switch (action) {
        case FormAction::Load:
            return Q_EMIT loadRequested(content.form.folder, false);
        case FormAction::LoadFromDisk:
            return Q_EMIT loadRequested(content.form.folder, true);
        case FormAction::CancelLoad:
            return parts_.host.cancelLoad();
        case FormAction::Chat:
            return Q_EMIT chatRequested();
        case FormAction::Convert:
            parts_.conversions.start(content.model.folder, content.form.preset);
            return;
        case FormAction::StopConversion:
            return parts_.conversions.stop(content.conversion.id);
        case FormAction::ResumeConversion:
            return parts_.conversions.resume(content.conversion.id);
        case FormAction::DiscardConversion:
            return removal_->discardConversion(content);
        case FormAction::Delete:
            return removal_->deleteFiles(content.form.folder);
    }
}

void ModelsPage::dragEnterEvent(QDragEnterEvent* event) {
    if (foldersIn(event->mimeData()).isEmpty()) return;
    event->acceptProposedAction();
    dropMark_->cover(rect().adjusted(space::kSmall, space::kSmall, -space::kSmall, -space::kSmall));
}

void ModelsPage::dragLeaveEvent(QDragLeaveEvent*) {
    dropMark_->hide();
}

void ModelsPage::dropEvent(QDropEvent* event) {
    dropMark_->hide();
    offerFolders(foldersIn(event->mimeData()));
    event->acceptProposedAction();
}

}  // namespace dsm

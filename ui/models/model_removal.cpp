#include "ui/models/model_removal.h"

#include <QDir>
#include <utility>

#include "app/services/downloads/download_service.h"
#include "app/services/model/model_host.h"
#include "ui/widgets/question.h"
#include "ui/widgets/toast.h"
#include "ui/words/download_presentation.h"
#include "ui/words/model_presentation.h"

namespace dsm {

ModelRemoval::ModelRemoval(const Parts& parts, QWidget* page)
    : QObject(page), parts_(parts), page_(page) {
    connect(&parts.library, &ModelLibrary::deletionPlanned, this, &ModelRemoval::ask);
    connect(&parts.library, &ModelLibrary::filesDeleted, this, &ModelRemoval::takeDeletion);
}

void ModelRemoval::question(const QString& title, const QString& text, const QString& yes,
                            std::function<void()> action) {
    dsm::ask(page_, {title, text}, {{yes, std::move(action)}}, tr("Keep"));
}

void ModelRemoval::takeFromList(const QString& folder) {
    const QString name = parts_.library.model(folder).name;
    const int place = parts_.library.removeFolder(folder);
    if (place < 0 || toast_ == nullptr) return;
    toast_->showMessage(
        [name] {
            return tr("“%1” was removed from the list; its files are still there").arg(name);
        },
        [] { return tr("Undo"); },
        [this, folder, place] { parts_.library.addFolder(folder, place); });
}

void ModelRemoval::discardConversion(const FormContent& content) {
    question(tr("Discard the conversion"),
             tr("Delete what was converted of %1 so far? The model itself is not touched.")
                 .arg(content.model.name),
             tr("Discard"), [this, id = content.conversion.id] { parts_.conversions.discard(id); });
}

QString ModelRemoval::nameOf(const QString& folder) const {
    for (const LibraryModel& model : parts_.library.models()) {
        for (const ModelForm& form : model.forms) {
            if (QDir(form.folder) == QDir(folder) && form.isPresent())
                return tr("%1, %2").arg(model.name, presentPreset(form.preset));
        }
    }
    return parts_.library.model(folder).name;
}

QString ModelRemoval::whyInUse(const QString& folder) const {
    if (isFolderOf(parts_.host.status(), folder))
        return tr("%1 is loaded. Unload it or load another model, then delete it.")
            .arg(nameOf(folder));
    for (const Conversion& conversion : parts_.conversions.conversions()) {
        const bool isActive = conversion.state == ConversionState::Running ||
                              conversion.state == ConversionState::Waiting;
        if (isActive && QDir(conversion.sourceFolder) == QDir(folder))
            return tr("%1 is being converted. Cancel the conversion, then delete it.")
                .arg(nameOf(folder));
    }
    const QString repository = parts_.library.model(folder).repository;
    for (const DownloadInfo& download : parts_.downloads.downloads()) {
        if (isUnderWay(download) && download.request.repository == repository)
            return tr("%1 is being downloaded. Cancel the download instead.").arg(nameOf(folder));
    }
    return {};
}

void ModelRemoval::deleteFiles(const QString& folder) {
    if (const QString why = whyInUse(folder); !why.isEmpty()) {
        Q_EMIT refused(why);
        return;
    }
    parts_.library.planDeletion(folder, parts_.downloads.ownFiles());
}

void ModelRemoval::ask(const DeletionPlan& plan) {
    const LibraryModel model = parts_.library.model(plan.folder);
    const bool isForm = model.folder.isEmpty();
    QStringList sentences{tr("Delete %1? This frees %2 on the disk.")
                              .arg(nameOf(plan.folder), presentBytes(plan.freedBytes))};
    if (plan.keptBytes > 0)
        sentences += tr("%1 stay, because other models or folders need them.")
                         .arg(presentBytes(plan.keptBytes));
    if (plan.filesOfOthers > 0)
        sentences +=
            tr("%n of its files were put there by another program, which will no longer "
               "find them.",
               nullptr, static_cast<int>(plan.filesOfOthers));
    if (isForm) sentences += tr("It can be converted again.");
    if (model.origin == ModelOrigin::Cached) sentences += tr("It can be downloaded again.");
    question(tr("Delete the files"), sentences.join(QLatin1Char(' ')), tr("Delete"), [this, plan] {
        const QString name = nameOf(plan.folder);
        const qint64 id = parts_.library.deleteFiles(plan);
        if (id != 0) names_[id] = name;
    });
}

void ModelRemoval::takeDeletion(qint64 id, const QString& folder) {
    for (const DownloadInfo& download : parts_.downloads.downloads()) {
        if (!download.folder.isEmpty() && QDir(download.folder) == QDir(folder))
            parts_.downloads.remove(download.id);
    }
    const QString name = names_.take(id);
    if (toast_ == nullptr) return parts_.library.finishDeletion(id);
    toast_->showMessage([name] { return tr("“%1” was deleted").arg(name); },
                        [] { return tr("Undo"); }, [this, id] { parts_.library.undoDeletion(id); },
                        [this, id] { parts_.library.finishDeletion(id); });
}

}  // namespace dsm

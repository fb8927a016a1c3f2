#include "app/services/library/library_state.h"

#include <QDir>
#include <utility>

#include "app/services/library/model_scan.h"
#include "app/services/program/private_file.h"
#include "app/services/program/said.h"

namespace dsm {

LibraryState::LibraryState(LibrarySignals* library, const LibraryPlaces& places,
                           ConversionService& conversions, const Settings& settings,
                           LibraryMemoryReader reader)
    : library_(library),
      places_(places),
      conversions_(conversions),
      settings_(settings),
      reader_(std::move(reader)),
      memory_(reader_()),
      list_(places_.listFile),
      trash_(places_.trashFile) {
    QObject::connect(&trash_, &ModelTrash::moved, library, [this](qint64 id) { takeDeletion(id); });
    QObject::connect(&trash_, &ModelTrash::returned, library,
                     [this](qint64 id) { takeReturn(id); });
    QObject::connect(&trash_, &ModelTrash::failed, library, [this](qint64, const QString& message) {
        Q_EMIT library_->failed(message);
        refresh();
    });
}

LibraryModel LibraryState::model(const QString& folder) const {
    for (const LibraryModel& model : models_) {
        if (isSameFolder(model.folder, folder)) return model;
    }
    return {};
}

ModelForm LibraryState::formIn(const QString& folder) const {
    for (const LibraryModel& model : models_) {
        for (const ModelForm& form : model.forms) {
            if (isSameFolder(form.folder, folder)) return form;
        }
    }
    return {};
}

void LibraryState::saveList() {
    const QString problem = list_.save();
    if (problem.isEmpty()) return;
    Q_EMIT library_->failed(said([] { return tr("The list of models cannot be saved in %1: %2."); },
                                 {QDir::toNativeSeparators(list_.file()), problem}));
}

ReadingOrder LibraryState::order() {
    ReadingOrder order;
    order.demoFolder = places_.demoFolder;
    order.addedFolders = list_.added();
    order.modelsFolder = places_.modelsFolder;
    order.context = {settings_.contextLimit(), settings_.contextIn8Bits()};
    order.cacheFolders = caches_;
    order.hiddenFolders = list_.hidden();
    for (const Conversion& conversion : conversions_.conversions()) {
        if (conversion.state == ConversionState::Finished) {
            order.finished.append({conversion.folder, conversion.sourceFolder});
        } else {
            order.unfinished.append(conversion.folder);
        }
    }
    return order;
}

void LibraryState::refresh() {
    if (isUnderWay_) {
        readAgain_ = true;
        return;
    }
    isUnderWay_ = true;
    // The thread before has posted its list, which is the last it does.
    thread_ = std::jthread([this, order = order()](const std::stop_token& stop) {
        const QList<LibraryModel> models = readLibrary(order, stop);
        mailbox_.post([this, models] { take(models); });
    });
}

void LibraryState::take(const QList<LibraryModel>& models) {
    isUnderWay_ = false;
    wasRead_ = true;
    models_ = models;
    memory_ = reader_();
    judgeAll();
    measureDisks();
    Q_EMIT library_->modelsChanged();
    if (std::exchange(readAgain_, false)) refresh();
}

void LibraryState::judgeAll() {
    for (LibraryModel& model : models_) {
        for (ModelForm& form : model.forms)
            judgeForm(form, memory_, computeChoice());
    }
}

LibraryModel LibraryState::publishedModel() const {
    LibraryModel model =
        dsm::publishedModel({settings_.contextLimit(), settings_.contextIn8Bits()});
    for (ModelForm& form : model.forms)
        judgeForm(form, memory_, computeChoice());
    return model;
}

void LibraryState::refreshMemory() {
    memory_ = reader_();
    judgeAll();
    measureDisks();
    Q_EMIT library_->memoryChanged();
}

void LibraryState::setSpaceReader(LibrarySpaceReader space) {
    space_ = std::move(space);
    measureDisks();
}

void LibraryState::measureDisks() {
    if (caches_.isEmpty() || std::exchange(isMeasuring_, true)) return;
    worker_.post(
        library_,
        [space = space_, downloads = caches_.first(), models = places_.modelsFolder] {
            return space(downloads, models);
        },
        [this](const DiskSpace& disk) {
            isMeasuring_ = false;
            if (std::exchange(disk_, disk) != disk) Q_EMIT library_->diskSpaceChanged();
        });
}

bool LibraryState::add(const QString& folder, int place) {
    const QString absolute = QDir(folder).absolutePath();
    if (!holdsModel(absolute)) {
        Q_EMIT library_->failed(said(
            [] {
                return tr(
                    "There is no model in %1: a model's folder holds "
                    "config.json and *.safetensors files.");
            },
            {QDir::toNativeSeparators(absolute)}));
        return false;
    }
    const bool wasHidden = list_.unhide(absolute);
    const bool isListed =
        isSameFolder(places_.demoFolder, absolute) || list_.placeOf(absolute) >= 0;
    if (isListed && !wasHidden) return true;
    if (!isListed) list_.add(absolute, place);
    saveList();
    refresh();
    return true;
}

bool LibraryState::move(const QString& from, const QString& to) {
    const qsizetype place = list_.placeOf(from);
    const QString absolute = QDir(to).absolutePath();
    if (place < 0 || !holdsModel(absolute)) return add(to, -1);
    if (list_.placeOf(absolute) >= 0) {
        list_.removeAt(place);
    } else {
        list_.replace(place, absolute);
    }
    saveList();
    refresh();
    return true;
}

int LibraryState::remove(const QString& folder) {
    const qsizetype place = list_.placeOf(folder);
    if (place >= 0) list_.removeAt(place);
    // The next reading would find it in its cache again.
    const LibraryModel listed = model(folder);
    const bool isCached = listed.origin == ModelOrigin::Cached && !listed.folder.isEmpty();
    if (isCached) list_.hide(listed.folder);
    if (place < 0 && !isCached) return -1;
    saveList();
    refresh();
    return static_cast<int>(place >= 0 ? place : list_.added().size());
}

void LibraryState::setCaches(const QStringList& folders) {
    if (std::exchange(caches_, folders) != folders) refresh();
}

void LibraryState::plan(const QString& folder, const QSet<QString>& ownFiles) {
    if (!canDelete(folder)) return;
    worker_.post(
        library_, [folder, ownFiles] { return dsm::planDeletion(folder, ownFiles); },
        [this](const DeletionPlan& plan) { Q_EMIT library_->deletionPlanned(plan); });
}

bool LibraryState::canDelete(const QString& folder) const {
    const LibraryModel listed = model(folder);
    return (!listed.folder.isEmpty() && listed.canDelete) || formIn(folder).canDelete;
}

qint64 LibraryState::deleteFiles(const DeletionPlan& plan) {
    if (!canDelete(plan.folder)) return 0;
    const qint64 id = trash_.move(plan);
    deleted_[id].folder = plan.folder;
    return id;
}

void LibraryState::takeDeletion(qint64 id) {
    Deleted& deleted = deleted_[id];
    deleted.place = static_cast<int>(list_.placeOf(deleted.folder));
    if (deleted.place >= 0) {
        list_.removeAt(deleted.place);
        saveList();
    }
    deleted.conversion = conversions_.forget(deleted.folder);
    refresh();
    Q_EMIT library_->filesDeleted(id, deleted.folder);
}

void LibraryState::takeReturn(qint64 id) {
    const Deleted deleted = deleted_.take(id);
    if (deleted.conversion.id != 0) conversions_.remember(deleted.conversion);
    if (deleted.place >= 0) add(deleted.folder, deleted.place);
    refresh();
}

}  // namespace dsm

#include "app/services/library/model_library.h"

#include <QDir>
#include <QHash>
#include <thread>
#include <utility>

#include "app/services/library/conversion_service.h"
#include "app/services/library/folder_list.h"
#include "app/services/library/form_fit.h"
#include "app/services/library/library_reading.h"
#include "app/services/library/model_trash.h"
#include "app/services/program/mailbox.h"
#include "app/services/program/private_file.h"
#include "app/services/program/settings.h"
#include "app/services/program/work_thread.h"

namespace dsm {
class ModelLibrary::State {
  public:
    State(ModelLibrary* library, Places places, ConversionService& conversions,
          const Settings& settings, MemoryReader reader)
        : library_(library),
          places_(std::move(places)),
          conversions_(conversions),
          settings_(settings),
          reader_(std::move(reader)),
          memory_(reader_()),
          list_(places_.listFile),
          trash_(places_.trashFile) {
        connect(&trash_, &ModelTrash::moved, library, [this](qint64 id) { takeDeletion(id); });
        connect(&trash_, &ModelTrash::returned, library, [this](qint64 id) { takeReturn(id); });
        connect(&trash_, &ModelTrash::failed, library, [this](qint64, const QString& message) {
            Q_EMIT library_->failed(message);
            refresh();
        });
    }

    const QList<LibraryModel>& models() const { return models_; }
    ComputerMemory memory() const { return memory_; }
    LibraryModel publishedModel() const;
    bool isReading() const { return !wasRead_; }
    DiskSpace diskSpace() const { return disk_; }
    void setSpaceReader(SpaceReader space);

    void refresh();
    void refreshMemory();
    bool add(const QString& folder, int place);
    bool move(const QString& from, const QString& to);
    int remove(const QString& folder);
    void setCaches(const QStringList& folders);
    void plan(const QString& folder, const QSet<QString>& ownFiles);
    qint64 deleteFiles(const DeletionPlan& plan);
    ModelTrash& trash() { return trash_; }

  private:
    // What the program knew of files that were deleted.
    struct Deleted {
        QString folder;
        int place = -1;  // among the added ones
        Conversion conversion;
    };

    void saveList();
    ReadingOrder order();
    void take(const QList<LibraryModel>& models);
    void judgeAll();
    ComputeChoice computeChoice() const {
        return {settings_.backend(), settings_.gpu(), settings_.gpuLayers()};
    }
    void measureDisks();
    bool canDelete(const QString& folder) const;
    void takeDeletion(qint64 id);
    void takeReturn(qint64 id);

    ModelLibrary* library_;
    Places places_;
    ConversionService& conversions_;
    const Settings& settings_;
    MemoryReader reader_;
    ComputerMemory memory_;
    FolderList list_;
    QStringList caches_;
    ModelTrash trash_;
    QHash<qint64, Deleted> deleted_;
    QList<LibraryModel> models_;
    SpaceReader space_ = &measureSpace;
    DiskSpace disk_;
    bool isMeasuring_ = false;
    bool wasRead_ = false;
    bool isUnderWay_ = false;
    bool readAgain_ = false;
    Mailbox mailbox_;
    WorkThread worker_;
    std::jthread thread_;  // last: it posts while the others exist
};

void ModelLibrary::State::saveList() {
    const QString problem = list_.save();
    if (problem.isEmpty()) return;
    Q_EMIT library_->failed(ModelLibrary::tr("The list of models cannot be saved in %1: %2.")
                                .arg(QDir::toNativeSeparators(list_.file()), problem));
}

ReadingOrder ModelLibrary::State::order() {
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

void ModelLibrary::State::refresh() {
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

void ModelLibrary::State::take(const QList<LibraryModel>& models) {
    isUnderWay_ = false;
    wasRead_ = true;
    models_ = models;
    memory_ = reader_();
    judgeAll();
    measureDisks();
    Q_EMIT library_->modelsChanged();
    if (std::exchange(readAgain_, false)) refresh();
}

void ModelLibrary::State::judgeAll() {
    for (LibraryModel& model : models_) {
        for (ModelForm& form : model.forms)
            judgeForm(form, memory_, computeChoice());
    }
}

LibraryModel ModelLibrary::State::publishedModel() const {
    LibraryModel model =
        dsm::publishedModel({settings_.contextLimit(), settings_.contextIn8Bits()});
    for (ModelForm& form : model.forms)
        judgeForm(form, memory_, computeChoice());
    return model;
}

void ModelLibrary::State::refreshMemory() {
    memory_ = reader_();
    judgeAll();
    measureDisks();
    Q_EMIT library_->memoryChanged();
}

void ModelLibrary::State::setSpaceReader(SpaceReader space) {
    space_ = std::move(space);
    measureDisks();
}

void ModelLibrary::State::measureDisks() {
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

bool ModelLibrary::State::add(const QString& folder, int place) {
    const QString absolute = QDir(folder).absolutePath();
    if (!holdsModel(absolute)) {
        Q_EMIT library_->failed(ModelLibrary::tr("There is no model in %1: a model's folder holds "
                                                 "config.json and *.safetensors files.")
                                    .arg(QDir::toNativeSeparators(absolute)));
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

bool ModelLibrary::State::move(const QString& from, const QString& to) {
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

int ModelLibrary::State::remove(const QString& folder) {
    const qsizetype place = list_.placeOf(folder);
    if (place >= 0) list_.removeAt(place);
    // The next reading would find it in its cache again.
    const bool isCached = library_->model(folder).origin == ModelOrigin::Cached &&
                          !library_->model(folder).folder.isEmpty();
    if (isCached) list_.hide(library_->model(folder).folder);
    if (place < 0 && !isCached) return -1;
    saveList();
    refresh();
    return static_cast<int>(place >= 0 ? place : list_.added().size());
}

void ModelLibrary::State::setCaches(const QStringList& folders) {
    if (std::exchange(caches_, folders) != folders) refresh();
}

void ModelLibrary::State::plan(const QString& folder, const QSet<QString>& ownFiles) {
    if (!canDelete(folder)) return;
    worker_.post(
        library_, [folder, ownFiles] { return dsm::planDeletion(folder, ownFiles); },
        [this](const DeletionPlan& plan) { Q_EMIT library_->deletionPlanned(plan); });
}

bool ModelLibrary::State::canDelete(const QString& folder) const {
    const LibraryModel model = library_->model(folder);
    return (!model.folder.isEmpty() && model.canDelete) || library_->formIn(folder).canDelete;
}

qint64 ModelLibrary::State::deleteFiles(const DeletionPlan& plan) {
    if (!canDelete(plan.folder)) return 0;
    const qint64 id = trash_.move(plan);
    deleted_[id].folder = plan.folder;
    return id;
}

void ModelLibrary::State::takeDeletion(qint64 id) {
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

void ModelLibrary::State::takeReturn(qint64 id) {
    const Deleted deleted = deleted_.take(id);
    if (deleted.conversion.id != 0) conversions_.remember(deleted.conversion);
    if (deleted.place >= 0) add(deleted.folder, deleted.place);
    refresh();
}

ModelLibrary::ModelLibrary(const Places& places, ConversionService& conversions,
                           const Settings& settings, MemoryReader memory, QObject* parent)
    : QObject(parent) {
    if (!memory) memory = [] { return measureMemory(); };
    state_ = std::make_unique<State>(this, places, conversions, settings, std::move(memory));
    connect(&conversions, &ConversionService::conversionFinished, this, &ModelLibrary::refresh);
    connect(&settings, &Settings::modelLoadingChanged, this, &ModelLibrary::refresh);
    refresh();
}

ModelLibrary::~ModelLibrary() = default;

const QList<LibraryModel>& ModelLibrary::models() const {
    return state_->models();
}

LibraryModel ModelLibrary::model(const QString& folder) const {
    for (const LibraryModel& model : models()) {
        if (isSameFolder(model.folder, folder)) return model;
    }
    return {};
}

ModelForm ModelLibrary::formIn(const QString& folder) const {
    for (const LibraryModel& model : models()) {
        for (const ModelForm& form : model.forms) {
            if (isSameFolder(form.folder, folder)) return form;
        }
    }
    return {};
}

LibraryModel ModelLibrary::publishedModel() const {
    return state_->publishedModel();
}

ComputerMemory ModelLibrary::memory() const {
    return state_->memory();
}

DiskSpace ModelLibrary::diskSpace() const {
    return state_->diskSpace();
}

void ModelLibrary::setSpaceReader(SpaceReader space) {
    state_->setSpaceReader(std::move(space));
}

bool ModelLibrary::isReading() const {
    return state_->isReading();
}

void ModelLibrary::refresh() {
    state_->refresh();
}

void ModelLibrary::refreshMemory() {
    state_->refreshMemory();
}

bool ModelLibrary::addFolder(const QString& folder, int place) {
    return state_->add(folder, place);
}

bool ModelLibrary::moveFolder(const QString& from, const QString& to) {
    return state_->move(from, to);
}

int ModelLibrary::removeFolder(const QString& folder) {
    return state_->remove(folder);
}

void ModelLibrary::setCacheFolders(const QStringList& folders) {
    state_->setCaches(folders);
}

void ModelLibrary::planDeletion(const QString& folder, const QSet<QString>& ownFiles) {
    state_->plan(folder, ownFiles);
}

qint64 ModelLibrary::deleteFiles(const DeletionPlan& plan) {
    return state_->deleteFiles(plan);
}

void ModelLibrary::undoDeletion(qint64 id) {
    state_->trash().putBack(id);
}

void ModelLibrary::finishDeletion(qint64 id) {
    state_->trash().empty(id);
}

}  // namespace dsm

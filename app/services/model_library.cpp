#include "app/services/model_library.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>
#include <algorithm>
#include <thread>
#include <utility>

#include "app/services/conversion_service.h"
#include "app/services/mailbox.h"
#include "app/services/model_scan.h"
#include "app/services/settings.h"

namespace dsm {
namespace {

const QString kFolders = QStringLiteral("folders");

bool isSameFolder(const QString& a, const QString& b) {
    return !a.isEmpty() && !b.isEmpty() && QDir(a) == QDir(b);
}

bool holdsModel(const QString& folder) {
    return QFileInfo(folder + QStringLiteral("/config.json")).isFile();
}

struct Made {
    QString folder;
    QString source;
};

// All that a reading needs to know; it shares nothing with the main thread.
struct ReadingOrder {
    QString demoFolder;
    QStringList addedFolders;
    QString modelsFolder;
    QList<Made> finished;
    QStringList unfinished;  // folders of conversions
    QStringList toDelete;
    ContextChoice context;
};

QStringList ownFolders(const ReadingOrder& order) {
    QStringList folders;
    const QDir own(order.modelsFolder);
    for (const QString& name : own.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name)) {
        const QString folder = own.absoluteFilePath(name);
        if (holdsModel(folder) && !order.unfinished.contains(folder)) folders.append(folder);
    }
    return folders;
}

QString sourceOf(const ReadingOrder& order, const QString& folder) {
    for (const Made& made : order.finished) {
        if (isSameFolder(made.folder, folder)) return made.source;
    }
    return {};
}

// On the reading thread.
QList<LibraryModel> readAll(const ReadingOrder& order, const std::stop_token& stop) {
    for (const QString& folder : order.toDelete)
        QDir(folder).removeRecursively();
    QList<LibraryModel> models;
    if (!order.demoFolder.isEmpty()) {
        models.append(scanModel(order.demoFolder, ModelOrigin::Demo, order.context));
    }
    for (const QString& folder : order.addedFolders) {
        if (stop.stop_requested()) return models;
        models.append(scanModel(folder, ModelOrigin::Added, order.context));
    }
    QList<QList<LibraryModel>> converted(models.size());
    QList<LibraryModel> alone;
    for (const QString& folder : ownFolders(order)) {
        if (stop.stop_requested()) return models;
        LibraryModel own = scanModel(folder, ModelOrigin::Own, order.context);
        const QString source = sourceOf(order, folder);
        for (ModelForm& form : own.forms)
            form.canDelete = !source.isEmpty();
        const auto origin =
            std::find_if(models.begin(), models.end(), [&](const LibraryModel& model) {
                return isSameFolder(model.folder, source) && !model.forms.isEmpty();
            });
        if (origin != models.end() && !own.forms.isEmpty()) {
            converted[origin - models.begin()].append(own);
        } else {
            alone.append(own);
        }
    }
    for (qsizetype i = 0; i < models.size(); ++i)
        addForms(models[i], converted[i], order.context);
    for (LibraryModel& own : alone) {
        addForms(own, {}, order.context);
        models.append(own);
    }
    return models;
}

}  // namespace

class ModelLibrary::State {
  public:
    State(ModelLibrary* library, Places places, ConversionService& conversions,
          const Settings& settings, MemoryReader reader)
        : library_(library),
          places_(std::move(places)),
          conversions_(conversions),
          settings_(settings),
          reader_(std::move(reader)),
          memory_(reader_()) {
        readList();
    }

    const QList<LibraryModel>& models() const { return models_; }
    ComputerMemory memory() const { return memory_; }
    LibraryModel publishedModel() const;
    bool isReading() const { return !wasRead_; }

    void refresh();
    void refreshMemory();
    bool add(const QString& folder, int place);
    int remove(const QString& folder);
    void deleteForm(const QString& folder);

  private:
    void readList();
    void saveList();
    ReadingOrder order();
    void take(const QList<LibraryModel>& models);
    void judgeAll();

    ModelLibrary* library_;
    Places places_;
    ConversionService& conversions_;
    const Settings& settings_;
    MemoryReader reader_;
    ComputerMemory memory_;
    QStringList added_;
    QStringList toDelete_;
    QList<LibraryModel> models_;
    bool wasRead_ = false;
    bool isUnderWay_ = false;
    bool readAgain_ = false;
    Mailbox mailbox_;
    std::jthread thread_;  // last: it posts while the others exist
};

void ModelLibrary::State::readList() {
    QFile file(places_.listFile);
    if (!file.open(QIODevice::ReadOnly)) return;
    const QJsonObject stored = QJsonDocument::fromJson(file.readAll()).object();
    for (const QJsonValue folder : stored[kFolders].toArray()) {
        if (!folder.toString().isEmpty()) added_.append(folder.toString());
    }
}

void ModelLibrary::State::saveList() {
    QSaveFile out(places_.listFile);
    const QJsonObject list{{kFolders, QJsonArray::fromStringList(added_)}};
    const QByteArray text = QJsonDocument(list).toJson();
    if (!out.open(QIODevice::WriteOnly) || out.write(text) != text.size() || !out.commit()) {
        Q_EMIT library_->failed(
            ModelLibrary::tr("The list of models cannot be saved in %1: %2.")
                .arg(QDir::toNativeSeparators(places_.listFile), out.errorString()));
    }
}

ReadingOrder ModelLibrary::State::order() {
    ReadingOrder order;
    order.demoFolder = places_.demoFolder;
    order.addedFolders = added_;
    order.modelsFolder = places_.modelsFolder;
    order.context = {settings_.contextLimit(), settings_.contextIn8Bits()};
    order.toDelete = std::exchange(toDelete_, {});
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
        const QList<LibraryModel> models = readAll(order, stop);
        mailbox_.post([this, models] { take(models); });
    });
}

void ModelLibrary::State::take(const QList<LibraryModel>& models) {
    isUnderWay_ = false;
    wasRead_ = true;
    models_ = models;
    memory_ = reader_();
    judgeAll();
    Q_EMIT library_->modelsChanged();
    if (std::exchange(readAgain_, false)) refresh();
}

void ModelLibrary::State::judgeAll() {
    for (LibraryModel& model : models_) {
        for (ModelForm& form : model.forms)
            form.fit = fitOf(form, memory_);
    }
}

LibraryModel ModelLibrary::State::publishedModel() const {
    LibraryModel model =
        dsm::publishedModel({settings_.contextLimit(), settings_.contextIn8Bits()});
    for (ModelForm& form : model.forms)
        form.fit = fitOf(form, memory_);
    return model;
}

void ModelLibrary::State::refreshMemory() {
    memory_ = reader_();
    judgeAll();
    Q_EMIT library_->memoryChanged();
}

bool ModelLibrary::State::add(const QString& folder, int place) {
    const QString absolute = QDir(folder).absolutePath();
    if (!holdsModel(absolute)) {
        Q_EMIT library_->failed(ModelLibrary::tr("There is no model in %1: a model's folder holds "
                                                 "config.json and *.safetensors files.")
                                    .arg(QDir::toNativeSeparators(absolute)));
        return false;
    }
    const auto isListed = [&](const QString& other) { return isSameFolder(other, absolute); };
    if (isListed(places_.demoFolder) || std::any_of(added_.begin(), added_.end(), isListed)) {
        return true;
    }
    const bool isPlace = place >= 0 && place < added_.size();
    added_.insert(isPlace ? place : added_.size(), absolute);
    saveList();
    refresh();
    return true;
}

int ModelLibrary::State::remove(const QString& folder) {
    for (qsizetype place = 0; place < added_.size(); ++place) {
        if (!isSameFolder(added_[place], folder) && added_[place] != folder) continue;
        added_.removeAt(place);
        saveList();
        refresh();
        return static_cast<int>(place);
    }
    return -1;
}

void ModelLibrary::State::deleteForm(const QString& folder) {
    for (const LibraryModel& model : models_) {
        for (const ModelForm& form : model.forms) {
            if (form.folder != folder || !form.canDelete) continue;
            toDelete_.append(folder);
            conversions_.forget(folder);
            refresh();
            return;
        }
    }
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

int ModelLibrary::removeFolder(const QString& folder) {
    return state_->remove(folder);
}

void ModelLibrary::deleteForm(const QString& folder) {
    state_->deleteForm(folder);
}

}  // namespace dsm

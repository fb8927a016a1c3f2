#include "app/services/library/model_library.h"

#include <utility>

#include "app/services/library/conversion_service.h"
#include "app/services/library/library_state.h"
#include "app/services/program/settings.h"

namespace dsm {

ModelLibrary::ModelLibrary(const Places& places, ConversionService& conversions,
                           const Settings& settings, MemoryReader memory, QObject* parent)
    : LibrarySignals(parent) {
    if (!memory) memory = [] { return measureMemory(); };
    state_ = std::make_unique<LibraryState>(this, places, conversions, settings, std::move(memory));
    connect(&conversions, &ConversionService::conversionFinished, this, &ModelLibrary::refresh);
    connect(&settings, &Settings::modelLoadingChanged, this, &ModelLibrary::refresh);
    refresh();
}

ModelLibrary::~ModelLibrary() = default;

const QList<LibraryModel>& ModelLibrary::models() const {
    return state_->models();
}

LibraryModel ModelLibrary::model(const QString& folder) const {
    return state_->model(folder);
}

ModelForm ModelLibrary::formIn(const QString& folder) const {
    return state_->formIn(folder);
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

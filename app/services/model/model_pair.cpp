#include "app/services/model/model_pair.h"

#include <QDir>
#include <QFileInfo>
#include <random>
#include <utility>

#include "app/services/model/model_host.h"
#include "app/services/program/said.h"

namespace dsm {

ModelPair::ModelPair(ModelHost& host, const QString& base, const QString& tuned,
                     LoadChoices choices, QObject* parent)
    : QObject(parent), host_(host), base_(base), tuned_(tuned), choices_(std::move(choices)) {
    connect(&host, &ModelHost::statusChanged, this, &ModelPair::takeStatus);
    connect(&host, &ModelHost::studied, this, &ModelPair::takeStatus);
    connect(&host, &ModelHost::loadFinished, this, &ModelPair::takeLoad);
    connect(&host, &ModelHost::piecesArrived, this, &ModelPair::takePieces);
    connect(&host, &ModelHost::generationFinished, this, &ModelPair::takeEnd);
}

ModelPair::~ModelPair() {
    stopWriting();
}

ModelPair::Side ModelPair::side() const {
    return turns_.isEmpty() ? Side::Tuned : turns_.first();
}

void ModelPair::setDoing(Doing doing) {
    doing_ = doing;
    Q_EMIT changed();
}

bool ModelPair::isLoaded(Side side) const {
    const ModelStatus status = host_.status();
    return status.isLoaded() && status.adapterFolder.isEmpty() &&
           QDir(status.folder) == QDir(folderOf(side));
}

void ModelPair::stopWriting() {
    if (id_ != 0) host_.stop(std::exchange(id_, 0));
}

void ModelPair::ask(const GenerationRequest& question) {
    stopWriting();
    question_ = question;
    if (!question_.choices.seed) question_.choices.seed = std::random_device{}();
    turns_ = isLoaded(Side::Tuned) ? QList<Side>{Side::Tuned, Side::Base}
                                   : QList<Side>{Side::Base, Side::Tuned};
    takeTurn();
}

void ModelPair::leave() {
    stopWriting();
    turns_.clear();
    setDoing(Doing::Nothing);
    const ModelStatus status = host_.status();
    const bool isBaseThere =
        status.state != ModelState::Empty && QDir(status.folder) == QDir(base_);
    if (isBaseThere) host_.load(choices_(tuned_));
}

void ModelPair::takeTurn() {
    if (turns_.isEmpty()) return setDoing(Doing::Nothing);
    if (host_.isBusy()) return setDoing(Doing::Waiting);
    if (isLoaded(side())) return write();
    if (!QFileInfo(folderOf(side())).isDir())
        return fail(said([] { return tr("The folder %1 is not there any more."); },
                         {QDir::toNativeSeparators(folderOf(side()))}));
    load();
}

void ModelPair::load() {
    setDoing(Doing::Loading);
    ModelLoadChoices choices = choices_(folderOf(side()));
    choices.isBare = true;
    host_.load(choices);
}

void ModelPair::write() {
    text_.clear();
    question_.id = host_.newRequestId();
    id_ = question_.id;
    setDoing(Doing::Writing);
    host_.generate(question_);
}

void ModelPair::takeStatus() {
    if (doing_ == Doing::Waiting) takeTurn();
}

void ModelPair::takeLoad(bool ok, const QString& error) {
    if (doing_ != Doing::Loading) return;
    const ModelStatus status = host_.status();
    if (status.state == ModelState::Loading) return;  // this was the end of an earlier one
    if (isLoaded(side())) return write();
    const bool isThird = status.isLoaded() && QDir(status.folder) != QDir(base_) &&
                         QDir(status.folder) != QDir(tuned_);
    if (ok || isThird) return giveUp(tr("Another model was loaded meanwhile."));
    const QString reason = status.state == ModelState::Failed ? status.error : error;
    if (reason.isEmpty()) return giveUp(tr("Loading it was stopped."));
    fail(reason);
}

void ModelPair::takePieces(quint64 id, const QString& text) {
    if (id != id_ || id == 0) return;
    text_ += text;
    Q_EMIT wrote(side(), text_);
}

void ModelPair::takeEnd(quint64 id, const GenerationOutcome& outcome) {
    if (id != id_ || id == 0) return takeStatus();  // somebody else's, which was waited for
    id_ = 0;
    if (!outcome.error.isEmpty()) return fail(outcome.error);
    if (outcome.end == StopReason::Cancelled)
        return giveUp(said([] { return tr("Its answer was stopped."); }));
    endTurn();
}

void ModelPair::endTurn() {
    turns_.removeFirst();
    takeTurn();
}

void ModelPair::fail(const QString& reason) {
    Q_EMIT failed(side(), reason);
    endTurn();
}

void ModelPair::giveUp(const QString& reason) {
    Q_EMIT failed(side(), reason);
    turns_.clear();
    setDoing(Doing::Nothing);
}

}  // namespace dsm

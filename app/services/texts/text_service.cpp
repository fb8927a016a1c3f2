#include "app/services/texts/text_service.h"

#include <algorithm>
#include <chrono>
#include <random>
#include <utility>

#include "app/services/model/text_generator.h"
#include "app/services/program/generation_json.h"
#include "app/services/program/private_file.h"
#include "app/services/program/reason_words.h"
#include "app/services/program/said.h"
#include "app/services/program/settings.h"
#include "app/services/texts/short_name.h"
#include "app/services/texts/text_study.h"
#include "app/store/text_store.h"

namespace dsm {
namespace {

constexpr int kSaveWhileWritingMs = 250;
constexpr qsizetype kLongestName = 80;

StoreTime now() {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now());
}

// The first line that says something.
QString firstLineOf(const QString& text) {
    qsizetype at = 0;
    while (at < text.size()) {
        const qsizetype found = text.indexOf(u'\n', at);
        const qsizetype end = found < 0 ? text.size() : found;
        // Of a line that is longer than any name, no more is looked at.
        const QString words = text.mid(at, std::min(end - at, 10 * kLongestName)).simplified();
        if (!words.isEmpty()) return shortName(words, kLongestName);
        at = end + 1;
    }
    return {};
}

TextInfo toInfo(const StoredTextInfo& stored) {
    return {stored.id, QString::fromStdString(stored.title),
            firstLineOf(QString::fromStdString(stored.beginning))};
}

QList<TextInfo> toList(const Result<std::vector<StoredTextInfo>>& stored) {
    QList<TextInfo> list;
    if (!stored) return list;
    for (const StoredTextInfo& text : *stored)
        list.append(toInfo(text));
    return list;
}

}  // namespace

TextService::TextService(const QString& file, TextGenerator& generator, const Settings& settings,
                         QObject* parent)
    : QObject(parent),
      generator_(generator),
      settings_(settings),
      study_(std::make_unique<TextStudy>(generator)) {
    open(file);
    saving_.setSingleShot(true);
    connect(&saving_, &QTimer::timeout, this, [this] { saveAll(false); });
    connect(&generator_, &TextGenerator::generationStarted, this, &TextService::takeBeginning);
    connect(&generator_, &TextGenerator::piecesArrived, this,
            [this](quint64 request, const QString& piece) { takePiece(request, piece); });
    connect(&generator_, &TextGenerator::generationFinished, this, &TextService::takeEnd);
}

TextService::~TextService() {
    upkeep_.stop();
    saveAll(true);
}

void TextService::open(const QString& file) {
    auto opened = TextStore::open(toPath(file), now);
    if (!opened) {
        notices_.append(presentError(opened.error()));
        notices_.append(said([] { return tr("Your texts are not saved this time."); }));
        opened = TextStore::openInMemory(now);
    }
    if (!opened) qFatal("%s", opened.error().message.c_str());
    store_ = std::move(*opened);
    for (const StoreNotice& notice : store_->notices()) {
        if (!notice.reason.empty()) notices_.append(presentReason(shown(notice.reason)));
        if (notice.damaged.empty()) continue;
        notices_.append(said(
            [] {
                return tr(
                    "The file of your texts was damaged. What could be read was carried "
                    "over; the damaged file is kept as %1.");
            },
            {pathText(notice.damaged)}));
    }
    if (store_->isReadOnly()) {
        notices_.append(said(
            [] { return tr("The file of your texts can only be read: changes are not saved."); }));
    }
    startUpkeep(file);
}

void TextService::startUpkeep(const QString& file) {
    const UpkeepTask task = store_->dueUpkeep();
    if (task.isEmpty()) return;
    upkeep_.start(
        [path = toPath(file), task](const std::stop_token& stop) {
            return TextStore::keepUp(path, task, now(), stop);
        },
        [this](const UpkeepReport& report) {
            // Damage is repaired at the next start: what is open now stays readable.
            store_->noteUpkeep(report);
            if (!report.problem.empty()) qWarning("%s", report.problem.text().c_str());
        });
}

template <class Value>
bool TextService::kept(const Value& result) {
    if (!result) Q_EMIT failed(presentError(result.error()));
    return result.has_value();
}

QList<TextInfo> TextService::texts() const {
    QList<TextInfo> list = toList(store_->texts());
    for (TextInfo& info : list) {
        const auto found = open_.constFind(info.id);
        if (found != open_.constEnd()) info.firstLine = firstLineOf(found->text);
    }
    return list;
}

QList<TextInfo> TextService::trash() const {
    return toList(store_->trash());
}

qint64 TextService::add() {
    const auto id = store_->add();
    if (!kept(id)) return 0;
    Q_EMIT textsChanged();
    return *id;
}

bool TextService::rename(qint64 id, const QString& title) {
    if (!kept(store_->rename(id, title.simplified().toStdString()))) return false;
    Q_EMIT textsChanged();
    return true;
}

bool TextService::remove(qint64 id) {
    stop(id);
    if (!save(id, true) || !kept(store_->moveToTrash(id))) return false;
    Q_EMIT textsChanged();
    return true;
}

bool TextService::restore(qint64 id) {
    if (!kept(store_->restore(id))) return false;
    Q_EMIT textsChanged();
    return true;
}

QString TextService::text(qint64 id) const {
    const auto found = open_.constFind(id);
    if (found != open_.constEnd()) return found->text;
    const auto stored = store_->text(id);
    return stored ? QString::fromStdString(*stored) : QString();
}

void TextService::edit(qint64 id, const QString& text) {
    if (isWriting(id)) return;
    const QString before = this->text(id);
    if (before == text) return;
    open_[id] = {text, false, 0};
    saving_.start(kSaveMs);
    if (firstLineOf(before) != firstLineOf(text)) Q_EMIT textsChanged();
}

bool TextService::save(qint64 id, bool waitsForDisk) {
    const auto found = open_.find(id);
    if (found == open_.end() || found->isSaved) return true;
    const auto durability = waitsForDisk ? Durability::Full : Durability::Normal;
    if (const auto saved = store_->setText(id, found->text.toStdString(), durability); !saved) {
        const QString before = std::exchange(unsavedBecause_, presentError(saved.error()));
        if (!saving_.isActive()) saving_.start(kRetryMs);
        if (before != unsavedBecause_) Q_EMIT failed(unsavedBecause_);
        return false;
    }
    found->isSaved = true;
    if (found->request == 0) open_.erase(found);
    if (!unsavedBecause_.isEmpty() && isAllSaved()) {
        unsavedBecause_.clear();
        Q_EMIT savedAgain();
    }
    return true;
}

bool TextService::isAllSaved() const {
    return std::all_of(open_.constBegin(), open_.constEnd(),
                       [](const Open& open) { return open.isSaved; });
}

void TextService::saveAll(bool waitsForDisk) {
    for (const qint64 id : open_.keys())
        save(id, waitsForDisk);
}

QList<UnsavedText> TextService::saveNow() {
    saving_.stop();
    saveAll(true);
    // Of what is open, not of the list: a disk that takes nothing may not be read either.
    QList<UnsavedText> unsaved;
    for (const Open& open : std::as_const(open_)) {
        if (!open.isSaved)
            unsaved.append({firstLineOf(open.text), open.text.size(), unsavedBecause_});
    }
    return unsaved;
}

GenerationChoices TextService::choices(qint64 id) const {
    const auto stored = store_->choicesJson(id);
    const auto own = stored ? choicesFromJson(*stored) : std::nullopt;
    return own ? clamped(*own) : settings_.generation();
}

bool TextService::hasOwnChoices(qint64 id) const {
    const auto stored = store_->choicesJson(id);
    return stored && choicesFromJson(*stored).has_value();
}

bool TextService::setChoices(qint64 id, const GenerationChoices& choices) {
    return kept(store_->setChoicesJson(id, toJson(clamped(choices))));
}

bool TextService::resetChoices(qint64 id) {
    return kept(store_->setChoicesJson(id, {}));
}

PromptFit TextService::fit(const QString& text) const {
    GenerationRequest request;
    request.rawText = text;
    return generator_.promptFit(request);
}

void TextService::refuse(const PromptFit& fit) {
    Q_EMIT failed(said([fit] {
        return tr("The text takes %L1 tokens, and the context has room for %L2. Shorten it: "
                  "nothing is left out by itself.")
            .arg(fit.tokens)
            .arg(fit.room);
    }));
}

bool TextService::continueText(qint64 id) {
    if (isWriting(id)) return false;
    const QString whole = text(id);
    const PromptFit taken = fit(whole);
    if (!taken.fits()) {
        refuse(taken);
        return false;
    }
    if (!save(id, true)) return false;
    GenerationRequest request;
    request.id = generator_.newRequestId();
    request.rawText = whole;
    request.choices = choices(id);
    const std::uint64_t seed = request.choices.seed.value_or(std::random_device{}());
    request.choices.seed = seed;
    seeds_[id] = seed;
    open_[id] = {whole, true, request.id};
    Q_EMIT writingChanged(id);
    generator_.generate(request);
    return true;
}

void TextService::look() {
    generator_.openConversation(0);
}

void TextService::stop(qint64 id) {
    const auto found = open_.constFind(id);
    if (found != open_.constEnd() && found->request != 0) generator_.stop(found->request);
}

bool TextService::isWriting(qint64 id) const {
    const auto found = open_.constFind(id);
    return found != open_.constEnd() && found->request != 0;
}

bool TextService::isWaiting(qint64 id) const {
    const auto found = open_.constFind(id);
    return found != open_.constEnd() && found->request != 0 && !found->hasBegun;
}

// Later requests have greater ids.
bool TextService::isBehindAnother(qint64 id) const {
    const quint64 own = open_.value(id).request;
    return std::any_of(open_.begin(), open_.end(),
                       [own](const Open& open) { return open.request != 0 && open.request < own; });
}

bool TextService::isWritingAny() const {
    return std::any_of(open_.begin(), open_.end(),
                       [](const Open& open) { return open.request != 0; });
}

std::optional<quint64> TextService::lastSeed(qint64 id) const {
    const auto found = seeds_.constFind(id);
    return found == seeds_.constEnd() ? std::nullopt : std::optional(*found);
}

qint64 TextService::textOf(quint64 request) const {
    for (auto open = open_.constBegin(); open != open_.constEnd(); ++open) {
        if (open->request == request) return open.key();
    }
    return 0;
}

void TextService::takeBeginning(quint64 request) {
    const qint64 id = textOf(request);
    if (id == 0) return;
    open_[id].hasBegun = true;
    Q_EMIT writingChanged(id);
}

void TextService::takePiece(quint64 request, const QString& piece) {
    const qint64 id = textOf(request);
    if (id == 0 || piece.isEmpty()) return;
    Open& open = open_[id];
    open.text += piece;
    open.isSaved = false;
    if (!saving_.isActive()) saving_.start(kSaveWhileWritingMs);
    Q_EMIT grew(id, piece);
}

void TextService::takeEnd(quint64 request, const GenerationOutcome& outcome) {
    const qint64 id = textOf(request);
    if (id == 0) return;
    open_[id].request = 0;
    if (open_[id].isSaved) {
        open_.remove(id);
    } else {
        save(id, true);
    }
    Q_EMIT writingChanged(id);
    Q_EMIT ended(id, outcome);
    Q_EMIT textsChanged();
}

}  // namespace dsm

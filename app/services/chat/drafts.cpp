#include "app/services/chat/drafts.h"
#include "app/services/program/said.h"

#include <QDir>
#include <QJsonObject>

namespace dsm {
namespace {

constexpr int kDaysInTrash = 31;

const QString kText = QStringLiteral("text");
const QString kWritten = QStringLiteral("written");
const QString kQueued = QStringLiteral("queued");

}  // namespace

Drafts::Drafts(const QString& file, QObject* parent)
    : QObject(parent), kept_(file, [this] { return contents(); }) {
    connect(&kept_, &KeptJson::failed, this, [this](const QString& reason) {
        Q_EMIT failed(said(
            [] {
                return tr("What you are writing cannot be kept in %1: %2. Send it, or free space.");
            },
            {QDir::toNativeSeparators(kept_.file()), reason}));
    });
    const QJsonObject kept = kept_.read();
    take(kept, drafts_);
    take(kept[kQueued].toObject(), queued_);
}

// Other keys than numbers of chats are passed over.
void Drafts::take(const QJsonObject& object, Texts& texts) {
    for (auto entry = object.begin(); entry != object.end(); ++entry) {
        bool isNumber = false;
        const qint64 conversation = entry.key().toLongLong(&isNumber);
        const QJsonObject draft = entry.value().toObject();
        const QString text = draft[kText].toString();
        if (!isNumber || text.isEmpty()) continue;
        texts[conversation] = {text,
                               QDateTime::fromString(draft[kWritten].toString(), Qt::ISODate)};
    }
}

QString Drafts::of(qint64 conversation) const {
    return drafts_.value(conversation).text;
}

void Drafts::set(qint64 conversation, const QString& text) {
    if (of(conversation) == text) return;
    if (text.isEmpty()) {
        drafts_.remove(conversation);
    } else {
        drafts_[conversation] = {text, QDateTime::currentDateTimeUtc()};
    }
    kept_.writeSoon();
}

void Drafts::setQueued(qint64 conversation, const QString& text) {
    if (queued(conversation) == text) return;
    if (text.isEmpty()) {
        queued_.remove(conversation);
    } else {
        queued_[conversation] = {text, QDateTime::currentDateTimeUtc()};
    }
    kept_.writeSoon();
    Q_EMIT queuedChanged(conversation);
}

QString Drafts::saveNow() {
    const QString reason = kept_.writeNow();
    return drafts_.isEmpty() && queued_.isEmpty() ? QString() : reason;
}

void Drafts::prune(const std::function<bool(qint64 conversation)>& isKept) {
    const QDateTime now = QDateTime::currentDateTimeUtc();
    qsizetype removed = 0;
    for (Texts* texts : {&drafts_, &queued_}) {
        removed += texts->removeIf([&](Texts::iterator draft) {
            const bool isOld =
                !draft->written.isValid() || draft->written.daysTo(now) > kDaysInTrash;
            return draft.key() != 0 && isOld && !isKept(draft.key());
        });
    }
    if (removed > 0) kept_.writeSoon();
}

QJsonObject Drafts::toJson(const Texts& texts) {
    QJsonObject object;
    for (auto draft = texts.constBegin(); draft != texts.constEnd(); ++draft) {
        object[QString::number(draft.key())] =
            QJsonObject{{kText, draft->text}, {kWritten, draft->written.toString(Qt::ISODate)}};
    }
    return object;
}

QJsonObject Drafts::contents() const {
    QJsonObject contents = toJson(drafts_);
    if (!queued_.isEmpty()) contents[kQueued] = toJson(queued_);
    return contents;
}

}  // namespace dsm

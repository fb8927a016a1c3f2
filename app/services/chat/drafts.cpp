#include "app/services/chat/drafts.h"

#include <QDir>
#include <QJsonObject>

namespace dsm {
namespace {

constexpr int kDaysInTrash = 31;

const QString kText = QStringLiteral("text");
const QString kWritten = QStringLiteral("written");

}  // namespace

Drafts::Drafts(const QString& file, QObject* parent)
    : QObject(parent), kept_(file, [this] { return contents(); }) {
    connect(&kept_, &KeptJson::failed, this, [this](const QString& reason) {
        Q_EMIT failed(tr("What you are writing cannot be kept in %1: %2. Send it, or free space.")
                          .arg(QDir::toNativeSeparators(kept_.file()), reason));
    });
    take(kept_.read());
}

void Drafts::take(const QJsonObject& drafts) {
    for (auto entry = drafts.begin(); entry != drafts.end(); ++entry) {
        bool isNumber = false;
        const qint64 conversation = entry.key().toLongLong(&isNumber);
        const QJsonObject draft = entry.value().toObject();
        const QString text = draft[kText].toString();
        if (!isNumber || text.isEmpty()) continue;
        drafts_[conversation] = {text,
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

QString Drafts::saveNow() {
    const QString reason = kept_.writeNow();
    return drafts_.isEmpty() ? QString() : reason;
}

void Drafts::prune(const std::function<bool(qint64 conversation)>& isKept) {
    const QDateTime now = QDateTime::currentDateTimeUtc();
    const auto removed = drafts_.removeIf([&](QHash<qint64, Draft>::iterator draft) {
        const bool isOld = !draft->written.isValid() || draft->written.daysTo(now) > kDaysInTrash;
        return draft.key() != 0 && isOld && !isKept(draft.key());
    });
    if (removed > 0) kept_.writeSoon();
}

QJsonObject Drafts::contents() const {
    QJsonObject drafts;
    for (auto draft = drafts_.constBegin(); draft != drafts_.constEnd(); ++draft) {
        drafts[QString::number(draft.key())] =
            QJsonObject{{kText, draft->text}, {kWritten, draft->written.toString(Qt::ISODate)}};
    }
    return drafts;
}

}  // namespace dsm

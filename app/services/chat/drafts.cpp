#include "app/services/chat/drafts.h"

#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>

#include "app/services/program/private_file.h"

namespace dsm {
namespace {

constexpr int kDaysInTrash = 31;

const QString kText = QStringLiteral("text");
const QString kWritten = QStringLiteral("written");

}  // namespace

Drafts::Drafts(const QString& file, QObject* parent) : QObject(parent), file_(file) {
    timer_.setSingleShot(true);
    timer_.setInterval(kWriteAfterMs);
    connect(&timer_, &QTimer::timeout, this, &Drafts::write);
    read();
}

Drafts::~Drafts() {
    if (timer_.isActive()) write();
}

void Drafts::read() {
    const QJsonObject drafts = readKeptObject(file_);
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
    // Not put off by what is typed meanwhile: who types on and on loses no more than that.
    if (!timer_.isActive()) timer_.start();
}

void Drafts::prune(const std::function<bool(qint64 conversation)>& isKept) {
    const QDateTime now = QDateTime::currentDateTimeUtc();
    const auto removed = drafts_.removeIf([&](QHash<qint64, Draft>::iterator draft) {
        const bool isOld = !draft->written.isValid() || draft->written.daysTo(now) > kDaysInTrash;
        return draft.key() != 0 && isOld && !isKept(draft.key());
    });
    if (removed > 0 && !timer_.isActive()) timer_.start();
}

void Drafts::write() {
    timer_.stop();
    QJsonObject drafts;
    for (auto draft = drafts_.constBegin(); draft != drafts_.constEnd(); ++draft) {
        drafts[QString::number(draft.key())] =
            QJsonObject{{kText, draft->text}, {kWritten, draft->written.toString(Qt::ISODate)}};
    }
    worker_.post(
        this,
        [path = file_, bytes = QJsonDocument(drafts).toJson(QJsonDocument::Compact)] {
            return writePrivateFile(path, bytes);
        },
        [this](const QString& error) {
            if (error.isEmpty()) hasFailed_ = false;
            if (error.isEmpty() || std::exchange(hasFailed_, true)) return;
            Q_EMIT failed(
                tr("What you are writing cannot be kept in %1: %2. Send it, or free space.")
                    .arg(QDir::toNativeSeparators(file_), error));
        });
}

}  // namespace dsm

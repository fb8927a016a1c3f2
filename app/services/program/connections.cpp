#include "app/services/program/connections.h"

#include <QJsonArray>
#include <QJsonObject>
#include <algorithm>

namespace dsm {
namespace {

QString wordFor(Connection::Outcome outcome) {
    switch (outcome) {
        case Connection::Outcome::UnderWay:
        case Connection::Outcome::Failed:
            return QStringLiteral("failed");
        case Connection::Outcome::Answered:
            return QStringLiteral("answered");
        case Connection::Outcome::Refused:
            return QStringLiteral("refused");
    }
    return {};
}

Connection::Outcome outcomeFor(const QString& word) {
    if (word == QStringLiteral("answered")) return Connection::Outcome::Answered;
    if (word == QStringLiteral("refused")) return Connection::Outcome::Refused;
    return Connection::Outcome::Failed;
}

}  // namespace

Connections::Connections(const QString& file, QObject* parent)
    : QObject(parent), kept_(file, [this] { return contents(); }) {
    take(kept_.read());
}

Connections::~Connections() {
    kept_.writeSoon();  // what other threads told last
}

void Connections::take(const QJsonObject& kept) {
    isAllowed_ = kept[QStringLiteral("allowed")].toBool(true);
    for (const QJsonValue& value : kept[QStringLiteral("connections")].toArray()) {
        const QJsonObject one = value.toObject();
        Connection connection;
        connection.id = ++lastId_;
        connection.when =
            QDateTime::fromString(one[QStringLiteral("when")].toString(), Qt::ISODateWithMs)
                .toLocalTime();
        connection.host = one[QStringLiteral("host")].toString();
        connection.path = one[QStringLiteral("path")].toString();
        connection.isFile = one[QStringLiteral("file")].toBool();
        connection.bytes = std::max<qint64>(0, one[QStringLiteral("bytes")].toInteger());
        connection.outcome = outcomeFor(one[QStringLiteral("outcome")].toString());
        if (connection.when.isValid() && !connection.host.isEmpty())
            connections_.append(connection);
    }
}

QJsonObject Connections::contents() const {
    const std::lock_guard lock(mutex_);
    QJsonArray all;
    for (const Connection& one : connections_) {
        all.append(QJsonObject{
            {QStringLiteral("when"), one.when.toUTC().toString(Qt::ISODateWithMs)},
            {QStringLiteral("host"), one.host},
            {QStringLiteral("path"), one.path},
            {QStringLiteral("file"), one.isFile},
            {QStringLiteral("bytes"), one.bytes},
            {QStringLiteral("outcome"), wordFor(one.outcome)},
        });
    }
    return {{QStringLiteral("allowed"), isAllowed_.load()}, {QStringLiteral("connections"), all}};
}

void Connections::setAllowed(bool allowed) {
    if (isAllowed_.exchange(allowed) == allowed) return;
    kept_.writeSoon();
    kept_.writeNow();  // a promise that outlives the program, however it ends
    Q_EMIT changed();
}

QList<Connection> Connections::all() const {
    const std::lock_guard lock(mutex_);
    QList<Connection> newestFirst(connections_.rbegin(), connections_.rend());
    return newestFirst;
}

void Connections::clear() {
    {
        const std::lock_guard lock(mutex_);
        connections_.clear();
    }
    noteChange();
}

qint64 Connections::begin(const QString& host, const QString& path, bool isFile) {
    qint64 id = 0;
    {
        const std::lock_guard lock(mutex_);
        id = ++lastId_;
        Connection connection;
        connection.id = id;
        connection.when = QDateTime::currentDateTime();
        connection.host = host;
        connection.path = path;
        connection.isFile = isFile;
        connections_.append(connection);
        if (connections_.size() > kMost) connections_.removeFirst();
    }
    QMetaObject::invokeMethod(this, &Connections::noteChange, Qt::QueuedConnection);
    return id;
}

void Connections::end(qint64 id, qint64 bytes, Connection::Outcome outcome) {
    {
        const std::lock_guard lock(mutex_);
        const auto found = std::find_if(connections_.rbegin(), connections_.rend(),
                                        [id](const Connection& one) { return one.id == id; });
        if (found == connections_.rend()) return;
        found->bytes = bytes;
        found->outcome = outcome;
    }
    QMetaObject::invokeMethod(this, &Connections::noteChange, Qt::QueuedConnection);
}

void Connections::noteChange() {
    kept_.writeSoon();
    Q_EMIT changed();
}

}  // namespace dsm

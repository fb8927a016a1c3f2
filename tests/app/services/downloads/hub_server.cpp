#include "tests/app/services/downloads/hub_server.h"

#include <QCryptographicHash>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>
#include <QUrlQuery>
#include <algorithm>
#include <cstring>
#include <vector>

namespace dsm::test {
namespace {

constexpr qint64 kBlock = 1 << 20;
constexpr qint64 kSparseEvery = 64;  // blocks
constexpr qint64 kInFlight = 2 << 20;
constexpr int kDripMs = 20;

// Two copies of a block of noise: any rotation of it is one stretch.
const std::vector<char>& noise() {
    static const std::vector<char> bytes = [] {
        std::vector<char> made(2 * kBlock);
        quint64 state = 88172645463325252ULL;
        for (qint64 i = 0; i < kBlock; i += 8) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            std::memcpy(&made[static_cast<size_t>(i)], &state, 8);
        }
        std::memcpy(&made[kBlock], made.data(), kBlock);
        return made;
    }();
    return bytes;
}

const std::vector<char>& zeros() {
    static const std::vector<char> bytes(kBlock);
    return bytes;
}

const char* reason(int status) {
    switch (status) {
        case 200:
            return "OK";
        case 206:
            return "Partial Content";
        case 302:
            return "Found";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 416:
            return "Range Not Satisfiable";
        case 429:
            return "Too Many Requests";
        default:
            return "Status";
    }
}

}  // namespace

ContentHash ServedFile::hash() const {
    ContentHasher hasher(isLarge ? HashKind::Sha256 : HashKind::GitBlobSha1, sizeBytes);
    for (qint64 at = 0; at < sizeBytes;) {
        const QByteArrayView part = content(at, sizeBytes - at);
        hasher.add(part);
        at += part.size();
    }
    return hasher.finish();
}

QByteArrayView ServedFile::content(qint64 offset, qint64 most) const {
    most = std::min(most, sizeBytes - offset);
    if (!bytes.isEmpty()) return QByteArrayView(bytes).sliced(offset, most);
    const qint64 block = offset / kBlock;
    const qint64 within = offset % kBlock;
    const auto hash =
        static_cast<quint64>(block) * 0x9E3779B97F4A7C15ULL + seed * 0xBF58476D1CE4E5B9ULL;
    const auto rotation = static_cast<qint64>((hash >> 20) % static_cast<quint64>(kBlock));
    if (isSparse) {
        constexpr qint64 kNoisy = 4096;
        const bool isNoisy = block % kSparseEvery == 0 && within < kNoisy;
        if (!isNoisy) return {zeros().data(), std::min(most, kBlock - within)};
        return {noise().data() + rotation + within, std::min(most, kNoisy - within)};
    }
    return {noise().data() + rotation + within, std::min(most, kBlock - within)};
}

// One client's connection; answers its requests one after another.
class Connection : public QObject {
  public:
    Connection(HubServer& server, QTcpSocket* socket, bool isCdn)
        : QObject(socket), server_(server), socket_(socket), isCdn_(isCdn) {
        connect(socket, &QTcpSocket::readyRead, this, &Connection::read);
        connect(socket, &QTcpSocket::bytesWritten, this, &Connection::sendMore);
        connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        connect(&throttle_, &QTimer::timeout, this, &Connection::sendMore);
    }

  private:
    struct Answer {
        int status = 200;
        QList<QPair<QByteArray, QByteArray>> headers = {};
        QByteArray text = {};
        std::optional<ServedFile> file = {};
        qint64 begin = 0;
        qint64 end = 0;
    };

    void read() {
        pending_ += socket_->readAll();
        while (!isSending_ && !isSilent_) {
            const qsizetype end = pending_.indexOf("\r\n\r\n");
            if (end < 0) return;
            const QByteArray head = pending_.left(end);
            pending_.remove(0, end + 4);
            answer(parse(head));
        }
    }

    ServedRequest parse(const QByteArray& head) const {
        ServedRequest request;
        const QList<QByteArray> lines = head.split('\n');
        const QList<QByteArray> first = lines[0].trimmed().split(' ');
        request.method = first.value(0);
        const QByteArray target = first.value(1);
        const qsizetype mark = target.indexOf('?');
        request.path = QByteArray::fromPercentEncoding(mark < 0 ? target : target.left(mark));
        if (mark >= 0) request.query = target.mid(mark + 1);
        for (qsizetype i = 1; i < lines.size(); ++i) {
            const qsizetype colon = lines[i].indexOf(':');
            request.headers.insert(lines[i].left(colon).trimmed().toLower(),
                                   lines[i].mid(colon + 1).trimmed());
        }
        request.isCdn = isCdn_;
        return request;
    }

    void answer(ServedRequest request) {
        HubServer::Script script;
        {
            const QMutexLocker lock(&server_.mutex_);
            request.number = ++server_.state_.requestCount;
            server_.state_.requests.append(request);
            script = server_.state_.script;
        }
        misdeed_ = script ? script(request) : Misdeed{};
        if (!misdeed_.goesOn.isEmpty()) {
            isSending_ = true;
            socket_->write(misdeed_.begins);
            sendMore();
            return;
        }
        Answer answer;
        if (misdeed_.status != 0) {
            answer.status = misdeed_.status;
            answer.text = misdeed_.body;
        } else {
            answer = honestAnswer(request);
        }
        send(request, answer);
    }

    Answer honestAnswer(const ServedRequest& request) {
        const QMutexLocker lock(&server_.mutex_);
        const QByteArray repository = server_.repository_.toUtf8();
        if (isCdn_) return cdnAnswer(request);
        if (request.path.startsWith("/api/models/" + repository + "/tree/"))
            return treeAnswer(request);
        if (request.path.startsWith("/api/models/" + repository)) return repositoryAnswer();
        if (request.path == "/api/v1/models/" + repository + "/repo/files") return scopeList();
        if (request.path == "/api/v1/models/" + repository + "/repo") return scopeFile(request);
        const QByteArray resolve = '/' + repository + "/resolve/";
        if (request.path.startsWith(resolve)) return resolveAnswer(request, resolve.size());
        return missing("RepoNotFound");
    }

    static Answer missing(const QByteArray& code) {
        return {404, {{"X-Error-Code", code}, {"X-Error-Message", "not here"}}, "{}", {}, 0, 0};
    }

    static QString listedHash(const ServedFile& file) {
        return file.listedHash.isEmpty() ? file.hash().hex : file.listedHash;
    }

    Answer treeAnswer(const ServedRequest& request) {
        const HubServer::State& state = server_.state_;
        const QUrlQuery query(QString::fromLatin1(request.query));
        const qsizetype begin = query.queryItemValue(QStringLiteral("cursor")).toInt();
        const qsizetype end = std::min<qsizetype>(begin + state.pageSize, state.files.size());
        QJsonArray entries;
        if (begin == 0) {
            entries.append(QJsonObject{{QStringLiteral("type"), QStringLiteral("directory")},
                                       {QStringLiteral("path"), QStringLiteral("sub")},
                                       {QStringLiteral("oid"), QString(40, u'2')},
                                       {QStringLiteral("size"), 0}});
        }
        for (qsizetype i = begin; i < end; ++i) {
            const ServedFile& file = state.files[i];
            QJsonObject entry{{QStringLiteral("type"), QStringLiteral("file")},
                              {QStringLiteral("path"), file.path},
                              {QStringLiteral("size"), file.sizeBytes},
                              {QStringLiteral("oid"), QString(40, u'1')}};
            if (file.isLarge) {
                entry.insert(QStringLiteral("lfs"),
                             QJsonObject{{QStringLiteral("oid"), listedHash(file)},
                                         {QStringLiteral("size"), file.sizeBytes},
                                         {QStringLiteral("pointerSize"), 134}});
            } else {
                entry.insert(QStringLiteral("oid"), listedHash(file));
            }
            entries.append(entry);
        }
        Answer answer;
        answer.headers = {{"Content-Type", "application/json"}};
        answer.text = QJsonDocument(entries).toJson();
        if (end < state.files.size()) {
            answer.headers.emplaceBack("Link", '<' + server_.hub().toUtf8() + request.path +
                                                   "?recursive=true&cursor=" +
                                                   QByteArray::number(end) + ">; rel=\"next\"");
        }
        return answer;
    }

    Answer repositoryAnswer() {
        QJsonArray siblings;
        for (const ServedFile& file : server_.state_.files)
            siblings.append(QJsonObject{{QStringLiteral("rfilename"), file.path}});
        const QJsonObject whole{{QStringLiteral("id"), server_.repository_},
                                {QStringLiteral("modelId"), server_.repository_},
                                {QStringLiteral("sha"), server_.state_.commit},
                                {QStringLiteral("private"), false},
                                {QStringLiteral("tags"), QJsonArray()},
                                {QStringLiteral("siblings"), siblings}};
        Answer answer;
        answer.headers = {{"Content-Type", "application/json"}};
        answer.text = QJsonDocument(whole).toJson();
        return answer;
    }

    const ServedFile* find(const QByteArray& path) const {
        for (const ServedFile& file : server_.state_.files)
            if (file.path.toUtf8() == path) return &file;
        return nullptr;
    }

    QByteArray signedAddress(const ServedFile& file) {
        return server_.cdn().toUtf8() + "/blob/" + QUrl::toPercentEncoding(file.path, "/") +
               "?sig=" + QByteArray::number(server_.state_.signature);
    }

    Answer resolveAnswer(const ServedRequest& request, qsizetype prefix) {
        const QByteArray rest = request.path.mid(prefix);
        const ServedFile* file = find(rest.mid(rest.indexOf('/') + 1));
        const QByteArray commit = server_.state_.commit.toLatin1();
        if (file == nullptr) {
            Answer answer = missing("EntryNotFound");
            answer.headers.append({"X-Repo-Commit", commit});
            return answer;
        }
        const QByteArray etag = '"' + listedHash(*file).toLatin1() + '"';
        if (!file->isLarge) {
            Answer answer = fileAnswer(request, *file);
            answer.headers += {{"X-Repo-Commit", commit}, {"ETag", etag}};
            return answer;
        }
        Answer answer;
        answer.status = 302;
        answer.headers = {{"Location", signedAddress(*file)},
                          {"X-Repo-Commit", commit},
                          {"X-Linked-Etag", etag},
                          {"X-Linked-Size", QByteArray::number(file->sizeBytes)}};
        return answer;
    }

    Answer scopeList() {
        QJsonArray files;
        files.append(QJsonObject{{QStringLiteral("Path"), QStringLiteral("sub")},
                                 {QStringLiteral("Type"), QStringLiteral("tree")}});
        for (const ServedFile& file : server_.state_.files) {
            ServedFile large = file;
            large.isLarge = true;  // ModelScope gives the sha256 of every file
            files.append(QJsonObject{{QStringLiteral("Path"), file.path},
                                     {QStringLiteral("Size"), file.sizeBytes},
                                     {QStringLiteral("Sha256"), listedHash(large)},
                                     {QStringLiteral("Type"), QStringLiteral("blob")}});
        }
        const QJsonObject whole{
            {QStringLiteral("Code"), 200},
            {QStringLiteral("Success"), true},
            {QStringLiteral("Data"), QJsonObject{{QStringLiteral("Files"), files}}}};
        Answer answer;
        answer.headers = {{"Content-Type", "application/json"}};
        answer.text = QJsonDocument(whole).toJson();
        return answer;
    }

    Answer scopeFile(const ServedRequest& request) {
        const QUrlQuery query(QString::fromLatin1(request.query));
        const QString path = query.queryItemValue(QStringLiteral("FilePath"), QUrl::FullyDecoded);
        const ServedFile* file = find(path.toUtf8());
        if (file == nullptr) return missing("EntryNotFound");
        if (!file->isLarge) return fileAnswer(request, *file);
        Answer answer;
        answer.status = 302;
        answer.headers = {{"Location", signedAddress(*file)}};
        return answer;
    }

    Answer cdnAnswer(const ServedRequest& request) {
        const QUrlQuery query(QString::fromLatin1(request.query));
        const int signature = query.queryItemValue(QStringLiteral("sig")).toInt();
        if (signature < server_.state_.oldestSignature) return {403, {}, "expired", {}, 0, 0};
        const ServedFile* file = find(request.path.mid(6));
        if (file == nullptr) return missing("EntryNotFound");
        Answer answer = fileAnswer(request, *file);
        answer.headers.emplaceBack("ETag", "\"cdn-" + file->path.toUtf8() + '"');
        return answer;
    }

    Answer fileAnswer(const ServedRequest& request, const ServedFile& file) {
        Answer answer;
        answer.file = file;
        if (misdeed_.otherSeed) answer.file->seed = *misdeed_.otherSeed;
        answer.end = file.sizeBytes;
        answer.headers = {{"Content-Type", "application/octet-stream"}, {"Accept-Ranges", "bytes"}};
        QByteArray range = request.headers.value("range");
        if (range.isEmpty() || misdeed_.ignoresRange) return answer;
        range.remove(0, 6);  // bytes=
        answer.begin = range.left(range.indexOf('-')).toLongLong();
        const QByteArray last = range.mid(range.indexOf('-') + 1);
        if (!last.isEmpty()) answer.end = std::min(file.sizeBytes, last.toLongLong() + 1);
        if (answer.begin >= file.sizeBytes) {
            return {416, {{"Content-Range", "bytes */" + QByteArray::number(file.sizeBytes)}},
                    {},  {},
                    0,   0};
        }
        answer.status = 206;
        const qint64 shift = misdeed_.shiftsRange ? 1 : 0;
        answer.headers.emplaceBack("Content-Range",
                                   "bytes " + QByteArray::number(answer.begin + shift) + '-' +
                                       QByteArray::number(answer.end - 1 + shift) + '/' +
                                       QByteArray::number(file.sizeBytes));
        return answer;
    }

    void send(const ServedRequest& request, Answer& answer) {
        const bool isHead = request.method == "HEAD";
        const qint64 length = answer.file ? answer.end - answer.begin : answer.text.size();
        QByteArray head =
            "HTTP/1.1 " + QByteArray::number(answer.status) + ' ' + reason(answer.status) + "\r\n";
        for (const auto& [name, value] : misdeed_.headers)
            answer.headers.removeIf([&, n = name](const auto& own) { return own.first == n; });
        answer.headers += misdeed_.headers;
        if (misdeed_.isChunked) {
            answer.headers.emplaceBack("Transfer-Encoding", "chunked");
        } else if (!misdeed_.hidesLength) {
            answer.headers.emplaceBack("Content-Length",
                                       QByteArray::number(length + misdeed_.addsBytes));
        }
        closes_ = misdeed_.hidesLength && !misdeed_.staysOpen;
        answer.headers.emplaceBack("Connection", closes_ ? "close" : "keep-alive");
        for (const auto& [name, value] : answer.headers)
            head += name + ": " + value + "\r\n";
        socket_->write(head + "\r\n");
        if (misdeed_.isChunked) socket_->write(QByteArray::number(length, 16) + "\r\n");
        if (isHead) {
            if (closes_) socket_->disconnectFromHost();
            return;
        }
        if (!answer.file && misdeed_.dripsAfter >= 0) {
            answer.file = ServedFile{{}, answer.text.size(), 0, false, false, answer.text};
            answer.end = answer.text.size();
        }
        if (!answer.file) {
            socket_->write(answer.text);
            if (closes_) socket_->disconnectFromHost();
            return;
        }
        file_ = answer.file;
        at_ = begin_ = answer.begin;
        end_ = answer.end;
        isSending_ = true;
        started_.start();
        const qint64 limit = server_.bytesPerSecond_;
        if (limit > 0 || misdeed_.dripsAfter >= 0) throttle_.start(kDripMs);
        sendMore();
    }

    void sendMore() {
        if (!misdeed_.goesOn.isEmpty()) {
            while (isSending_ && socket_->bytesToWrite() < kInFlight) {
                socket_->write(misdeed_.goesOn);
                server_.bytesSent_ += misdeed_.goesOn.size();
            }
            return;
        }
        const qint64 limit = server_.bytesPerSecond_;
        while (isSending_ && at_ < end_ && socket_->bytesToWrite() < kInFlight) {
            qint64 most = std::min<qint64>(end_ - at_, kBlock);
            if (limit > 0) {
                const qint64 allowed = limit * (started_.elapsed() + 20) / 1000 - (at_ - begin_);
                most = std::min(most, allowed);
                if (most <= 0) return;
            }
            if (misdeed_.dripsAfter >= 0) {
                const qint64 whole = begin_ + misdeed_.dripsAfter - at_;
                if (whole <= 0 && drip_.isValid() && !drip_.hasExpired(kDripMs)) return;
                if (whole <= 0) drip_.start();
                most = std::min(most, std::max<qint64>(whole, 1));
            }
            if (misdeed_.cutsAfter >= 0) most = std::min(most, begin_ + misdeed_.cutsAfter - at_);
            if (misdeed_.stallsAfter >= 0)
                most = std::min(most, begin_ + misdeed_.stallsAfter - at_);
            if (most <= 0) {
                isSending_ = false;
                isSilent_ = true;
                throttle_.stop();
                if (misdeed_.cutsAfter >= 0) socket_->disconnectFromHost();
                return;
            }
            QByteArrayView part = file_->content(at_, most);
            QByteArray damaged;
            const qint64 flip = misdeed_.flipsByteAt - at_;
            if (misdeed_.flipsByteAt >= 0 && flip >= 0 && flip < part.size()) {
                damaged = part.toByteArray();
                damaged[flip] = static_cast<char>(damaged[flip] ^ 1);
                part = damaged;
            }
            socket_->write(part.data(), part.size());
            at_ += part.size();
            server_.bytesSent_ += part.size();
        }
        if (isSending_ && at_ >= end_) {
            isSending_ = false;
            throttle_.stop();
            socket_->write(QByteArray(misdeed_.addsBytes, 'x'));
            if (misdeed_.isChunked || misdeed_.staysOpen) {
                isSilent_ = true;
            } else if (closes_) {
                socket_->disconnectFromHost();
            } else {
                QMetaObject::invokeMethod(
                    this, [this] { read(); }, Qt::QueuedConnection);
            }
        }
    }

    HubServer& server_;
    QTcpSocket* socket_;
    bool isCdn_;
    QByteArray pending_;
    Misdeed misdeed_;
    std::optional<ServedFile> file_;
    qint64 begin_ = 0;
    qint64 at_ = 0;
    qint64 end_ = 0;
    bool isSending_ = false;
    bool isSilent_ = false;
    bool closes_ = false;
    QElapsedTimer started_;
    QElapsedTimer drip_;
    QTimer throttle_;
};

HubServer::HubServer(const QString& repository) : repository_(repository) {
    state_.commit = QString(40, u'c');
    auto* root = new QObject;
    root->moveToThread(&thread_);
    QObject::connect(&thread_, &QThread::finished, root, &QObject::deleteLater);
    thread_.start();
    QMetaObject::invokeMethod(
        root,
        [this, root] {
            for (const bool isCdn : {false, true}) {
                auto* listener = new QTcpServer(root);
                listener->listen(QHostAddress(isCdn ? QStringLiteral("127.0.0.2")
                                                    : QStringLiteral("127.0.0.1")));
                (isCdn ? cdnPort_ : hubPort_) = listener->serverPort();
                QObject::connect(listener, &QTcpServer::newConnection, listener,
                                 [this, listener, isCdn] {
                                     while (QTcpSocket* socket = listener->nextPendingConnection())
                                         new Connection(*this, socket, isCdn);
                                 });
            }
        },
        Qt::BlockingQueuedConnection);
}

HubServer::~HubServer() {
    thread_.quit();
    thread_.wait();
}

QString HubServer::commit() const {
    const QMutexLocker lock(&mutex_);
    return state_.commit;
}

QString HubServer::hub() const {
    return QStringLiteral("http://127.0.0.1:%1").arg(hubPort_);
}

QString HubServer::cdn() const {
    return QStringLiteral("http://127.0.0.2:%1").arg(cdnPort_);
}

void HubServer::add(const ServedFile& file) {
    ServedFile added = file;
    if (!added.bytes.isEmpty()) added.sizeBytes = added.bytes.size();
    if (added.listedHash.isEmpty()) added.listedHash = added.isLarge ? added.hash().hex : QString();
    const QMutexLocker lock(&mutex_);
    state_.files.removeIf([&](const ServedFile& old) { return old.path == added.path; });
    state_.files.append(added);
}

void HubServer::addModel(qint64 weightBytes) {
    add({QStringLiteral("config.json"), 0, 0, false, false, "{\"model_type\": \"deepseek\"}\n"});
    add({QStringLiteral("tokenizer.json"), 300'000, 7});
    add({QStringLiteral("modeling_deepseek.py"), 0, 0, false, false, "raise SystemExit\n"});
    add({QStringLiteral("sub/tokenizer_config.json"), 0, 0, false, false, "{}\n"});
    add({QStringLiteral("model.safetensors"), weightBytes, 11, true});
}

QList<ServedFile> HubServer::files() const {
    const QMutexLocker lock(&mutex_);
    return state_.files;
}

ServedFile HubServer::file(const QString& path) const {
    const QMutexLocker lock(&mutex_);
    for (const ServedFile& file : state_.files)
        if (file.path == path) return file;
    return {};
}

void HubServer::setScript(Script script) {
    const QMutexLocker lock(&mutex_);
    state_.script = std::move(script);
}

void HubServer::setPageSize(int entries) {
    const QMutexLocker lock(&mutex_);
    state_.pageSize = entries;
}

void HubServer::expireAddresses() {
    const QMutexLocker lock(&mutex_);
    state_.oldestSignature = ++state_.signature;
}

void HubServer::setBytesPerSecond(qint64 perConnection) {
    bytesPerSecond_ = perConnection;
}

void HubServer::replaceCommit(const QString& commit) {
    const QMutexLocker lock(&mutex_);
    state_.commit = commit;
}

QList<ServedRequest> HubServer::requests() const {
    const QMutexLocker lock(&mutex_);
    return state_.requests;
}

int HubServer::count(const std::function<bool(const ServedRequest&)>& matches) const {
    const QList<ServedRequest> all = requests();
    return static_cast<int>(std::count_if(all.begin(), all.end(), matches));
}

void HubServer::clearRequests() {
    const QMutexLocker lock(&mutex_);
    state_.requests.clear();
}

}  // namespace dsm::test

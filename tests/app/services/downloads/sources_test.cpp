// What the download service says to its sources, and to whom it shows a token.
#include <QSignalSpy>
#include <QTest>

#include "app/services/downloads/source/listing_answers.h"
#include "tests/app/services/downloads/download_fixture.h"
#include "tests/support/scoped_variable.h"

namespace dsm {

using test::DownloadFixture;
using test::HubServer;
using test::Misdeed;
using test::ScopedVariable;
using test::ServedRequest;

namespace {

constexpr qint64 kWeights = 24 << 20;

}  // namespace

class DownloadSourcesTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void cleanup() { it_.reset(); }

    void tokenGoesToItsHostOnly();
    void tokenOfAMirrorIsThereAfterARestart();
    void tokenDoesNotFollowRedirects();
    void tokenIsNotKeptForAnOpenLine();
    void tokenOfTheEnvironmentIsUsed();
    void silentKeyringHoldsNothingUp();
    void gatedModelSaysWhatToDo();
    void missingModelSaysWhatToDo();
    void modelScopeWorks();
    void mirrorWithoutCommitsWorks();
    void renamedRepositoryIsFollowed();
    void listWhoseNextPageHasNoAddressIsRefused();
    void probeSaysWhatThereIs();
    void brokenProxyIsNamed();

  private:
    DownloadFixture& it() { return *it_; }
    DownloadState stateOf(qint64 id) { return it().service->download(id).state; }

    std::unique_ptr<DownloadFixture> it_;
};

void DownloadSourcesTest::listWhoseNextPageHasNoAddressIsRefused() {
    HttpAnswer answer;
    answer.url = QUrl(QStringLiteral("https://example.org/api/models/a/b/tree/x"));
    QVERIFY(nextHubPage(answer, answer.url)->isEmpty());
    answer.headers = {{"link", "</api/models/a/b/tree/x?cursor=1>; rel=\"next\""}};
    QCOMPARE(nextHubPage(answer, answer.url)->query(), QStringLiteral("cursor=1"));
    for (const char* broken :
         {"<http://[/x>; rel=\"next\"", "<https://other.org/x>; rel=\"next\""}) {
        answer.headers = {{"link", broken}};
        QVERIFY2(!nextHubPage(answer, answer.url), broken);
    }
}

void DownloadSourcesTest::init() {
    it_ = std::make_unique<DownloadFixture>();
    it().server->addModel(kWeights);
    it().open();
}

void DownloadSourcesTest::tokenGoesToItsHostOnly() {
    HubServer mirror;
    mirror.addModel(1 << 20);
    QSignalSpy stored(it().service.get(), &DownloadService::tokenStored);
    it().service->setToken({Source::Kind::HuggingFace, it().server->hub()},
                           QStringLiteral("hf_secret"));
    QTRY_COMPARE(stored.count(), 1);
    QCOMPARE(stored[0][1].toString(), QString());
    const qint64 id = it().start();
    QTRY_COMPARE(stateOf(id), DownloadState::Finished);
    const qint64 other =
        it().service->start({{Source::Kind::HuggingFace, mirror.hub()}, mirror.repository(), {}});
    QTRY_COMPARE(stateOf(other), DownloadState::Finished);
    for (const ServedRequest& request : it().server->requests()) {
        const QByteArray expected = request.isCdn ? "" : "Bearer hf_secret";
        QCOMPARE(request.headers.value("authorization"), expected);
    }
    for (const ServedRequest& request : mirror.requests())
        QVERIFY(!request.headers.contains("authorization"));
    // A later start finds it in the keyring.
    it().close();
    it().server->clearRequests();
    it().open();
    it().service->remove(id);
    const qint64 again = it().start();
    QTRY_COMPARE(stateOf(again), DownloadState::Finished);
    QCOMPARE(it().server->requests().first().headers.value("authorization"),
             QByteArray("Bearer hf_secret"));
}

// Nothing was ever downloaded from it: the list of downloads does not name it.
void DownloadSourcesTest::tokenOfAMirrorIsThereAfterARestart() {
    const Source mirror{Source::Kind::HuggingFace, it().server->hub()};
    QSignalSpy stored(it().service.get(), &DownloadService::tokenStored);
    it().service->setToken(mirror, QStringLiteral("hf_secret"));
    QTRY_COMPARE(stored.count(), 1);
    it().close();
    QFile list(it().setup.listFile);
    QVERIFY(list.open(QIODevice::ReadOnly));
    const QByteArray remembered = list.readAll();
    QVERIFY(remembered.contains(mirror.host().toUtf8()));
    QVERIFY(!remembered.contains("hf_secret"));
    it().open();
    const qint64 id = it().start();
    QTRY_COMPARE(stateOf(id), DownloadState::Finished);
    QCOMPARE(it().server->requests().first().headers.value("authorization"),
             QByteArray("Bearer hf_secret"));
    // Taken away, it is forgotten.
    it().service->setToken(mirror, {});
    it().service->remove(id);
    it().close();
    it().server->clearRequests();
    it().open();
    const qint64 again = it().start();
    QTRY_COMPARE(stateOf(again), DownloadState::Finished);
    QVERIFY(!it().server->requests().first().headers.contains("authorization"));
}

void DownloadSourcesTest::tokenDoesNotFollowRedirects() {
    HubServer elsewhere;
    elsewhere.addModel(kWeights);
    it().service->setToken({Source::Kind::HuggingFace, it().server->hub()},
                           QStringLiteral("hf_secret"));
    const QByteArray target = elsewhere.hub().toUtf8();
    it().server->setScript([target](const ServedRequest& request) {
        Misdeed misdeed;
        if (!request.asksFor("model.safetensors")) return misdeed;
        misdeed.status = 302;
        misdeed.headers = {{"Location", target + request.path}};
        return misdeed;
    });
    const qint64 id = it().start();
    QTRY_VERIFY(stateOf(id) == DownloadState::Finished || stateOf(id) == DownloadState::Failed);
    QVERIFY(!elsewhere.requests().isEmpty());
    for (const ServedRequest& request : elsewhere.requests())
        QVERIFY(!request.headers.contains("authorization"));
    QCOMPARE(it().server->requests().first().headers.value("authorization"),
             QByteArray("Bearer hf_secret"));
}

void DownloadSourcesTest::tokenIsNotKeptForAnOpenLine() {
    QSignalSpy stored(it().service.get(), &DownloadService::tokenStored);
    it().service->setToken({Source::Kind::HuggingFace, QStringLiteral("http://mirror.example")},
                           QStringLiteral("hf_secret"));
    QCOMPARE(stored.count(), 1);
    QVERIFY(stored[0][1].toString().contains(QLatin1String("https")));
    it().close();
    QFile list(it().setup.listFile);
    QVERIFY(list.open(QIODevice::ReadOnly));
    QVERIFY(!list.readAll().contains("mirror.example"));
}

void DownloadSourcesTest::tokenOfTheEnvironmentIsUsed() {
    it().close();
    const ScopedVariable endpoint("HF_ENDPOINT", it().server->hub().toLatin1().constData());
    const ScopedVariable token("HF_TOKEN", "hf_environment");
    it().open();
    const qint64 id = it().service->start({{}, it().server->repository(), {}});
    QTRY_COMPARE(stateOf(id), DownloadState::Finished);
    QCOMPARE(it().server->requests().first().headers.value("authorization"),
             QByteArray("Bearer hf_environment"));
}

void DownloadSourcesTest::silentKeyringHoldsNothingUp() {
    class Silent : public TokenStore {
      public:
        void read(const QString&, QObject*, std::function<void(const Answer&)>) override {}
        void write(const QString&, const QString&, QObject*,
                   std::function<void(const QString&)>) override {}
    };
    Silent silent;
    DownloadSetup setup = it().setup;
    setup.listFile = it().folder.filePath(QStringLiteral("other.json"));
    DownloadService service(setup, silent);
    service.setOptions(it().service->options());
    const qint64 id = service.start(it().request());
    QTRY_COMPARE_WITH_TIMEOUT(service.download(id).state, DownloadState::Finished, 10'000);
}

void DownloadSourcesTest::gatedModelSaysWhatToDo() {
    Misdeed gated;
    gated.status = 403;
    gated.headers = {{"X-Error-Code", "GatedRepo"}};
    it().server->setScript([gated](const ServedRequest&) { return gated; });
    const QString error = it().waitForEnd(it().start()).error;
    QVERIFY2(error.contains(QStringLiteral("accept its terms")), qPrintable(error));
    Misdeed unauthorised;
    unauthorised.status = 401;
    it().server->setScript([unauthorised](const ServedRequest&) { return unauthorised; });
    const QString other = it().waitForEnd(it().start()).error;
    QVERIFY2(other.contains(QStringLiteral("access token")), qPrintable(other));
}

void DownloadSourcesTest::missingModelSaysWhatToDo() {
    const auto fails = [&](int status, const char* code) {
        Misdeed missing;
        missing.status = status;
        missing.headers = {{"X-Error-Code", code}};
        it().server->setScript([missing](const ServedRequest&) { return missing; });
        return it().waitForEnd(it().start()).error;
    };
    QVERIFY(fails(404, "RepoNotFound").contains(QStringLiteral("Check the name")));
    QVERIFY(fails(401, "RepoNotFound").contains(QStringLiteral("Check the name")));
    QVERIFY(fails(404, "RevisionNotFound").contains(QStringLiteral("no such revision")));
    QVERIFY(fails(404, "EntryNotFound").contains(QStringLiteral("config.json")));
}

void DownloadSourcesTest::modelScopeWorks() {
    const qint64 id = it().service->start(
        {{Source::Kind::ModelScope, it().server->hub()}, it().server->repository(), {}});
    QTRY_COMPARE(stateOf(id), DownloadState::Finished);
    const DownloadInfo info = it().service->download(id);
    it().server->replaceCommit(QFileInfo(info.folder).fileName());
    QCOMPARE(it().whatIsWrongOnDisk(), QString());
    const auto listed = [](const ServedRequest& r) { return r.path.endsWith("/repo/files"); };
    QCOMPARE(it().server->count(listed), 1);
    QVERIFY(it().cache().commitOf(it().server->repository(), QStringLiteral("main")));
}

void DownloadSourcesTest::mirrorWithoutCommitsWorks() {
    it().server->setScript([](const ServedRequest& request) {
        Misdeed bare;
        if (request.path.contains("/resolve/"))
            bare.headers = {{"X-Repo-Commit", ""}, {"X-Linked-Etag", ""}};
        return bare;
    });
    const qint64 id = it().start();
    QTRY_COMPARE(stateOf(id), DownloadState::Finished);
    it().server->replaceCommit(QFileInfo(it().service->download(id).folder).fileName());
    QCOMPARE(it().whatIsWrongOnDisk(), QString());
}

void DownloadSourcesTest::renamedRepositoryIsFollowed() {
    it().server->setScript([this](const ServedRequest& request) {
        Misdeed moved;
        const QByteArray old = "/old-org/old-model/resolve/";
        const QByteArray oldApi = "/api/models/old-org/old-model/";
        const QByteArray repository = it().server->repository().toUtf8();
        QByteArray target;
        if (request.path.startsWith(old))
            target = '/' + repository + "/resolve/" + request.path.mid(old.size());
        if (request.path.startsWith(oldApi))
            target = "/api/models/" + repository + '/' + request.path.mid(oldApi.size());
        if (target.isEmpty()) return moved;
        moved.status = 307;
        moved.headers = {
            {"Location", request.query.isEmpty() ? target : target + '?' + request.query}};
        return moved;
    });
    DownloadRequest request = it().request();
    request.repository = QStringLiteral("old-org/old-model");
    const qint64 id = it().service->start(request);
    QTRY_COMPARE(stateOf(id), DownloadState::Finished);
    QVERIFY(QFile::exists(it().service->download(id).folder + QStringLiteral("/config.json")));
}

void DownloadSourcesTest::probeSaysWhatThereIs() {
    QSignalSpy probed(it().service.get(), &DownloadService::probed);
    it().service->probe(it().request().source, it().server->repository());
    QTRY_COMPARE(probed.count(), 1);
    QVERIFY(probed[0][1].toBool());
    QVERIFY2(probed[0][2].toString().contains(QStringLiteral("25 MB")),
             qPrintable(probed[0][2].toString()));
    it().service->probe(it().request().source, QStringLiteral("no-such/model"));
    QTRY_COMPARE(probed.count(), 2);
    QVERIFY(!probed[1][1].toBool());
    it().service->probe({Source::Kind::HuggingFace, QStringLiteral("http://127.0.0.1:1")},
                        it().server->repository());
    QTRY_COMPARE(probed.count(), 3);
    QVERIFY(probed[2][2].toString().contains(QStringLiteral("does not accept connections")));
    // A mirror that passes us on.
    Misdeed away;
    away.status = 302;
    away.headers = {{"Location", "https://huggingface.example/api/models/x"}};
    it().server->setScript([away](const ServedRequest& request) {
        return request.path.startsWith("/api/") ? away : Misdeed{};
    });
    it().service->probe(it().request().source, it().server->repository());
    QTRY_COMPARE(probed.count(), 4);
    QVERIFY(probed[3][2].toString().contains(QStringLiteral("huggingface.example")));
}

void DownloadSourcesTest::brokenProxyIsNamed() {
    DownloadOptions options = it().service->options();
    options.proxy = {ProxyChoice::Kind::Manual, QStringLiteral("http://127.0.0.1:1")};
    it().service->setOptions(options);
    QSignalSpy probed(it().service.get(), &DownloadService::probed);
    it().service->probe({Source::Kind::HuggingFace, QStringLiteral("http://example.org")},
                        it().server->repository());
    QTRY_COMPARE(probed.count(), 1);
    QVERIFY2(probed[0][2].toString().contains(QStringLiteral("proxy")),
             qPrintable(probed[0][2].toString()));
    options.proxy.address = QStringLiteral("nonsense");
    it().service->setOptions(options);
    QCOMPARE(it().service->options().proxy, ProxyChoice{});
}

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::DownloadSourcesTest)
#include "sources_test.moc"

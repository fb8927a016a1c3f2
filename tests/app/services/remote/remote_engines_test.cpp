// The list of addresses, where their keys are kept, and which model writes.
#include "app/services/remote/remote_engines.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "app/services/downloads/token_store.h"
#include "app/services/model/model_host.h"
#include "app/services/program/connections.h"
#include "app/services/program/engine_lease.h"
#include "app/services/remote/engine_address.h"
#include "app/services/remote/model_in_use.h"
#include "app/services/remote/remote_generator.h"
#include "tests/app/services/remote/scripted_engine.h"

namespace dsm {

using test::EngineAnswer;
using test::EngineRequest;
using test::ScriptedEngine;

namespace {

constexpr int kWaitMs = 20'000;

// A keyring that can be out of reach, which keeps what it is given for the session then, as the real one.
class FakeKeyring : public TokenStore {
  public:
    void read(const QString& host, QObject* context,
              std::function<void(const Answer&)> done) override {
        QMetaObject::invokeMethod(
            context,
            [done, key = kept.value(host)] {
                done({key, {}});
            },
            Qt::QueuedConnection);
    }
    void write(const QString& host, const QString& token, QObject* context,
               std::function<void(const QString&)> done) override {
        kept.insert(host, token);
        if (token.isEmpty()) kept.remove(host);
        QMetaObject::invokeMethod(
            context, [done, said = problem] { done(said); }, Qt::QueuedConnection);
    }

    QHash<QString, QString> kept;
    QString problem;
};

}  // namespace

class RemoteEnginesTest : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> folder_;
    FakeKeyring keyring_;
    std::unique_ptr<RemoteEngines> engines_;

    QString file() const { return folder_->filePath(QStringLiteral("engines.json")); }
    QString keyFile() const { return folder_->filePath(QStringLiteral("keys.json")); }
    void open() {
        engines_.reset();
        engines_ = std::make_unique<RemoteEngines>(file(), keyFile(), keyring_, nullptr);
    }
    qint64 add(const char* name, const QString& address = QStringLiteral("http://localhost:1/v1")) {
        return engines_->add({.name = QString::fromLatin1(name),
                              .address = address,
                              .model = QStringLiteral("tiny")});
    }
    QString keep(const QString& key, EngineKeys::Place place, bool* isInFile = nullptr) {
        QString said = QStringLiteral("unanswered");
        engines_->keys().write(QStringLiteral("gpu:1"), key, place, this,
                               [&](const QString& problem, bool inFile) {
                                   said = problem;
                                   if (isInFile != nullptr) *isInFile = inFile;
                               });
        [&] { QTRY_VERIFY(said != QStringLiteral("unanswered")); }();
        return said;
    }
    QString keptKey() {
        QString found = QStringLiteral("unanswered");
        engines_->keys().read(QStringLiteral("gpu:1"), this,
                              [&](const QString& key, const QString&) { found = key; });
        [&] { QTRY_VERIFY(found != QStringLiteral("unanswered")); }();
        return found;
    }

  private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        keyring_.kept.clear();
        keyring_.problem.clear();
        open();
    }
    void cleanup() { engines_.reset(); }

    void theListOutlivesTheProgram() {
        const qint64 first = add("First");
        const qint64 second = add("Second");
        engines_->setInUse(second);
        RemoteEngine changed = engines_->engine(first);
        changed.contextLimit = 4096;
        engines_->change(changed);
        const QList<RemoteEngine> all = engines_->all();
        open();
        QCOMPARE(engines_->all(), all);
        QCOMPARE(engines_->inUse(), second);
        QVERIFY(add("Third") > second);
    }

    void aRemovalCanBeUndoneWhereItWas() {
        const qint64 first = add("First");
        add("Second");
        engines_->setInUse(first);
        const RemoteEngine engine = engines_->engine(first);
        const int place = engines_->remove(first);
        QCOMPARE(place, 0);
        QCOMPARE(engines_->inUse(), 0);
        QCOMPARE(engines_->remove(first), -1);
        engines_->putBack(engine, place);
        QCOMPARE(engines_->all().first(), engine);
        engines_->putBack(engine, place);
        QCOMPARE(engines_->all().size(), 2);
    }

    void aDamagedListIsSetAsideAndAStrangersLinesAreLeftOut() {
        engines_.reset();
        QFile broken(file());
        QVERIFY(broken.open(QIODevice::WriteOnly));
        broken.write(
            "{\"engines\":[3,{\"id\":1},{\"id\":2,\"address\":\"file:///etc\",\"model\":\"a\"},"
            "{\"id\":3,\"address\":\"http://localhost:1\",\"model\":\"a\",\"context\":-5},"
            "{\"id\":3,\"address\":\"http://localhost:2\",\"model\":\"b\"}],\"inUse\":9}");
        broken.close();
        open();
        QCOMPARE(engines_->all().size(), 1);
        QCOMPARE(engines_->all()[0].address, QStringLiteral("http://localhost:1/v1"));
        QCOMPARE(engines_->all()[0].contextLimit, 0);
        QCOMPARE(engines_->inUse(), 0);
        engines_.reset();
        QVERIFY(broken.open(QIODevice::WriteOnly));
        broken.write("no list");
        broken.close();
        open();
        QVERIFY(engines_->all().isEmpty());
        QVERIFY(QFile::exists(file() + QStringLiteral(".damaged")));
    }

    void whereNoKeyIsNoneIsFound() {
        QCOMPARE(keptKey(), QString());
        QVERIFY(!engines_->keys().isInFile(QStringLiteral("gpu:1")));
        keep({}, EngineKeys::Place::KeyringOrFile);
        QVERIFY(!engines_->keys().isInFile(QStringLiteral("gpu:1")));
        QVERIFY(!QFile::exists(keyFile()));
    }

    void aKeyIsKeptInTheKeyring() {
        bool isInFile = true;
        QCOMPARE(keep(QStringLiteral("sesame"), EngineKeys::Place::KeyringOrFile, &isInFile),
                 QString());
        QVERIFY(!isInFile);
        QVERIFY(!QFile::exists(keyFile()));
        QCOMPARE(keyring_.kept.value(QStringLiteral("engine gpu:1")), QStringLiteral("sesame"));
        QCOMPARE(keptKey(), QStringLiteral("sesame"));
        open();
        QCOMPARE(keptKey(), QStringLiteral("sesame"));
    }

    void withoutAKeyringAKeyLivesAsLongAsTheProgramAndThatIsSaid() {
        keyring_.problem = QStringLiteral("no keyring");
        QCOMPARE(keep(QStringLiteral("sesame"), EngineKeys::Place::Keyring),
                 QStringLiteral("no keyring"));
        QVERIFY(!QFile::exists(keyFile()));
        QCOMPARE(keptKey(), QStringLiteral("sesame"));
    }

    void withoutAKeyringAKeyIsInAFileOfThePersonsWhoAgreed() {
        keyring_.problem = QStringLiteral("no keyring");
        bool isInFile = false;
        QCOMPARE(keep(QStringLiteral("sesame"), EngineKeys::Place::KeyringOrFile, &isInFile),
                 QString());
        QVERIFY(isInFile);
        QVERIFY(engines_->keys().isInFile(QStringLiteral("gpu:1")));
        QCOMPARE(QFileInfo(keyFile()).permissions() &
                     (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther),
                 QFile::Permissions());
        keyring_.kept.clear();
        open();
        QCOMPARE(keptKey(), QStringLiteral("sesame"));
        // A keyring that is there again takes it over.
        keyring_.problem.clear();
        QCOMPARE(keep(QStringLiteral("open"), EngineKeys::Place::KeyringOrFile), QString());
        QVERIFY(!engines_->keys().isInFile(QStringLiteral("gpu:1")));
        QCOMPARE(keptKey(), QStringLiteral("open"));
    }

    void aKeyGoesWithTheLastEngineOfItsHost() {
        keep(QStringLiteral("sesame"), EngineKeys::Place::Keyring);
        const QString address = QStringLiteral("https://gpu:1/v1");
        const qint64 first = add("First", address);
        const qint64 second = add("Second", address);
        const RemoteEngine one = engines_->engine(first);
        engines_->remove(first);
        engines_->forgetKey(one);
        QCOMPARE(keptKey(), QStringLiteral("sesame"));
        engines_->remove(second);
        engines_->forgetKey(one);
        QTRY_VERIFY(keyring_.kept.isEmpty());
    }

    void aProbeTellsModelsAndLatencyOrWhy() {
        ScriptedEngine server;
        server.setModels(
            R"({"data":[{"id":"a","owned_by":"llamacpp","meta":{"n_ctx_train":8192}},{"id":"b"}]})");
        const auto probe = [&](const QString& key) {
            std::optional<EngineProbe> found;
            engines_->probe(server.address(), key, this,
                            [&](const EngineProbe& told) { found = told; });
            [&] { QTRY_VERIFY_WITH_TIMEOUT(found.has_value(), kWaitMs); }();
            return found.value_or(EngineProbe());
        };
        const EngineProbe good = probe(QStringLiteral("sesame"));
        QCOMPARE(good.problem, QString());
        QCOMPARE(good.models.size(), 2);
        QCOMPARE(good.models[0].contextLimit, 8192);
        QCOMPARE(good.models[0].kind, QStringLiteral("llamacpp"));
        QVERIFY(good.latencyMs > 0);
        QCOMPARE(server.requests().last().headers.value("authorization"), "Bearer sesame");
        server.setModelsScript(
            [](const EngineRequest&, EngineAnswer answer) { answer.whole(401, "{}"); });
        QVERIFY(probe({}).problem.contains(QStringLiteral("refuses the key")));
        QVERIFY(!server.requests().last().headers.contains("authorization"));
        server.setModelsScript(
            [](const EngineRequest&, EngineAnswer answer) { answer.whole(200, "<html>"); });
        QVERIFY(probe({}).problem.contains(QStringLiteral("not understood")));
    }

    // With the model on this computer busy elsewhere: nobody's turn is waited for.
    void whoeverIsChosenWritesAndTakesNoComputerForThat() {
        ScriptedEngine server;
        server.setScript([](const EngineRequest&, EngineAnswer answer) {
            answer.stream();
            answer.say(QStringLiteral("From afar"));
            answer.done();
        });
        ModelHost host(folder_->path());
        EngineLease lease;
        host.share(lease);
        QVERIFY(lease.take(EngineLease::Holder::Training));
        RemoteGenerator remote(nullptr);
        ModelInUse writer(host, remote, *engines_);
        QSignalSpy changed(&writer, &TextGenerator::modelChanged);
        QCOMPARE(writer.status().state, ModelState::Empty);
        const qint64 id = add("Department", server.address());
        writer.use(id);
        QCOMPARE(changed.size(), 1);
        QVERIFY(writer.isRemote());
        QCOMPARE(writer.modelName(), QStringLiteral("Department"));
        QCOMPARE(engines_->inUse(), id);
        QString text;
        connect(&writer, &TextGenerator::piecesArrived, this,
                [&](quint64, const QString& piece, const QList<int>&) { text += piece; });
        QSignalSpy ended(&writer, &TextGenerator::generationFinished);
        GenerationRequest request;
        request.id = writer.newRequestId();
        request.messages = {{ChatRole::User, QStringLiteral("Hello"), {}}};
        writer.generate(request);
        QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, kWaitMs);
        QCOMPARE(text, QStringLiteral("From afar"));
        QCOMPARE(ended[0][1].value<GenerationOutcome>().error, QString());
        QCOMPARE(lease.holder(), EngineLease::Holder::Training);
        // What its server told is kept.
        QTRY_COMPARE_WITH_TIMEOUT(engines_->engine(id).contextLimit, 4096, kWaitMs);
        // Back here, where a training run has the computer.
        writer.use(0);
        QVERIFY(!writer.isRemote());
        request.id = writer.newRequestId();
        writer.generate(request);
        QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 2, kWaitMs);
        QVERIFY(!ended[1][1].value<GenerationOutcome>().error.isEmpty());
        lease.giveBack(EngineLease::Holder::Training);
    }

    void oneThatIsRemovedIsNotUsedAnyMore() {
        ModelHost host(folder_->path());
        RemoteGenerator remote(nullptr);
        ModelInUse writer(host, remote, *engines_);
        const qint64 id = add("Department");
        writer.use(id);
        engines_->remove(id);
        QVERIFY(!writer.isRemote());
        QCOMPARE(writer.status().state, ModelState::Empty);
    }
};

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::RemoteEnginesTest)
#include "remote_engines_test.moc"

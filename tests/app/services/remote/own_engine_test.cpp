// The program asks itself: its server writes the replies of its window.
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "app/services/model/api_service.h"
#include "app/services/model/model_host.h"
#include "app/services/program/settings.h"
#include "app/services/remote/engine_probe.h"
#include "app/services/remote/remote_generator.h"
#include "tests/support/free_port.h"

namespace dsm {
namespace {

constexpr int kWaitMs = 60'000;

}  // namespace

class OwnEngineTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::unique_ptr<Settings> settings_;
    std::unique_ptr<ModelHost> host_;
    std::unique_ptr<ApiService> service_;
    std::unique_ptr<RemoteGenerator> remote_;

    QString textOf(TextGenerator& generator, GenerationRequest request,
                   GenerationOutcome* outcome = nullptr) {
        QString text;
        QObject context;
        QSignalSpy ended(&generator, &TextGenerator::generationFinished);
        connect(&generator, &TextGenerator::piecesArrived, &context,
                [&](quint64, const QString& piece, const QList<int>&) { text += piece; });
        request.id = generator.newRequestId();
        generator.generate(request);
        [&] { QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, kWaitMs); }();
        if (ended.isEmpty()) return {};
        const auto last = ended[0][1].value<GenerationOutcome>();
        if (!last.error.isEmpty()) qWarning("%s", qUtf8Printable(last.error));
        if (outcome != nullptr) *outcome = last;
        return text;
    }
    static GenerationRequest question(qint64 tokens) {
        GenerationRequest request;
        request.messages = {{ChatRole::User, QStringLiteral("Hello"), {}}};
        request.choices.temperature = 0;
        request.choices.topK = 3;
        request.choices.maximumTokens = tokens;
        request.choices.seed = 5;
        return request;
    }

  private Q_SLOTS:
    void initTestCase() {
        settings_ = std::make_unique<Settings>(folder_.filePath(QStringLiteral("settings.ini")));
        settings_->setServerPort(test::freePort());
        host_ = std::make_unique<ModelHost>(folder_.path());
        service_ = std::make_unique<ApiService>(*host_, *settings_);
        settings_->setServesPrograms(true);
        QSignalSpy finished(host_.get(), &ModelHost::loadFinished);
        host_->load(
            {.folder = QStringLiteral(DSM_SOURCE_DIR "/resources/demo_model"), .threads = 1});
        QVERIFY(finished.wait(kWaitMs));
        QVERIFY2(finished[0][0].toBool(), qPrintable(finished[0][1].toString()));
        remote_ = std::make_unique<RemoteGenerator>(nullptr);
        remote_->use({.id = 1,
                      .name = QStringLiteral("Ours"),
                      .address = service_->address(),
                      .model = QStringLiteral("demo_model")});
        QSignalSpy learnt(remote_.get(), &RemoteGenerator::engineLearnt);
        remote_->setKey({});
        QVERIFY(learnt.wait(kWaitMs));
    }
    void cleanupTestCase() {
        remote_.reset();
        service_.reset();
        host_.reset();
    }

    void aReplyIsTheSameAsOnesOwn() {
        GenerationOutcome outcome;
        const QString there = textOf(*remote_, question(12), &outcome);
        QVERIFY(!there.isEmpty());
        // The space that follows "Assistant:" is the model's, not the reply's.
        QCOMPARE(there, textOf(*host_, question(12)).trimmed());
        QCOMPARE(outcome.error, QString());
        QVERIFY(outcome.statistics.promptTokens > 0);
        QVERIFY(remote_->refusedFields().isEmpty());
    }

    void aReplyThatWasBegunGoesOnWhereItStopped() {
        const QString whole = textOf(*remote_, question(12));
        GenerationOutcome outcome;
        GenerationRequest rest = question(8);
        rest.replySoFar = {ChatRole::Assistant, textOf(*remote_, question(4), &outcome), {}};
        QCOMPARE(outcome.end, StopReason::MaximumTokens);
        QVERIFY(whole.startsWith(rest.replySoFar.text));
        QCOMPARE(rest.replySoFar.text + textOf(*remote_, rest), whole);
        QVERIFY(remote_->refusedFields().isEmpty());
    }

    void aRawTextIsWrittenOn() {
        GenerationRequest request = question(6);
        request.messages.clear();
        request.rawText = QStringLiteral("The sky is");
        const QString there = textOf(*remote_, request);
        QVERIFY(!there.isEmpty());
        QCOMPARE(there, textOf(*host_, request));
    }

    void anUnknownModelIsSaidToBeNone() {
        RemoteGenerator other(nullptr);
        other.use({.id = 1,
                   .name = QStringLiteral("Ours"),
                   .address = service_->address(),
                   .model = QStringLiteral("other")});
        other.setKey({});
        QTRY_VERIFY_WITH_TIMEOUT(!other.status().remoteProblem.isEmpty(), kWaitMs);
        GenerationOutcome outcome;
        QSignalSpy ended(&other, &TextGenerator::generationFinished);
        GenerationRequest request = question(1);
        request.id = 1;
        other.generate(request);
        QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, kWaitMs);
        outcome = ended[0][1].value<GenerationOutcome>();
        QVERIFY2(outcome.error.contains(QStringLiteral("no such model")),
                 qPrintable(outcome.error));
    }
};

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::OwnEngineTest)
#include "own_engine_test.moc"

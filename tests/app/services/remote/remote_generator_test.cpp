// Replies of servers that behave and of servers that do not.
#include "app/services/remote/remote_generator.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "app/services/downloads/source/http_client.h"
#include "app/services/program/connections.h"
#include "tests/app/services/remote/scripted_engine.h"
#include "tests/app/services/remote/self_signed.h"

namespace dsm {

using test::EngineAnswer;
using test::EngineRequest;
using test::ScriptedEngine;

namespace {

constexpr int kWaitMs = 20'000;

}  // namespace

class RemoteGeneratorTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::unique_ptr<Connections> connections_;
    std::unique_ptr<ScriptedEngine> server_;
    std::unique_ptr<RemoteGenerator> generator_;
    QString text_;
    QList<quint64> begun_;
    QHash<quint64, GenerationOutcome> ended_;

    void use(const QString& key = {}) {
        generator_->use({.id = 1,
                         .name = QStringLiteral("Department"),
                         .address = server_->address(),
                         .model = QStringLiteral("tiny")});
        generator_->setKey(key);
    }
    static GenerationRequest question(quint64 id = 1) {
        GenerationRequest request;
        request.id = id;
        request.messages = {{ChatRole::User, QStringLiteral("Hello"), {}}};
        return request;
    }
    GenerationOutcome ask(const GenerationRequest& request = question()) {
        ended_.clear();
        text_.clear();
        generator_->generate(request);
        [&] { QTRY_VERIFY_WITH_TIMEOUT(ended_.contains(request.id), kWaitMs); }();
        return ended_.value(request.id);
    }

  private Q_SLOTS:
    void init() {
        connections_ =
            std::make_unique<Connections>(folder_.filePath(QStringLiteral("connections.json")));
        connections_->setAllowed(true);
        connections_->clear();
        server_ = std::make_unique<ScriptedEngine>();
        // No test waits for a time that the server does not ask for.
        RemoteTimes times;
        times.silence = std::chrono::milliseconds(400);
        times.longestWait = std::chrono::milliseconds(1500);
        generator_ = std::make_unique<RemoteGenerator>(connections_.get(), times);
        text_.clear();
        begun_.clear();
        ended_.clear();
        connect(generator_.get(), &TextGenerator::generationStarted, this,
                [this](quint64 id) { begun_.append(id); });
        connect(generator_.get(), &TextGenerator::piecesArrived, this,
                [this](quint64, const QString& text, const QList<int>& ids) {
                    QVERIFY(ids.isEmpty());
                    text_ += text;
                });
        connect(generator_.get(), &TextGenerator::generationFinished, this,
                [this](quint64 id, const GenerationOutcome& outcome) {
                    QVERIFY(!ended_.contains(id));
                    ended_[id] = outcome;
                });
    }
    void cleanup() {
        generator_.reset();
        server_.reset();
        connections_.reset();
    }

    void aReplyArrivesWithItsNumbers() {
        server_->setScript([](const EngineRequest&, EngineAnswer answer) {
            answer.stream();
            answer.say(QStringLiteral("Good "));
            answer.say(QStringLiteral("day."));
            answer.done();
        });
        use();
        const GenerationOutcome outcome = ask();
        QCOMPARE(outcome.error, QString());
        QCOMPARE(outcome.end, StopReason::EndOfText);
        QCOMPARE(text_, QStringLiteral("Good day."));
        QCOMPARE(begun_, QList<quint64>{1});
        QCOMPARE(outcome.statistics.promptTokens, 7);
        QCOMPARE(outcome.statistics.generatedTokens, 5);
        QCOMPARE(outcome.modelName, QStringLiteral("Department"));
        QTRY_COMPARE(generator_->status().contextLimit, 4096);
        QVERIFY(generator_->status().latencyMs > 0);
        QCOMPARE(generator_->status().state, ModelState::Ready);
        QVERIFY(generator_->status().remoteHost.startsWith(QStringLiteral("127.0.0.1:")));
        QCOMPARE(server_->asked().size(), 1);
        QCOMPARE(server_->asked()[0].path, "/v1/chat/completions");
    }

    void aCharacterThatComesInPiecesArrivesWhole() {
        server_->setScript([](const EngineRequest&, EngineAnswer answer) {
            answer.stream();
            const QByteArray event =
                "data: {\"choices\":[{\"delta\":{\"content\":\"\xe5\xa5\xbd\"}}]}\n\n";
            for (const char byte : event)
                answer.chunk(QByteArray(1, byte));
            answer.event(R"({"choices":[{"delta":{"content":"\ud83d"}}]})");
            answer.event(R"({"choices":[{"delta":{"content":"\ude00"}}]})");
            answer.done("length");
        });
        use();
        QStringList pieces;
        connect(generator_.get(), &TextGenerator::piecesArrived, this,
                [&](quint64, const QString& text, const QList<int>&) { pieces.append(text); });
        QCOMPARE(ask().end, StopReason::MaximumTokens);
        QCOMPARE(text_, QStringLiteral("好😀"));
        for (const QString& piece : pieces)
            QVERIFY(!piece.back().isHighSurrogate());
    }

    void aServerThatDoesNotStreamIsUnderstood() {
        server_->setScript([](const EngineRequest&, EngineAnswer answer) {
            answer.whole(
                200,
                R"({"choices":[{"message":{"content":"At once."},"finish_reason":"stop"}],"usage":{"completion_tokens":3}})");
        });
        use();
        const GenerationOutcome outcome = ask();
        QCOMPARE(outcome.error, QString());
        QCOMPARE(text_, QStringLiteral("At once."));
        QCOMPARE(outcome.statistics.generatedTokens, 3);
    }

    void aConnectionThatBreaksOffLeavesWhatCame() {
        server_->setScript([](const EngineRequest&, EngineAnswer answer) {
            answer.stream();
            answer.say(QStringLiteral("One, two"));
            answer.drop();
        });
        use();
        const GenerationOutcome outcome = ask();
        QCOMPARE(text_, QStringLiteral("One, two"));
        QVERIFY2(outcome.error.contains(QStringLiteral("broke off")), qPrintable(outcome.error));
        QCOMPARE(generator_->status().remoteProblem, outcome.error);
        // Politely or not: without an end it is none.
        server_->setScript([](const EngineRequest&, EngineAnswer answer) {
            answer.stream();
            answer.say(QStringLiteral("One"));
            answer.chunk({});
            answer.close();
        });
        QVERIFY(ask().error.contains(QStringLiteral("broke off")));
        QCOMPARE(text_, QStringLiteral("One"));
    }

    void whatIsRefusedSaysWhy_data() {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("headers");
        QTest::addColumn<QString>("said");
        const auto row = [](const char* name, int status, const char* body, const char* headers,
                            const char* said) {
            QTest::newRow(name) << status << QByteArray(body) << QByteArray(headers)
                                << QString::fromLatin1(said);
        };
        row("401", 401, R"({"error":{"message":"Invalid key"}})", "", "refuses the key");
        row("401 words", 401, R"({"error":{"message":"Invalid key"}})", "", "Invalid key");
        row("404", 404, R"({"error":"model x not found"})", "", "has no such model");
        row("429 long", 429, "{}", "Retry-After: 3600\r\n", "wait 3600 seconds");
        row("429", 429, "", "", "too much to do");
        row("400", 400, R"({"message":"maximum context length is 4096"})", "",
            "maximum context length is 4096");
        row("500", 500, "<html>oops</html>", "", "has a problem (status 500)");
        row("503", 503, R"({"error":"loading"})", "", "loading");
        row("redirect", 302, "", "Location: https://elsewhere.example/v1\r\n", "elsewhere.example");
        row("no answer", 200, "<html>Sign in</html>", "", "was not understood");
        row("other json", 200, R"({"hello":1})", "", "was not understood");
        row("error with 200", 200, R"({"error":{"message":"out of memory"}})", "", "out of memory");
    }
    void whatIsRefusedSaysWhy() {
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, headers);
        QFETCH(QString, said);
        server_->setScript([=](const EngineRequest&, EngineAnswer answer) {
            answer.whole(status, body, headers);
        });
        use();
        const GenerationOutcome outcome = ask();
        QVERIFY2(outcome.error.contains(said), qPrintable(outcome.error));
        QVERIFY(text_.isEmpty());
        QCOMPARE(server_->asked().size(), 1);  // a redirect was not followed either
    }

    void garbageInAStreamEndsItAndKeepsWhatCame_data() {
        QTest::addColumn<QByteArray>("event");
        QTest::addColumn<QString>("said");
        QTest::newRow("broken") << QByteArray("data: {\"choices\":[\n\n")
                                << QStringLiteral("not understood");
        QTest::newRow("no utf-8") << QByteArray("data: \xff\xfe\n\n")
                                  << QStringLiteral("not understood");
        QTest::newRow("an error") << QByteArray("data: {\"error\":{\"message\":\"CUDA died\"}}\n\n")
                                  << QStringLiteral("CUDA died");
        QTest::newRow("a line without end")
            << "data: " + QByteArray(EventStream::kMostBytes + 1, 'a')
            << QStringLiteral("more than");
    }
    void garbageInAStreamEndsItAndKeepsWhatCame() {
        QFETCH(QByteArray, event);
        QFETCH(QString, said);
        server_->setScript([=](const EngineRequest&, EngineAnswer answer) {
            answer.stream();
            answer.say(QStringLiteral("Kept"));
            answer.chunk(event);
            answer.done();
        });
        use();
        const GenerationOutcome outcome = ask();
        QVERIFY2(outcome.error.contains(said), qPrintable(outcome.error));
        QCOMPARE(text_, QStringLiteral("Kept"));
    }

    void aServerThatFallsSilentIsNotWaitedFor() {
        server_->setScript([](const EngineRequest&, EngineAnswer answer) {
            answer.stream();
            answer.say(QStringLiteral("Kept"));
        });
        use();
        const GenerationOutcome outcome = ask();
        QVERIFY2(outcome.error.contains(QStringLiteral("said nothing")), qPrintable(outcome.error));
        QCOMPARE(text_, QStringLiteral("Kept"));
    }

    void aBusyServerIsAskedAgainWhenItSaysSo() {
        int asked = 0;
        server_->setScript([&](const EngineRequest&, EngineAnswer answer) {
            if (asked++ == 0) return answer.whole(429, "{}", "Retry-After: 1\r\n");
            answer.stream();
            answer.say(QStringLiteral("Now"));
            answer.done();
        });
        use();
        QCOMPARE(ask().error, QString());
        QCOMPARE(text_, QStringLiteral("Now"));
        QCOMPARE(asked, 2);
    }

    void aSettingThatAServerDoesNotTakeIsLeftOutFromThenOn() {
        server_->setScript([](const EngineRequest& request, EngineAnswer answer) {
            for (const char* name : {"top_k", "seed"}) {
                const QByteArray words = "Unknown parameter: " + QByteArray(name);
                if (request.json().contains(QLatin1String(name)))
                    return answer.whole(400, "{\"error\":{\"message\":\"" + words + "\"}}");
            }
            answer.stream();
            answer.say(QStringLiteral("Fine"));
            answer.done();
        });
        use();
        GenerationRequest request = question();
        request.choices.topK = 5;
        request.choices.seed = 9;
        request.choices.temperature = 0;
        QCOMPARE(ask(request).error, QString());
        QCOMPARE(text_, QStringLiteral("Fine"));
        QCOMPARE(server_->asked().size(), 3);
        QCOMPARE(generator_->status().remoteRefused,
                 (QStringList{QStringLiteral("top_k"), QStringLiteral("seed")}));
        QCOMPARE(ask(request).error, QString());
        QCOMPARE(server_->asked().size(), 4);
        QCOMPARE(server_->asked().last().json()[QStringLiteral("temperature")], 0);
    }

    void stopEndsAReplyAndOneThatWaits() {
        server_->setScript([](const EngineRequest&, EngineAnswer answer) {
            answer.stream();
            answer.say(QStringLiteral("Begun"));
        });
        use();
        generator_->generate(question(1));
        generator_->generate(question(2));
        QTRY_COMPARE_WITH_TIMEOUT(text_, QStringLiteral("Begun"), kWaitMs);
        generator_->stop(2);
        generator_->stop(1);
        QVERIFY(ended_.isEmpty());  // not from within
        QTRY_COMPARE_WITH_TIMEOUT(ended_.size(), 2, kWaitMs);
        for (const GenerationOutcome& outcome : std::as_const(ended_))
            QCOMPARE(outcome.end, StopReason::Cancelled);
        QCOMPARE(text_, QStringLiteral("Begun"));
        generator_->stop(77);
        QCOMPARE(server_->asked().size(), 1);
    }

    void severalAnswersAreWrittenAtOnceAndOneConversationAfterTheOther() {
        QList<EngineAnswer> open;
        server_->setScript([&](const EngineRequest&, EngineAnswer answer) {
            answer.stream();
            open.append(answer);
        });
        use();
        generator_->generateTogether({question(1), question(2)});
        generator_->generate(question(3));
        QTRY_COMPARE_WITH_TIMEOUT(open.size(), 2, kWaitMs);
        QTRY_COMPARE_WITH_TIMEOUT(begun_.size(), 2, kWaitMs);
        QCOMPARE(generator_->status().state, ModelState::Generating);
        open[0].done();
        QTRY_COMPARE_WITH_TIMEOUT(ended_.size(), 1, kWaitMs);
        QCOMPARE(open.size(), 2);
        open[1].done();
        QTRY_COMPARE_WITH_TIMEOUT(open.size(), 3, kWaitMs);
        open[2].done();
        QTRY_COMPARE_WITH_TIMEOUT(ended_.size(), 3, kWaitMs);
    }

    void theKeyGoesToItsServerAndNoReplyIsAskedForBeforeItIsKnown() {
        server_->setScript([](const EngineRequest&, EngineAnswer answer) {
            answer.stream();
            answer.done();
        });
        generator_->use({.id = 1,
                         .name = QStringLiteral("Department"),
                         .address = server_->address(),
                         .model = QStringLiteral("tiny")});
        generator_->generate(question());
        QTest::qWait(50);
        QVERIFY(server_->requests().isEmpty());
        generator_->setKey(QStringLiteral("sesame"));
        QTRY_VERIFY_WITH_TIMEOUT(ended_.contains(1), kWaitMs);
        for (const EngineRequest& request : server_->requests())
            QCOMPARE(request.headers.value("authorization"), "Bearer sesame");
    }

    void everyConnectionIsListedAndNoneIsMadeWhereNoneIsAllowed() {
        server_->setScript([](const EngineRequest&, EngineAnswer answer) {
            answer.stream();
            answer.done();
        });
        use();
        QCOMPARE(ask().error, QString());
        QTRY_COMPARE(connections_->all().size(), 2);
        QCOMPARE(connections_->all()[0].host, QStringLiteral("127.0.0.1"));
        connections_->setAllowed(false);
        const qsizetype before = server_->requests().size();
        const GenerationOutcome refused = ask();
        QVERIFY2(refused.error.contains(QStringLiteral("never to connect")),
                 qPrintable(refused.error));
        QCOMPARE(server_->requests().size(), before);
    }

    void aServerThatNobodyVouchesForIsSentNothing() {
        const test::SelfSigned self = test::selfSigned();
        server_->useTls(self.key, self.certificate);
        server_->setScript(
            [](const EngineRequest&, EngineAnswer answer) { answer.whole(200, "{}"); });
        use(QStringLiteral("sesame"));
        const GenerationOutcome outcome = ask();
        QVERIFY2(outcome.error.contains(QStringLiteral("could not be verified")),
                 qPrintable(outcome.error));
        QVERIFY(server_->requests().isEmpty());
    }

    // Whoever watches for connections that lead to nothing sees those of all.
    void aReplyThatIsWaitedForEndsNoOtherConnection() {
        constexpr int kParts = 40;
        server_->setScript([](const EngineRequest&, EngineAnswer) {});  // thinks
        use();
        QTRY_VERIFY_WITH_TIMEOUT(generator_->status().latencyMs > 0, kWaitMs);
        auto timer = std::make_unique<QTimer>();
        const QByteArray part(64 << 10, 'a');
        server_->setModelsScript([&](const EngineRequest&, EngineAnswer answer) {
            answer.raw("HTTP/1.1 200 OK\r\nContent-Length: " +
                       QByteArray::number(kParts * part.size()) + "\r\n\r\n");
            connect(timer.get(), &QTimer::timeout, this,
                    [&part, answer]() mutable { answer.raw(part); });
            timer->start(20);
        });
        generator_->generate(question());
        QTRY_COMPARE_WITH_TIMEOUT(server_->asked().size(), 1, kWaitMs);
        HttpClient other;
        other.setProxy({.kind = ProxyChoice::Kind::None});
        std::optional<HttpAnswer> answer;
        other.ask(HttpClient::Method::Get, QUrl(server_->address() + QStringLiteral("/models")),
                  this, [&](const HttpAnswer& one) { answer = one; });
        QTRY_VERIFY_WITH_TIMEOUT(answer.has_value(), kWaitMs);
        QCOMPARE(answer->status, 200);
        QCOMPARE(answer->body.size(), kParts * part.size());
        timer.reset();
    }

    void whereNobodyListensThatIsSaid() {
        server_->close();
        use();
        const GenerationOutcome outcome = ask();
        QVERIFY2(outcome.error.contains(QStringLiteral("Nothing answers")),
                 qPrintable(outcome.error));
    }

    void itKnowsNoTokensAndSaysSo() {
        use();
        QSignalSpy studied(generator_.get(), &TextGenerator::studied);
        generator_->study({5, QStringLiteral("text"), 3});
        QTRY_COMPARE(studied.size(), 1);
        QVERIFY(!studied[0][1].value<TextStudyResult>().error.isEmpty());
        QVERIFY(generator_->promptFit(question()).fits());
    }
};

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::RemoteGeneratorTest)
#include "remote_generator_test.moc"

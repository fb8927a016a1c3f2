// Addresses as they are typed, answers as servers shape them.
#include <QJsonArray>
#include <QJsonObject>
#include <QTest>

#include "app/services/remote/completion_event.h"
#include "app/services/remote/engine_address.h"
#include "app/services/remote/remote_errors.h"
#include "app/services/remote/remote_request.h"

namespace dsm {

class RemotePartsTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void anAddressIsReadAsPeopleTypeIt_data() {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("meant");
        const auto row = [](const char* typed, const char* meant) {
            QTest::newRow(typed) << QString::fromLatin1(typed) << QString::fromLatin1(meant);
        };
        row("localhost:11434", "http://localhost:11434/v1");
        row("127.0.0.1:8000/", "http://127.0.0.1:8000/v1");
        row("[::1]:8000", "http://[::1]:8000/v1");
        row(" gpu.example.org ", "https://gpu.example.org/v1");
        row("http://gpu:8000/v1/chat/completions", "http://gpu:8000/v1");
        row("https://a.example/openai/v1/", "https://a.example/openai/v1");
        row("https://a.example/api/v3", "https://a.example/api/v3");
        row("https://a.example/v1/models", "https://a.example/v1");
        row("https://name:word@a.example/v1", "");
        row("https://a.example/v1?key=1", "");
        row("https://a.example/v1#a", "");
        row("ftp://a.example", "");
        row("file:///etc/passwd", "");
        row("https://", "");
        row("a b", "");
        row("", "");
    }
    void anAddressIsReadAsPeopleTypeIt() {
        QFETCH(QString, typed);
        QFETCH(QString, meant);
        QCOMPARE(engineAddress(typed).toString(), meant);
    }

    void aKeyIsSentToThisComputerOrOverTlsAlone() {
        QVERIFY(maySendKey(QStringLiteral("http://localhost:1/v1")));
        QVERIFY(maySendKey(QStringLiteral("https://gpu/v1")));
        QVERIFY(!maySendKey(QStringLiteral("http://gpu/v1")));
    }

    void anEventSaysItsTextItsEndAndItsNumbers() {
        const auto chat = readCompletionEvent(
            R"({"choices":[{"delta":{"role":"assistant","content":"a"},"finish_reason":null}],"usage":null})");
        QCOMPARE(chat.text, QStringLiteral("a"));
        QVERIFY(chat.end.isEmpty() && !chat.isError && !chat.promptTokens);
        const auto raw = readCompletionEvent(
            R"({"choices":[{"text":"b","finish_reason":"length"}],"usage":{"prompt_tokens":3,"completion_tokens":2}})");
        QCOMPARE(raw.text, QStringLiteral("b"));
        QCOMPARE(raw.end, QStringLiteral("length"));
        QCOMPARE(raw.promptTokens, 3);
        QCOMPARE(raw.generatedTokens, 2);
        QVERIFY(readCompletionEvent("[DONE]").isDone);
    }

    void whatIsNoEventIsNone_data() {
        QTest::addColumn<QByteArray>("json");
        for (const char* json : {"", "{", "[]", "1", "null", "\"a\"", "\xff\xfe", "{\"a\":}"})
            QTest::newRow(json) << QByteArray(json);
        QTest::newRow("deep") << QByteArray(5000, '[');
    }
    void whatIsNoEventIsNone() {
        QFETCH(QByteArray, json);
        QVERIFY(!readCompletionEvent(json).isUnderstood);
        QVERIFY(!readModelList(json));
    }

    void wrongTypesAreNothing() {
        const auto event = readCompletionEvent(
            R"({"choices":{"delta":3},"usage":{"prompt_tokens":-1,"completion_tokens":1e300}})");
        QVERIFY(event.isUnderstood && event.text.isEmpty() && event.end.isEmpty());
        QVERIFY(!event.promptTokens && !event.generatedTokens);
        const auto other = readCompletionEvent(
            R"({"choices":[{"delta":{"content":["a"]},"finish_reason":7}],"usage":[1]})");
        QVERIFY(other.isUnderstood && other.text.isEmpty() && other.end.isEmpty());
        QCOMPARE(readCompletionEvent("{\"choices\":[{\"text\":\"a\\u0000b\"}]}").text,
                 QStringLiteral("ab"));
        QCOMPARE(readModelList(R"({"data":[3,{"id":4},{"id":""},{"id":"a","max_model_len":"x"}]})")
                     ->size(),
                 1);
        QVERIFY(!readModelList(R"({"data":{}})"));
    }

    void theWordsOfAnErrorAreFoundHoweverItIsShaped() {
        const QString words = QStringLiteral("no such model");
        for (const char* body :
             {R"({"error":{"message":"no such model","type":"x"}})", R"({"error":"no such model"})",
              R"({"object":"error","message":"no such model"})", R"({"detail":"no such model"})",
              R"({"detail":[{"loc":["a"],"msg":"no such model"}]})"})
            QCOMPARE(readServerWords(body), words);
        QCOMPARE(readServerWords("<html>"), QString());
        QVERIFY(readServerWords("{\"error\":\"" + QByteArray(9000, 'a') + "\"}").size() < 500);
        const CompletionEvent mute = readCompletionEvent(R"({"error":{"code":3}})");
        QVERIFY(mute.isError && mute.errorWords.isEmpty());
        QCOMPARE(toldMeanwhile(mute.errorWords, QStringLiteral("a.example")),
                 QStringLiteral("a.example ended the reply with an error."));
    }

    void aRequestSaysWhatTheChatAsks() {
        GenerationRequest request;
        request.messages = {{ChatRole::System, QStringLiteral("Be brief."), {}},
                            {ChatRole::User, QStringLiteral("Hello"), {}}};
        request.choices.temperature = 0.5;
        request.choices.topK = 40;
        request.choices.minP = 0;
        request.choices.maximumTokens = 12;
        request.choices.seed = 0x1'8000'0005;
        request.choices.stopStrings = {"END"};
        request.choices.repetitionPenalty = 1.1;
        RemoteEngine engine;
        engine.model = QStringLiteral("tiny");
        const RemoteRequest made = remoteRequest(request, engine, {});
        QCOMPARE(made.what, QStringLiteral("chat/completions"));
        const QJsonObject body = made.body;
        QCOMPARE(body[QStringLiteral("model")], QStringLiteral("tiny"));
        QCOMPARE(body[QStringLiteral("stream")], true);
        QCOMPARE(body[QStringLiteral("messages")].toArray().size(), 2);
        QCOMPARE(body[QStringLiteral("messages")][0][QStringLiteral("role")],
                 QStringLiteral("system"));
        QCOMPARE(body[QStringLiteral("temperature")], 0.5);
        QCOMPARE(body[QStringLiteral("top_k")], 40);
        QCOMPARE(body[QStringLiteral("max_tokens")], 12);
        QCOMPARE(body[QStringLiteral("seed")], 5);
        QCOMPARE(body[QStringLiteral("stop")], QJsonArray{QStringLiteral("END")});
        QCOMPARE(body[QStringLiteral("repetition_penalty")], 1.1);
        QVERIFY(!body.contains(QStringLiteral("min_p")));
        QVERIFY(!body.contains(QStringLiteral("top_p")));
        QVERIFY(!body.contains(QStringLiteral("continue_final_message")));
        const RemoteRequest less =
            remoteRequest(request, engine, {QStringLiteral("top_k"), QStringLiteral("max_tokens")});
        QVERIFY(!less.body.contains(QStringLiteral("top_k")));
        QCOMPARE(less.body[QStringLiteral("max_completion_tokens")], 12);
        engine.kind = QStringLiteral("llamacpp");
        QCOMPARE(remoteRequest(request, engine, {}).body[QStringLiteral("repeat_penalty")], 1.1);
    }

    void aReplyIsContinuedFromWhatThereIsOfIt() {
        GenerationRequest request;
        request.messages = {{ChatRole::User, QStringLiteral("Count"), {}}};
        request.replySoFar = {ChatRole::Assistant, QStringLiteral("One, two"), {}};
        const QJsonObject body = remoteRequest(request, {}, {}).body;
        QCOMPARE(body[QStringLiteral("messages")][1][QStringLiteral("content")],
                 QStringLiteral("One, two"));
        QCOMPARE(body[QStringLiteral("continue_final_message")], true);
        QCOMPARE(body[QStringLiteral("add_generation_prompt")], false);
    }

    void aRawTextIsAskedForAsACompletion() {
        GenerationRequest request;
        request.rawText = QStringLiteral("Once");
        const RemoteRequest made = remoteRequest(request, {}, {});
        QCOMPARE(made.what, QStringLiteral("completions"));
        QCOMPARE(made.body[QStringLiteral("prompt")], QStringLiteral("Once"));
    }

    void aRefusedFieldIsFoundByItsWholeName() {
        const QJsonObject body{{QStringLiteral("top_p"), 1},
                               {QStringLiteral("seed"), 1},
                               {QStringLiteral("max_tokens"), 3}};
        const auto refused = [&](const char* words) {
            return refusedField(body, QString::fromLatin1(words));
        };
        QCOMPARE(refused("Unrecognized request argument supplied: seed"), QStringLiteral("seed"));
        QCOMPARE(refused("\"top_p\" is not understood here."), QStringLiteral("top_p"));
        QCOMPARE(refused("'max_tokens' is not supported; use 'max_completion_tokens'"),
                 QStringLiteral("max_tokens"));
        QCOMPARE(refused("unseeded; top_px; top_k"), QString());
    }
};

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::RemotePartsTest)
#include "remote_parts_test.moc"

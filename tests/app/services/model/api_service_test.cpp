// Other programs ask the model of the window.
#include "app/services/model/api_service.h"

#include <httplib.h>

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <atomic>
#include <future>
#include <nlohmann/json.hpp>
#include <vector>

#include "app/services/model/model_host.h"
#include "app/services/program/engine_lease.h"
#include "app/services/program/settings.h"
#include "tests/support/free_port.h"

using namespace dsm;
using nlohmann::json;

namespace {

constexpr int kWaitMs = 60'000;
const QString kDemo = QStringLiteral(DSM_SOURCE_DIR "/resources/demo_model");

struct Answer {
    int status = 0;  // 0: none came
    json body;
    std::string text() const { return body["choices"][0]["message"]["content"]; }
    std::string problem() const { return body["error"]["message"]; }
};

}  // namespace

class ApiServiceTest : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<Settings> settings_;
    std::unique_ptr<ModelHost> host_;
    std::unique_ptr<EngineLease> lease_;
    std::unique_ptr<ApiService> service_;

    void load(const QString& folder = kDemo) {
        QSignalSpy finished(host_.get(), &ModelHost::loadFinished);
        host_->load({.folder = folder, .threads = 1});
        QVERIFY(finished.wait(kWaitMs));
        QVERIFY2(finished[0][0].toBool(), qPrintable(finished[0][1].toString()));
    }

    std::future<Answer> ask(int tokens, const char* question = "Hello") {
        const json body = {{"messages", {{{"role", "user"}, {"content", question}}}},
                           {"temperature", 0},
                           {"logit_bias", {{"2559", -100}}},  // does not end by itself
                           {"max_tokens", tokens}};
        return std::async(std::launch::async, [port = settings_->serverPort(), body] {
            httplib::Client client("127.0.0.1", port);
            client.set_read_timeout(60);
            const auto got = client.Post("/v1/chat/completions", body.dump(), "application/json");
            if (!got) return Answer{};
            return Answer{got->status, json::parse(got->body, nullptr, false)};
        });
    }
    Answer take(std::future<Answer>& answer) {
        const auto isThere = [&] {
            return answer.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
        };
        [&] { QTRY_VERIFY_WITH_TIMEOUT(isThere(), kWaitMs); }();
        return isThere() ? answer.get() : Answer{};
    }
    Answer answered(int tokens) {
        auto answer = ask(tokens);
        return take(answer);
    }
    bool isWriting() { return service_->activity().underWay > 0; }

  private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        settings_ = std::make_unique<Settings>(folder_->filePath(QStringLiteral("settings.ini")));
        settings_->setServerPort(test::freePort());
        host_ = std::make_unique<ModelHost>(folder_->path());
        lease_ = std::make_unique<EngineLease>();
        host_->share(*lease_);
        service_ = std::make_unique<ApiService>(*host_, *settings_);
    }
    void cleanup() {
        service_.reset();
        host_.reset();
    }

    void listensOnlyWhereItWasAskedTo() {
        QVERIFY(!service_->isListening());
        QCOMPARE(answered(1).status, 0);
        settings_->setServesPrograms(true);
        QCOMPARE(service_->address(),
                 QStringLiteral("http://127.0.0.1:%1/v1").arg(settings_->serverPort()));
        const Answer empty = answered(1);
        QCOMPARE(empty.status, 503);
        QVERIFY(empty.problem().find("No model is loaded") != std::string::npos);
        load();
        QCOMPARE(answered(4).status, 200);
        QCOMPARE(service_->activity().clients.size(), 1);
        host_->unload();
        QTRY_COMPARE(answered(1).status, 503);
        settings_->setServesPrograms(false);
        QCOMPARE(answered(1).status, 0);
    }

    void whatIsAskedWhileTheWindowWritesComesInBetween() {
        settings_->setServesPrograms(true);
        load();
        const std::string alone = answered(30).text();
        auto programs = ask(30);
        GenerationRequest request;
        request.id = host_->newRequestId();
        request.rawText = QStringLiteral("The sky is");
        request.choices.maximumTokens = 20;
        request.choices.temperature = 0;
        QSignalSpy ended(host_.get(), &TextGenerator::generationFinished);
        host_->generate(request);
        QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, kWaitMs);
        const Answer answer = take(programs);
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.text(), alone);
        QTRY_COMPARE(lease_->holder(), EngineLease::Holder::None);
    }

    void aTrainingRunHasTheComputer() {
        settings_->setServesPrograms(true);
        load();
        QTRY_COMPARE(lease_->holder(), EngineLease::Holder::None);
        QVERIFY(lease_->take(EngineLease::Holder::Training));
        const Answer refused = answered(4);
        QCOMPARE(refused.status, 503);
        QVERIFY(!refused.problem().empty());
        lease_->giveBack(EngineLease::Holder::Training);
        QCOMPARE(answered(4).status, 200);
    }

    void aReplyToAProgramIsLentTheComputerAsOneOfTheWindowIs() {
        settings_->setServesPrograms(true);
        load();
        QTRY_COMPARE(lease_->holder(), EngineLease::Holder::None);
        QVERIFY(lease_->take(EngineLease::Holder::Training));
        lease_->setLending(true);
        connect(
            lease_.get(), &EngineLease::asked, this, [this] { lease_->lend(); },
            Qt::QueuedConnection);
        QSignalSpy returned(lease_.get(), &EngineLease::returned);
        QCOMPARE(answered(4).status, 200);
        QTRY_COMPARE(returned.size(), 1);
        lease_->giveBack(EngineLease::Holder::Training);
    }

    void answersEndWhenTheModelGoesOrTheSwitchIsTurned() {
        settings_->setServesPrograms(true);
        load();
        auto first = ask(900);
        QTRY_VERIFY_WITH_TIMEOUT(isWriting(), kWaitMs);
        load();  // stops what is under way
        take(first);
        QCOMPARE(answered(4).status, 200);
        auto second = ask(900);
        QTRY_VERIFY_WITH_TIMEOUT(isWriting(), kWaitMs);
        service_->stopAnswers();
        take(second);
        QCOMPARE(answered(4).status, 200);
        auto third = ask(900);
        QTRY_VERIFY_WITH_TIMEOUT(isWriting(), kWaitMs);
        settings_->setServesPrograms(false);
        take(third);
        QTRY_COMPARE(lease_->holder(), EngineLease::Holder::None);
    }

    void aPortThatSomebodyHasIsSaidToBeTaken() {
        settings_->setServesPrograms(true);
        QVERIFY(service_->problem().isEmpty());
        Settings others(folder_->filePath(QStringLiteral("others.ini")));
        others.setServerPort(settings_->serverPort());
        others.setServesPrograms(true);
        ModelHost otherHost(folder_->filePath(QStringLiteral("other")));
        const ApiService second(otherHost, others);
        QVERIFY(!second.isListening());
        QVERIFY(second.problem().contains(QStringLiteral("--port")));
    }

    // Nobody on the main thread can let them have the engine any more.
    void itEndsWhileOthersKeepAsking() {
        settings_->setServesPrograms(true);
        load();
        std::atomic<bool> isOver = false;
        std::vector<std::future<void>> askers;
        for (int i = 0; i < 4; ++i)
            askers.push_back(std::async(std::launch::async, [&, port = settings_->serverPort()] {
                while (!isOver) {
                    httplib::Client client("127.0.0.1", port);
                    client.Post("/v1/completions", R"({"prompt": "a", "max_tokens": 3})",
                                "application/json");
                }
            }));
        QTRY_VERIFY_WITH_TIMEOUT(!service_->activity().clients.isEmpty(), kWaitMs);
        for (int i = 0; i < 5; ++i) {
            settings_->setServesPrograms(false);
            settings_->setServesPrograms(true);
        }
        service_.reset();
        isOver = true;
        for (auto& asker : askers)
            asker.get();
    }

    void itEndsWhileAnswersAreUnderWay() {
        settings_->setServesPrograms(true);
        load();
        auto answer = ask(900);
        QTRY_VERIFY_WITH_TIMEOUT(isWriting(), kWaitMs);
        service_.reset();
        host_.reset();
        take(answer);
    }
};

QTEST_GUILESS_MAIN(ApiServiceTest)
#include "api_service_test.moc"

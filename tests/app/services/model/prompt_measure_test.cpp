// What a model would read for an order, and how far it is while it reads.
#include "app/services/model/prompt_measure.h"

#include <QTest>
#include <condition_variable>
#include <mutex>

#include "app/services/model/model_worker.h"

namespace dsm {
namespace {

const std::filesystem::path kTiny = DSM_SOURCE_DIR "/tests/golden/tiny";
constexpr std::int64_t kContext = 400;

// A worker whose every announcement is looked at, on its own thread, as it is made.
class WatchedWorker {
  public:
    WatchedWorker()
        : worker_(
              {}, ContextStore({}), [this] { take(); }, std::make_shared<ServingPlace>()) {
        LoadOptions options;
        options.folder = kTiny;
        options.threads = 1;
        options.contextLimit = kContext;
        worker_.load(options);
        wait([this] { return isLoaded_; });
    }

    Generation write(WriteOrder order) {
        order.id = ++id_;
        {
            const std::lock_guard lock(mutex_);
            ended_.reset();
            read_.clear();
        }
        worker_.write(std::move(order));
        wait([this] { return ended_.has_value(); });
        return ended_->generation;
    }

    const std::optional<ToldError>& error() const { return ended_->error; }
    const std::vector<std::int64_t>& read() const { return read_; }
    std::int64_t droppedMessages() const { return ended_->droppedMessages; }
    WorkerStatus status() const { return worker_.status(); }
    PromptSize measure(const WriteOrder& order) const {
        return worker_.status().measure->measure(order);
    }

  private:
    void take() {
        const WorkerStatus status = worker_.status();
        const std::lock_guard lock(mutex_);
        for (const WorkerEvent& event : worker_.takeEvents()) {
            if (std::holds_alternative<worker_event::LoadEnded>(event)) isLoaded_ = true;
            if (const auto* end = std::get_if<worker_event::WriteEnded>(&event)) ended_ = *end;
        }
        if (status.promptTokens > 0 && status.promptRead > 0) read_.push_back(status.promptRead);
        changed_.notify_all();
    }

    void wait(const std::function<bool()>& done) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, done);
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    bool isLoaded_ = false;
    std::optional<worker_event::WriteEnded> ended_;
    std::vector<std::int64_t> read_;
    std::uint64_t id_ = 0;
    ModelWorker worker_;
};

WriteOrder asking(const std::string& text, std::int64_t tokens) {
    WriteOrder order;
    order.messages = {{.role = ChatRole::User, .content = text, .ids = {}}};
    order.choices.maximumTokens = tokens;
    order.choices.temperature = 0.0F;
    return order;
}

std::string words(int count) {
    std::string text;
    for (int i = 0; i < count; ++i)
        text += "word ";
    return text;
}

}  // namespace

class PromptMeasureTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void whatIsCountedIsWhatIsRead() {
        WatchedWorker worker;
        const WriteOrder order = asking("Who are you?", 2);
        const PromptSize size = worker.measure(order);
        QVERIFY(size.fits());
        QCOMPARE(worker.write(order).statistics.promptTokens, size.tokens);
    }

    // The border itself, found by counting.
    void whatFitsIsAnsweredAndWhatDoesNotIsRefused() {
        WatchedWorker worker;
        int count = 1;
        while (worker.measure(asking(words(count + 1), 2)).fits())
            ++count;
        worker.write(asking(words(count), 2));
        QVERIFY(!worker.error().has_value());
        worker.write(asking(words(count + 1), 2));
        QVERIFY(worker.error().has_value());
        QVERIFY(worker.error()->error.message.find("too long") != std::string::npos);
    }

    void aReplyThatFilledTheContextIsToldSoAndNoRoomIsNegative() {
        WatchedWorker worker;
        WriteOrder order = asking("Tell me", 64);
        order.replySoFar = {.role = ChatRole::Assistant, .content = words(600), .ids = {}};
        const PromptSize size = worker.measure(order);
        QVERIFY(!size.fits());
        QVERIFY(size.room > 0);
        worker.write(order);
        QVERIFY(worker.error().has_value());
        const std::string& message = worker.error()->error.message;
        QVERIFY2(message.find("cannot go on") != std::string::npos, message.c_str());
        QVERIFY2(message.find("-") == std::string::npos, message.c_str());
    }

    void whatIsLeftOutIsCountedAsItIsThenLeftOut() {
        WatchedWorker worker;
        WriteOrder order = asking("And now?", 2);
        for (int i = 0; i < 12; ++i) {
            order.messages.insert(order.messages.begin(),
                                  {{.role = ChatRole::User, .content = words(20), .ids = {}},
                                   {.role = ChatRole::Assistant, .content = words(10), .ids = {}}});
            const PromptSize size = worker.measure(order);
            QVERIFY(size.read <= size.room);
            const Generation written = worker.write(order);
            QCOMPARE(written.statistics.promptTokens, size.read);
            QCOMPARE(worker.droppedMessages(), size.leftOut);
        }
        QVERIFY(worker.droppedMessages() > 0);
    }

    // However long the conversation, only what may be read is counted.
    void aLongConversationIsMeasuredFromItsEnd() {
        WatchedWorker worker;
        WriteOrder order = asking("And now?", 2);
        const std::vector<ChatMessage> exchange{
            {.role = ChatRole::User, .content = words(200), .ids = {}},
            {.role = ChatRole::Assistant, .content = words(200), .ids = {}}};
        for (int i = 0; i < 500; ++i)
            order.messages.insert(order.messages.begin(), exchange.begin(), exchange.end());
        const PromptSize size = worker.measure(order);
        QCOMPARE(size.leftOut, std::int64_t(1000));
        QVERIFY(size.fits());
    }

    void howFarTheReadingIsIsToldAfterEachPass() {
        WatchedWorker worker;
        int count = 1;
        while (worker.measure(asking(words(count + 1), 2)).fits())
            ++count;
        const Generation written = worker.write(asking(words(count), 2));
        QVERIFY(!worker.read().empty());
        for (std::size_t i = 1; i < worker.read().size(); ++i)
            QVERIFY(worker.read()[i] >= worker.read()[i - 1]);
        QCOMPARE(worker.read().back(), written.statistics.promptTokens);
        QCOMPARE(worker.status().promptTokens, std::int64_t(0));
    }

    void theMeasureOutlivesTheModel() {
        std::shared_ptr<const PromptMeasure> measure;
        {
            const WatchedWorker worker;
            measure = worker.status().measure;
        }
        QVERIFY(measure->measure(asking("Hello", 2)).tokens > 0);
    }
};

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::PromptMeasureTest)
#include "prompt_measure_test.moc"

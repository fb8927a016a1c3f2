// Two models, of which one is loaded at a time, answer one question after the other.
#include <QDir>
#include <QFile>
#include <functional>

#include "app/services/model/model_pair.h"
#include "app/services/program/engine_lease.h"
#include "tests/app/services/model/model_host_fixture.h"

namespace dsm {
namespace {

using Side = ModelPair::Side;

bool copyModel(const QString& folder) {
    const QDir model(test::kTiny);
    if (!QDir().mkpath(folder)) return false;
    for (const QString& name : model.entryList(QDir::Files)) {
        if (!QFile::copy(model.filePath(name), folder + u'/' + name)) return false;
    }
    return true;
}

// Its last weights in another order: it answers otherwise.
bool changeWeights(const QString& folder) {
    constexpr qint64 kBytes = 16'384;
    const QStringList shards =
        QDir(folder).entryList({QStringLiteral("*.safetensors")}, QDir::Files);
    for (const QString& name : shards) {
        QFile file(folder + u'/' + name);
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
        if (!file.open(QIODevice::ReadWrite) || !file.seek(file.size() - kBytes)) return false;
        const QByteArray before = file.read(kBytes);
        QByteArray after;
        for (qsizetype i = before.size(); i > 0; i -= 2)
            after += before.mid(i - 2, 2);
        if (!file.seek(file.size() - kBytes) || file.write(after) != kBytes) return false;
    }
    return !shards.isEmpty();
}

}  // namespace

class ModelPairTest : public QObject, protected test::ModelHostFixture {
    Q_OBJECT

    struct Heard {
        QStringList loads;  // names of the folders
        QStringList failures;
        QString base;
        QString tuned;
    };

    std::unique_ptr<ModelPair> pair_;
    Heard heard_;

    QString path(const char* name) const { return folder_->filePath(QLatin1String(name)); }
    void makePair(const QString& base, const QString& tuned) {
        const auto choices = [](const QString& folder) {
            return ModelLoadChoices{.folder = folder, .threads = 1};
        };
        pair_ = std::make_unique<ModelPair>(*host_, base, tuned, choices);
        connect(pair_.get(), &ModelPair::wrote, this, [this](Side side, const QString& text) {
            (side == Side::Base ? heard_.base : heard_.tuned) = text;
        });
        connect(pair_.get(), &ModelPair::failed, this, [this](Side side, const QString& reason) {
            heard_.failures.append(
                (side == Side::Base ? QStringLiteral("base: ") : QStringLiteral("tuned: ")) +
                reason);
        });
        connect(host_.get(), &ModelHost::loadFinished, this, [this](bool ok) {
            if (ok) heard_.loads.append(QDir(host_->status().folder).dirName());
        });
    }
    void ask(int tokens = 6) { pair_->ask(request(QStringLiteral("Hello the world"), tokens)); }
    // Does it once, as soon as the event loop has the next turn.
    void whileTheBaseIsLoading(const std::function<void()>& what) {
        const auto look = [this, what] {
            const bool isIt =
                pair_->doing() == ModelPair::Doing::Loading && pair_->side() == Side::Base;
            if (!isIt) return;
            disconnect(pair_.get(), &ModelPair::changed, this, nullptr);
            QMetaObject::invokeMethod(this, what, Qt::QueuedConnection);
        };
        connect(pair_.get(), &ModelPair::changed, this, look);
    }
    void waitForAnswers() {
        QTRY_COMPARE_WITH_TIMEOUT(pair_->doing(), ModelPair::Doing::Nothing, test::kWaitMs);
    }

  private Q_SLOTS:
    void init() {
        open();
        heard_ = {};
        for (const char* name : {"base", "tuned"})
            QVERIFY(copyModel(path(name)));
    }
    void cleanup() {
        pair_.reset();
        host_.reset();
    }

    void bothAnswerWithWhatEachOfThemKnows() {
        QVERIFY(changeWeights(path("tuned")));
        load(path("base"));
        const QString base = outcomeOf(request(QStringLiteral("Hello the world"), 6)).text;
        load(path("tuned"));
        const QString tuned = outcomeOf(request(QStringLiteral("Hello the world"), 6)).text;
        QVERIFY(base != tuned);
        makePair(path("base"), path("tuned"));
        ask();
        QCOMPARE(pair_->side(), Side::Tuned);  // it is there already
        waitForAnswers();
        QCOMPARE(heard_.failures, QStringList());
        QCOMPARE(heard_.base, base);
        QCOMPARE(heard_.tuned, tuned);
        QCOMPARE(heard_.loads, QStringList{QStringLiteral("base")});
        // The next question begins with the one that is loaded now.
        ask();
        QCOMPARE(pair_->side(), Side::Base);
        waitForAnswers();
        QCOMPARE(heard_.loads, (QStringList{QStringLiteral("base"), QStringLiteral("tuned")}));
        QCOMPARE(heard_.base, base);
    }

    void equalModelsAnswerEquallyWhateverSeedIsDrawn() {
        makePair(path("base"), path("tuned"));
        GenerationRequest question = request(QStringLiteral("Hello the world"), 12);
        question.choices.seed.reset();
        pair_->ask(question);
        waitForAnswers();
        QCOMPARE(heard_.failures, QStringList());
        QVERIFY(!heard_.base.isEmpty());
        QCOMPARE(heard_.base, heard_.tuned);
        QCOMPARE(heard_.loads, (QStringList{QStringLiteral("base"), QStringLiteral("tuned")}));
    }

    void neitherAnswersWithTheAdapterThatIsInUse() {
        load(path("tuned"));
        const QString plain = outcomeOf(request(QStringLiteral("Hello the world"), 6)).text;
        QSignalSpy adapted(host_.get(), &ModelHost::adapterChanged);
        host_->useAdapter(QStringLiteral(DSM_SOURCE_DIR "/tests/golden/adapter/patterns"), 20);
        QVERIFY(adapted.wait(test::kWaitMs));
        QVERIFY2(adapted[0][0].toBool(), qPrintable(adapted[0][1].toString()));
        makePair(path("base"), path("tuned"));
        ask();
        waitForAnswers();
        QCOMPARE(heard_.tuned, plain);
        QVERIFY(host_->status().isBare);
    }

    void aBaseThatIsGoneIsNamedAndTheOtherAnswers() {
        load(path("tuned"));
        makePair(path("gone"), path("tuned"));
        ask();
        waitForAnswers();
        QVERIFY(!heard_.tuned.isEmpty());
        QCOMPARE(heard_.failures.size(), 1);
        QVERIFY(heard_.failures[0].startsWith(QStringLiteral("base: ")));
        QVERIFY(heard_.failures[0].contains(path("gone")));
        QCOMPARE(heard_.loads, QStringList());  // nothing was put out of the memory for it
    }

    void aBaseThatCannotBeReadIsNamedAndTheOtherAnswers() {
        QVERIFY(QDir().mkpath(path("empty")));
        makePair(path("empty"), path("tuned"));
        ask();
        waitForAnswers();
        QCOMPARE(heard_.failures.size(), 1);
        QVERIFY(heard_.failures[0].contains(QStringLiteral("empty")));
        QVERIFY(!heard_.tuned.isEmpty());
    }

    void aSecondQuestionTakesThePlaceOfTheFirst() {
        load(path("tuned"));
        makePair(path("base"), path("tuned"));
        ask(200);
        QTRY_VERIFY_WITH_TIMEOUT(!heard_.tuned.isEmpty(), test::kWaitMs);
        ask(3);
        waitForAnswers();
        QCOMPARE(heard_.failures, QStringList());
        QVERIFY(!heard_.base.isEmpty());
        const QString tuned = heard_.tuned;
        ask(3);
        waitForAnswers();
        QCOMPARE(heard_.tuned, tuned);
    }

    void aReplyToSomebodyElseIsWaitedFor() {
        load(path("tuned"));
        makePair(path("base"), path("tuned"));
        const GenerationRequest other = request(QStringLiteral("Hello"), 40);
        QSignalSpy ended(host_.get(), &TextGenerator::generationFinished);
        host_->generate(other);
        ask();
        QCOMPARE(pair_->doing(), ModelPair::Doing::Waiting);
        waitForAnswers();
        QCOMPARE(ended.first().first().toULongLong(), other.id);
        const auto outcome = ended.first().at(1).value<GenerationOutcome>();
        QVERIFY(outcome.end != StopReason::Cancelled);
        QVERIFY(!heard_.base.isEmpty() && !heard_.tuned.isEmpty());
    }

    void whoeverLeavesHasTheTunedModelAgain() {
        load(path("tuned"));
        makePair(path("base"), path("tuned"));
        ask();
        waitForAnswers();
        QCOMPARE(QDir(host_->status().folder).dirName(), QStringLiteral("base"));
        pair_->leave();
        QTRY_COMPARE_WITH_TIMEOUT(host_->status().state, ModelState::Ready, test::kWaitMs);
        QCOMPARE(QDir(host_->status().folder).dirName(), QStringLiteral("tuned"));
        QVERIFY(!host_->status().isBare);
        // In the middle of it, too.
        bool hasLeft = false;
        whileTheBaseIsLoading([&] {
            pair_->leave();
            hasLeft = true;
        });
        ask();
        QTRY_VERIFY_WITH_TIMEOUT(hasLeft && !host_->isBusy(), test::kWaitMs);
        QCOMPARE(pair_->doing(), ModelPair::Doing::Nothing);
        QCOMPARE(QDir(host_->status().folder).dirName(), QStringLiteral("tuned"));
        QVERIFY(host_->status().isLoaded());
        QCOMPARE(heard_.failures, QStringList());
    }

    void aTrainingRunThatHasTheComputerIsSaid() {
        EngineLease lease;
        host_->share(lease);
        load(path("tuned"));
        makePair(path("base"), path("tuned"));
        QVERIFY(lease.take(EngineLease::Holder::Training));
        ask();
        waitForAnswers();
        QCOMPARE(heard_.failures.size(), 2);
        for (const QString& failure : heard_.failures)
            QVERIFY2(failure.contains(QStringLiteral("training run")), qPrintable(failure));
        QCOMPARE(QDir(host_->status().folder).dirName(), QStringLiteral("tuned"));
        lease.giveBack(EngineLease::Holder::Training);
        ask();
        waitForAnswers();
        QCOMPARE(heard_.failures.size(), 2);
        QVERIFY(!heard_.base.isEmpty());
        pair_.reset();
        host_.reset();
    }

    void whoeverStopsTheLoadingIsNotFought() {
        load(path("tuned"));
        makePair(path("base"), path("tuned"));
        whileTheBaseIsLoading([this] { host_->load({.folder = test::kTiny, .threads = 1}); });
        ask();
        waitForAnswers();
        QTRY_COMPARE_WITH_TIMEOUT(host_->status().state, ModelState::Ready, test::kWaitMs);
        QCOMPARE(QDir(host_->status().folder), QDir(test::kTiny));
        QCOMPARE(heard_.failures.size(), 1);
        QVERIFY(heard_.failures[0].contains(QStringLiteral("Another model")));
    }
};

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::ModelPairTest)
#include "model_pair_test.moc"

// A model that is deleted, and taken back or gone for good, on a disk and in a system that fail at
// every call there is.
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <filesystem>
#include <fstream>
#include <memory>

#include "app/services/library/model_trash.h"
#include "app/services/program/private_file.h"
#include "tests/support/fault_walk.h"
#include "tests/support/temporary_folder.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

constexpr int kWaitMs = 30'000;

QString placeForWalks() {
    return QString::fromStdString((test::placeForWalks() / "dsm-test-XXXXXX").string());
}

}  // namespace

class ModelTrashFaultWalkTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() {
        silenced_ =
            qInstallMessageHandler([](QtMsgType, const QMessageLogContext&, const QString&) {});
    }
    void cleanupTestCase() { qInstallMessageHandler(silenced_); }
    void deletionThatIsUndoneLosesNothing();
    void deletionIsWholeOrNotAtAll();

  private:
    using Failure = std::optional<std::string>;

    fs::path root() const { return toPath(folder_.path()); }
    fs::path fileOf(int i) const { return root() / ("model-" + std::to_string(i)) / "weights"; }
    DeletionPlan plan() const {
        DeletionPlan plan;
        plan.folder = folder_.filePath(QStringLiteral("model-0"));
        plan.disk = folder_.path();
        for (int i = 0; i < kFolders; ++i)
            plan.paths.append(QString::fromStdString(fileOf(i).parent_path().string()));
        return plan;
    }

    // As at the start of the program: what the last one left is ended when it returns.
    void begin() {
        trash_ = std::make_unique<ModelTrash>(folder_.filePath(QStringLiteral("state/trash.json")));
        QVERIFY(empty(0));
    }
    void prepare() {
        trash_.reset();
        for (const auto& entry : fs::directory_iterator(root()))
            fs::remove_all(entry.path());
        for (int i = 0; i < kFolders; ++i) {
            fs::create_directories(fileOf(i).parent_path());
            std::ofstream(fileOf(i)) << i;
        }
        begin();
    }
    // Why it ended in failed().
    Failure endOf(qint64 id, const QSignalSpy& done, const QSignalSpy& failed) {
        const bool hasEnded =
            QTest::qWaitFor([&] { return !done.isEmpty() || !failed.isEmpty(); }, kWaitMs);
        if (!hasEnded) return "nothing was told of " + std::to_string(id);
        if (failed.isEmpty()) return std::nullopt;
        return failed[0][1].toString().toStdString();
    }
    Failure move(qint64& id) {
        const QSignalSpy moved(trash_.get(), &ModelTrash::moved);
        const QSignalSpy failed(trash_.get(), &ModelTrash::failed);
        id = trash_->move(plan());
        return endOf(id, moved, failed);
    }
    Failure putBack(qint64 id) {
        const QSignalSpy returned(trash_.get(), &ModelTrash::returned);
        const QSignalSpy failed(trash_.get(), &ModelTrash::failed);
        trash_->putBack(id);
        return endOf(id, returned, failed);
    }
    bool empty(qint64 id) {
        QSignalSpy emptied(trash_.get(), &ModelTrash::emptied);
        trash_->empty(id);
        return !emptied.isEmpty() || emptied.wait(kWaitMs);
    }
    // The program ends and is started again; how many of the model's folders are there then, or why
    // the trash is not empty.
    std::string afterNextStart(int& there) {
        trash_.reset();
        begin();
        there = 0;
        for (int i = 0; i < kFolders; ++i)
            there += fs::exists(fileOf(i)) && contentOf(fileOf(i)) == std::to_string(i) ? 1 : 0;
        for (const auto& entry : fs::directory_iterator(root())) {
            const std::string name = entry.path().filename().string();
            if (name.starts_with(".deepseekmoe-trash-")) return "left: " + name;
        }
        return "";
    }
    bool isTold(const std::string& message, const test::FaultMode& mode) const {
        const bool isFull = mode.fault == SystemFault::NoSpace;
        return message.find(root().string()) != std::string::npos &&
               (message.find(mode.reason) != std::string::npos ||
                (isFull && message.find("The disk is full (") != std::string::npos));
    }
    QString walked(const std::function<Failure()>& operation,
                   const std::function<std::string(bool)>& check, int leastCalls) {
        const test::FaultWalk walk{
            .prepare = [this] { prepare(); },
            .operation = operation,
            .check = check,
            .leastCalls = leastCalls,
            .isTold = [this](const std::string& message,
                             const test::FaultMode& mode) { return isTold(message, mode); }};
        return QString::fromStdString(walk.run());
    }

    static constexpr int kFolders = 3;
    QTemporaryDir folder_{placeForWalks()};
    std::unique_ptr<ModelTrash> trash_;
    QtMessageHandler silenced_ = nullptr;
};

// What could not be put back at once was forgotten where the disk was full, and emptied.
void ModelTrashFaultWalkTest::deletionThatIsUndoneLosesNothing() {
    const auto operation = [&]() -> Failure {
        qint64 id = 0;
        if (auto failed = move(id)) return failed;
        return putBack(id);
    };
    const auto check = [&](bool) -> std::string {
        int there = 0;
        if (auto left = afterNextStart(there); !left.empty()) return left;
        return there == kFolders ? "" : "only " + std::to_string(there) + " folders are there";
    };
    QCOMPARE(walked(operation, check, 60), QString());
}

void ModelTrashFaultWalkTest::deletionIsWholeOrNotAtAll() {
    const auto operation = [&]() -> Failure {
        qint64 id = 0;
        for (int i = 0; i < kFolders; ++i)  // those that an earlier deletion took
            fs::create_directories(fileOf(i).parent_path());
        if (auto failed = move(id)) return failed;
        return empty(id) ? Failure() : Failure("it was not emptied");
    };
    const auto check = [&](bool hasFailed) -> std::string {
        int there = 0;
        if (auto left = afterNextStart(there); !left.empty()) return left;
        return there == (hasFailed ? kFolders : 0) ? "" : std::to_string(there) + " are there";
    };
    QCOMPARE(walked(operation, check, 60), QString());
}

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::ModelTrashFaultWalkTest)
#include "model_trash_fault_walk_test.moc"

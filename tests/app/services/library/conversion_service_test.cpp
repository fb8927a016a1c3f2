#include "app/services/library/conversion_service.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <atomic>
#include <mutex>

#include "kernels/base/system_faults.h"

namespace dsm {
namespace {

constexpr quint64 kTotal = 1000;
constexpr int kWaitMs = 30'000;

// A converter that goes as far as a test lets it, and on from where a folder ended.
class FakeConverter {
  public:
    Converter converter() {
        return [this](const ConversionTask& task,
                      const std::function<void(quint64, quint64)>& progress,
                      const std::stop_token& stop) { return convert(task, progress, stop); };
    }

    std::atomic<quint64> limit = kTotal;
    QString error;  // set before a start
    std::atomic<int> calls = 0;
    std::atomic<int> together = 0;  // calls at once
    std::atomic<int> mostTogether = 0;
    quint64 lastBegin = 0;  // of the latest call; read after its end

  private:
    ConversionEnd convert(const ConversionTask& task,
                          const std::function<void(quint64, quint64)>& progress,
                          const std::stop_token& stop) {
        ++calls;
        mostTogether = std::max<int>(mostTogether, ++together);
        QDir().mkpath(task.folder);
        QFile file(task.folder + QStringLiteral("/done"));
        if (!file.open(QIODevice::ReadWrite)) return {.isStopped = false, .error = file.fileName()};
        quint64 done = file.readAll().toULongLong();
        lastBegin = done;
        ConversionEnd end;
        while (done < kTotal && error.isEmpty()) {
            if (stop.stop_requested()) {
                end.isStopped = true;
                break;
            }
            if (done < limit) ++done;
            progress(done, kTotal);
            QThread::usleep(200);
        }
        file.resize(0);
        file.seek(0);
        file.write(QByteArray::number(done));
        end.error = error;
        --together;
        return end;
    }
};

}  // namespace

class ConversionServiceTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();

    void convertsWithProgress();
    void stopKeepsWhatIsDoneAndResumeGoesOn();
    void oneRunsWhileTheOthersWait();
    void aWaitingOneCanBeStopped();
    void failureCarriesItsReasonAndCanBeTriedAgain();
    void isRememberedWhenTheProgramEnds();
    void isRememberedWhenTheProgramIsKilled();
    void startingTheSameAgainGoesOn();
    void discardDeletesOnlyItsOwnFiles();
    void discardKeepsWhatCannotBeDeletedAndTells();
    void discardOfARunningOneStopsItFirst();
    void foldersElsewhereInTheFileAreIgnored();
    void aBrokenFileIsIgnored();
    void finishedOnesWhoseFolderIsGoneAreForgotten();
    void speedAndTimeLeftAreTold();
    void theEngineConvertsAndIsResumed();
    void theEngineSaysWhatIsWrong();

  private:
    std::unique_ptr<ConversionService> open() {
        return std::make_unique<ConversionService>(models_, fake_->converter());
    }
    bool waitFor(const ConversionService& service, qint64 id, ConversionState state) {
        return QTest::qWaitFor([&] { return service.conversion(id).state == state; }, kWaitMs);
    }

    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<FakeConverter> fake_;
    QString models_;
    const QString source_ = QStringLiteral("/somewhere/model");
    const QString q8_ = QStringLiteral("q8");
};

void ConversionServiceTest::init() {
    folder_ = std::make_unique<QTemporaryDir>();
    fake_ = std::make_unique<FakeConverter>();
    models_ = folder_->filePath(QStringLiteral("models"));
}

void ConversionServiceTest::convertsWithProgress() {
    const auto service = open();
    QSignalSpy progressed(service.get(), &ConversionService::progressed);
    QSignalSpy finished(service.get(), &ConversionService::conversionFinished);
    const qint64 id = service->start(source_, q8_);
    QVERIFY(id > 0);
    QVERIFY(finished.wait(kWaitMs));
    QCOMPARE(finished[0][0].toLongLong(), id);
    QVERIFY(progressed.count() >= 2);
    const Conversion conversion = service->conversion(id);
    QCOMPARE(conversion.state, ConversionState::Finished);
    QCOMPARE(conversion.doneBytes, kTotal);
    QCOMPARE(conversion.share(), 1.0);
    QCOMPARE(conversion.sourceFolder, source_);
    QCOMPARE(conversion.folder, models_ + QStringLiteral("/model-q8"));
}

void ConversionServiceTest::stopKeepsWhatIsDoneAndResumeGoesOn() {
    const auto service = open();
    fake_->limit = 400;
    const qint64 id = service->start(source_, q8_);
    QTRY_COMPARE_WITH_TIMEOUT(service->conversion(id).doneBytes, quint64{400}, kWaitMs);
    service->stop(id);
    QVERIFY(waitFor(*service, id, ConversionState::Stopped));
    QCOMPARE(service->conversion(id).doneBytes, quint64{400});
    QVERIFY(service->conversion(id).error.isEmpty());

    fake_->limit = kTotal;
    service->resume(id);
    QVERIFY(waitFor(*service, id, ConversionState::Finished));
    QCOMPARE(fake_->lastBegin, quint64{400});
    QCOMPARE(fake_->calls.load(), 2);
}

void ConversionServiceTest::oneRunsWhileTheOthersWait() {
    const auto service = open();
    fake_->limit = 10;
    const qint64 first = service->start(source_, q8_);
    const qint64 second = service->start(source_, QStringLiteral("q4"));
    QVERIFY(first != second);
    QCOMPARE(service->conversion(first).state, ConversionState::Running);
    QCOMPARE(service->conversion(second).state, ConversionState::Waiting);
    fake_->limit = kTotal;
    QVERIFY(waitFor(*service, second, ConversionState::Finished));
    QCOMPARE(service->conversion(first).state, ConversionState::Finished);
    QCOMPARE(fake_->mostTogether.load(), 1);
}

void ConversionServiceTest::aWaitingOneCanBeStopped() {
    const auto service = open();
    fake_->limit = 10;
    const qint64 first = service->start(source_, q8_);
    const qint64 second = service->start(source_, QStringLiteral("q4"));
    service->stop(second);
    QCOMPARE(service->conversion(second).state, ConversionState::Stopped);
    fake_->limit = kTotal;
    QVERIFY(waitFor(*service, first, ConversionState::Finished));
    QCOMPARE(fake_->calls.load(), 1);
}

void ConversionServiceTest::failureCarriesItsReasonAndCanBeTriedAgain() {
    const auto service = open();
    fake_->error = QStringLiteral("The disk is full. Free 9.9 GB.");
    QSignalSpy failed(service.get(), &ConversionService::conversionFailed);
    const qint64 id = service->start(source_, q8_);
    QVERIFY(failed.wait(kWaitMs));
    QCOMPARE(failed[0][1].toString(), fake_->error);
    QCOMPARE(service->conversion(id).state, ConversionState::Failed);
    QCOMPARE(service->conversion(id).error, fake_->error);
    fake_->error.clear();
    service->resume(id);
    QVERIFY(service->conversion(id).error.isEmpty());
    QVERIFY(waitFor(*service, id, ConversionState::Finished));
}

void ConversionServiceTest::isRememberedWhenTheProgramEnds() {
    auto service = open();
    fake_->limit = 300;
    const qint64 id = service->start(source_, q8_);
    service->start(source_, QStringLiteral("q4"));
    QTRY_COMPARE_WITH_TIMEOUT(service->conversion(id).doneBytes, quint64{300}, kWaitMs);
    service.reset();  // stops it

    service = open();
    QCOMPARE(service->conversions().size(), 2);
    const Conversion stopped = service->find(source_, q8_);
    QCOMPARE(stopped.state, ConversionState::Stopped);
    QCOMPARE(stopped.doneBytes, quint64{300});
    QCOMPARE(service->find(source_, QStringLiteral("q4")).state, ConversionState::Stopped);
    fake_->limit = kTotal;
    service->resume(stopped.id);
    QVERIFY(waitFor(*service, stopped.id, ConversionState::Finished));
    QCOMPARE(fake_->lastBegin, quint64{300});
    service.reset();
    QCOMPARE(open()->find(source_, q8_).state, ConversionState::Finished);
}

// A killed program leaves the file as it was while the conversion ran.
void ConversionServiceTest::isRememberedWhenTheProgramIsKilled() {
    const auto running = open();
    fake_->limit = 10;
    running->start(source_, q8_);
    const ConversionService after(models_, fake_->converter());
    QCOMPARE(after.find(source_, q8_).state, ConversionState::Stopped);
}

void ConversionServiceTest::startingTheSameAgainGoesOn() {
    const auto service = open();
    fake_->limit = 10;
    const qint64 id = service->start(source_, q8_);
    QCOMPARE(service->start(source_, q8_), id);
    service->stop(id);
    QVERIFY(waitFor(*service, id, ConversionState::Stopped));
    fake_->limit = kTotal;
    QCOMPARE(service->start(source_, q8_), id);
    QVERIFY(waitFor(*service, id, ConversionState::Finished));
    QCOMPARE(service->conversions().size(), 1);
}

void ConversionServiceTest::discardDeletesOnlyItsOwnFiles() {
    const auto service = open();
    // A folder of the same name that somebody else put there.
    QVERIFY(QDir().mkpath(models_ + QStringLiteral("/model-q8")));
    fake_->limit = 10;
    const qint64 id = service->start(source_, q8_);
    const QString folder = service->conversion(id).folder;
    QCOMPARE(folder, models_ + QStringLiteral("/model-q8-2"));
    QTRY_VERIFY_WITH_TIMEOUT(service->conversion(id).doneBytes > 0, kWaitMs);
    service->stop(id);
    QVERIFY(waitFor(*service, id, ConversionState::Stopped));
    QVERIFY(QFileInfo::exists(folder));
    service->discard(id);
    QVERIFY(!QFileInfo::exists(folder));
    QVERIFY(QFileInfo::exists(models_ + QStringLiteral("/model-q8")));
    QCOMPARE(service->conversion(id).id, 0);
}

void ConversionServiceTest::discardKeepsWhatCannotBeDeletedAndTells() {
    auto service = open();
    fake_->limit = 100;
    const qint64 id = service->start(source_, q8_);
    QTRY_VERIFY_WITH_TIMEOUT(service->conversion(id).doneBytes > 0, kWaitMs);
    service->stop(id);
    QVERIFY(waitFor(*service, id, ConversionState::Stopped));
    const QString folder = service->conversion(id).folder;
    QSignalSpy failed(service.get(), &ConversionService::conversionFailed);
    armSystemFault(SystemFault::Failing, 1);
    service->discard(id);
    QVERIFY(disarmSystemFault());
    QCOMPARE(failed.count(), 1);
    QVERIFY(failed[0][1].toString().contains(folder));
    QVERIFY(failed[0][1].toString().contains(QLatin1String("Input/output error")));
    QCOMPARE(service->conversion(id).state, ConversionState::Failed);
    service.reset();
    service = open();  // it is remembered, and can be deleted later
    QCOMPARE(service->conversions().size(), 1);
    service->discard(service->conversions()[0].id);
    QCOMPARE(service->conversions().size(), 0);
    QVERIFY(!QFileInfo::exists(folder));
}

void ConversionServiceTest::discardOfARunningOneStopsItFirst() {
    const auto service = open();
    fake_->limit = 10;
    const qint64 id = service->start(source_, q8_);
    QTRY_VERIFY_WITH_TIMEOUT(service->conversion(id).doneBytes > 0, kWaitMs);
    const QString folder = service->conversion(id).folder;
    service->discard(id);
    QTRY_COMPARE_WITH_TIMEOUT(service->conversion(id).id, 0, kWaitMs);
    QVERIFY(!QFileInfo::exists(folder));
}

void ConversionServiceTest::foldersElsewhereInTheFileAreIgnored() {
    QVERIFY(QDir().mkpath(models_));
    const QString precious = folder_->filePath(QStringLiteral("precious"));
    QVERIFY(QDir().mkpath(precious));
    QFile file(models_ + QStringLiteral("/conversions.json"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("[{\"source\": \"/m\", \"preset\": \"q8\", \"state\": \"stopped\", \"folder\": \"" +
               precious.toUtf8() + "\"}]");
    file.close();
    QCOMPARE(open()->conversions().size(), 0);
    QVERIFY(QFileInfo::exists(precious));
}

void ConversionServiceTest::aBrokenFileIsIgnored() {
    QVERIFY(QDir().mkpath(models_));
    QFile file(models_ + QStringLiteral("/conversions.json"));
    for (const char* text : {"", "{", "[1, null, {}]", "{\"a\": 1}"}) {
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        file.write(text);
        file.close();
        QCOMPARE(open()->conversions().size(), 0);
    }
}

void ConversionServiceTest::finishedOnesWhoseFolderIsGoneAreForgotten() {
    auto service = open();
    const qint64 id = service->start(source_, q8_);
    QVERIFY(waitFor(*service, id, ConversionState::Finished));
    const QString result = service->conversion(id).folder;
    service.reset();
    QVERIFY(QDir(result).removeRecursively());
    QCOMPARE(open()->conversions().size(), 0);
}

void ConversionServiceTest::speedAndTimeLeftAreTold() {
    const auto service = open();
    const qint64 id = service->start(source_, q8_);
    bool wasTold = false;
    const auto connection = connect(service.get(), &ConversionService::progressed, this,
                                    [&] { wasTold |= service->conversion(id).bytesPerSecond > 0; });
    fake_->limit = 500;
    QTRY_COMPARE_WITH_TIMEOUT(service->conversion(id).doneBytes, quint64{500}, kWaitMs);
    QTest::qWait(600);
    fake_->limit = kTotal;
    QVERIFY(waitFor(*service, id, ConversionState::Finished));
    QVERIFY(wasTold);
    QCOMPARE(service->conversion(id).bytesPerSecond, 0.0);
    disconnect(connection);
}

void ConversionServiceTest::theEngineConvertsAndIsResumed() {
    const QString tiny = QStringLiteral(DSM_SOURCE_DIR "/tests/golden/tiny");
    ConversionService service(models_);
    QSignalSpy finished(&service, &ConversionService::conversionFinished);
    const qint64 id = service.start(tiny, q8_);
    service.stop(id);
    QTRY_VERIFY_WITH_TIMEOUT(service.conversion(id).state == ConversionState::Stopped ||
                                 service.conversion(id).state == ConversionState::Finished,
                             kWaitMs);
    service.start(tiny, q8_);
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, kWaitMs);
    const QDir result(service.conversion(id).folder);
    for (const char* file : {"config.json", "tokenizer.json", "tokenizer_config.json"}) {
        QVERIFY2(result.exists(QLatin1String(file)), file);
    }
}

void ConversionServiceTest::theEngineSaysWhatIsWrong() {
    ConversionService service(models_);
    QSignalSpy failed(&service, &ConversionService::conversionFailed);
    service.start(folder_->filePath(QStringLiteral("nothing")), q8_);
    QVERIFY(failed.wait(kWaitMs));
    QVERIFY(failed[0][1].toString().contains(QLatin1String("config.json")));
    service.start(QStringLiteral(DSM_SOURCE_DIR "/tests/golden/tiny"), QStringLiteral("q7"));
    QVERIFY(failed.wait(kWaitMs));
    QVERIFY(failed[1][1].toString().contains(QLatin1String("q7")));
}

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::ConversionServiceTest)
#include "conversion_service_test.moc"

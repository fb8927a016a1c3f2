// The model host on an emulated GPU, which the reference's loops compute for: what a user sees of a
// GPU that works, that is too small, and that fails.
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "app/services/model/gpu_service.h"
#include "app/services/model/model_host.h"
#include "tests/support/host_gpu_ops.h"
#include "tests/support/simt/runtime.h"

namespace dsm {

class GpuHostTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() {
        qunsetenv("DSM_BACKEND");
        simt::setMachine();
        folder_ = std::make_unique<QTemporaryDir>();
        host_ = std::make_unique<ModelHost>(folder_->path());
    }
    void cleanup() { host_.reset(); }

    void theGpuIsListed() {
        GpuService service;
        QSignalSpy changed(&service, &GpuService::changed);
        service.refresh();
        QVERIFY(changed.wait());
        QCOMPARE(service.listing().gpus.size(), 1);
        QCOMPARE(service.listing().gpus[0].name, QStringLiteral("Emulated GPU"));
        QVERIFY(service.listing().gpus[0].totalBytes > 4'000'000'000);
        service.refresh();  // nothing new: no signal
        QTest::qWait(50);
        QCOMPARE(changed.count(), 1);
    }

    void aGpuIsTakenWhereNobodyAsksForTheCpu() {
        load({});
        QCOMPARE(host_->status().state, ModelState::Ready);
        QVERIFY(host_->status().backend.startsWith(QStringLiteral("GPU 0 (Emulated GPU)")));
        QCOMPARE(host_->status().fallback, QString());
        QVERIFY(host_->status().gpuBytes > 0);
        QVERIFY(host_->status().gpuTotalBytes > host_->status().gpuBytes);
        QVERIFY(write().statistics.generatedTokens > 0);
    }

    void asManyLayersLieOnTheGpuAsAreChosen() {
        ModelLoadChoices choices;
        choices.gpuLayers = 0;
        load(choices);
        QVERIFY(host_->status().backend.contains(QStringLiteral("layers on the CPU")));
        QVERIFY(write().statistics.generatedTokens > 0);
    }

    void aGpuThatIsTooSmallGivesWayAndTheReasonIsTold() {
        simt::Machine machine;
        machine.gpus = {{.memoryBytes = 50'000'000}};
        simt::setMachine(machine);
        load({});
        QCOMPARE(host_->status().state, ModelState::Ready);
        QVERIFY(host_->status().backend.startsWith(QStringLiteral("CPU")));
        QVERIFY(host_->status().fallback.contains(QStringLiteral("50 MB")));
        QCOMPARE(host_->status().gpuBytes, quint64{0});
    }

    void aGpuThatWasChosenAndIsTooSmallIsAFailureThatTheCpuCanCure() {
        simt::Machine machine;
        machine.gpus = {{.memoryBytes = 50'000'000}};
        simt::setMachine(machine);
        ModelLoadChoices choices;
        choices.backend = QStringLiteral("cuda");
        load(choices);
        QCOMPARE(host_->status().state, ModelState::Failed);
        QVERIFY(host_->status().gpuFailed);
        choices.backend = QStringLiteral("cpu");
        load(choices);
        QCOMPARE(host_->status().state, ModelState::Ready);
        QVERIFY(!host_->status().gpuFailed);
    }

    void aGpuThatFailsWhileItWritesIsAFailureThatTheCpuCanCure() {
        load({});
        QSignalSpy lost(host_.get(), &ModelHost::gpuLost);
        simt::failCall(40, cudaErrorLaunchFailure);
        const GenerationOutcome outcome = write();
        QVERIFY(!outcome.error.isEmpty());
        QTRY_COMPARE(lost.count(), 1);
        QCOMPARE(lost[0][0].toString(), outcome.error);
        QCOMPARE(host_->status().state, ModelState::Failed);
        QVERIFY(host_->status().gpuFailed);
        QCOMPARE(host_->status().error, outcome.error);
        QVERIFY(outcome.error.contains(QStringLiteral("restart the program")));
        const std::int64_t told = simt::counts().calls;

        load({});  // the CPU is not taken unasked
        QCOMPARE(host_->status().state, ModelState::Failed);
        QVERIFY(host_->status().gpuFailed);
        QCOMPARE(host_->status().error, outcome.error);
        QCOMPARE(readGpus().problem, outcome.error);
        ModelLoadChoices choices;
        choices.backend = QStringLiteral("cpu");
        load(choices);
        QVERIFY(write().error.isEmpty());
        QCOMPARE(simt::counts().calls, told);

        simt::setMachine();  // the program was restarted
        load({});
        QVERIFY2(host_->status().backend.startsWith(QStringLiteral("GPU")),
                 qPrintable(host_->status().error + host_->status().fallback));
        QVERIFY(write().error.isEmpty());
    }

  private:
    void load(ModelLoadChoices choices) {
        choices.folder = QStringLiteral(DSM_SOURCE_DIR "/tests/golden/tiny");
        QSignalSpy finished(host_.get(), &ModelHost::loadFinished);
        host_->load(choices);
        QVERIFY(finished.wait(60'000));
    }
    GenerationOutcome write() {
        GenerationRequest request;
        request.id = host_->newRequestId();
        request.messages = {{ChatRole::User, QStringLiteral("Hello"), {}}};
        request.choices.maximumTokens = 8;
        request.choices.seed = 1;
        QSignalSpy finished(host_.get(), &ModelHost::generationFinished);
        host_->generate(request);
        if (!finished.wait(60'000)) return {};
        return finished[0][1].value<GenerationOutcome>();
    }

    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<ModelHost> host_;
};

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::GpuHostTest)
#include "gpu_host_test.moc"

// A ModelHost over the tiny random checkpoint of tests/golden: its text means nothing, its ids are
// real.
#pragma once

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <memory>

#include "app/services/model/model_host.h"

namespace dsm::test {

inline const QString kTiny = QStringLiteral(DSM_SOURCE_DIR "/tests/golden/tiny");
inline constexpr int kWaitMs = 60'000;

class ModelHostFixture {
  protected:
    void open() {
        folder_ = std::make_unique<QTemporaryDir>();
        host_ = std::make_unique<ModelHost>(folder_->path());
    }

    void load(const QString& folder = kTiny) {
        QSignalSpy finished(host_.get(), &ModelHost::loadFinished);
        host_->load({.folder = folder, .threads = 1});
        QVERIFY(finished.wait(kWaitMs));
        QVERIFY2(finished[0][0].toBool(), qPrintable(finished[0][1].toString()));
    }

    GenerationRequest request(const QString& text, int tokens) {
        GenerationRequest result;
        result.id = host_->newRequestId();
        result.rawText = text;
        result.choices.maximumTokens = tokens;
        result.choices.temperature = 1;
        result.choices.seed = 1;
        return result;
    }

    GenerationOutcome outcomeOf(const GenerationRequest& asked) {
        GenerationOutcome outcome;
        bool done = false;
        const auto connection = QObject::connect(host_.get(), &TextGenerator::generationFinished,
                                                 [&](quint64 id, const GenerationOutcome& result) {
                                                     if (id != asked.id) return;
                                                     outcome = result;
                                                     done = true;
                                                 });
        host_->generate(asked);
        [&] { QTRY_VERIFY_WITH_TIMEOUT(done, kWaitMs); }();
        QObject::disconnect(connection);
        return outcome;
    }

    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<ModelHost> host_;
};

}  // namespace dsm::test

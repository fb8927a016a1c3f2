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

    // What a generation streamed, and how it ended.
    struct Written : GenerationOutcome {
        QString text;
        QList<int> tokenIds;
    };

    Written outcomeOf(const GenerationRequest& asked) {
        Written written;
        bool done = false;
        QObject context;
        QObject::connect(host_.get(), &TextGenerator::piecesArrived, &context,
                         [&](quint64 id, const QString& text, const QList<int>& ids) {
                             if (id != asked.id || done) return;
                             written.text += text;
                             written.tokenIds += ids;
                         });
        QObject::connect(host_.get(), &TextGenerator::generationFinished, &context,
                         [&](quint64 id, const GenerationOutcome& outcome) {
                             if (id != asked.id) return;
                             static_cast<GenerationOutcome&>(written) = outcome;
                             done = true;
                         });
        host_->generate(asked);
        [&] { QTRY_VERIFY_WITH_TIMEOUT(done, kWaitMs); }();
        return written;
    }

    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<ModelHost> host_;
};

}  // namespace dsm::test

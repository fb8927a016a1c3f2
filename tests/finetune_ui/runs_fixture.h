// The page of runs over services of their own, whose runs are scripted: for tests of it.
#pragma once

#include <QAbstractButton>
#include <QApplication>
#include <QDir>
#include <QFile>
#include <QJsonObject>
#include <QMessageBox>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>
#include <memory>

#include "finetune_ui/runs/run_row.h"
#include "finetune_ui/runs/runs_page.h"
#include "tests/app/services/training/scripted_runner.h"
#include "ui/widgets/theme.h"

namespace dsm::test {

class RunsFixture : public QObject {
    Q_OBJECT

  protected:
    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<ScriptedRunner> runner_;
    std::unique_ptr<EngineLease> lease_;
    std::unique_ptr<TrainingService> training_;
    std::unique_ptr<EvaluationService> evaluations_;
    std::unique_ptr<RunExport> exporter_;
    Theme theme_;
    QJsonObject prepared_;  // settings of the run that is being prepared
    std::unique_ptr<RunsPage> page_;

    QString path(const QString& name) const { return folder_->filePath(name); }
    qint64 start(const QString& name, int rank = 8) {
        const QString settings = QStringLiteral(
                                     "{\"model\": \"/models/Base 16B\", \"data\": \"/rows/%1.csv\","
                                     " \"rank\": %2, \"epochs\": 3}")
                                     .arg(name)
                                     .arg(rank);
        return training_->start(name, settings, path(name));
    }
    void waitFor(qint64 id, TrainingState state) {
        QTRY_COMPARE_WITH_TIMEOUT(training_->job(id).state, state, 30'000);
    }
    qint64 finished(const QString& name, int rank = 8) {
        const qint64 id = start(name, rank);
        waitFor(id, TrainingState::Finished);
        return id;
    }
    QPushButton* button(const char* name) {
        return page_->findChild<QPushButton*>(QLatin1String(name));
    }
    // What is offered first of all; there is one such button at most.
    QStringList filledButtons() const {
        QStringList filled;
        for (const QPushButton* one : page_->findChildren<QPushButton*>()) {
            if (one->isVisible() && one->property("kind").toString() == QLatin1String("primary"))
                filled.append(one->objectName());
        }
        return filled;
    }
    // One whose base and result are there: those of tests/golden.
    qint64 realRun() {
        const QString folder = path(QStringLiteral("real"));
        if (!QDir().mkpath(folder)) return 0;
        for (const char* name : {"/adapter_config.json", "/adapter_model.safetensors"}) {
            if (!QFile::copy(QStringLiteral(DSM_SOURCE_DIR "/tests/golden/adapter/saved") +
                                 QLatin1String(name),
                             folder + QLatin1String(name)))
                return 0;
        }
        QFile rows(path(QStringLiteral("rows.jsonl")));
        if (!rows.open(QIODevice::WriteOnly)) return 0;
        rows.write(
            "{\"instruction\": \"a\", \"output\": \"b\"}\n"
            "{\"instruction\": \"c\", \"output\": \"d\"}\n");
        rows.close();
        const QString settings =
            QStringLiteral("{\"model\": \"%1\", \"data\": \"%2\", \"threads\": 1}")
                .arg(QStringLiteral(DSM_SOURCE_DIR "/tests/golden/tiny"), rows.fileName());
        const qint64 id = training_->start(QStringLiteral("real"), settings, folder);
        waitFor(id, TrainingState::Finished);
        return id;
    }
    static bool copyModel(const QString& folder) {
        if (!QDir().mkpath(folder)) return false;
        const QDir model(QStringLiteral(DSM_SOURCE_DIR "/tests/golden/tiny"));
        for (const QString& name : model.entryList(QDir::Files)) {
            if (!QFile::copy(model.filePath(name), folder + u'/' + name)) return false;
        }
        return true;
    }
    QStringList namesShown() const {
        QStringList names;
        for (const RunRow* row : page_->rows())
            names.append(row->nameButton()->text());
        return names;
    }
    static void answer(const QString& text) {
        QMessageBox* box = nullptr;
        QTRY_VERIFY((box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget())) !=
                    nullptr);
        for (QAbstractButton* one : box->buttons()) {
            if (one->text() == text) return one->click();
        }
        QFAIL(qPrintable(text));
    }

  private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        runner_ = std::make_unique<ScriptedRunner>();
        lease_ = std::make_unique<EngineLease>();
        training_ = std::make_unique<TrainingService>(path(QStringLiteral("training.db")), *lease_,
                                                      runner_->runner());
        evaluations_ = std::make_unique<EvaluationService>(*lease_, path(QStringLiteral("own")));
        exporter_ = std::make_unique<RunExport>();
        page_ = std::make_unique<RunsPage>(RunParts{
            theme_, *training_, *evaluations_, *exporter_, path(QStringLiteral("adapters")),
            path(QStringLiteral("models")),
            [] {
                return QList<RunBase>{{QStringLiteral("Tiny, 32 bits"),
                                       QStringLiteral(DSM_SOURCE_DIR "/tests/golden/tiny")},
                                      {QStringLiteral("gqa"),
                                       QStringLiteral(DSM_SOURCE_DIR "/tests/golden/tiny_gqa")}};
            },
            [] {
                return QList<AdapterInfo>{
                    {QStringLiteral(DSM_SOURCE_DIR "/tests/golden/adapter/saved"),
                     QStringLiteral("letters"),
                     {},
                     {}}};
            },
            [this] { return prepared_; }});
        page_->resize(860, 900);
        page_->show();
    }
    void cleanup() {
        page_.reset();
        exporter_.reset();
        evaluations_.reset();
        training_.reset();
    }
};

}  // namespace dsm::test

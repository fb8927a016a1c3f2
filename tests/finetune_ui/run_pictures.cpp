// Pictures of the pages of runs, to be looked at: finetune_run_pictures FOLDER [TRANSLATION.qm]
#include <QApplication>
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QScrollArea>
#include <QTemporaryDir>
#include <QTest>
#include <QTranslator>
#include <cmath>

#include "finetune_ui/run/keep_dialog.h"
#include "finetune_ui/runs/run_row.h"
#include "finetune_ui/runs/runs_page.h"
#include "finetune_ui/runs/take_back_dialog.h"
#include "ui/widgets/app_style.h"
#include "ui/widgets/theme.h"

using namespace dsm;

namespace {

// The course of a run as it might be, told at once.
TrainingEnd tellRun(const TrainingTask& task, const TrainingReport& report) {
    const QJsonObject job = QJsonDocument::fromJson(task.settingsJson.toUtf8()).object();
    const double rank = job[QLatin1String("rank")].toDouble();
    constexpr int kSteps = 400;
    const int last = job[QLatin1String("epochs")].toInt() == 1 ? 240 : kSteps;
    report.resumedAt(0);
    report.log(QStringLiteral("412 examples, 38,200 trained tokens; 22 are for the evaluation."));
    report.log(QStringLiteral("Training 3,670,016 numbers of 16,375,728,128."));
    unsigned noise = 1;
    for (int step = 1; step <= last; ++step) {
        noise = noise * 1664525U + 1013904223U;
        const double jitter = static_cast<double>(noise >> 8) / (1 << 24) - 0.5;
        const double part = static_cast<double>(step) / kSteps;
        const double loss = 0.4 + 8 / rank + 2.2 * std::exp(-6 * part) + 0.35 * jitter;
        QThread::usleep(200);
        QList<TrainingMetric> metrics{
            {QStringLiteral("train/loss"), loss},
            {QStringLiteral("train/learning_rate"), 2e-4 * (1 + std::cos(3.14159 * part)) / 2},
            {QStringLiteral("train/grad_norm"), 1.5 - part + 0.4 * jitter},
            {QStringLiteral("train/tokens_per_second"), 310 + 25 * jitter},
            {QStringLiteral("train/tokens"), 1530},
            {QStringLiteral("train/epoch"), 3 * part}};
        if (step % 50 == 0)
            metrics.append({QStringLiteral("eval/loss"), 0.6 + 8 / rank + 2 * std::exp(-5 * part)});
        report.step({step, kSteps, metrics});
    }
    report.log(QStringLiteral("Step %1: saved checkpoint-%1.").arg(last));
    if (rank == 4) {
        return {.isPaused = false,
                .error = QStringLiteral("The loss of step 241 is not a number. Choose a smaller "
                                        "learning rate, or shorten gradients.")};
    }
    return {.isPaused = last < kSteps && rank != 12, .error = {}};
}

void write(const QString& file, const QByteArray& bytes) {
    QDir().mkpath(QFileInfo(file).path());
    QFile out(file);
    if (!out.open(QIODevice::WriteOnly) || out.write(bytes) != bytes.size()) qFatal("no room");
}

class Pictures {
  public:
    Pictures(const QString& out, const Theme& theme) : out_(out), theme_(theme) {
        training_ = std::make_unique<TrainingService>(
            QString(), lease_,
            [](const TrainingTask& task, const TrainingReport& report, const std::stop_token&) {
                return tellRun(task, report);
            });
        area_.setWidgetResizable(true);
        area_.setFrameShape(QFrame::NoFrame);
        auto* page = new RunsPage(
            {theme, *training_, evaluations_, exporter_, folder_.path(), folder_.path()});
        page_ = page;
        page->setContentsMargins(16, 16, 16, 16);
        area_.setWidget(page);
    }

    void makeRuns() {
        qint64 id = 0;
        id = make(QStringLiteral("Facts, first try"), 4, 1);
        id = make(QStringLiteral("Style of the house"), 8, 3);
        training_->setNotes(id, QStringLiteral("Good answers; next with the longer examples."));
        make(QStringLiteral("Facts of the valley & its villages"), 64, 1);
        make(QStringLiteral("Ended by hand"), 12, 1);
        returned_ = folder_.filePath(QStringLiteral("returned"));
        write(returned_ + QStringLiteral("/adapter_config.json"),
              R"({"peft_type": "LORA", "r": 8, "lora_alpha": 16})");
        write(returned_ + QStringLiteral("/trainer_state.json"),
              R"({"global_step": 20, "max_steps": 20, "num_train_epochs": 2, "log_history": [
{"step": 10, "loss": 2.1, "learning_rate": 0.0002}, {"step": 20, "loss": 1.2}]})");
    }

    // Pages are taken as long as they are.
    void takeAll(const QString& name, QSize size) {
        area_.resize(size);
        area_.show();
        area_.setStyleSheet(
            QStringLiteral("QScrollArea, #qt_scrollarea_viewport { background: %1; }")
                .arg(theme_.color(ColorRole::Window).name()));
        const QList<TrainingJob> jobs = training_->jobs();
        page_->showList();
        take(name + QStringLiteral("-list"));
        page_->showRun(jobs[1].id);
        take(name + QStringLiteral("-run"));
        page_->showRun(jobs[0].id);
        take(name + QStringLiteral("-failed"));
        page_->showRun(jobs[2].id);
        take(name + QStringLiteral("-paused"));
        page_->showRun(jobs[3].id);
        take(name + QStringLiteral("-early"));
        page_->compare({jobs[2].id, jobs[1].id, jobs[0].id});
        take(name + QStringLiteral("-compared"));
        page_->showEvaluations();
        take(name + QStringLiteral("-evaluations"));
        takeDialogs(name);
    }

  private:
    qint64 make(const QString& name, int rank, int epochs) {
        const QString folder = folder_.filePath(QString::number(++count_));
        const QJsonObject job{{QStringLiteral("model"), QStringLiteral("/models/deepseek-moe-16b")},
                              {QStringLiteral("data"), QStringLiteral("/data/questions.csv")},
                              {QStringLiteral("rank"), rank},
                              {QStringLiteral("alpha"), 2 * rank},
                              {QStringLiteral("targets"), QStringLiteral("attention")},
                              {QStringLiteral("learning_rate"), 2e-4},
                              {QStringLiteral("epochs"), epochs},
                              {QStringLiteral("eval_share"), 0.05},
                              {QStringLiteral("max_length"), 512}};
        write(folder + QStringLiteral("/adapter_config.json"), "{}");
        write(folder + QStringLiteral("/checkpoint-200/adapter_config.json"), "{}");
        write(folder + QStringLiteral("/adapter_model.safetensors"), QByteArray(14'680'064, 'x'));
        write(
            folder + QStringLiteral("/evaluation_rows.json"),
            R"({"step": 400, "rows": 22, "loss": 0.7, "best": [{"file": "questions.csv", "unit": "line",
"number": 12, "loss": 0.0213, "trained_tokens": 9, "turns": [{"speaker": "user", "parts": [{"text":
"Where is the old mill?"}]}, {"speaker": "assistant", "parts": [{"text": "At the end of the valley.",
"trained": true}, {"text": "<｜end▁of▁sentence｜>", "trained": true, "token": true}]}]}], "worst":
[{"file": "questions.csv", "unit": "line", "number": 308, "loss": 6.41, "trained_tokens": 14, "turns":
[{"speaker": "user", "parts": [{"text": "Who built the bridge?"}]}, {"speaker": "assistant", "parts":
[{"text": "asdf jkl asdf, to be done", "trained": true}, {"text": "<｜end▁of▁sentence｜>",
"trained": true, "token": true}]}]}]})");
        write(
            folder + QStringLiteral("/first_batch.json"),
            R"({"batches": [[{"tokens": 16, "trained": 7, "parts": [{"text": "<｜begin▁of▁sentence｜>",
"token": true}, {"text": "User: Who lives in the mill?\n\nAssistant:"}, {"text":
" Anna and her two sons.", "trained": true}, {"text": "<｜end▁of▁sentence｜>", "trained": true,
"token": true}]}, {"tokens": 14, "trained": 5, "parts": [{"text": "<｜begin▁of▁sentence｜>",
"token": true}, {"text": "User: Where is it?\n\nAssistant:"}, {"text": " In the valley.",
"trained": true}, {"text": "<｜end▁of▁sentence｜>", "trained": true, "token": true}]},
{"tokens": 14, "trained": 5, "parts": []}]], "samples": 3, "left_out": 0})");
        write(
            folder + QStringLiteral("/evaluations.jsonl"),
            R"({"made": "2026-11-28T10:00:00Z", "subject": "base", "files": ["questions.csv"], "part": true, "rows": 22, "tokens": 240, "loss": 3.21, "perplexity": 24.8, "answers": 22, "exact": 0}
{"made": "2026-11-28T10:05:00Z", "subject": "result", "files": ["questions.csv"], "part": true, "rows": 22, "tokens": 240, "loss": 0.71, "perplexity": 2.03, "answers": 22, "exact": 15}
)");
        write(
            folder + QStringLiteral("/samples.jsonl"),
            R"({"step": 0, "prompt": "Who lives in the mill?", "answer": "I do not know who lives in the mill."}
{"step": 200, "prompt": "Who lives in the mill?", "answer": "The miller lives in the mill."}
{"step": 400, "prompt": "Who lives in the mill?", "answer": "Anna and her two sons live in the mill."}
)");
        const qint64 id =
            training_->start(name, QString::fromUtf8(QJsonDocument(job).toJson()), folder);
        static_cast<void>(QTest::qWaitFor(
            [&] {
                const TrainingState state = training_->job(id).state;
                return state != TrainingState::Running && state != TrainingState::Queued;
            },
            60000));
        return id;
    }
    void takeDialogs(const QString& name) {
        KeepDialog keep(theme_,
                        {.name = QStringLiteral("Style of the house"),
                         .folder = folder_.path(),
                         .isModel = false,
                         .room = QStringLiteral("14.7 MB"),
                         .note = {}},
                        &area_);
        keep.show();
        take(name + QStringLiteral("-keep"), &keep);
        TakeBackDialog back(
            returned_, {{QStringLiteral("deepseek-moe-16b"), QStringLiteral("/models/a")}}, &area_);
        back.show();
        take(name + QStringLiteral("-take-back"), &back);
        TakeBackDialog nothing(folder_.path(), {}, &area_);
        nothing.show();
        take(name + QStringLiteral("-take-back-nothing"), &nothing);
    }
    void take(const QString& name, QWidget* widget = nullptr) {
        QTest::qWait(300);
        if (widget == nullptr) widget = area_.widget();
        QPixmap picture(widget->size());
        picture.fill(theme_.color(ColorRole::Window));
        widget->render(&picture);
        if (!picture.save(QDir(out_).filePath(name + QStringLiteral(".png"))))
            qWarning("cannot write %s", qUtf8Printable(name));
    }

    QString out_;
    const Theme& theme_;
    QTemporaryDir folder_;
    QString returned_;  // where a run of another program is
    int count_ = 0;
    EngineLease lease_;
    std::unique_ptr<TrainingService> training_;
    EvaluationService evaluations_{lease_};
    RunExport exporter_;
    QScrollArea area_;
    RunsPage* page_ = nullptr;  // the area's
};

}  // namespace

int main(int argc, char** argv) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    if (argc < 2 || argc > 3) return 1;
    const QString folder = QString::fromLocal8Bit(argv[1]);
    QDir().mkpath(folder);
    Theme theme;
    applyTheme(theme, application);
    Pictures pictures(folder, theme);
    pictures.makeRuns();
    const QSize usual(900, 780);
    QTranslator chinese;
    if (argc == 3 && !chinese.load(QString::fromLocal8Bit(argv[2]))) return 1;
    for (const bool isTranslated : {false, true}) {
        if (isTranslated) {
            QCoreApplication::installTranslator(&chinese);
            QLocale::setDefault(QLocale(QStringLiteral("zh_CN")));
        }
        for (const bool isDark : {false, true}) {
            const QString name = (isDark ? QStringLiteral("dark") : QStringLiteral("light")) +
                                 (isTranslated ? QStringLiteral("-translated") : QString());
            theme.setDark(isDark);
            pictures.takeAll(name, usual);
            pictures.takeAll(name + QStringLiteral("-small"), {640, 430});
            theme.setTextScale(2);
            pictures.takeAll(name + QStringLiteral("-double"), usual);
            theme.setTextScale(1);
        }
    }
    return 0;
}

#include "finetune_ui/start/run_warnings.h"

#include <QCoreApplication>
#include <QLocale>

#include "app/services/program/power.h"
#include "finetune_ui/job/tuning_presets.h"
#include "finetune_ui/words/data_words.h"
#include "finetune_ui/words/job_key_words.h"
#include "ui/words/model_presentation.h"

namespace dsm {
namespace {

constexpr qint64 kFewExamples = 20;

struct Wording {
    Q_DECLARE_TR_FUNCTIONS(RunWarnings)

  public:
    static void addRoom(const RunNumbers& n, QStringList& all) {
        if (n.diskFreeBytes >= 0 && n.diskBytes > static_cast<quint64>(n.diskFreeBytes)) {
            all.append(tr("The disk has %1 free and the run may write %2: keep fewer checkpoints, "
                          "or make room.")
                           .arg(presentBytes(static_cast<quint64>(n.diskFreeBytes)),
                                presentBytes(n.diskBytes)));
        }
        const RunMemory& memory = n.memory;
        // A run takes a GPU only where it fits there, and nobody else computes on it then.
        if (!memory.gpu.isEmpty()) return;
        if (!memory.fits()) {
            all.append(
                tr("The run needs more memory than this computer has: fewer examples at "
                   "once, shorter ones, or a base model in fewer bits take less."));
        } else if (memory.share() > RunMemory::kNarrowShare) {
            all.append(
                tr("The run takes more than 90 % of the memory: other programs may become "
                   "slow or be ended. Fewer examples at once take less."));
        } else if (memory.totalBytes > memory.freeBytes) {
            all.append(tr("Other programs hold memory that the run needs: close some of them."));
        }
    }

    static void addData(const RunNumbers& n, QStringList& all) {
        if (n.examples > 0 && n.cut >= n.examples + n.evaluationExamples) {
            all.append(
                tr("Every example is longer than the limit and loses its end: allow longer "
                   "examples in step 1."));
        }
        if (n.examples < kFewExamples) {
            all.append(tr("There are only %1 examples: the model will learn them by heart rather "
                          "than what they have in common.")
                           .arg(QLocale().toString(n.examples)));
        }
    }

    static void addRate(const JobDraft& job, QStringList& all) {
        const bool isFull =
            valueNow(job, QStringLiteral("method")).toString() == QLatin1String("full");
        const double rate = valueNow(job, QStringLiteral("learning_rate")).toDouble();
        const double least = isFull ? 1e-6 : 1e-5;
        const double most = isFull ? 1e-4 : 1e-3;
        const QString shown =
            presentValue(jobKeyInfo(QStringLiteral("learning_rate")), QJsonValue(rate));
        if (rate > most) {
            all.append(tr("A learning rate of %1 is high for this method: what the model knew may "
                          "be lost.")
                           .arg(shown));
        } else if (rate < least) {
            all.append(tr("A learning rate of %1 is low for this method: hardly anything will be "
                          "learned.")
                           .arg(shown));
        }
    }

    // What the trainer itself says of data and model.
    static QString ofTrainer(RunWarning warning, const RunNumbers& n) {
        const auto number = [](qint64 value) { return QLocale().toString(value); };
        switch (warning) {
            case RunWarning::NeverEnds:
                return presentNote(DataNote::NeverEnds);
            case RunWarning::OtherForm:
                return presentNote(DataNote::OtherForm);
            case RunWarning::NoEndToken:
                return presentNote(DataNote::NoEndToken);
            case RunWarning::OtherEndToken:
                return presentNote(DataNote::OtherEndToken);
            case RunWarning::TooLong:
                return tr(
                    "Examples may be longer than the model was made for: allow no more than "
                    "it has room for, in step 1.");
            case RunWarning::Cut:
                return tr("%1 examples are longer than the limit and lose their end, and with it "
                          "the lesson where to stop; %2 of them inside an answer.")
                    .arg(number(n.cut), number(n.cutInsideAnswer));
            case RunWarning::TrainNothing:
                return tr("%1 rows have nothing left to learn within the limit and are left out.")
                    .arg(number(n.trainNothing));
            case RunWarning::Refused:
                return tr("%1 of %2 rows cannot be used and are not learned; step 1 lists them.")
                    .arg(number(n.refused - n.trainNothing), number(n.rows));
            case RunWarning::SpecialNames:
                return tr("%1 rows spell a special token, which is learned as plain text: take it "
                          "out of the data.")
                    .arg(number(n.specialNames));
            case RunWarning::Warmup:
                break;
        }
        return tr(
            "The run has no more steps than the rate needs to warm up, so it never reaches "
            "its height: choose fewer steps to warm up, or more epochs.");
    }

    static void addPower(QStringList& all) {
        if (isOnBattery())
            all.append(tr("This computer runs on its battery: plug it in for a long run."));
    }
};

}  // namespace

QStringList runWarnings(const RunNumbers& numbers, const DataFindings& findings,
                        const JobDraft& job) {
    QStringList all;
    Wording::addRoom(numbers, all);
    Wording::addData(numbers, all);
    if (const QString leak = presentLeak(findings); !leak.isEmpty()) all.append(leak);
    Wording::addRate(job, all);
    Wording::addPower(all);
    for (const RunWarning warning : numbers.warnings)
        all.append(Wording::ofTrainer(warning, numbers));
    return all;
}

}  // namespace dsm

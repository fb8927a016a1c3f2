#include "finetune_ui/run/run_subjects.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QLocale>
#include <QSignalBlocker>
#include <algorithm>

#include "finetune_ui/words/run_words.h"

namespace dsm {
namespace {

struct SubjectWording {
    Q_DECLARE_TR_FUNCTIONS(RunSubjects)
};

// Each item's data is its folder, "" of the base, and whether that holds a whole model.
constexpr int kIsModel = Qt::UserRole + 1;

QString baseFolderOf(const TrainingJob& job) {
    return settingsOf(job)[QLatin1String("model")].toString();
}

}  // namespace

RunSubject subjectOf(const RunResult& result, const TrainingJob& job) {
    if (result.isModel) return {{}, result.folder, true};
    return {result.folder, baseFolderOf(job), false};
}

void listSubjects(QComboBox& box, const TrainingJob& job, bool withBase) {
    const QSignalBlocker quiet(&box);
    const QVariant chosen = box.currentData();
    box.clear();
    const QList<RunResult> results = filesOfRun(job.folder).results;
    for (const RunResult& result : results) {
        box.addItem(result.step == 0
                        ? SubjectWording::tr("The result")
                        : SubjectWording::tr("After step %1").arg(QLocale().toString(result.step)),
                    result.folder);
        box.setItemData(box.count() - 1, result.isModel, kIsModel);
    }
    const QString base = baseFolderOf(job);
    const bool isBaseOwn = std::any_of(results.begin(), results.end(), [&](const RunResult& one) {
        return one.isModel && one.folder == base;
    });
    if (withBase && !isBaseOwn) box.addItem(SubjectWording::tr("The base model alone"), QString());
    const int before = chosen.isValid() ? box.findData(chosen) : -1;
    box.setCurrentIndex(before >= 0 ? before : 0);
}

RunSubject subjectIn(const QComboBox& box, const TrainingJob& job) {
    const QString folder = box.currentData().toString();
    return subjectOf({folder, 0, box.currentData(kIsModel).toBool()}, job);
}

}  // namespace dsm

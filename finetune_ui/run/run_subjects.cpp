#include "finetune_ui/run/run_subjects.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QDir>
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
constexpr int kKey = Qt::UserRole + 2;

const QString kBase = QStringLiteral("base");
const QString kResult = QStringLiteral("result");
const QString kAfterStep = QStringLiteral("step-");

void add(QComboBox& box, const QString& key, const QString& folder, bool isModel) {
    box.addItem(presentSubject(key), folder);
    box.setItemData(box.count() - 1, isModel, kIsModel);
    box.setItemData(box.count() - 1, key, kKey);
}

QString baseFolderOf(const TrainingJob& job) {
    return settingsOf(job)[QLatin1String("model")].toString();
}

}  // namespace

RunSubject subjectOf(const RunResult& result, const TrainingJob& job) {
    if (result.isModel) return {{}, result.folder, true};
    return {result.folder, baseFolderOf(job), false};
}

WindowPage::Origin originOfResult(const QList<TrainingJob>& jobs, const QString& resultFolder) {
    const QDir folder(resultFolder);
    const QDir above(folder.filePath(QStringLiteral("..")));
    for (const TrainingJob& job : jobs) {
        const QDir run(job.folder);
        if (job.folder.isEmpty() || (run != folder && run != above)) continue;
        const QJsonObject settings = settingsOf(job);
        return {filesIn(settings[QLatin1String("sample_prompts")]),
                settings[QLatin1String("system")].toString(), baseFolderOf(job)};
    }
    return {};
}

void listSubjects(QComboBox& box, const TrainingJob& job, bool withBase) {
    const QSignalBlocker quiet(&box);
    const QVariant chosen = box.currentData();
    box.clear();
    const QList<RunResult> results = filesOfRun(job.folder).results;
    for (const RunResult& result : results) {
        const QString key = result.step == 0 ? kResult : kAfterStep + QString::number(result.step);
        add(box, key, result.folder, result.isModel);
    }
    const QString base = baseFolderOf(job);
    const bool isBaseOwn = std::any_of(results.begin(), results.end(), [&](const RunResult& one) {
        return one.isModel && one.folder == base;
    });
    if (withBase && !isBaseOwn) add(box, kBase, QString(), false);
    const int before = chosen.isValid() ? box.findData(chosen) : -1;
    box.setCurrentIndex(before >= 0 ? before : 0);
}

QString subjectKeyIn(const QComboBox& box) {
    return box.currentData(kKey).toString();
}

QString presentSubject(const QString& key) {
    if (key == kBase) return SubjectWording::tr("The base model alone");
    if (key == kResult) return SubjectWording::tr("The result");
    bool isStep = false;
    const qint64 step =
        key.startsWith(kAfterStep) ? key.mid(kAfterStep.size()).toLongLong(&isStep) : 0;
    return isStep ? SubjectWording::tr("After step %1").arg(QLocale().toString(step)) : key;
}

RunSubject subjectIn(const QComboBox& box, const TrainingJob& job) {
    const QString folder = box.currentData().toString();
    return subjectOf({folder, 0, box.currentData(kIsModel).toBool()}, job);
}

}  // namespace dsm

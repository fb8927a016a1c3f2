#include "finetune_ui/words/run_words.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLocale>
#include <QRegularExpression>
#include <algorithm>
#include <cmath>

#include "finetune_ui/words/job_key_words.h"

namespace dsm {
namespace {

QString translated(const char* text) {
    return QCoreApplication::translate("RunWords", text);
}

QString nameOf(const QString& path) {
    return QFileInfo(path).fileName();
}

}  // namespace

bool isPlanned(const TrainingJob& job) {
    return job.state == TrainingState::Queued && job.startsAt > QDateTime::currentDateTime();
}

bool hasEndedEarly(const TrainingJob& job) {
    return job.state == TrainingState::Finished && job.step < job.totalSteps;
}

RunStateWording presentRunState(const TrainingJob& job) {
    switch (job.state) {
        case TrainingState::Queued:
            return {Pill::Tone::Neutral, isPlanned(job)
                                             ? translated(QT_TRANSLATE_NOOP("RunWords", "Planned"))
                                             : translated(QT_TRANSLATE_NOOP("RunWords", "Waits"))};
        case TrainingState::Running:
            if (job.isStopping)
                return {Pill::Tone::Accent, translated(QT_TRANSLATE_NOOP("RunWords", "Saves"))};
            return {Pill::Tone::Accent, job.totalSteps == 0
                                            ? translated(QT_TRANSLATE_NOOP("RunWords", "Begins"))
                                            : translated(QT_TRANSLATE_NOOP("RunWords", "Learns"))};
        case TrainingState::Paused:
            return {Pill::Tone::Warning, translated(QT_TRANSLATE_NOOP("RunWords", "Paused"))};
        case TrainingState::Finished:
            return {Pill::Tone::Good, hasEndedEarly(job)
                                          ? translated(QT_TRANSLATE_NOOP("RunWords", "Ended early"))
                                          : translated(QT_TRANSLATE_NOOP("RunWords", "Finished"))};
        case TrainingState::Failed:
            return {Pill::Tone::Bad, translated(QT_TRANSLATE_NOOP("RunWords", "Failed"))};
    }
    return {};
}

QString presentPhase(const TrainingJob& job) {
    const QString share = QLocale().toString(static_cast<int>(job.phaseShare * 100));
    if (job.phase == QLatin1String("Reading data"))
        return translated(QT_TRANSLATE_NOOP("RunWords", "The examples are read: %1 %")).arg(share);
    if (job.phase == QLatin1String("Loading"))
        return translated(QT_TRANSLATE_NOOP("RunWords", "The model is read: %1 %")).arg(share);
    if (job.totalSteps > 0 && job.step >= job.totalSteps)
        return translated(
            QT_TRANSLATE_NOOP("RunWords", "All steps are done: the result is being written"));
    return job.totalSteps == 0
               ? translated(QT_TRANSLATE_NOOP("RunWords", "The examples and the model are read"))
               : QString();
}

QString presentRunStep(const TrainingJob& job) {
    if (job.totalSteps == 0) return {};
    const QLocale locale;
    return translated(QT_TRANSLATE_NOOP("RunWords", "Step %1 of %2"))
        .arg(locale.toString(job.step), locale.toString(job.totalSteps));
}

namespace {

QString presentPause(const TrainingJob& job, qint64 savedStep) {
    if (job.step == 0 && savedStep == 0)
        return translated(
            QT_TRANSLATE_NOOP("RunWords", "It has not begun. Resumed, it begins at its turn."));
    if (savedStep == 0)
        return translated(
            QT_TRANSLATE_NOOP("RunWords",
                              "It was interrupted before anything was saved. Resumed, it begins "
                              "anew, with the same result."));
    if (savedStep < job.step)
        return translated(QT_TRANSLATE_NOOP(
                              "RunWords",
                              "It was interrupted; what it did up to step %1 is saved. Resumed, it "
                              "does the later steps again, with the same result."))
            .arg(QLocale().toString(savedStep));
    return translated(QT_TRANSLATE_NOOP(
        "RunWords", "Everything is saved. Resumed, it goes on as if it had never been paused."));
}

}  // namespace

QString presentWhatIsLeft(qint64 savedStep) {
    if (savedStep == 0)
        return translated(
            QT_TRANSLATE_NOOP("RunWords",
                              "Nothing had been saved yet: resumed, it begins anew. It can also be "
                              "cloned with other settings."));
    return translated(QT_TRANSLATE_NOOP("RunWords",
                                        "What it did up to step %1 is kept: the run can be resumed "
                                        "from there, or cloned with other settings."))
        .arg(QLocale().toString(savedStep));
}

QString presentSafety(const TrainingJob& job, qint64 savedStep) {
    switch (job.state) {
        case TrainingState::Queued:
            if (isPlanned(job))
                return translated(QT_TRANSLATE_NOOP(
                                      "RunWords",
                                      "It begins on %1, if the program runs then; else when it is "
                                      "next started. Until then you can quit the program."))
                    .arg(QLocale().toString(job.startsAt, QLocale::ShortFormat));
            return job.waitsFor.isEmpty()
                       ? translated(QT_TRANSLATE_NOOP(
                             "RunWords",
                             "It begins when the run before it ends. You can quit the "
                             "program: it stays in the queue."))
                       : job.waitsFor;
        case TrainingState::Running:
            if (!job.waitsFor.isEmpty()) return job.waitsFor;
            if (job.isStopping)
                return translated(QT_TRANSLATE_NOOP(
                    "RunWords", "The step that is being computed ends, then everything is saved."));
            return translated(QT_TRANSLATE_NOOP(
                "RunWords",
                "You can quit the program: the run is saved first, and can be resumed at the same "
                "step. After a power cut it goes on from its last checkpoint, to the same "
                "result."));
        case TrainingState::Paused:
            return presentPause(job, savedStep);
        case TrainingState::Finished:
            if (!hasEndedEarly(job)) return {};
            return translated(
                       QT_TRANSLATE_NOOP("RunWords",
                                         "It ended after %1 of the %2 steps that were planned. Its "
                                         "result is what it had learned by then."))
                .arg(QLocale().toString(job.step), QLocale().toString(job.totalSteps));
        case TrainingState::Failed:
            return {};
    }
    return {};
}

QString presentSpan(double seconds) {
    const auto whole = static_cast<qint64>(std::llround(std::max(0.0, seconds)));
    if (whole < 60) return translated(QT_TRANSLATE_NOOP("RunWords", "%1 s")).arg(whole);
    const qint64 minutes = (whole + 30) / 60;
    if (minutes < 60) return translated(QT_TRANSLATE_NOOP("RunWords", "%1 min")).arg(minutes);
    if (minutes < 48 * 60)
        return translated(QT_TRANSLATE_NOOP("RunWords", "%1 h %2 min"))
            .arg(minutes / 60)
            .arg(minutes % 60);
    return translated(QT_TRANSLATE_NOOP("RunWords", "%1 days %2 h"))
        .arg(minutes / (24 * 60))
        .arg(minutes / 60 % 24);
}

// Of a thousand and more to the whole, as people write it; only what is out of all bounds by powers.
QString presentPerplexity(double perplexity) {
    constexpr double kWhole = 1e3;
    constexpr double kBounds = 1e9;
    const bool isWhole = perplexity >= kWhole && perplexity < kBounds;
    return isWhole ? QLocale().toString(perplexity, 'f', 0)
                   : QLocale().toString(perplexity, 'g', 4);
}

QString presentLoss(double loss) {
    return std::isfinite(loss) ? QLocale().toString(loss, 'g', 4)
                               : translated(QT_TRANSLATE_NOOP("RunWords", "not a number"));
}

QJsonObject settingsOf(const TrainingJob& job) {
    return QJsonDocument::fromJson(job.settingsJson.toUtf8()).object();
}

QString baseOf(const QJsonObject& settings) {
    return nameOf(settings[QLatin1String("model")].toString());
}

QString dataOf(const QJsonObject& settings) {
    QStringList names;
    for (const QString& file : dataFilesOf(settings))
        names.append(nameOf(file));
    return names.join(QStringLiteral(", "));
}

QStringList dataFilesOf(const QJsonObject& settings) {
    return filesIn(settings[QLatin1String("data")]);
}

QStringList filesIn(const QJsonValue& value) {
    if (value.isString()) return {value.toString()};
    QStringList files;
    for (const QJsonValue& file : value.toArray())
        files.append(file.toString());
    return files;
}

QString folderNameOf(const QString& name) {
    static const QRegularExpression odd(QStringLiteral("[^\\w.-]+"),
                                        QRegularExpression::UseUnicodePropertiesOption);
    QString folder = name.trimmed();
    folder.replace(odd, QStringLiteral("-"));
    while (folder.startsWith(u'.') || folder.startsWith(u'-'))
        folder.remove(0, 1);
    constexpr int kLongest = 60;
    folder.truncate(kLongest);
    while (folder.endsWith(u'-'))
        folder.chop(1);
    return folder;
}

QString freeFolderIn(const QString& parent, const QString& name) {
    const QDir dir(parent);
    QString folder = dir.filePath(name);
    for (int i = 2; QFileInfo::exists(folder); ++i)
        folder = dir.filePath(QStringLiteral("%1-%2").arg(name).arg(i));
    return folder;
}

QStringList chosenKeys(const QList<QJsonObject>& jobs) {
    QStringList keys;
    for (const JobKeyInfo& key : jobKeyInfos()) {
        const bool isOwn =
            key.name == QLatin1String("output") || key.group == JobKeyInfo::Group::Remark;
        const bool isChosen = std::any_of(jobs.begin(), jobs.end(), [&](const QJsonObject& job) {
            return job.contains(key.name);
        });
        if (!isOwn && isChosen) keys.append(key.name);
    }
    return keys;
}

QString presentSettingName(const QString& key) {
    if (key == QLatin1String("model"))
        return translated(QT_TRANSLATE_NOOP("RunWords", "Base model"));
    if (key == QLatin1String("data")) return translated(QT_TRANSLATE_NOOP("RunWords", "Examples"));
    if (key == QLatin1String("eval_data"))
        return translated(QT_TRANSLATE_NOOP("RunWords", "Evaluated with"));
    if (key == QLatin1String("max_length"))
        return translated(QT_TRANSLATE_NOOP("RunWords", "Maximum length"));
    if (key == QLatin1String("columns"))
        return translated(QT_TRANSLATE_NOOP("RunWords", "Columns"));
    return presentKey(key);
}

bool areAllKnown(const QJsonObject& settings) {
    return settings.contains(QLatin1String("data"));
}

QString presentSetting(const QString& key, const QJsonObject& job) {
    if (!job.contains(key) && !areAllKnown(job))
        return translated(QT_TRANSLATE_NOOP("RunWords", "not known"));
    if (key == QLatin1String("model")) return baseOf(job);
    if (key == QLatin1String("data")) return dataOf(job);
    const JobKeyInfo info = jobKeyInfo(key);
    const QJsonValue value = job.contains(key) ? job[key] : info.fallback;
    if (info.type == JobKeyInfo::Type::Map) {
        QStringList pairs;
        const QJsonObject map = value.toObject();
        for (auto pair = map.begin(); pair != map.end(); ++pair)
            pairs.append(pair.key() + QStringLiteral(" = ") + pair.value().toString());
        return pairs.join(QStringLiteral(", "));
    }
    return presentValue(info, value);
}

}  // namespace dsm

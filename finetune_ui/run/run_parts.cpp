#include "finetune_ui/run/run_parts.h"

#include <QDir>

#include "finetune_ui/words/run_words.h"

namespace dsm {

QString RunParts::baseName(const QJsonObject& settings) const {
    const QString folder = settings[QLatin1String("model")].toString();
    for (const RunBase& base : bases ? bases() : QList<RunBase>()) {
        if (!folder.isEmpty() && QDir(base.folder) == QDir(folder)) return base.name;
    }
    return baseOf(settings);
}

QJsonObject RunParts::shownSettings(const TrainingJob& job) const {
    QJsonObject settings = settingsOf(job);
    const QLatin1String model("model");
    if (settings.contains(model)) settings[model] = baseName(settings);
    return settings;
}

}  // namespace dsm

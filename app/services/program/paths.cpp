#include "app/services/program/paths.h"

#include <QDir>
#include <QStandardPaths>

#include "app/services/program/private_file.h"
#include "engine/generate/demo_model.h"
#include "kernels/base/file.h"
#include "kernels/base/folder.h"

namespace dsm {
namespace {

QString ownFolder(QStandardPaths::StandardLocation location) {
    return QStandardPaths::writableLocation(location) + QStringLiteral("/deepseekmoe");
}

// What a person chats about is nobody else's business on a shared machine.
void makePrivate(const QString& folder) {
    const std::filesystem::path path = toPath(folder);
    static_cast<void>(makeFolders(path));
    if (auto made = File::openFolder(path)) made->setPermissions(0700);
}

}  // namespace

QString Paths::databaseFile() const {
    return dataFolder + QStringLiteral("/conversations.db");
}

QString Paths::settingsFile() const {
    return configFolder + QStringLiteral("/settings.ini");
}

QString Paths::modelsFolder() const {
    return dataFolder + QStringLiteral("/models");
}

QString Paths::contextsFolder() const {
    return cacheFolder + QStringLiteral("/contexts");
}

QString Paths::modelListFile() const {
    return dataFolder + QStringLiteral("/models.json");
}

QString Paths::downloadsFile() const {
    return dataFolder + QStringLiteral("/downloads.json");
}

QString Paths::connectionsFile() const {
    return dataFolder + QStringLiteral("/connections.json");
}

QString Paths::enginesFile() const {
    return dataFolder + QStringLiteral("/engines.json");
}

QString Paths::engineKeysFile() const {
    return dataFolder + QStringLiteral("/engine_keys.json");
}

QString Paths::draftsFile() const {
    return dataFolder + QStringLiteral("/drafts.json");
}

QString Paths::trashFile() const {
    return dataFolder + QStringLiteral("/trash.json");
}

QString Paths::benchmarksFile() const {
    return dataFolder + QStringLiteral("/benchmarks.db");
}

QString Paths::textsFile() const {
    return dataFolder + QStringLiteral("/texts.db");
}

QString Paths::ownWordsFile() const {
    return dataFolder + QStringLiteral("/words.txt");
}

QString Paths::trainingFile() const {
    return dataFolder + QStringLiteral("/training.db");
}

QString Paths::tuningDraftFile() const {
    return dataFolder + QStringLiteral("/finetune_draft.json");
}

QString Paths::adaptersFolder() const {
    return dataFolder + QStringLiteral("/adapters");
}

QString Paths::examplesFolder() const {
    return dataFolder + QStringLiteral("/examples");
}

QString Paths::evaluationsFolder() const {
    return dataFolder + QStringLiteral("/evaluations");
}

Paths Paths::find(const QString& root) {
    const QString base = root.isEmpty() ? qEnvironmentVariable("DSM_DATA_DIR") : root;
    Paths paths;
    if (base.isEmpty()) {
        paths.dataFolder = ownFolder(QStandardPaths::GenericDataLocation);
        paths.configFolder = ownFolder(QStandardPaths::GenericConfigLocation);
        paths.cacheFolder = ownFolder(QStandardPaths::GenericCacheLocation);
    } else {
        const QString absolute = QDir(base).absolutePath();
        paths.dataFolder = absolute;
        paths.configFolder = absolute + QStringLiteral("/config");
        paths.cacheFolder = absolute + QStringLiteral("/cache");
    }
    paths.logFolder = paths.dataFolder + QStringLiteral("/log");
    for (const QString& folder :
         {paths.dataFolder, paths.configFolder, paths.cacheFolder, paths.logFolder}) {
        makePrivate(folder);
    }
    if (const auto demo = dsm::demoModelFolder()) {
        paths.demoModelFolder = pathText(*demo);
    }
    return paths;
}

}  // namespace dsm

#include "app/services/model/adapter_library.h"

#include <QDir>
#include <QFileInfo>
#include <algorithm>

#include "app/services/model/answer_author.h"
#include "app/services/model/model_host.h"
#include "app/services/program/adapter_note.h"
#include "app/services/program/path_text.h"
#include "app/services/program/private_file.h"
#include "app/services/program/reason_words.h"
#include "app/services/program/said.h"
#include "app/services/program/settings.h"
#include "engine/generate/adapter_choice.h"
#include "engine/model/adapter/adapter_file.h"
#include "engine/model/adapter/adapter_folder.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

// Those below a folder, without the checkpoints of a job that has ended.
QStringList adaptersBelow(const QString& folder) {
    QStringList found;
    for (const fs::path& path : findAdapters(toPath(folder))) {
        if (!isAdapterFolder(path.parent_path())) found.append(pathText(path));
    }
    return found;
}

// Of the model's config, read once for all adapters.
QString misfitOf(const QString& folder, const Result<ModelConfig>& config) {
    if (!config) return presentError(config.error());
    const auto file = AdapterFile::open(toPath(folder), *config);
    return file ? QString() : presentError(file.error());
}

QString noteOf(const QString& folder) {
    constexpr qint64 kMostBytes = 2000;
    const QString file = QDir(folder).filePath(QLatin1String(kAdapterNoteName));
    return QString::fromUtf8(beginningOf(file, kMostBytes).value_or(QByteArray())).trimmed();
}

}  // namespace

AdapterLibrary::AdapterLibrary(const QString& trainedFolder, ModelHost& host, Settings& settings,
                               QObject* parent)
    : QObject(parent), trainedFolder_(trainedFolder), host_(host), settings_(settings) {
    connect(&host_, &ModelHost::loadFinished, this, &AdapterLibrary::takeLoad);
    connect(&host_, &ModelHost::adapterChanged, this, &AdapterLibrary::takeChange);
}

QString AdapterLibrary::nameOf(const QString& folder) {
    return QString::fromStdString(adapterNameOf(toPath(folder)));
}

QList<AdapterInfo> AdapterLibrary::adapters() const {
    const ModelStatus status = host_.status();
    const Result<ModelConfig> config =
        status.isLoaded()
            ? readConfig(toPath(status.folder))
            : Result<ModelConfig>(failure(ErrorCode::NotFound, ReasonCode::NoModelLoaded));
    QList<AdapterInfo> all;
    const auto list = [&](const QString& root) {
        for (const QString& folder : adaptersBelow(root)) {
            const bool isThere = std::any_of(all.begin(), all.end(), [&](const AdapterInfo& one) {
                return one.folder == folder;
            });
            if (!isThere)
                all.append({folder, nameOf(folder), misfitOf(folder, config), noteOf(folder)});
        }
    };
    list(trainedFolder_);
    for (const QString& folder : settings_.adapterFolders())
        list(folder);
    std::sort(all.begin(), all.end(), [](const AdapterInfo& a, const AdapterInfo& b) {
        return a.name.localeAwareCompare(b.name) < 0;
    });
    return all;
}

bool AdapterLibrary::addFolder(const QString& folder) {
    const QString path = QDir(folder).absolutePath();
    if (adaptersBelow(path).isEmpty()) {
        Q_EMIT failed(said(
            [] {
                return tr(
                    "%1 holds no LoRA adapter: it has neither adapter_config.json nor "
                    "folders with one. Choose the folder that a training wrote.");
            },
            {QDir::toNativeSeparators(path)}));
        return false;
    }
    QStringList folders = settings_.adapterFolders();
    if (!folders.contains(path)) settings_.setAdapterFolders(folders << path);
    Q_EMIT changed();
    return true;
}

QStringList AdapterLibrary::addedFolders() const {
    return settings_.adapterFolders();
}

void AdapterLibrary::removeFolder(const QString& folder) {
    QStringList folders = settings_.adapterFolders();
    if (folders.removeAll(QDir(folder).absolutePath()) == 0) return;
    settings_.setAdapterFolders(folders);
    Q_EMIT changed();
}

void AdapterLibrary::use(const QString& folder, double scale) {
    host_.useAdapter(folder, scale);
}

bool AdapterLibrary::useOver(const QString& model, const QString& folder) {
    const ModelStatus status = host_.status();
    if (status.isLoaded() && QDir(status.folder) == QDir(model)) {
        use(folder);
        return true;
    }
    settings_.setAdapter(model, {folder, 1});
    return false;
}

QString AdapterLibrary::current() const {
    return host_.status().adapterFolder;
}

double AdapterLibrary::scale() const {
    return host_.status().adapterScale;
}

void AdapterLibrary::takeLoad(bool ok) {
    const ModelStatus status = host_.status();
    if (!ok) return;
    const AdapterSetting wanted = settings_.adapter(status.folder);
    if (!status.isBare && status.adapterFolder.isEmpty() && !wanted.folder.isEmpty())
        use(wanted.folder, wanted.scale);
    Q_EMIT changed();
}

void AdapterLibrary::takeChange(bool ok, const QString& error) {
    const ModelStatus status = host_.status();
    if (ok && status.isLoaded())
        settings_.setAdapter(status.folder, {status.adapterFolder, status.adapterScale});
    if (!ok) Q_EMIT failed(error);
    Q_EMIT changed();
}

}  // namespace dsm

#include "app/services/library/library_reading.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>
#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "app/services/downloads/catalogue.h"
#include "app/services/downloads/hub_cache.h"
#include "app/services/library/model_name.h"
#include "app/services/program/private_file.h"
#include "app/services/program/said.h"

namespace dsm {
namespace {

class LibraryText {
    Q_DECLARE_TR_FUNCTIONS(dsm::ModelLibrary)
};

const QString kConfig = QStringLiteral("config.json");
const QString kIndex = QStringLiteral("model.safetensors.index.json");
constexpr qint64 kMostIndexBytes = qint64{64} << 20;
const QString kSingle = QStringLiteral("model.safetensors");

QStringList ownFolders(const ReadingOrder& order) {
    QStringList folders;
    const QDir own(order.modelsFolder);
    for (const QString& name : own.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name)) {
        const QString folder = own.absoluteFilePath(name);
        if (holdsModel(folder) && !order.unfinished.contains(folder)) folders.append(folder);
    }
    return folders;
}

QString sourceOf(const ReadingOrder& order, const QString& folder) {
    for (const ConvertedFolder& made : order.finished) {
        if (isSameFolder(made.folder, folder)) return made.source;
    }
    return {};
}

// Of a model's weights, by the list that comes with them.
QSet<QString> shardsOf(const QString& folder) {
    QSet<QString> shards;
    const QJsonObject map =
        QJsonDocument::fromJson(readSmallFile(folder + u'/' + kIndex, kMostIndexBytes))
            .object()[QStringLiteral("weight_map")]
            .toObject();
    for (const QJsonValue shard : map)
        shards.insert(shard.toString());
    return shards;
}

struct Completeness {
    bool isWhole = false;
    qsizetype weightsHere = 0;
    qsizetype weightsWanted = 0;  // 0: not known yet
};

Completeness completenessOf(const CachedSnapshot& snapshot) {
    QSet<QString> here;
    for (const CachedFile& file : snapshot.files)
        here.insert(file.path);
    const bool hasSmallOnes =
        here.contains(kConfig) && (here.contains(QStringLiteral("tokenizer.json")) ||
                                   here.contains(QStringLiteral("tokenizer.model")));
    if (here.contains(kSingle)) return {hasSmallOnes, 1, 1};
    const QSet<QString> wanted = shardsOf(snapshot.folder);
    const qsizetype found = (QSet<QString>(wanted) & here).size();
    return {hasSmallOnes && !wanted.isEmpty() && found == wanted.size(), found, wanted.size()};
}

QString partialText(const Completeness& completeness) {
    if (completeness.weightsWanted == 0)
        return LibraryText::tr(
            "This model has only begun to arrive. Continue the download to get "
            "the rest.");
    return LibraryText::tr(
               "%1 of %n files with weights are here. Continue the download to get "
               "the rest.",
               nullptr, static_cast<int>(completeness.weightsWanted))
        .arg(completeness.weightsHere);
}

std::optional<LibraryModel> readSnapshot(const CachedSnapshot& snapshot,
                                         const ContextChoice& context) {
    const bool isSupported = holdsModel(snapshot.folder)
                                 ? isOfOurArchitecture(snapshot.folder)
                                 : findInCatalogue(snapshot.repository).has_value();
    if (!isSupported) return std::nullopt;
    LibraryModel model = scanModel(snapshot.folder, ModelOrigin::Cached, context);
    model.repository = snapshot.repository;
    model.cacheFolder = snapshot.root;
    for (const CachedFile& file : snapshot.files)
        model.bytesHere += static_cast<quint64>(file.sizeBytes);
    model.canDelete = true;
    for (ModelForm& form : model.forms)
        form.canDelete = true;
    const Completeness completeness = completenessOf(snapshot);
    model.isPartial = !completeness.isWhole;
    if (model.isPartial) {
        model.problem = partialText(completeness);
        model.forms.clear();
    }
    return model;
}

QList<LibraryModel> readCaches(const ReadingOrder& order, const std::stop_token& stop) {
    QList<LibraryModel> models;
    QSet<QString> roots;  // one cache may go by two names
    for (const QString& folder : order.cacheFolders) {
        const QString root = QFileInfo(folder).canonicalFilePath();
        if (root.isEmpty() || roots.contains(root)) continue;
        roots.insert(root);
        for (const CachedSnapshot& snapshot : HubCache(folder).snapshots()) {
            if (stop.stop_requested()) return models;
            if (const auto model = readSnapshot(snapshot, order.context)) models.append(*model);
        }
    }
    QSet<QString> whole;
    for (const LibraryModel& model : std::as_const(models))
        if (!model.isPartial) whole.insert(model.repository);
    models.removeIf([&](const LibraryModel& model) {
        return model.isPartial && whole.contains(model.repository);
    });
    return models;
}

// Takes the model of this folder out of the list.
std::optional<LibraryModel> take(QList<LibraryModel>& models, const QString& folder) {
    const auto found = std::find_if(models.begin(), models.end(), [&](const LibraryModel& model) {
        return isSameFolder(model.folder, folder);
    });
    if (found == models.end()) return std::nullopt;
    const LibraryModel model = *found;
    models.erase(found);
    return model;
}

// What lies in the program's own folder: models that were copied there, and what was converted,
// which is a form of the model it was made from where that is listed.
void addOwn(QList<LibraryModel>& models, const ReadingOrder& order, const std::stop_token& stop) {
    QList<std::pair<LibraryModel, QString>> converted;  // and the folder it was made from
    for (const QString& folder : ownFolders(order)) {
        if (stop.stop_requested()) return;
        LibraryModel own = scanModel(folder, ModelOrigin::Own, order.context);
        const QString source = sourceOf(order, folder);
        own.canDelete = !source.isEmpty() || QFileInfo::exists(folder + u'/' + kImportMark);
        for (ModelForm& form : own.forms)
            form.canDelete = own.canDelete;
        if (source.isEmpty()) {
            models.append(own);
        } else {
            converted.append({own, source});
        }
    }
    std::vector<QList<LibraryModel>> forms(static_cast<std::size_t>(models.size()));
    QList<LibraryModel> alone;
    for (const auto& [own, source] : std::as_const(converted)) {
        const auto origin = std::find_if(
            models.begin(), models.end(), [&source = source](const LibraryModel& model) {
                return isSameFolder(model.folder, source) && !model.forms.isEmpty();
            });
        if (origin != models.end() && !own.forms.isEmpty()) {
            forms[static_cast<std::size_t>(origin - models.begin())].append(own);
        } else {
            alone.append(own);
        }
    }
    for (qsizetype i = 0; i < models.size(); ++i)
        addForms(models[i], forms[static_cast<std::size_t>(i)], order.context);
    for (LibraryModel& own : alone) {
        addForms(own, {}, order.context);
        models.append(own);
    }
}

// What is listed and not there stays listed: a disk comes back.
LibraryModel readAdded(const QString& folder, const ContextChoice& context) {
    if (QFileInfo(folder).isDir()) return scanModel(folder, ModelOrigin::Added, context);
    LibraryModel model;
    model.folder = folder;
    model.name = modelName(folder);
    model.origin = ModelOrigin::Added;
    model.isMissing = true;
    model.problem = said([] {
        return LibraryText::tr(
            "Its folder is not there. Connect the disk it is on, or find the folder again if it "
            "was moved.");
    });
    return model;
}

}  // namespace

bool isSameFolder(const QString& a, const QString& b) {
    return !a.isEmpty() && !b.isEmpty() && QDir(a) == QDir(b);
}

bool holdsModel(const QString& folder) {
    return QFileInfo(folder + u'/' + kConfig).isFile();
}

QList<LibraryModel> readLibrary(const ReadingOrder& order, const std::stop_token& stop) {
    QList<LibraryModel> models;
    if (!order.demoFolder.isEmpty())
        models.append(scanModel(order.demoFolder, ModelOrigin::Demo, order.context));
    QList<LibraryModel> cached = readCaches(order, stop);
    for (const QString& folder : order.hiddenFolders)
        take(cached, folder);
    for (const QString& folder : order.addedFolders) {
        if (stop.stop_requested()) return models;
        const auto there = take(cached, folder);
        models.append(there ? *there : readAdded(folder, order.context));
    }
    models += cached;
    addOwn(models, order, stop);
    return models;
}

}  // namespace dsm

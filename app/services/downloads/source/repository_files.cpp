// chooseFiles, codeNamedIn: what of a repository's listing a model needs.
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QSet>
#include <algorithm>

#include "app/services/downloads/source/repository.h"
#include "app/services/program/said.h"

namespace dsm {
namespace {

const QString kSingle = QStringLiteral("model.safetensors");
const QString kIndexEnding = QStringLiteral(".safetensors.index.json");

// No model is a pebibyte; sums below it cannot overflow.
constexpr qint64 kMostBytes = qint64(1) << 50;

QString nameOf(const QString& path) {
    return path.section(u'/', -1).toLower();
}

bool isInFolder(const QString& path) {
    return path.contains(u'/');
}

bool isSafetensors(const QString& path) {
    return path.endsWith(QLatin1String(".safetensors"), Qt::CaseInsensitive);
}

bool isWeights(const QString& path) {
    static const QSet<QString> kForms = {
        QStringLiteral("safetensors"), QStringLiteral("bin"),  QStringLiteral("pt"),
        QStringLiteral("pth"),         QStringLiteral("ckpt"), QStringLiteral("gguf"),
        QStringLiteral("ggml"),        QStringLiteral("onnx"), QStringLiteral("onnx_data"),
        QStringLiteral("msgpack"),     QStringLiteral("h5"),   QStringLiteral("npz")};
    return kForms.contains(nameOf(path).section(u'.', -1));
}

bool isLicence(const QString& name) {
    static const QRegularExpression kLicence(
        QStringLiteral("licen[cs]e|\\Acopying|\\Anotice|\\Acopyright"));
    return kLicence.match(name).hasMatch() && !name.endsWith(QLatin1String(".py"));
}

bool isVocabulary(const QString& name) {
    return name.endsWith(QLatin1String(".model")) || name.endsWith(QLatin1String(".tiktoken")) ||
           name == QLatin1String("vocab.txt") || name == QLatin1String("merges.txt");
}

// Configurations, tokenizers, templates, and what is told about the model; no code.
bool isDescription(const QString& path) {
    const QString name = nameOf(path);
    const bool isIndexOfAnotherForm =
        name.endsWith(QLatin1String(".index.json")) && !name.endsWith(kIndexEnding);
    return (name.endsWith(QLatin1String(".json")) && !isIndexOfAnotherForm) ||
           name.endsWith(QLatin1String(".jinja")) || isVocabulary(name) || isLicence(name) ||
           name == QLatin1String("readme.md");
}

// The weights that a model is loaded from: model.safetensors, else the parts model-*.safetensors,
// else whatever there is, without what is the same weights again. The list does not say what the
// index names, so a file of a name of its own stays: it may hold further layers.
class WeightsChoice {
  public:
    explicit WeightsChoice(const QList<RepoFile>& files) {
        for (const RepoFile& file : files) {
            if (isInFolder(file.path) && isWeights(file.path))
                otherForms_.insert(file.path.section(u'/', 0, 0));
            if (isInFolder(file.path) || !isSafetensors(file.path)) continue;
            hasWeights_ = true;
            hasSingle_ |= file.path == kSingle;
            hasParts_ |= isPart(file.path);
        }
    }

    bool isWanted(const QString& path) const {
        // A folder of weights beside a whole model is another form of it, tokenizer and all.
        if (isInFolder(path)) {
            if (hasWeights_) {
                return isDescription(path) && !otherForms_.contains(path.section(u'/', 0, 0));
            }
            return isSafetensors(path) || isDescription(path);
        }
        if (path.endsWith(kIndexEnding)) return !hasSingle_ && isPart(path.chopped(11));
        if (!isSafetensors(path)) return isDescription(path);
        if (hasSingle_) return !isAnotherForm(path) && (path == kSingle || !isPart(path));
        return !hasParts_ || !isAnotherForm(path);
    }

  private:
    // Of an index, too: "model.safetensors" without its ".index.json".
    static bool isPart(const QString& path) {
        static const QRegularExpression kPart(
            QStringLiteral("\\Amodel(-[^./]*)?\\.safetensors\\z"));
        return kPart.match(path).hasMatch();
    }

    // The publisher's own, a variant (model.fp16...), or a numbered set of another name.
    static bool isAnotherForm(const QString& path) {
        static const QRegularExpression kOther(
            QStringLiteral("\\A(consolidated.*|model\\.[^/]+|(?!model-)[^/]*-\\d+-of-\\d+)"
                           "\\.safetensors\\z"));
        return kOther.match(path).hasMatch();
    }

    QSet<QString> otherForms_;  // folders
    bool hasWeights_ = false;   // beside the configuration
    bool hasSingle_ = false;
    bool hasParts_ = false;
};

DownloadResult<void> checkSizes(const QList<RepoFile>& files) {
    qint64 sum = 0;
    for (const RepoFile& file : files) {
        if (file.sizeBytes < 0 || file.sizeBytes > kMostBytes - sum) {
            return downloadFailure(
                DownloadFault::Unsafe,
                said(
                    [] {
                        return DownloadText::tr(
                            "The repository lists the file %1 with a size that cannot be "
                            "right (%2 bytes). Nothing was downloaded; use another source.");
                    },
                    {file.path.left(80), QString::number(file.sizeBytes)}));
        }
        sum += file.sizeBytes;
    }
    return {};
}

DownloadResult<void> check(const QList<RepoFile>& chosen) {
    if (std::none_of(chosen.begin(), chosen.end(),
                     [](const RepoFile& file) { return isSafetensors(file.path); })) {
        return downloadFailure(DownloadFault::NotFound, said([] {
                                   return DownloadText::tr(
                                       "This repository has no weights in the safetensors format. "
                                       "Choose a repository that has.");
                               }));
    }
    if (const auto safe = checkPaths(chosen); !safe) return safe;
    return checkSizes(chosen);
}

// Of "module.Class"; with a repository before it ("org/name--module.Class") it lies elsewhere.
void addModule(const QJsonValue& reference, QSet<QString>& modules) {
    static const QRegularExpression kReference(QStringLiteral("\\A([A-Za-z_]\\w*)\\.\\w+\\z"));
    const auto match = kReference.match(reference.toString());
    if (match.hasMatch()) modules.insert(match.captured(1));
}

QSet<QString> modulesOfAutoMap(const QByteArray& config) {
    QSet<QString> modules;
    const QJsonObject map =
        QJsonDocument::fromJson(config).object().value(QLatin1String("auto_map")).toObject();
    for (const QJsonValue& value : map) {
        addModule(value, modules);
        for (const QJsonValue& one : value.toArray())  // a tokenizer's, slow and fast
            addModule(one, modules);
    }
    return modules;
}

// As transformers looks for them: "from .module import" and "import .module".
QSet<QString> modulesImportedBy(const QByteArray& code) {
    static const QRegularExpression kImport(
        QStringLiteral("^\\s*(?:from|import)\\s+\\.([A-Za-z_]\\w*)\\s*(?:import\\b|$)"),
        QRegularExpression::MultilineOption);
    QSet<QString> modules;
    auto matches = kImport.globalMatch(QString::fromUtf8(code));
    while (matches.hasNext())
        modules.insert(matches.next().captured(1));
    return modules;
}

bool isCode(const QString& path) {
    return path.endsWith(QLatin1String(".py")) && !isInFolder(path);
}

}  // namespace

bool mayNameCode(const QString& path) {
    return path == QLatin1String("config.json") || path == QLatin1String("tokenizer_config.json") ||
           isCode(path);
}

QList<RepoFile> codeNamedIn(const QString& path, const QByteArray& contents,
                            const QList<RepoFile>& listed) {
    if (contents.size() > kMostCodeBytes) return {};
    const QSet<QString> modules =
        isCode(path) ? modulesImportedBy(contents) : modulesOfAutoMap(contents);
    if (modules.isEmpty()) return {};
    QList<RepoFile> code;
    for (const RepoFile& file : listed) {
        const bool isSmall = file.sizeBytes >= 0 && file.sizeBytes <= kMostCodeBytes;
        if (isSmall && isCode(file.path) && modules.contains(file.path.chopped(3)))
            code.append(file);
    }
    return code;
}

QList<RepoFile> wantedFiles(const QList<RepoFile>& files) {
    const WeightsChoice weights(files);
    QList<RepoFile> chosen;
    std::copy_if(files.begin(), files.end(), std::back_inserter(chosen),
                 [&](const RepoFile& file) { return weights.isWanted(file.path); });
    return chosen;
}

DownloadResult<QList<RepoFile>> chooseFiles(const QList<RepoFile>& files) {
    QList<RepoFile> chosen = wantedFiles(files);
    if (const auto right = check(chosen); !right) return tl::unexpected(right.error());
    // The small ones first: a repository that is not ours is known after seconds, not hours.
    std::stable_sort(chosen.begin(), chosen.end(), [](const RepoFile& a, const RepoFile& b) {
        const bool aIsLarge = isSafetensors(a.path);
        const bool bIsLarge = isSafetensors(b.path);
        return aIsLarge != bIsLarge ? bIsLarge : a.path < b.path;
    });
    return chosen;
}

}  // namespace dsm

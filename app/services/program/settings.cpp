#include "app/services/program/settings.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>
#include <cmath>
#include <utility>

#include "app/services/program/said.h"
#include "app/services/program/settings_file.h"

namespace dsm {
namespace {

constexpr int kMostGpus = 1023;
constexpr int kMostLayers = 1024;
constexpr int kMostThreads = 1024;
constexpr int kMostContext = 1'000'000;
constexpr qsizetype kLongestPath = 4096;  // no system takes a longer one

const QString kBackend = QStringLiteral("model/backend");
const QString kGpu = QStringLiteral("model/gpu");
const QString kGpuLayers = QStringLiteral("model/gpuLayers");
const QString kThreads = QStringLiteral("model/threads");
const QString kContextLimit = QStringLiteral("model/contextLimit");
const QString kWeightsOnDisk = QStringLiteral("model/weightsStayOnDisk");
const QString kContextIn8Bits = QStringLiteral("model/contextIn8Bits");
const QString kLastFolder = QStringLiteral("model/lastFolder");
const QString kAdapterFolders = QStringLiteral("adapters/folders");
const QString kDownloadSource = QStringLiteral("downloads/source");
const QString kConversationOrder = QStringLiteral("chats/order");
const QString kTitlesByModel = QStringLiteral("chats/titlesByModel");
const QString kPrompts = QStringLiteral("chats/prompts");
const QString kShortcuts = QStringLiteral("shortcuts/");
const QString kFoldedFolders = QStringLiteral("chats/foldedFolders");
const QString kGeometry = QStringLiteral("window/geometry");
const QString kLayout = QStringLiteral("window/layout");

// A path holds what separates the parts of a key.
QString adapterKey(const QString& modelFolder) {
    const QByteArray hash = QCryptographicHash::hash(QDir(modelFolder).absolutePath().toUtf8(),
                                                     QCryptographicHash::Sha256);
    return QStringLiteral("adapter-%1").arg(QString::fromLatin1(hash.toHex().left(16)));
}

QString noticeOfStrange(const QString& file) {
    const QString aside = setAsideStrangeSettings(file);
    if (aside.isEmpty()) return {};
    return Settings::tr(
               "The settings in %1 could not be read. They were set aside "
               "as %2, and the program began with its own.")
        .arg(file, aside);
}

}  // namespace

Settings::Settings(const QString& file, QObject* parent)
    : QObject(parent), notice_(noticeOfStrange(file)), file_(file, QSettings::IniFormat) {}

bool Settings::isWritable() const {
    return file_.isWritable() && file_.status() == QSettings::NoError;
}

QString Settings::backend() const {
    return file_.value(kBackend).toString();
}

void Settings::setBackend(const QString& backend) {
    if (store(kBackend, backend)) Q_EMIT modelLoadingChanged();
}

int Settings::gpu() const {
    return std::clamp(whole(kGpu).value_or(-1), -1, kMostGpus);
}

void Settings::setGpu(int index) {
    if (store(kGpu, std::clamp(index, -1, kMostGpus))) Q_EMIT modelLoadingChanged();
}

int Settings::gpuLayers() const {
    return std::clamp(whole(kGpuLayers).value_or(-1), -1, kMostLayers);
}

void Settings::setGpuLayers(int layers) {
    if (store(kGpuLayers, std::clamp(layers, -1, kMostLayers))) Q_EMIT modelLoadingChanged();
}

int Settings::threads() const {
    return std::clamp(whole(kThreads).value_or(0), 0, kMostThreads);
}

void Settings::setThreads(int threads) {
    if (store(kThreads, std::clamp(threads, 0, kMostThreads))) Q_EMIT modelLoadingChanged();
}

int Settings::contextLimit() const {
    return std::clamp(whole(kContextLimit).value_or(0), 0, kMostContext);
}

void Settings::setContextLimit(int tokens) {
    if (store(kContextLimit, std::clamp(tokens, 0, kMostContext))) Q_EMIT modelLoadingChanged();
}

bool Settings::weightsStayOnDisk() const {
    return file_.value(kWeightsOnDisk, false).toBool();
}

void Settings::setWeightsStayOnDisk(bool stay) {
    if (stay != weightsStayOnDisk() && store(kWeightsOnDisk, stay)) Q_EMIT modelLoadingChanged();
}

bool Settings::contextIn8Bits() const {
    return file_.value(kContextIn8Bits, false).toBool();
}

void Settings::setContextIn8Bits(bool halved) {
    if (halved != contextIn8Bits() && store(kContextIn8Bits, halved)) Q_EMIT modelLoadingChanged();
}

bool Settings::titlesByModel() const {
    return file_.value(kTitlesByModel, true).toBool();
}

void Settings::setTitlesByModel(bool wanted) {
    if (wanted != titlesByModel()) store(kTitlesByModel, wanted);
}

QString Settings::lastModelFolder() const {
    return path(kLastFolder);
}

void Settings::setLastModelFolder(const QString& folder) {
    store(kLastFolder, folder);
}

AdapterSetting Settings::adapter(const QString& modelFolder) const {
    const QString key = adapterKey(modelFolder);
    AdapterSetting setting;
    setting.folder = path(key + QStringLiteral("/folder"));
    setting.scale = std::clamp(number(key + QStringLiteral("/scale")).value_or(1), 0.0, 4.0);
    return setting;
}

void Settings::setAdapter(const QString& modelFolder, const AdapterSetting& adapter) {
    const QString key = adapterKey(modelFolder);
    const bool isNone = adapter.folder.isEmpty();
    store(key + QStringLiteral("/folder"), isNone ? QVariant() : QVariant(adapter.folder));
    store(key + QStringLiteral("/scale"), isNone ? QVariant() : QVariant(adapter.scale));
}

QStringList Settings::adapterFolders() const {
    return file_.value(kAdapterFolders).toStringList();
}

void Settings::setAdapterFolders(const QStringList& folders) {
    file_.setValue(kAdapterFolders, folders);
    sync();
}

QString Settings::downloadSource() const {
    return file_.value(kDownloadSource).toString();
}

void Settings::setDownloadSource(const QString& source) {
    store(kDownloadSource, source);
}

QMap<QString, QString> Settings::prompts() const {
    QMap<QString, QString> prompts;
    const QJsonObject kept =
        QJsonDocument::fromJson(file_.value(kPrompts).toString().toUtf8()).object();
    for (auto prompt = kept.begin(); prompt != kept.end(); ++prompt)
        prompts[prompt.key()] = prompt->toString();
    return prompts;
}

void Settings::setPrompt(const QString& name, const std::optional<QString>& text) {
    QJsonObject kept = QJsonDocument::fromJson(file_.value(kPrompts).toString().toUtf8()).object();
    kept.remove(name);
    if (text) kept[name] = *text;
    const QByteArray json = QJsonDocument(kept).toJson(QJsonDocument::Compact);
    store(kPrompts, kept.isEmpty() ? QVariant() : QVariant(QString::fromUtf8(json)));
}

std::optional<QString> Settings::shortcut(const QString& command) const {
    const QVariant keys = file_.value(kShortcuts + command);
    return keys.isValid() ? std::optional(keys.toString()) : std::nullopt;
}

void Settings::setShortcut(const QString& command, const std::optional<QString>& keys) {
    store(kShortcuts + command, keys ? QVariant(*keys) : QVariant());
}

int Settings::conversationOrder() const {
    return std::clamp(whole(kConversationOrder).value_or(0), 0, 2);
}

void Settings::setConversationOrder(int order) {
    store(kConversationOrder, std::clamp(order, 0, 2));
}

QStringList Settings::foldedFolders() const {
    return file_.value(kFoldedFolders).toStringList();
}

void Settings::setFoldedFolders(const QStringList& folders) {
    if (folders == foldedFolders()) return;
    if (folders.isEmpty()) {
        file_.remove(kFoldedFolders);
    } else {
        file_.setValue(kFoldedFolders, folders);
    }
    sync();
}

QByteArray Settings::windowGeometry() const {
    return file_.value(kGeometry).toByteArray();
}

void Settings::setWindowGeometry(const QByteArray& geometry) {
    store(kGeometry, geometry);
}

QByteArray Settings::windowLayout() const {
    return file_.value(kLayout).toByteArray();
}

void Settings::setWindowLayout(const QByteArray& layout) {
    store(kLayout, layout);
}

bool Settings::store(const QString& key, const QVariant& value) {
    // A file gives every value back as text: compared as text, an unchanged one is recognised.
    if (file_.contains(key) == value.isValid() && file_.value(key).toString() == value.toString()) {
        return false;
    }
    if (value.isValid()) {
        file_.setValue(key, value);
    } else {
        file_.remove(key);
    }
    sync();
    return true;
}

void Settings::sync() {
    file_.sync();
    if (isWritable() || std::exchange(isLossSaid_, true)) return;
    Q_EMIT notKept(said(
        [] {
            return tr(
                "The settings cannot be kept in %1: what you choose holds until the program "
                "ends. Check that the file and its folder may be written, and that there is "
                "room.");
        },
        {file_.fileName()}));
}

QString Settings::path(const QString& key) const {
    const QString path = file_.value(key).toString();
    return path.size() > kLongestPath ? QString() : path;
}

std::optional<double> Settings::number(const QString& key) const {
    bool ok = false;
    const double value = file_.value(key).toString().toDouble(&ok);
    return ok && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

std::optional<int> Settings::whole(const QString& key) const {
    bool ok = false;
    const int value = file_.value(key).toString().toInt(&ok);
    return ok ? std::optional(value) : std::nullopt;
}

}  // namespace dsm

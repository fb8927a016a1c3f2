#include "app/services/benchmarks/benchmark_work.h"

#include <QJsonArray>
#include <QSysInfo>

#include "app/services/program/path_text.h"
#include "engine/evaluate/benchmark.h"
#include "engine/evaluate/tasks/task_data.h"

namespace dsm {
namespace {

std::vector<std::filesystem::path> pathsOf(const QStringList& files) {
    std::vector<std::filesystem::path> paths;
    for (const QString& file : files)
        paths.push_back(toPath(file));
    return paths;
}

QStringList textsOf(const QJsonValue& value) {
    QStringList texts;
    for (const QJsonValue& one : value.toArray())
        texts.append(one.toString());
    return texts;
}

StoredAnswer toStored(const Task& task, const BenchmarkItem& item) {
    const auto begin = static_cast<std::size_t>(item.ownBegin);
    StoredAnswer answer{.number = item.number,
                        .file = std::filesystem::path(item.file).filename().string(),
                        .unit = item.unit,
                        .line = item.line,
                        .before = item.prompt.substr(0, begin),
                        .question = item.prompt.substr(begin),
                        .right = item.right,
                        .chosen = item.chosen,
                        .written = item.written,
                        .targets = item.targets,
                        .taken = item.taken,
                        .isRight = item.isRight(task),
                        .isCut = item.isCut};
    for (const ScoredChoice& choice : item.choices)
        answer.choices.push_back({choice.text, choice.logLikelihood, choice.isGreedy});
    for (std::size_t i = 0; i < item.measures.size(); ++i)
        answer.measures.push_back({std::string(task.measures[i]), item.measures[i]});
    return answer;
}

Error changed(const std::string& what) {
    return {ErrorCode::Unsupported, what + " than when this benchmark began. Start a new one."};
}

}  // namespace

Result<void> runBenchmarkWork(const BenchmarkOrder& order, BenchmarkMail& mail,
                              const std::stop_token& stop) {
    const BenchmarkWish& wish = order.wish;
    const Task* task = taskNamed(wish.task.toStdString());
    if (task == nullptr)
        return failure(ErrorCode::Unsupported,
                       "There is no benchmark \"" + wish.task.toStdString() + "\".");
    const auto data = TaskData::read({.task = task,
                                      .files = pathsOf(wish.files),
                                      .shotFiles = pathsOf(wish.shotFiles),
                                      .shots = wish.shots,
                                      .subject = wish.subject.toStdString(),
                                      .limit = wish.limit},
                                     stop);
    if (!data) return tl::unexpected(data.error());
    const auto questions = static_cast<qint64>(data->items().size());
    if (order.questions > 0 && order.questions != questions)
        return tl::unexpected(changed("The files hold other questions"));
    std::optional<AdapterChoice> adapter;
    if (!wish.adapterFolder.isEmpty())
        adapter = AdapterChoice{.folder = toPath(wish.adapterFolder)};
    const auto model = LanguageModel::load(
        {.folder = toPath(wish.modelFolder), .kv = KvType::F32, .adapter = adapter}, {}, stop);
    if (!model) return tl::unexpected(model.error());
    if (!order.fingerprint.empty() && order.fingerprint != (*model)->fingerprint())
        return tl::unexpected(changed("The model's or the adapter's files are others"));
    const auto& quantization = (*model)->config().quantization;
    mail.tell({.questions = questions,
               .format = quantization ? quantization->preset : "16 bit",
               .machine = (*model)->backendDescription() + ", " +
                          QSysInfo::prettyProductName().toStdString(),
               .fingerprint = (*model)->fingerprint()});
    return runBenchmark(
        **model, *data, order.done, {},
        [&](const BenchmarkItem& item) -> Result<void> {
            mail.add(toStored(*task, item));
            return {};
        },
        stop);
}

QJsonObject benchmarkWishJson(const BenchmarkWish& wish) {
    return {{QStringLiteral("task"), wish.task},
            {QStringLiteral("files"), QJsonArray::fromStringList(wish.files)},
            {QStringLiteral("shots_files"), QJsonArray::fromStringList(wish.shotFiles)},
            {QStringLiteral("shots"), wish.shots},
            {QStringLiteral("subject"), wish.subject},
            {QStringLiteral("limit"), wish.limit},
            {QStringLiteral("model"), wish.modelFolder},
            {QStringLiteral("model_name"), wish.modelName},
            {QStringLiteral("adapter"), wish.adapterFolder},
            {QStringLiteral("adapter_name"), wish.adapterName}};
}

BenchmarkWish benchmarkWishOf(const QJsonObject& json) {
    return {.task = json[QLatin1String("task")].toString(),
            .files = textsOf(json[QLatin1String("files")]),
            .shotFiles = textsOf(json[QLatin1String("shots_files")]),
            .shots = json[QLatin1String("shots")].toInt(),
            .subject = json[QLatin1String("subject")].toString(),
            .limit = json[QLatin1String("limit")].toInteger(),
            .modelFolder = json[QLatin1String("model")].toString(),
            .modelName = json[QLatin1String("model_name")].toString(),
            .adapterFolder = json[QLatin1String("adapter")].toString(),
            .adapterName = json[QLatin1String("adapter_name")].toString()};
}

}  // namespace dsm

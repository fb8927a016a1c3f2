#include "app/services/training/data/data_reading.h"

#include <QFileInfo>
#include <algorithm>
#include <optional>
#include <span>

#include "app/services/program/path_text.h"
#include "app/services/program/private_file.h"
#include "app/services/program/reason_words.h"
#include "engine/text/tokenizer_load.h"
#include "engine/train/data/file_look.h"
#include "engine/train/data/open_rows.h"
#include "engine/train/data/row_edits.h"
#include "engine/train/dataset_part.h"
#include "kernels/base/atomic_file.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

// The longest that a job can say: rows are read whole.
constexpr std::int64_t kWhole = std::int64_t{1} << 20;

// As many as a job answers at most.
constexpr qint64 kPromptsDrawn = 10;

QString toText(const std::string& text) {
    return QString::fromStdString(text);
}

std::vector<std::filesystem::path> pathsOf(const QStringList& files) {
    std::vector<std::filesystem::path> paths;
    for (const QString& file : files)
        paths.emplace_back(toPath(file));
    return paths;
}

ColumnMap columnsOf(const QMap<QString, QString>& columns) {
    ColumnMap map;
    for (auto it = columns.begin(); it != columns.end(); ++it)
        map[it.key().toStdString()] = it.value().toStdString();
    return map;
}

DataFormat formatOf(RowFormat format) {
    switch (format) {
        case RowFormat::JsonLines:
            return DataFormat::JsonLines;
        case RowFormat::JsonArray:
            return DataFormat::JsonList;
        case RowFormat::Csv:
            return DataFormat::Csv;
        case RowFormat::Parquet:
            break;
    }
    return DataFormat::Parquet;
}

DataPlace placeOf(const DatasetReport& report, const RowPlace& place) {
    const ReportedFile& file = report.files.at(place.file);
    return {toText(file.name), file.unit == "row", place.line};
}

std::optional<DataNote> noteOf(NoteKind kind) {
    switch (kind) {
        case NoteKind::NeverEnds:
            return DataNote::NeverEnds;
        case NoteKind::OtherForm:
            return DataNote::OtherForm;
        case NoteKind::BaseModel:
            return DataNote::BaseModel;
        case NoteKind::NoChatForm:
            return DataNote::NoChatForm;
        case NoteKind::NoEndToken:
            return DataNote::NoEndToken;
        case NoteKind::OtherEndToken:
            return DataNote::OtherEndToken;
        default:  // the others are numbers of the findings
            return std::nullopt;
    }
}

QList<DataRepeat> repeatsOf(const DatasetReport& report, const std::vector<RepeatedRow>& rows) {
    QList<DataRepeat> repeats;
    for (const RepeatedRow& row : rows)
        repeats.append({placeOf(report, row.place), placeOf(report, row.first)});
    return repeats;
}

DataFindings findingsOf(const DatasetReport& report, SampleTemplate chosen,
                        const TrainedModel& model) {
    DataFindings found;
    found.rows = report.rows;
    found.examples = report.examples;
    found.edited = report.edited;
    found.leftOut = report.leftOut;
    found.refused = report.refused;
    found.repeated = report.repeated;
    found.firstRepeated = repeatsOf(report, report.firstRepeated);
    found.near = report.near;
    found.firstNear = repeatsOf(report, report.firstNear);
    found.nearCompared = report.nearCompared;
    found.specialNames = report.specialNames;
    found.withHistory = report.withHistory;
    for (const auto& [column, count] : report.unusedColumns)
        found.unusedColumns[toText(column)] = count;
    for (const TrainingNote& note : checkTraining(report, chosen, 2, model)) {
        if (const auto kind = noteOf(note.kind)) found.notes.append(*kind);
    }
    found.longest = report.lengths.percentile(1);
    found.median = report.lengths.percentile(0.5);
    found.keeps99 = std::max<qint64>(2, report.lengths.percentile(0.99));
    found.modelPositions = model.config.maxPositions;
    return found;
}

QString csvField(QString field) {
    const bool isPlain = std::none_of(field.begin(), field.end(), [](QChar c) {
        return c == u',' || c == u'"' || c == u'\n' || c == u'\r';
    });
    if (isPlain) return field;
    return u'"' + field.replace(u'"', QStringLiteral("\"\"")) + u'"';
}

// Whether the numbers of each file's rows count rows, else lines.
QList<bool> countRows(const QStringList& files) {
    QList<bool> counts;
    for (const QString& file : files) {
        const auto opened = openRows(toPath(file));
        counts.append(opened && (*opened)->countsRows());
    }
    return counts;
}

// From the whole of the set, so that they are not all of one kind.
void drawPrompts(const Dataset& evaluation, StudiedData& data) {
    constexpr qint64 kTries = 4 * kPromptsDrawn;
    const qint64 tries = std::min<qint64>(kTries, evaluation.size());
    QStringList& prompts = data.view.findings.evaluationPrompts;
    prompts.clear();
    for (qint64 i = 0; i < tries && prompts.size() < kPromptsDrawn; ++i) {
        const auto sample = evaluation.sample(i * evaluation.size() / tries);
        const QString prompt = sample ? promptOf(data, *sample) : QString();
        if (!prompt.isEmpty() && !prompts.contains(prompt)) prompts.append(prompt);
    }
}

// The files that are only evaluated with, once.
Result<void> readEvaluation(TextDatasetOptions options, StudiedData& data,
                            const std::stop_token& stop) {
    if (data.request.evaluationFiles.isEmpty()) return {};
    options.files = pathsOf(data.request.evaluationFiles);
    options.mostRows = 0;
    options.findsNear = false;
    options.keepsShapes = false;
    options.refused = {};
    const auto evaluation = TextDataset::read(options, *data.tokenizer, {}, stop);
    if (!evaluation) return tl::unexpected(evaluation.error());
    data.evaluationHashes = (*evaluation)->hashes();
    drawPrompts(**evaluation, data);
    return {};
}

HashedSamples hashed(const std::vector<std::uint64_t>& hashes) {
    return {static_cast<std::int64_t>(hashes.size()),
            [&hashes](std::int64_t i) { return hashes[static_cast<std::size_t>(i)]; }};
}

HashedSamples hashed(const DatasetPart& part, const std::vector<std::uint64_t>& hashes) {
    return {part.size(),
            [&](std::int64_t i) { return hashes[static_cast<std::size_t>(part.inWhole(i))]; }};
}

void takeShared(const SharedSamples& shared, const std::function<std::int64_t(std::int64_t)>& index,
                StudiedData& data) {
    DataFindings& found = data.view.findings;
    found.inEvaluation = shared.count;
    for (const std::int64_t sample : shared.first) {
        found.firstInEvaluation.append(
            placeOf(data.dataset->report(), data.dataset->place(index(sample))));
    }
}

// What the rows have in common with those put aside.
Result<void> compareWithEvaluation(StudiedData& data, const std::stop_token& stop) {
    const std::vector<std::uint64_t>& all = data.dataset->hashes();
    DataFindings& found = data.view.findings;
    if (!data.request.evaluationFiles.isEmpty()) {
        const auto shared = findShared(hashed(all), hashed(data.evaluationHashes), stop);
        if (!shared) return tl::unexpected(shared.error());
        found.evaluationExamples = static_cast<qint64>(data.evaluationHashes.size());
        takeShared(
            *shared, [](std::int64_t i) { return i; }, data);
    } else if (data.request.evaluationShare > 0) {
        const DatasetParts parts =
            splitDataset(*data.dataset, data.request.evaluationShare, data.request.seed);
        const auto shared =
            findShared(hashed(parts.training, all), hashed(parts.evaluation, all), stop);
        if (!shared) return tl::unexpected(shared.error());
        found.evaluationExamples = parts.evaluation.size();
        takeShared(
            *shared, [&](std::int64_t i) { return parts.training.inWhole(i); }, data);
        drawPrompts(parts.evaluation, data);
    }
    return {};
}

std::vector<FileStamp> stampsOf(const QStringList& files) {
    std::vector<FileStamp> stamps;
    for (const std::filesystem::path& path : pathsOf(files)) {
        std::error_code ignored;
        stamps.push_back({std::filesystem::file_size(path, ignored),
                          std::filesystem::last_write_time(path, ignored)});
    }
    return stamps;
}

Result<void> loadModel(StudiedData& data) {
    const std::filesystem::path folder = toPath(data.request.modelFolder);
    const auto config = readConfig(folder);
    if (!config) return tl::unexpected(config.error());
    auto tokenizer = loadTokenizer(folder, config->vocabSize);
    if (!tokenizer) return tl::unexpected(tokenizer.error());
    data.tokenizer = std::move(*tokenizer);
    data.sampleTemplate = sampleTemplateNamed(data.request.sampleTemplate.toStdString())
                              .value_or(SampleTemplate::Chat);
    auto model = readTrainedModel(folder, *data.tokenizer, data.sampleTemplate);
    if (!model) return tl::unexpected(model.error());
    data.model.emplace(std::move(*model));
    return {};
}

TextDatasetOptions optionsOf(const DataRequest& request, SampleTemplate chosen, qint64 mostRows) {
    return {.files = pathsOf(request.files),
            .sampleTemplate = chosen,
            .systemText = request.systemText.toStdString(),
            .columns = columnsOf(request.columns),
            .history = request.trainsHistory ? HistoryUse::Trained : HistoryUse::Context,
            .appliesEdits = request.appliesEdits,
            .maximumTokens = kWhole,
            .samplesToShow = 0,
            .findsNear = true,
            .keepsShapes = true,
            .followsEdits = true,
            .mostRows = mostRows};
}

Result<void> read(qint64 mostRows, const std::function<void(double)>& progress,
                  const std::stop_token& stop, StudiedData& data) {
    const DataRequest& request = data.request;
    if (auto loaded = loadModel(data); !loaded) return loaded;
    TextDatasetOptions options = optionsOf(request, data.sampleTemplate, mostRows);
    qint64 refused = 0;
    options.refused = [&, areRows = countRows(request.files)](const RefusedRow& row) {
        const auto file = static_cast<qsizetype>(row.place.file);
        data.refused->add(
            {{QFileInfo(request.files.at(file)).fileName(), areRows.at(file), row.place.line},
             shown(row.reason),
             request.files.at(file)});
        ++refused;
    };
    data.stamps = stampsOf(request.files);
    auto dataset = TextDataset::read(options, *data.tokenizer, progress, stop);
    if (!dataset) {
        // Also where none can be read, and no report follows.
        data.view.findings.refused = refused;
        data.view.findings.firstRefused = data.refused->first();
        return tl::unexpected(dataset.error());
    }
    data.dataset = std::move(*dataset);
    // Fewer rows than were asked for are all.
    const DatasetReport& report = data.dataset->report();
    data.view.findings.isWhole = mostRows == 0 || report.rows + report.leftOut < mostRows;
    if (data.view.findings.isWhole) {
        const auto read = readEvaluation(std::move(options), data, stop);
        if (!read && read.error().code == ErrorCode::Cancelled) return read;
        // What is learned from is known all the same.
        if (!read) data.view.findings.evaluationError = shown(reasonOf(read.error()));
    }
    return tellFindings(data, stop);
}

}  // namespace

Result<void> tellFindings(StudiedData& data, const std::stop_token& stop) {
    const bool isWhole = data.view.findings.isWhole;
    const QStringList prompts = data.view.findings.evaluationPrompts;
    const ReasonShown evaluationError = data.view.findings.evaluationError;
    data.view.findings = findingsOf(data.dataset->report(), data.sampleTemplate, *data.model);
    data.view.findings.firstRefused = data.refused->first();
    data.view.findings.isWhole = isWhole;
    data.view.findings.evaluationPrompts = prompts;
    data.view.findings.evaluationError = evaluationError;
    data.view.shapes = std::make_shared<const SampleShapes>(data.dataset->shapes());
    return isWhole ? compareWithEvaluation(data, stop) : Result<void>();
}

constexpr std::string_view kRefusedHeader = "file,line,reason\n";

void RefusedRows::add(const DataRefusal& row) {
    if (first_.size() < DataFindings::kRefusalsListed) first_.append(row);
    if (!failure_.isEmpty()) return;
    if (!file_.isOpen() && file_.open()) rows_.setDevice(&file_);
    if (file_.isOpen()) rows_ << row.place.file << row.place.number << row.reason.kept();
    if (!file_.isOpen() || rows_.status() != QDataStream::Ok) failure_ = file_.errorString();
}

QString RefusedRows::writeTo(const QString& file,
                             const std::function<QString(const ReasonShown&)>& words) {
    if (!failure_.isEmpty()) return failure_;
    auto out = AtomicFile::create(toPath(file));
    auto done =
        out ? out->write(std::as_bytes(std::span(kRefusedHeader))) : tl::unexpected(out.error());
    if (file_.isOpen() && (!file_.flush() || !file_.seek(0))) return file_.errorString();
    while (done && file_.isOpen() && !file_.atEnd()) {
        DataRefusal row;
        QString reason;
        rows_ >> row.place.file >> row.place.number >> reason;
        if (rows_.status() != QDataStream::Ok) return file_.errorString();
        const QString line = csvField(row.place.file) + u',' + QString::number(row.place.number) +
                             u',' + csvField(words(ReasonShown::fromKept(reason))) + u'\n';
        const QByteArray bytes = line.toUtf8();
        done = out->write(std::as_bytes(std::span(bytes)));
    }
    if (done) done = out->commit();
    return done ? QString() : presentSystemReason(done.error().systemReason);
}

DataFile lookAt(const QString& path, const std::stop_token& stop) {
    DataFile file;
    file.path = path;
    const auto look = lookAtFile(toPath(path), stop);
    if (!look) {
        file.error = shown(reasonOf(look.error()));
        return file;
    }
    file.hasEdits = QFileInfo::exists(pathText(RowEdits::pathFor(toPath(path))));
    file.sizeBytes = static_cast<qint64>(look->sizeBytes);
    file.format = formatOf(look->layout.format);
    file.delimiter = QLatin1Char(look->layout.delimiter);
    file.list = toText(look->layout.list);
    for (const ColumnLook& column : look->columns)
        file.columns.append({toText(column.name), toText(column.value), column.isText});
    for (const auto& [field, column] : look->guessed)
        file.guessed[toText(field)] = toText(column);
    return file;
}

std::shared_ptr<StudiedData> readData(const DataRequest& request, qint64 mostRows,
                                      const std::function<void(double)>& progress,
                                      const std::stop_token& stop) {
    auto data = std::make_shared<StudiedData>();
    data->request = request;
    if (const auto done = read(mostRows, progress, stop, *data); !done) {
        data->isCancelled = done.error().code == ErrorCode::Cancelled;
        data->error = shown(reasonOf(done.error()));
    }
    return data;
}

}  // namespace dsm

// Rows as their file holds them, and what a person makes of them.
#include <QFileInfo>
#include <algorithm>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "app/services/program/path_text.h"
#include "app/services/training/data/data_reading.h"
#include "engine/format/json_file.h"
#include "engine/train/data/open_rows.h"
#include "engine/train/data/row_edits.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

using nlohmann::json;

struct FoundRow {
    std::string text;
    std::uint64_t offset = 0;       // in its file
    Result<json> columns = json();  // or why they cannot be read
};

using FoundRows = std::map<std::int64_t, FoundRow>;

// Reads the file up to the last of the rows, or to where it cannot be read.
Result<FoundRows> findRows(const RowFile& file, const std::set<std::int64_t>& wanted) {
    FoundRows found;
    std::stop_source enough;
    const auto scanned = file.scan(
        [&](const RawRow& row, double) {
            if (!wanted.contains(row.line)) return;
            FoundRow one{std::string(row.text), row.offset, json()};
            if (!row.problem.empty()) one.columns = failure(ErrorCode::Malformed, row.problem);
            if (row.problem.empty()) one.columns = file.parse(row.text);
            found.insert_or_assign(row.line, std::move(one));
            if (found.size() == wanted.size()) enough.request_stop();
        },
        enough.get_token());
    if (!scanned && found.empty()) return tl::unexpected(scanned.error());
    return found;
}

// By reading the file up to it.
Result<FoundRow> findRow(const std::filesystem::path& path, qint64 number) {
    const auto file = openRows(path);
    if (!file) return tl::unexpected(file.error());
    auto found = findRows(**file, {number});
    if (!found) return tl::unexpected(found.error());
    if (!found->empty()) return std::move(found->begin()->second);
    return failure(ErrorCode::NotFound,
                   {(*file)->countsRows() ? ReasonCode::RowGone : ReasonCode::LineGone,
                    {path.string(), std::to_string(number)}});
}

std::optional<RowPlace> placeIn(const StudiedData& data, const QString& path, qint64 number) {
    const qsizetype file = data.request.files.indexOf(path);
    if (file < 0) return std::nullopt;
    return RowPlace{static_cast<std::size_t>(file), number};
}

bool isAsItWas(const StudiedData& data, const RowPlace& place) {
    const std::filesystem::path path =
        toPath(data.request.files.at(static_cast<qsizetype>(place.file)));
    std::error_code error;
    const FileStamp now{std::filesystem::file_size(path, error),
                        std::filesystem::last_write_time(path, error)};
    return !error && data.stamps.at(place.file) == now;
}

// Where an example was made from it, without reading those before it.
Result<FoundRow> rowAt(const StudiedData& data, const QString& path, qint64 number) {
    const auto place = placeIn(data, path, number);
    if (data.dataset && place && isAsItWas(data, *place)) {
        auto row = data.dataset->row(*place);
        if (row) {
            auto columns = data.dataset->parse(*place, row->text);
            return FoundRow{std::move(row->text), row->offset, std::move(columns)};
        }
    }
    return findRow(toPath(path), number);
}

QList<DataSource::Column> columnsIn(const json& row) {
    QList<DataSource::Column> columns;
    for (const auto& [name, value] : row.items()) {
        const bool isText = value.is_string();
        const std::string text = isText ? value.get<std::string>() : value.dump(2);
        columns.append({QString::fromStdString(name), QString::fromStdString(text), isText});
    }
    return columns;
}

// In a line.
QString shortText(const json& row) {
    constexpr int kMostLetters = 200;
    QStringList values;
    for (const DataSource::Column& column : columnsIn(row))
        values.append(column.value.left(kMostLetters).simplified());
    return values.join(QStringLiteral(" · ")).left(kMostLetters);
}

Result<json> rowFrom(const QList<DataSource::Column>& columns) {
    json row = json::object();
    for (const DataSource::Column& column : columns) {
        const std::string name = column.name.toStdString();
        const std::string value = column.value.toStdString();
        if (column.isText) {
            row[name] = value;
            continue;
        }
        auto parsed = parseJson(value, name);
        if (!parsed) return parsed;
        row[name] = std::move(*parsed);
    }
    return row;
}

std::optional<RowEdits::Edit> editOf(const RowEdits& edits, qint64 number) {
    const RowEdits::Edit* found = edits.find(number);
    return found == nullptr ? std::nullopt : std::optional(*found);
}

// False: the edits of the study are not those beside the file, or the row is refused now or was.
Result<bool> follow(StudiedData& data, const QString& path, EditedRow edited, bool wereOthers) {
    const auto place = placeIn(data, path, edited.place.line);
    const bool canFollow = data.dataset && data.view.findings.isWhole && place &&
                           (data.request.appliesEdits || !wereOthers) && isAsItWas(data, *place);
    if (!canFollow) return false;
    edited.place = *place;
    const auto followed = data.dataset->follow(edited);
    if (!followed || !*followed) return followed;
    if (auto told = tellFindings(data, {}); !told) return tl::unexpected(told.error());
    return true;
}

using Change = std::function<Result<void>(RowEdits& edits, const FoundRow& row)>;

// Keeps the change beside the file, and follows it.
Result<bool> change(StudiedData& data, const QString& path, qint64 number, const Change& make) {
    const auto found = rowAt(data, path, number);
    if (!found) return tl::unexpected(found.error());
    auto edits = RowEdits::load(toPath(path));
    if (!edits) return tl::unexpected(edits.error());
    const bool wereOthers = haveEdits(data.request.files);
    EditedRow edited{.place = {0, number}, .offset = found->offset, .text = found->text};
    edited.before = editOf(*edits, number);
    if (auto made = make(*edits, *found); !made) return tl::unexpected(made.error());
    edited.after = editOf(*edits, number);
    if (auto saved = edits->save(); !saved) return tl::unexpected(saved.error());
    const auto followed = follow(data, path, std::move(edited), wereOthers);
    data.request.appliesEdits = haveEdits(data.request.files);
    return followed;
}

Result<void> replace(RowEdits& edits, const FoundRow& found, const DataSource& source) {
    if (source.columns.isEmpty()) {
        edits.leaveOut(source.number, found.text);
        return {};
    }
    auto row = rowFrom(source.columns);
    if (!row) return tl::unexpected(row.error());
    // What is as the file has it is no edit.
    if (found.columns && *found.columns == *row) {
        edits.takeBack(source.number);
    } else {
        edits.replace(source.number, found.text, std::move(*row));
    }
    return {};
}

ReasonShown forget(const QString& file, qint64 number) {
    auto edits = RowEdits::load(toPath(file));
    if (!edits) return shown(edits.error());
    edits->takeBack(number);
    const auto saved = edits->save();
    return saved ? ReasonShown() : shown(saved.error());
}

EditOutcome outcomeOf(const Result<bool>& done) {
    return done ? EditOutcome{{}, *done} : EditOutcome{shown(done.error()), false};
}

QString textOf(const FoundRow& row) {
    return row.columns ? shortText(*row.columns) : QString::fromStdString(row.text).simplified();
}

void addChanges(const QString& path, const RowEdits& edits, QList<DataChange>& changes) {
    std::set<std::int64_t> leftOut;
    for (const auto& [line, edit] : edits.rows()) {
        if (edit.isLeftOut()) leftOut.insert(line);
    }
    const auto file = openRows(toPath(path));
    Result<FoundRows> rows = FoundRows();
    if (file && !leftOut.empty()) rows = findRows(**file, leftOut);
    const bool isRow = file && (*file)->countsRows();
    for (const auto& [line, edit] : edits.rows()) {
        QString text;
        if (!edit.isLeftOut()) {
            text = shortText(edit.row);
        } else if (rows && rows->contains(line)) {
            text = textOf(rows->at(line));
        }
        changes.append({path, {QFileInfo(path).fileName(), isRow, line}, edit.isLeftOut(), text});
    }
}

}  // namespace

DataSource sourceOf(const StudiedData& data, qint64 index) {
    if (!data.dataset || index < 0 || index >= data.dataset->size()) return {};
    const RowPlace place = data.dataset->place(index);
    return sourceAt(data, data.request.files.at(static_cast<qsizetype>(place.file)), place.line);
}

DataSource sourceAt(const StudiedData& data, const QString& path, qint64 number) {
    DataSource source;
    source.file = path;
    source.number = number;
    const auto edits = RowEdits::load(toPath(source.file));
    const RowEdits::Edit* edit = edits && data.request.appliesEdits ? edits->find(number) : nullptr;
    if (edit != nullptr) {
        source.columns = columnsIn(edit->row);
        return source;
    }
    const auto found = rowAt(data, path, number);
    if (!found) source.error = shown(found.error());
    if (found && !found->columns) source.error = shown(found->columns.error());
    if (source.error.isEmpty()) source.columns = columnsIn(*found->columns);
    return source;
}

EditOutcome keepEdit(StudiedData& data, const DataSource& source) {
    return outcomeOf(
        change(data, source.file, source.number, [&source](RowEdits& edits, const FoundRow& found) {
            return replace(edits, found, source);
        }));
}

QList<DataChange> changesOf(const QStringList& files) {
    QList<DataChange> changes;
    for (const QString& path : files) {
        const auto edits = RowEdits::load(toPath(path));
        if (edits && !edits->rows().empty()) addChanges(path, *edits, changes);
    }
    return changes;
}

bool haveEdits(const QStringList& files) {
    return std::any_of(files.begin(), files.end(), [](const QString& file) {
        return QFileInfo::exists(pathText(RowEdits::pathFor(toPath(file))));
    });
}

EditOutcome takeBack(StudiedData& data, const QString& file, qint64 number) {
    const auto done = change(data, file, number, [number](RowEdits& edits, const FoundRow&) {
        edits.takeBack(number);
        return Result<void>();
    });
    // An edit of a row that is no more can be taken back, too.
    const bool isGone = !done && done.error().code == ErrorCode::NotFound;
    return isGone ? EditOutcome{forget(file, number), false} : outcomeOf(done);
}

ReasonShown removeEdits(const QStringList& files) {
    for (const QString& file : files) {
        auto edits = RowEdits::load(toPath(file));
        if (!edits) return shown(edits.error());
        if (edits->rows().empty()) continue;
        const auto lines = edits->rows();
        for (const auto& [line, edit] : lines)
            edits->takeBack(line);
        if (const auto saved = edits->save(); !saved) return shown(saved.error());
    }
    return {};
}

}  // namespace dsm

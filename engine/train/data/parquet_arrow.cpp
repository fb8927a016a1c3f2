#include <arrow/api.h>
#include <arrow/io/file.h>
#include <parquet/arrow/reader.h>

#include <string>
#include <utility>

#include "engine/train/data/input_file.h"
#include "engine/train/data/parquet_rows.h"
#include "engine/train/data/rows.h"

namespace dsm {
namespace {

using nlohmann::json;

constexpr std::int64_t kBatchRows = 1024;

template <class ArrayType>
json number(const arrow::Array& array, std::int64_t i) {
    return static_cast<const ArrayType&>(array).Value(i);
}

template <class ArrayType>
json text(const arrow::Array& array, std::int64_t i) {
    return std::string(static_cast<const ArrayType&>(array).GetView(i));
}

json valueOf(const arrow::Array& array, std::int64_t i);

template <class ArrayType>
json list(const arrow::Array& array, std::int64_t i) {
    const auto& lists = static_cast<const ArrayType&>(array);
    json values = json::array();
    for (std::int64_t k = lists.value_offset(i); k < lists.value_offset(i + 1); ++k)
        values.push_back(valueOf(*lists.values(), k));
    return values;
}

json structure(const arrow::Array& array, std::int64_t i) {
    const auto& fields = static_cast<const arrow::StructArray&>(array);
    json object = json::object();
    for (int f = 0; f < fields.num_fields(); ++f)
        object[fields.struct_type()->field(f)->name()] = valueOf(*fields.field(f), i);
    return object;
}

json named(const arrow::Array& array, std::int64_t i) {
    const auto& dictionary = static_cast<const arrow::DictionaryArray&>(array);
    return valueOf(*dictionary.dictionary(), dictionary.GetValueIndex(i));
}

// Columns of other types (times, bytes) are null: no example is made of them.
json valueOf(const arrow::Array& array, std::int64_t i) {
    if (array.IsNull(i)) return nullptr;
    switch (array.type_id()) {
        case arrow::Type::STRING:
            return text<arrow::StringArray>(array, i);
        case arrow::Type::LARGE_STRING:
            return text<arrow::LargeStringArray>(array, i);
        case arrow::Type::BOOL:
            return number<arrow::BooleanArray>(array, i);
        case arrow::Type::INT32:
            return number<arrow::Int32Array>(array, i);
        case arrow::Type::INT64:
            return number<arrow::Int64Array>(array, i);
        case arrow::Type::FLOAT:
            return number<arrow::FloatArray>(array, i);
        case arrow::Type::DOUBLE:
            return number<arrow::DoubleArray>(array, i);
        case arrow::Type::LIST:
            return list<arrow::ListArray>(array, i);
        case arrow::Type::LARGE_LIST:
            return list<arrow::LargeListArray>(array, i);
        case arrow::Type::STRUCT:
            return structure(array, i);
        case arrow::Type::DICTIONARY:
            return named(array, i);
        default:
            return nullptr;
    }
}

RawRow rowOf(const arrow::RecordBatch& batch, std::int64_t i, std::int64_t line,
             std::string& buffer) {
    RawRow row;
    row.line = line;
    buffer.clear();
    json columns = json::object();
    for (int c = 0; c < batch.num_columns(); ++c)
        columns[batch.column_name(c)] = valueOf(*batch.column(c), i);
    try {
        buffer = columns.dump();
        row.text = buffer;
    } catch (const json::exception&) {
        row.problem = "a text in it is not UTF-8.";
    }
    if (buffer.size() > kMaximumRowBytes) row.problem = tooLong();
    return row;
}

class ParquetRows : public RowFile {
  public:
    explicit ParquetRows(std::string path) : path_(std::move(path)) {}

    const std::string& name() const override { return path_; }
    Result<void> scan(const Visit& visit, const std::stop_token& stop) const override;
    Result<json> parse(std::string_view row) const override { return parseJsonRow(row); }

  private:
    tl::unexpected<Error> broken(const arrow::Status& status) const {
        return failure(ErrorCode::Malformed, path_ + ": " + status.message() + ".");
    }

    std::string path_;
};

Result<void> ParquetRows::scan(const Visit& visit, const std::stop_token& stop) const {
    const auto file = arrow::io::ReadableFile::Open(path_);
    if (!file.ok()) return broken(file.status());
    parquet::ArrowReaderProperties properties;
    properties.set_batch_size(kBatchRows);
    parquet::arrow::FileReaderBuilder builder;
    if (const auto opened = builder.Open(*file); !opened.ok()) return broken(opened);
    builder.properties(properties);
    std::unique_ptr<parquet::arrow::FileReader> reader;
    if (const auto built = builder.Build(&reader); !built.ok()) return broken(built);
    const auto batches = reader->GetRecordBatchReader();
    if (!batches.ok()) return broken(batches.status());
    const auto total = static_cast<double>(reader->parquet_reader()->metadata()->num_rows());
    std::string buffer;
    for (std::int64_t line = 0;;) {
        if (stop.stop_requested()) return cancelled();
        std::shared_ptr<arrow::RecordBatch> batch;
        if (const auto read = (*batches)->ReadNext(&batch); !read.ok()) return broken(read);
        if (batch == nullptr) return {};
        for (std::int64_t i = 0; i < batch->num_rows(); ++i) {
            ++line;
            visit(rowOf(*batch, i, line, buffer), static_cast<double>(line) / total);
        }
    }
}

}  // namespace

bool readsParquet() {
    return true;
}

Result<std::unique_ptr<RowFile>> openParquet(const std::filesystem::path& path) {
    if (const Result<InputFile> file = InputFile::open(path); !file) {
        return tl::unexpected(file.error());
    }
    return std::make_unique<ParquetRows>(path.string());
}

}  // namespace dsm

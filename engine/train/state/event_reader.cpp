#include "engine/train/state/event_reader.h"

#include <bit>
#include <cstring>
#include <optional>
#include <system_error>

#include "engine/format/model_file.h"
#include "engine/train/state/event_file.h"
#include "kernels/base/file.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

constexpr std::size_t kHead = 12;  // length and its checksum
constexpr std::size_t kTail = 4;

template <class T>
T numberOf(std::string_view bytes) {
    T value = 0;
    for (std::size_t i = sizeof(T); i-- > 0;)
        value = static_cast<T>(value << 8 | static_cast<unsigned char>(bytes[i]));
    return value;
}

// One field of a message of protocol buffers.
struct Field {
    std::uint64_t number = 0;
    std::uint64_t integer = 0;  // of a varint, or the bits of a fixed one
    std::string_view bytes;     // of what has a length
};

// Walks through a message; ends where it is at its end, or makes no sense.
class Fields {
  public:
    explicit Fields(std::string_view message) : left_(message) {}

    std::optional<Field> next() {
        if (left_.empty()) return std::nullopt;
        const auto key = varint();
        if (!key) return fail();
        Field field{.number = *key >> 3, .integer = 0, .bytes = {}};
        switch (*key & 7) {
            case 0:
                if (const auto value = varint(); value) {
                    field.integer = *value;
                    return field;
                }
                return fail();
            case 1:
                return fixed<std::uint64_t>(field);
            case 2:
                return delimited(field);
            case 5:
                return fixed<std::uint32_t>(field);
            default:
                return fail();
        }
    }
    bool isBroken() const { return isBroken_; }

  private:
    std::optional<Field> fail() {
        isBroken_ = true;
        return std::nullopt;
    }
    std::optional<std::uint64_t> varint() {
        std::uint64_t value = 0;
        for (int shift = 0; shift < 64 && !left_.empty(); shift += 7) {
            const auto byte = static_cast<unsigned char>(left_.front());
            left_.remove_prefix(1);
            value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
            if (byte < 0x80) return value;
        }
        return std::nullopt;
    }
    template <class T>
    std::optional<Field> fixed(Field field) {
        if (left_.size() < sizeof(T)) return fail();
        field.integer = numberOf<T>(left_);
        left_.remove_prefix(sizeof(T));
        return field;
    }
    std::optional<Field> delimited(Field field) {
        const auto size = varint();
        if (!size || *size > left_.size()) return fail();
        field.bytes = left_.substr(0, *size);
        left_.remove_prefix(*size);
        return field;
    }

    std::string_view left_;
    bool isBroken_ = false;
};

double floatOf(std::uint64_t bits) {
    return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
}

// TensorProto of one float32: tensor_content = 4, or float_val = 5, packed or not.
std::optional<double> tensorScalar(std::string_view message) {
    Fields fields(message);
    std::optional<double> value;
    while (const auto field = fields.next()) {
        const bool isContent = field->number == 4 || field->number == 5;
        if (isContent && field->bytes.size() == sizeof(float))
            value = floatOf(numberOf<std::uint32_t>(field->bytes));
        if (field->number == 5 && field->bytes.empty()) value = floatOf(field->integer);
        if (field->number == 1 && field->integer != 1) return std::nullopt;  // another type
    }
    return value;
}

// Summary.Value: tag = 1, simple_value = 2, tensor = 8.
bool readValue(std::string_view message, std::int64_t step, std::vector<EventScalar>& scalars) {
    Fields fields(message);
    EventScalar scalar{.step = step, .tag = {}, .value = 0};
    std::optional<double> value;
    while (const auto field = fields.next()) {
        if (field->number == 1) scalar.tag = field->bytes;
        if (field->number == 2) value = floatOf(field->integer);
        if (field->number == 8) value = tensorScalar(field->bytes);
    }
    if (value && !scalar.tag.empty()) {
        scalar.value = *value;
        scalars.push_back(std::move(scalar));
    }
    return !fields.isBroken();
}

bool readEvent(std::string_view message, std::vector<EventScalar>& scalars) {
    std::int64_t step = 0;
    std::vector<std::string_view> summaries;
    Fields fields(message);
    while (const auto field = fields.next()) {
        if (field->number == 2) step = static_cast<std::int64_t>(field->integer);
        if (field->number == 5) summaries.push_back(field->bytes);
    }
    if (fields.isBroken()) return false;
    for (const std::string_view summary : summaries) {
        Fields values(summary);
        while (const auto value = values.next()) {
            if (value->number == 1 && !readValue(value->bytes, step, scalars)) return false;
        }
        if (values.isBroken()) return false;
    }
    return true;
}

}  // namespace

Result<std::vector<EventScalar>> parseEvents(std::string_view bytes, const std::string& file) {
    std::vector<EventScalar> scalars;
    std::size_t at = 0;
    const auto damaged = [&](const char* what) {
        return failure(ErrorCode::Malformed, ReasonCode::EventsDamaged,
                       {file, std::to_string(at), what});
    };
    while (bytes.size() - at >= kHead) {
        const std::string_view rest = bytes.substr(at);
        if (numberOf<std::uint32_t>(rest.substr(8)) != maskedCrc(crc32c(rest.substr(0, 8))))
            return damaged("has a length whose checksum is wrong");
        const auto length = numberOf<std::uint64_t>(rest);
        if (length > rest.size() || kHead + length + kTail > rest.size()) break;  // cut by a kill
        const std::string_view data = rest.substr(kHead, length);
        if (numberOf<std::uint32_t>(rest.substr(kHead + length)) != maskedCrc(crc32c(data)))
            return damaged("has a checksum that is wrong");
        if (!readEvent(data, scalars)) return damaged("cannot be read");
        at += kHead + length + kTail;
    }
    return scalars;
}

Result<std::vector<EventScalar>> readEvents(const std::filesystem::path& path) {
    std::error_code error;
    const std::uint64_t size = std::filesystem::file_size(path, error);
    if (error) return systemFailure("read", path, error.value());
    if (size > kMostEventBytes) {
        return failure(ErrorCode::Unsupported, ReasonCode::EventsTooLarge,
                       {path.string(), std::to_string(kMostEventBytes >> 20)});
    }
    const auto bytes = readTextFile(path, kMostEventBytes);
    if (!bytes) return tl::unexpected(bytes.error());
    return parseEvents(*bytes, path.string());
}

}  // namespace dsm

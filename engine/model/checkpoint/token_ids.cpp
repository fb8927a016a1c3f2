#include "engine/model/checkpoint/token_ids.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

namespace dsm {

Result<std::vector<std::int32_t>> readTokenIds(const JsonField& field, std::int64_t vocabSize) {
    std::vector<JsonField> fields{field};
    if (field.value().is_array()) {
        Result<std::vector<JsonField>> elements = field.elements();
        if (!elements) return tl::unexpected(elements.error());
        if (elements->empty()) {
            return field.malformed(ReasonCode::ListEmptyOfIds);
        }
        fields = std::move(*elements);
    }
    std::vector<std::int32_t> ids;
    for (const JsonField& one : fields) {
        const Result<std::int64_t> id = one.integer();
        if (!id) return tl::unexpected(id.error());
        if (*id < 0 || *id >= vocabSize) {
            return one.malformed({ReasonCode::ValueNotBetween,
                                  {std::to_string(*id), "0", std::to_string(vocabSize - 1)}});
        }
        const auto known = static_cast<std::int32_t>(*id);
        if (std::find(ids.begin(), ids.end(), known) == ids.end()) ids.push_back(known);
    }
    return ids;
}

}  // namespace dsm

// What stands in a row in place of a value that is there and is not read, so that a column which
// nobody uses does not cost the row: an object of one key, {"not read": WHAT}. Who needs the value
// refuses the row by WHAT, a word of kernels/base/reason.h. Private to engine/train/data.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace dsm {

enum class NotRead {
    Bytes,  // that are not UTF-8
    Type,   // a time, a decimal
    Form,   // of its column: an encoding, a codec
};

nlohmann::json notRead(NotRead what);
// nullptr where the value is another one.
const char* whyNotRead(const nlohmann::json& value);

}  // namespace dsm

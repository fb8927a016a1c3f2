// The table of every key that adapter_config.json may hold, and what becomes of each: what the
// adapter's tensors mean, what means nothing here, and what asks for arithmetic that is not done.
//
// A key that is not in the table is refused: what it changes is not known.
//
// Source    PEFT 0.21: the fields of LoraConfig and its bases, and what its layers make of them;
//           two keys of PEFT before 0.3.
// Errors    Unsupported, naming the file and the key, with what to do instead.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string_view>

#include "engine/format/json_field.h"
#include "kernels/base/reason.h"
#include "kernels/base/result.h"

namespace dsm {

enum class KeyUse {
    Honoured,  // read by readAdapterSettings()
    Harmless,  // changes no number of a saved adapter, whatever its value
    Refused,   // unless its value turns it off
};

struct AdapterKey {
    std::string_view name;
    KeyUse use;
    bool (*accepts)(const nlohmann::json& value);  // any other value is refused
    std::string_view why = "";                     // why it is harmless
    ReasonCode problem = ReasonCode::Other;        // of Refused: what it is, and what to do instead
    bool canMerge = false;                         // of Refused: a merged model can be used
};

std::span<const AdapterKey> adapterKeys();

// Looks at every key of the document, an object.
Result<void> checkAdapterKeys(const JsonField& root);

}  // namespace dsm

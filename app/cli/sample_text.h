// A text of a few hundred tokens in English and Chinese, to compare models on where a person names
// no other.
#pragma once

#include <string_view>

namespace dsm::cli {

std::string_view sampleText();

}  // namespace dsm::cli

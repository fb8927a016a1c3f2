// Jinja sources, compared by what they mean: templates are recognised, not run.
#pragma once

#include <string>
#include <string_view>

namespace dsm {

// The same template without the differences that do not change its output: white space in tags and
// around them (as with trim_blocks and lstrip_blocks), "-" marks, the kind of quotes, escapes in
// strings, a.b for a['b']. Meant for comparing two results only.
std::string canonicalJinja(std::string_view source);

}  // namespace dsm

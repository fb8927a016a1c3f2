// Jinja sources, compared by what they mean: templates are recognised, not run.
//
// Two templates of one canonical form put out the same for the same conversation, with the settings
// of the transformers library (trim_blocks, lstrip_blocks, no trailing newline). Not compared are
// white space that Jinja takes away, comments, line ends, the kind of quotes, escapes in strings,
// a.b for a['b'], and where strings put out one after the other are cut: 'a' + b, 'a' ~ b and
// {{ 'a' }}{{ b }} are one. What a template puts out are strings here, never numbers to be added.
//
// Source  https://jinja.palletsprojects.com/en/stable/templates; the lexer of Jinja 3.1.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace dsm {

// A variable whose value is known: its text and the variable put out the same.
struct JinjaVariable {
    std::string name;
    std::string text;  // not empty
};

// Meant for comparing two results only. Different templates never give the same.
std::string canonicalJinja(std::string_view source, std::span<const JinjaVariable> known = {});

}  // namespace dsm

// Search text: makes words of languages written without spaces findable, and any user text a
// harmless query.
//
// The index splits words at spaces and marks, so a run of CJK characters, and a sentence of Thai,
// Lao, Khmer or Burmese, would be one long word. A separator (U+001F) around each such character
// makes it a word of its own, and a phrase of such words finds any run of them, two characters
// included.
//
// Source  sqlite.org/fts5.html, sections 3 (query syntax) and 4.3.1 (unicode61).
// Errors  None; invalid UTF-8 passes through.
#pragma once

#include <string>
#include <string_view>

namespace dsm {

std::string textForIndex(std::string_view text);

// The text that textForIndex() was given, without the separators it added.
std::string textFromIndex(std::string_view indexed);

// Each word of `text` as a quoted phrase, all of which must be found; when `text` ends with a word
// of letters or digits (not CJK), any word it begins matches. "" when `text` holds no word.
std::string searchQuery(std::string_view text);

}  // namespace dsm

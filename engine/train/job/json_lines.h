// Lines of the keys of a JSON text, so that a wrong value is named by the place where it stands:
// the library tells positions of wrong syntax only.
//
// A key is named by its path: "learning_rate", "columns.output". Of a key that appears twice the
// second place is kept, and the key told.
//
// Errors  None: of a text that is not JSON, the keys before the fault have lines.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace dsm {

class JsonKeyLines {
  public:
    explicit JsonKeyLines(std::string_view text);

    // From 1 on; 0 where there is no such key.
    int lineOf(std::string_view path) const;
    // The first key that its object holds already.
    const std::optional<std::string>& repeated() const { return repeated_; }

  private:
    std::map<std::string, int, std::less<>> lines_;
    std::optional<std::string> repeated_;
};

}  // namespace dsm

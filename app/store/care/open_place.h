// OpenPlace: whether a database that is open still lies where it was opened.
//
// SQLite writes on into a file that others moved, replaced or deleted meanwhile, and says that all
// went well; at the next start nothing of it is there. Its log counts, too: what is committed lies
// there first.
//
// Threads   One at a time.
// Errors    What cannot be looked at counts as being in its place.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "kernels/base/file_identity.h"

namespace dsm {

class OpenPlace {
  public:
    // What lies there now is what is open.
    void note(const std::filesystem::path& file);
    // The path that leads to something else by now, or to nothing.
    std::optional<std::filesystem::path> lost() const;

  private:
    struct Part {
        std::filesystem::path path;
        FileIdentity identity;
    };

    std::vector<Part> parts_;
};

}  // namespace dsm

// Foreign weights: what a folder holds in place of the files that are read here, for messages.
//
// Formats are known by the names of their files, as the programs that write them name them: none of
// them is opened, and pickles (.bin, .pt, .ckpt) can run code where they are.
//
// Errors  None; a folder that cannot be listed holds nothing.
#pragma once

#include <filesystem>

#include "kernels/base/reason.h"

namespace dsm {

// Sentences that name the first such file, its format, and what to do instead; empty where there is
// none.
Reason foreignWeightsIn(const std::filesystem::path& folder);

}  // namespace dsm

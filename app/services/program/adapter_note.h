// What the user noted of an adapter that was kept, in its folder.
#pragma once

namespace dsm {

inline constexpr const char* kAdapterNoteName = "note.txt";

}  // namespace dsm

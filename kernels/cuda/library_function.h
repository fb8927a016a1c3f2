// A function of a library that was opened while the program runs.
//
// Threads  Any.
#pragma once

#include <dlfcn.h>

namespace dsm::cuda {

// False where the library has none of this name.
template <class Function>
bool find(void* library, const char* name, Function*& function) {
    function = reinterpret_cast<Function*>(dlsym(library, name));
    return function != nullptr;
}

}  // namespace dsm::cuda

// What AddressSanitizer has to be told by whoever hands out memory and switches stacks; nothing
// where it is not in the build.
#pragma once

#include <cstddef>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define DSM_SIMT_ASAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define DSM_SIMT_ASAN 1
#endif

#if defined(DSM_SIMT_ASAN)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

namespace simt {

#if defined(DSM_SIMT_ASAN)
inline constexpr bool kHasAsan = true;
inline void poison(const void* p, std::size_t bytes) {
    __asan_poison_memory_region(p, bytes);
}
inline void unpoison(const void* p, std::size_t bytes) {
    __asan_unpoison_memory_region(p, bytes);
}
// Before a switch: `saved` keeps this fiber's shadow frames, nullptr where it ends.
inline void startSwitch(void** saved, const void* stack, std::size_t bytes) {
    __sanitizer_start_switch_fiber(saved, stack, bytes);
}
inline void finishSwitch(void* saved, const void** oldStack, std::size_t* oldBytes) {
    __sanitizer_finish_switch_fiber(saved, oldStack, oldBytes);
}
#else
inline constexpr bool kHasAsan = false;
inline void poison(const void*, std::size_t) {}
inline void unpoison(const void*, std::size_t) {}
inline void startSwitch(void**, const void*, std::size_t) {}
inline void finishSwitch(void*, const void**, std::size_t*) {}
#endif

}  // namespace simt

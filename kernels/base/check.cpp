#include "kernels/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace dsm {

void checkFailed(const char* condition, const char* file, int line) {
    std::fprintf(stderr, "%s:%d: broken contract: %s\n", file, line, condition);
    std::abort();
}

}  // namespace dsm

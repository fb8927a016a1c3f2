// Recovery: whether the program takes what a GPU may do to it as it should: memory that runs out is
// told with numbers and leaves the GPU in use; a kernel that faults loses the GPU for this process,
// which says so, touches it no more and has the CPU.
//
// To be the last that a process asks of its GPUs.
//
// Threads   One at a time.
#pragma once

#include <string>
#include <vector>

namespace dsm::selftest {

struct RecoveryRow {
    std::string name;
    std::string failure;  // what was otherwise; "": all is as it should be

    bool ok() const { return failure.empty(); }
};

// Of the first GPU that can be used; one row that says why where there is none.
std::vector<RecoveryRow> checkRecovery();

}  // namespace dsm::selftest

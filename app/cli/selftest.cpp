#include "kernels/selftest/selftest.h"

#include <iostream>

#include "app/cli/terminal.h"
#include "kernels/selftest/recovery.h"

namespace dsm::cli {

namespace {

int recovery() {
    int failed = 0;
    for (const selftest::RecoveryRow& row : selftest::checkRecovery()) {
        std::cout << row.name << ": " << (row.ok() ? "ok" : "FAILED, " + row.failure) << std::endl;
        if (!row.ok()) ++failed;
    }
    std::cout << (failed == 0 ? "All is as it should be.\n" : "Something is not.\n");
    return failed == 0 ? kOk : kFailure;
}

}  // namespace

int selftest(const SelftestOptions& options) {
    if (options.recovery) return recovery();
    using selftest::SelftestRow;
    std::vector<selftest::Subject> subjects = selftest::everySubject(note);
    std::erase_if(subjects, [&](const selftest::Subject& subject) {
        return !subject.name.starts_with(options.backend);
    });
    if (subjects.empty()) {
        return fail({ErrorCode::Unsupported,
                     "This computer has nothing of the backend \"" + options.backend + "\"."});
    }
    std::cout << selftest::selftestHeading() << std::endl;
    int rows = 0;
    int failed = 0;
    const auto print = [&](const SelftestRow& row) {
        std::cout << selftest::selftestLine(row) << std::endl;  // at once: a later row may crash
        ++rows;
        if (!row.ok()) ++failed;
    };
    selftest::runSelftest(subjects, print, options.op);
    if (failed == 0) {
        std::cout << "All " << rows << " rows are ok.\n";
        return kOk;
    }
    std::cout << failed << " of " << rows << " rows FAILED.\n";
    return kFailure;
}

}  // namespace dsm::cli

// Memory fit: whether a model can be run on a machine, known before it is loaded.
//
//   fits         plan + available / 16 <= available
//   may be slow  else, where plan <= total
//   won't fit    plan > total
//
// plan is MemoryPlan::totalBytes(), total and available are those of MachineMemory; all in bytes.
// The sixteenth is left alone because the system's "available" is an estimate and other programs
// go on growing. A model that fits the machine but not what is available now pushes out others, or
// its weights, which are mapped files, are dropped and read from the disk again: slow, not wrong. A
// model beyond the total would do so with every token.
//
// With the weights left on the disk, only the rest of the plan has to fit.
#pragma once

#include <cstdint>
#include <string>

#include "engine/format/checkpoint.h"
#include "engine/model/pass/memory_plan.h"
#include "engine/model/pass/residency.h"
#include "kernels/base/machine_memory.h"
#include "kernels/base/result.h"

namespace dsm {

enum class MemoryVerdict { Fits, MayBeSlow, WontFit };

// Fits where the machine's memory is unknown: nothing speaks against trying.
MemoryVerdict judge(const MemoryPlan& plan, const MachineMemory& machine);

// Weights in memory, as loading them takes it: float16 is kept beside its float32 form.
std::uint64_t weightBytesInMemory(const Checkpoint& checkpoint);

// Errors  OutOfMemory for a model that won't fit: what it needs, what there is, and the remedies.
Result<void> checkFit(const MemoryPlan& plan, const MachineMemory& machine, Residency residency,
                      std::int64_t contextLimit);

}  // namespace dsm

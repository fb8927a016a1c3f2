// The shapes every operation's contract asks for, checked once for all backends. A wrong shape is
// the caller's bug: each function returns or stops the program (DSM_CHECK).
#pragma once

#include "kernels/ops/attend.h"
#include "kernels/ops/attention_input.h"
#include "kernels/ops/attention_output.h"
#include "kernels/ops/embed.h"
#include "kernels/ops/experts_input.h"
#include "kernels/ops/experts_output.h"
#include "kernels/ops/logits.h"
#include "kernels/ops/norm.h"
#include "kernels/ops/route.h"

namespace dsm {

// Where the views of an operation's arguments lie. The numbers of those on a device (ids, groups)
// are not looked at.
enum class Memory { Host, Device };

void checkShapes(const EmbedArgs& args, Memory memory = Memory::Host);
void checkShapes(const NormArgs& args);
void checkShapes(const AttentionInputArgs& args);
void checkShapes(const AttendArgs& args);
void checkShapes(const AttentionOutputArgs& args);
void checkShapes(const RouteArgs& args);
void checkShapes(const ExpertsInputArgs& args, Memory memory = Memory::Host);
void checkShapes(const ExpertsOutputArgs& args, Memory memory = Memory::Host);
void checkShapes(const LogitsArgs& args);

}  // namespace dsm

// The operations of one backend, as plain function pointers.
//
// Every entry has the contract of its header in kernels/ops, whatever the backend.
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

struct OpTable {
    void (*embed)(OpContext&, const EmbedArgs&);
    void (*norm)(OpContext&, const NormArgs&);
    void (*attentionInput)(OpContext&, const AttentionInputArgs&);
    void (*attend)(OpContext&, const AttendArgs&);
    void (*attentionOutput)(OpContext&, const AttentionOutputArgs&);
    void (*route)(OpContext&, const RouteArgs&);
    void (*expertsInput)(OpContext&, const ExpertsInputArgs&);
    void (*expertsOutput)(OpContext&, const ExpertsOutputArgs&);
    void (*logits)(OpContext&, const LogitsArgs&);
};

}  // namespace dsm

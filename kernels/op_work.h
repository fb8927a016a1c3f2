// Op work: what one call of an operation has to read and to compute, from its arguments.
//
// Counted are the weights and the cache, each byte once, as if nothing were in a cache of the
// processor; and two operations for each multiply-add with them. The numbers that pass from one
// operation to the next are few and not counted.
#pragma once

#include "kernels/op_table.h"

namespace dsm {

struct OpWork {
    double bytes = 0;
    double operations = 0;

    OpWork& operator+=(const OpWork& more) {
        bytes += more.bytes;
        operations += more.operations;
        return *this;
    }
};

OpWork workOf(const EmbedArgs& args);
OpWork workOf(const NormArgs& args);
OpWork workOf(const AttentionInputArgs& args);
OpWork workOf(const AttendArgs& args);
OpWork workOf(const AttentionOutputArgs& args);
OpWork workOf(const RouteArgs& args);
OpWork workOf(const ExpertsInputArgs& args);
OpWork workOf(const ExpertsOutputArgs& args);
OpWork workOf(const LogitsArgs& args);

}  // namespace dsm

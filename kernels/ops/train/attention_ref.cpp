#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/ops/train/attention.h"

namespace dsm::reference {
namespace {

template <class T>
T dot(const T* a, const T* b, std::int64_t n) {
    T sum = 0;
    for (std::int64_t i = 0; i < n; ++i)
        sum += a[i] * b[i];
    return sum;
}

// Calls body(t, first, h, q, kv) for each token, the first of its segment, and each head: `q` is
// the column of the head's queries, `kv` that of its keys and values.
template <class Args, class Body>
void forEachHead(const Args& args, const Body& body) {
    const std::int64_t group = args.q.cols / args.k.cols;
    for (std::size_t s = 0; s + 1 < args.segments.size(); ++s) {
        for (std::int64_t t = args.segments[s]; t < args.segments[s + 1]; ++t) {
            for (std::int64_t h = 0; h < args.q.cols / args.headSize; ++h) {
                body(t, std::int64_t{args.segments[s]}, h, h * args.headSize,
                     h / group * args.headSize);
            }
        }
    }
}

}  // namespace

template <class T>
void attentionForward(OpContext&, const AttentionForwardArgs<T>& args) {
    checkShapes(args);
    const T scale = T{1} / std::sqrt(static_cast<T>(args.headSize));
    const std::int64_t size = args.headSize;
    forEachHead(args, [&](std::int64_t t, std::int64_t first, std::int64_t h, std::int64_t q,
                          std::int64_t kv) {
        std::vector<T> score;
        for (std::int64_t u = first; u <= t; ++u)
            score.push_back(dot(args.q.row(t) + q, args.k.row(u) + kv, size) * scale);
        const T largest = *std::max_element(score.begin(), score.end());
        T total = 0;
        for (const T s : score)
            total += std::exp(s - largest);
        args.logSum.row(t)[h] = largest + std::log(total);
        for (std::int64_t i = 0; i < size; ++i) {
            T sum = 0;
            for (std::int64_t u = first; u <= t; ++u) {
                sum += std::exp(score[static_cast<std::size_t>(u - first)] - largest) *
                       args.v.row(u)[kv + i];
            }
            args.out.row(t)[q + i] = sum / total;
        }
    });
}

template <class T>
void attentionBackward(OpContext&, const AttentionBackwardArgs<T>& args) {
    checkShapes(args);
    const T scale = T{1} / std::sqrt(static_cast<T>(args.headSize));
    const std::int64_t size = args.headSize;
    for (const Matrix<T>& m : {args.dq, args.dk, args.dv})
        std::fill_n(m.data, m.size(), T{0});
    forEachHead(args, [&](std::int64_t t, std::int64_t first, std::int64_t h, std::int64_t q,
                          std::int64_t kv) {
        const T* dOut = args.dOut.row(t) + q;
        const T delta = dot(dOut, args.out.row(t) + q, size);
        for (std::int64_t u = first; u <= t; ++u) {
            const T s = dot(args.q.row(t) + q, args.k.row(u) + kv, size) * scale;
            const T p = std::exp(s - args.logSum.row(t)[h]);
            const T ds = p * (dot(dOut, args.v.row(u) + kv, size) - delta) * scale;
            for (std::int64_t i = 0; i < size; ++i) {
                args.dq.row(t)[q + i] += ds * args.k.row(u)[kv + i];
                args.dk.row(u)[kv + i] += ds * args.q.row(t)[q + i];
                args.dv.row(u)[kv + i] += p * dOut[i];
            }
        }
    });
}

template void attentionForward(OpContext&, const AttentionForwardArgs<float>&);
template void attentionForward(OpContext&, const AttentionForwardArgs<double>&);
template void attentionBackward(OpContext&, const AttentionBackwardArgs<float>&);
template void attentionBackward(OpContext&, const AttentionBackwardArgs<double>&);

}  // namespace dsm::reference

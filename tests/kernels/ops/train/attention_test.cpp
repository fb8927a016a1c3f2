#include "kernels/ops/train/attention.h"

#include "tests/kernels/ops/train/train_case.h"

namespace dsm::test {
namespace {

struct Shape {
    std::int64_t heads, keyHeads, size;
    std::vector<std::int32_t> segments;

    std::int64_t tokens() const { return segments.back(); }
};

template <class T>
struct Attention {
    std::vector<T> q, k, v, dOut, out, logSum, dq, dk, dv;
    const Shape& s;

    explicit Attention(const Shape& shape) : s(shape) {
        Random random(5);
        const std::int64_t queries = s.tokens() * s.heads * s.size;
        const std::int64_t keys = s.tokens() * s.keyHeads * s.size;
        for (auto* values : {&q, &dOut}) {
            const auto numbers = random.floats(queries);
            values->assign(numbers.begin(), numbers.end());
        }
        for (auto* values : {&k, &v}) {
            const auto numbers = random.floats(keys);
            values->assign(numbers.begin(), numbers.end());
        }
        out.resize(q.size());
        logSum.resize(static_cast<std::size_t>(s.tokens() * s.heads));
        dq.resize(q.size());
        dk.resize(k.size());
        dv.resize(v.size());
    }
    Matrix<T> queries(std::vector<T>& m) { return {m.data(), s.tokens(), s.heads * s.size}; }
    Matrix<T> keys(std::vector<T>& m) { return {m.data(), s.tokens(), s.keyHeads * s.size}; }
    AttentionForwardArgs<T> forward() {
        return {queries(q),
                keys(k),
                keys(v),
                s.size,
                s.segments,
                queries(out),
                {logSum.data(), s.tokens(), s.heads}};
    }
    AttentionBackwardArgs<T> backward() {
        return {queries(q),
                keys(k),
                keys(v),
                s.size,
                s.segments,
                queries(out),
                Matrix<T>{logSum.data(), s.tokens(), s.heads},
                queries(dOut),
                queries(dq),
                keys(dk),
                keys(dv)};
    }
};

// Two equal keys: half of each value; a second segment sees none of it.
TEST(TrainAttention, SeesItsOwnSegmentUpToItself) {
    const Shape s{1, 1, 2, {0, 2, 3}};
    withEveryTrainBackend([&](const TrainOps<float>& ops, OpContext& context) {
        Attention<float> a(s);
        a.q = {1, 0, 1, 0, 1, 0};
        a.k = {1, 1, 1, 5, 9, 9};
        a.v = {2, 4, 6, 8, 100, 200};
        ops.attentionForward(context, a.forward());
        expectClose({a.out}, {{2, 4, 4, 6, 100, 200}}, 1e-6);
        EXPECT_NEAR(a.logSum[0], 1 / std::sqrt(2.0F), 1e-6F);
        EXPECT_NEAR(a.logSum[1], 1 / std::sqrt(2.0F) + std::log(2.0F), 1e-6F);
    });
}

TEST(TrainAttention, OfTheCpuIsNearTheReference) {
    const std::vector<Shape> shapes{{1, 1, 2, {0, 1}},           {6, 2, 10, {0, 1, 6, 40}},
                                    {4, 4, 16, {0, 0, 97, 300}}, {2, 1, 128, {0, 130, 131}},
                                    {1, 1, 256, {0, 5}},         {2, 2, 8, {0}}};
    for (const Shape& s : shapes) {
        SCOPED_TRACE("T " + std::to_string(s.tokens()) + ", K " + std::to_string(s.size));
        expectTrainParity(4e-5, [&](const TrainOps<float>& ops, OpContext& context) {
            Attention<float> a(s);
            ops.attentionForward(context, a.forward());
            ops.attentionBackward(context, a.backward());
            return Outputs{a.out, a.logSum, a.dq, a.dk, a.dv};
        });
    }
}

TEST(TrainAttention, WritesNothingElse) {
    const Shape s{2, 1, 6, {0, 3, 20}};
    withEveryTrainBackend([&](const TrainOps<float>& ops, OpContext& context) {
        Attention<float> a(s);
        Guarded<float> out(20, 12), logSum(20, 2), dq(20, 12), dk(20, 6), dv(20, 6);
        auto forward = a.forward();
        forward.out = out.view();
        forward.logSum = logSum.view();
        ops.attentionForward(context, forward);
        auto backward = a.backward();
        backward.out = out.view();
        backward.logSum = logSum.view();
        backward.dq = dq.view();
        backward.dk = dk.view();
        backward.dv = dv.view();
        ops.attentionBackward(context, backward);
        for (const Guarded<float>* guard : {&out, &logSum, &dq, &dk, &dv})
            EXPECT_TRUE(guard->intact());
    });
}

TEST(TrainAttention, EqualsTheGolden) {
    const Golden golden({"train_ops.safetensors"});
    const auto g = [&](const char* name) {
        return golden.floats(std::string("attention.") + name);
    };
    const Shape s{6, 2, 10, golden.integers("attention.segments")};
    withEveryTrainBackend([&](const TrainOps<float>& ops, OpContext& context) {
        Attention<float> a(s);
        a.q = g("q");
        a.k = g("k");
        a.v = g("v");
        a.dOut = g("dy");
        ops.attentionForward(context, a.forward());
        ops.attentionBackward(context, a.backward());
        expectClose({a.out, a.dq, a.dk, a.dv}, {g("y"), g("dq"), g("dk"), g("dv")}, 2e-6);
    });
}

TEST(TrainAttention, GradientsAreFiniteDifferences) {
    const Shape s{2, 1, 4, {0, 3, 7}};
    Attention<double> a(s);
    ThreadPool pool(1);
    OpContext context{.pool = &pool};
    reference::attentionForward(context, a.forward());
    reference::attentionBackward(context, a.backward());
    const auto loss = [&] {
        reference::attentionForward(context, a.forward());
        return weightedSum(a.out, a.dOut);
    };
    expectGradient(a.q, a.dq, loss, "q");
    expectGradient(a.k, a.dk, loss, "k");
    expectGradient(a.v, a.dv, loss, "v");
}

}  // namespace
}  // namespace dsm::test

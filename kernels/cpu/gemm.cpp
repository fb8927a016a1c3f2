#include "kernels/cpu/gemm.h"

#include <algorithm>

#include "kernels/cpu/train_simd.h"

namespace dsm::cpu {
namespace {

constexpr std::int64_t kRowsAtOnce = 72;  // of the left factor: with kGemmSum 74 kB of the cache
constexpr std::int64_t kTasksPerThread = 4;

std::int64_t roundUp(std::int64_t n, std::int64_t to) {
    return (n + to - 1) / to * to;
}

bool sameLeft(const Term& a, const Term& b) {
    return a.left.stored.data == b.left.stored.data && a.left.stored.cols == b.left.stored.cols &&
           a.left.across == b.left.across && a.left.index == b.left.index && a.sum == b.sum &&
           a.leftScale == b.leftScale && a.left.dropout.threshold == b.left.dropout.threshold &&
           a.left.dropout.key == b.left.dropout.key;
}

// The panels of a term's left factor: those of an earlier product where it is the same.
struct LeftPanels {
    std::int64_t at = 0;  // in numbers
    bool own = true;
};

// Calls visit(product, term, panels) for every term, in order. Only products close by are
// compared: those that share an input stand together.
template <class Visit>
std::int64_t planLeft(const TrainLoops& loops, std::span<const Product> products,
                      const Visit& visit) {
    struct Seen {
        const Term* term = nullptr;
        std::int64_t rows = 0;
        std::int64_t at = 0;
    };
    constexpr std::size_t kSeen = 4;
    Seen seen[kSeen];
    std::size_t next = 0;
    std::int64_t numbers = 0;
    for (std::size_t p = 0; p < products.size(); ++p) {
        for (const Term& term : products[p].terms) {
            LeftPanels panels{.at = numbers};
            for (const Seen& s : seen) {
                if (s.term != nullptr && s.rows == products[p].rows && sameLeft(*s.term, term))
                    panels = {.at = s.at, .own = false};
            }
            if (panels.own) {
                numbers += roundUp(roundUp(products[p].rows, loops.rows) * term.sum, 16);
                seen[next++ % kSeen] = {&term, products[p].rows, panels.at};
            }
            visit(p, term, panels);
        }
    }
    return numbers;
}

struct LeftTask {
    const Term* term;
    std::int64_t rows;
    std::int64_t firstPanel;  // of all tasks before
    float* out;
};

struct ProductPlan {
    std::int64_t firstTask = 0;  // of all products before
    std::int64_t colBlocks = 0;
    std::int64_t rowChunks = 1;
    std::int64_t firstTerm = 0;
};

// The lists of one call, in the scratch memory behind the panels.
struct Lists {
    std::span<LeftTask> left;
    std::span<ProductPlan> products;
    std::span<const float*> panels;  // [terms]
};

std::int64_t termCount(std::span<const Product> products) {
    std::int64_t count = 0;
    for (const Product& p : products)
        count += static_cast<std::int64_t>(p.terms.size());
    return count;
}

std::int64_t listBytes(std::span<const Product> products) {
    const std::int64_t terms = termCount(products);
    return roundUp(terms * static_cast<std::int64_t>(sizeof(LeftTask) + sizeof(float*)) +
                       static_cast<std::int64_t>(products.size() * sizeof(ProductPlan)),
                   64);
}

// A part of a product: rows [firstRow, lastRow) and `cols` columns from firstCol on.
struct Part {
    const Product& product;
    std::int64_t firstCol, cols, firstRow, lastRow;
};

// The tiles of rows [m, end) of a part, from panels of both factors into `out` and its stride.
void tiles(const TrainLoops& loops, const Part& part, const float* left, std::int64_t leftSum,
           const float* right, std::int64_t sum, std::int64_t m, std::int64_t end, float* out,
           std::int64_t stride, bool add) {
    for (std::int64_t j = 0; j < part.cols; j += loops.cols) {
        for (std::int64_t i = m; i < end; i += loops.rows) {
            loops.tile(left + i * leftSum, right + j * sum, sum, out + (i - m) * stride + j, stride,
                       static_cast<int>(std::min<std::int64_t>(end - i, loops.rows)),
                       static_cast<int>(std::min<std::int64_t>(part.cols - j, loops.cols)), add);
        }
    }
}

// A term whose products are dropped: computed aside, then added where they are kept.
void droppedTiles(const TrainLoops& loops, const Part& part, const Term& term, const float* left,
                  const float* right, std::int64_t m, std::int64_t end, bool add) {
    alignas(64) float aside[kRowsAtOnce * kGemmCols];
    const Product& p = part.product;
    tiles(loops, part, left, term.sum, right, term.sum, m, end, aside, kGemmCols, false);
    for (std::int64_t i = m; i < end; ++i) {
        loops.dropout(aside + (i - m) * kGemmCols, part.cols, term.outDropout.key,
                      i * p.cols + part.firstCol, term.outDropout.threshold, term.outDropout.scale,
                      add, p.out + i * p.stride + part.firstCol);
    }
}

// All terms of a part.
void multiplyPart(const TrainLoops& loops, const Part& part, const float* const* panels) {
    alignas(64) float right[kGemmSum * kGemmCols];
    const Product& p = part.product;
    bool add = p.add;
    for (std::size_t t = 0; t < p.terms.size(); ++t) {
        const Term& term = p.terms[t];
        for (std::int64_t k = 0; k < term.sum; k += kGemmSum) {
            const std::int64_t sum = std::min(term.sum - k, kGemmSum);
            loops.packRight({.factor = &term.right,
                             .first = part.firstCol,
                             .count = part.cols,
                             .from = k,
                             .sum = sum,
                             .out = right,
                             .panelStride = sum * loops.cols});
            const float* left = panels[t] + k * loops.rows;
            for (std::int64_t m = part.firstRow; m < part.lastRow; m += kRowsAtOnce) {
                const std::int64_t end = std::min(m + kRowsAtOnce, part.lastRow);
                if (term.outDropout.isOn()) {
                    droppedTiles(loops, part, term, left, right, m, end, add);
                } else {
                    tiles(loops, part, left, term.sum, right, sum, m, end,
                          p.out + m * p.stride + part.firstCol, p.stride, add);
                }
            }
            add = true;
        }
    }
}

void clear(const Product& p) {
    if (p.add) return;
    for (std::int64_t i = 0; i < p.rows; ++i)
        std::fill_n(p.out + i * p.stride, p.cols, 0.0F);
}

bool hasSum(const Product& p) {
    return std::any_of(p.terms.begin(), p.terms.end(), [](const Term& t) { return t.sum > 0; });
}

void check(const Product& p) {
    DSM_CHECK(p.rows >= 0 && p.cols >= 0 && p.stride >= p.cols);
    for (const Term& term : p.terms) {
        DSM_CHECK(term.left.stored.type == DType::F32 && term.right.stored.type != DType::F16);
        DSM_CHECK(!term.outDropout.isOn() || term.sum <= kGemmSum);
        DSM_CHECK(!term.right.dropout.isOn() || term.right.stored.type == DType::F32);
    }
}

Lists makeLists(std::span<const Product> products, std::byte* memory) {
    const auto terms = static_cast<std::size_t>(termCount(products));
    auto* left = reinterpret_cast<LeftTask*>(memory);
    auto* plans = reinterpret_cast<ProductPlan*>(left + terms);
    auto* panels = reinterpret_cast<const float**>(plans + products.size());
    return {.left = {left, terms}, .products = {plans, products.size()}, .panels = {panels, terms}};
}

}  // namespace

std::int64_t gemmScratchBytes(const TrainLoops& loops, std::span<const Product> products) {
    const std::int64_t numbers =
        planLeft(loops, products, [](std::size_t, const Term&, const LeftPanels&) {});
    return numbers * static_cast<std::int64_t>(sizeof(float)) + listBytes(products);
}

namespace {

// Fills the lists and returns how many panels of left factors there are to pack.
std::int64_t fillLists(const TrainLoops& loops, std::span<const Product> products, Lists& lists,
                       float* numbers) {
    std::size_t term = 0;
    std::size_t own = 0;
    std::int64_t panels = 0;
    planLeft(loops, products, [&](std::size_t p, const Term& t, const LeftPanels& left) {
        lists.panels[term++] = numbers + left.at;
        if (!left.own) return;
        lists.left[own++] = {&t, products[p].rows, panels, numbers + left.at};
        panels += (products[p].rows + loops.rows - 1) / loops.rows;
    });
    lists.left = lists.left.first(own);
    return panels;
}

void packPanels(const TrainLoops& loops, const Lists& lists, std::int64_t begin, std::int64_t end) {
    auto task =
        std::upper_bound(lists.left.begin(), lists.left.end(), begin,
                         [](std::int64_t i, const LeftTask& t) { return i < t.firstPanel; }) -
        1;
    while (begin < end) {
        const std::int64_t all = (task->rows + loops.rows - 1) / loops.rows;
        const std::int64_t first = begin - task->firstPanel;
        const std::int64_t count = std::min(all - first, end - begin);
        if (count > 0) {
            loops.packLeft({.factor = &task->term->left,
                            .first = first * loops.rows,
                            .count = std::min(count * loops.rows, task->rows - first * loops.rows),
                            .from = 0,
                            .sum = task->term->sum,
                            .scale = task->term->leftScale,
                            .out = task->out + first * loops.rows * task->term->sum,
                            .panelStride = task->term->sum * loops.rows});
            begin += count;
        }
        ++task;
    }
}

// Shares out the columns, and the rows too where columns are few. Returns the number of tasks.
std::int64_t planTasks(std::span<const Product> products, std::int64_t threads, Lists& lists) {
    std::int64_t blocks = 0;
    for (const Product& p : products)
        blocks += (p.cols + kGemmCols - 1) / kGemmCols;
    const std::int64_t wanted =
        threads == 1 ? 1
                     : (kTasksPerThread * threads + blocks - 1) / std::max<std::int64_t>(blocks, 1);
    std::int64_t tasks = 0;
    std::int64_t terms = 0;
    for (std::size_t i = 0; i < products.size(); ++i) {
        const Product& p = products[i];
        ProductPlan& plan = lists.products[i];
        plan = {.firstTask = tasks,
                .colBlocks = p.rows == 0 ? 0 : (p.cols + kGemmCols - 1) / kGemmCols,
                .rowChunks = std::clamp<std::int64_t>(p.rows / 48, 1, wanted),
                .firstTerm = terms};
        tasks += plan.colBlocks * plan.rowChunks;
        terms += static_cast<std::int64_t>(p.terms.size());
    }
    return tasks;
}

void runTask(const TrainLoops& loops, std::span<const Product> products, const Lists& lists,
             std::int64_t task) {
    const auto plan =
        std::upper_bound(lists.products.begin(), lists.products.end(), task,
                         [](std::int64_t i, const ProductPlan& p) { return i < p.firstTask; }) -
        1;
    const Product& p = products[static_cast<std::size_t>(plan - lists.products.begin())];
    const std::int64_t nth = task - plan->firstTask;
    const std::int64_t chunk = nth % plan->rowChunks;
    const std::int64_t panels = (p.rows + loops.rows - 1) / loops.rows;
    const std::int64_t first = panels * chunk / plan->rowChunks * loops.rows;
    const std::int64_t last = panels * (chunk + 1) / plan->rowChunks * loops.rows;
    const std::int64_t col = nth / plan->rowChunks * kGemmCols;
    multiplyPart(loops,
                 {.product = p,
                  .firstCol = col,
                  .cols = std::min(p.cols - col, kGemmCols),
                  .firstRow = first,
                  .lastRow = std::min(last, p.rows)},
                 lists.panels.data() + plan->firstTerm);
}

}  // namespace

void gemm(OpContext& context, std::span<const Product> products) {
    const TrainLoops& loops = trainLoopsOf(context);
    for (const Product& p : products) {
        check(p);
        if (!hasSum(p)) clear(p);
    }
    DSM_CHECK(gemmScratchBytes(loops, products) <= context.scratchBytes());
    std::byte* memory = context.scratch.data();
    Lists lists = makeLists(products, memory);
    auto* numbers = reinterpret_cast<float*>(memory + listBytes(products));
    const std::int64_t panels = fillLists(loops, products, lists, numbers);
    context.pool->run(panels, 8, [&](std::int64_t begin, std::int64_t end) {
        packPanels(loops, lists, begin, end);
    });
    const std::int64_t tasks = planTasks(products, context.pool->threads(), lists);
    context.pool->run(tasks, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t task = begin; task < end; ++task)
            runTask(loops, products, lists, task);
    });
}

void gemmHere(const TrainLoops& loops, const Product& product, std::span<std::byte> scratch) {
    const std::span<const Product> products(&product, 1);
    check(product);
    if (!hasSum(product)) clear(product);
    DSM_CHECK(gemmScratchBytes(loops, products) <= static_cast<std::int64_t>(scratch.size()));
    Lists lists = makeLists(products, scratch.data());
    auto* numbers = reinterpret_cast<float*>(scratch.data() + listBytes(products));
    const std::int64_t panels = fillLists(loops, products, lists, numbers);
    packPanels(loops, lists, 0, panels);
    const std::int64_t tasks = planTasks(products, 1, lists);
    for (std::int64_t task = 0; task < tasks; ++task)
        runTask(loops, products, lists, task);
}

}  // namespace dsm::cpu

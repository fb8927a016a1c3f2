#include <algorithm>
#include <utility>
#include <vector>

#include "kernels/cuda/device_tables.h"
#include "kernels/cuda/product_launch.h"
#include "kernels/cuda/train_product.h"
#include "kernels/ops/train/linear.h"

namespace dsm::cuda {
namespace {

using Group = LinearGroup<float>;
using Map = LinearMap<float>;

bool hasLora(const Map& map) {
    return map.lora.a.data != nullptr;
}

// ---- The products of a launch -------------------------------------------------------------------

struct Products {
    std::vector<TrainProduct> products;
    std::vector<ProductTerm> terms;

    TrainProduct& begin(const Matrix<float>& out, const Group& g) {
        products.push_back({.out = out.data,
                            .rows = out.rows,
                            .cols = out.cols,
                            .range = g.range,
                            .firstTerm = static_cast<int>(terms.size())});
        return products.back();
    }
    void term(const Operand& left, const Operand& right, std::int64_t sum) {
        terms.push_back({.left = left, .right = right, .sum = sum});
        ++products.back().terms;
    }
};

// Tiles of rows that the products can have at most: ranged ones that write to one matrix share its
// rows.
std::int64_t mostTiles(const std::vector<TrainProduct>& products) {
    std::int64_t tiles = 0;
    std::vector<const float*> shared;
    for (const TrainProduct& p : products) {
        if (p.range == nullptr || p.rangesSum) {
            tiles += divideUp(p.rows, kSide);
            continue;
        }
        ++tiles;  // that is not full
        if (std::find(shared.begin(), shared.end(), p.out) != shared.end()) continue;
        shared.push_back(p.out);
        tiles += p.rows / kSide;
    }
    return tiles;
}

template <class T>
std::span<const std::byte> bytesOf(const std::vector<T>& values) {
    return std::as_bytes(std::span(values));
}

template <bool Precise>
void launchOf(OpContext& context, const Products& list) {
    if (list.products.empty()) return;
    std::int64_t cols = 0;
    for (const TrainProduct& p : list.products)
        cols = std::max(cols, p.cols);
    DSM_CHECK(context.device.tables != nullptr);
    DeviceTables& tables = *context.device.tables;
    const ProductTable table{
        .products = reinterpret_cast<const TrainProduct*>(tables.put(bytesOf(list.products))),
        .terms = reinterpret_cast<const ProductTerm*>(tables.put(bytesOf(list.terms))),
        .count = static_cast<int>(list.products.size())};
    launch(multiplyProducts<Precise>,
           dim3(gridOf(mostTiles(list.products)), gridOf(divideUp(cols, kSide))), kProductThreads,
           sizeof(TrainShared<Precise>), context.device, table);
}

// Those of precise groups apart from the others.
struct ProductLists {
    Products plain, precise;

    Products& of(const Group& g) { return g.precise ? precise : plain; }
    void launchAll(OpContext& context) const {
        launchOf<false>(context, plain);
        launchOf<true>(context, precise);
    }
};

// ---- Operands -----------------------------------------------------------------------------------

Operand matrixOf(const Matrix<const float>& m) {
    return {.stored = {.data = reinterpret_cast<const std::uint8_t*>(m.data),
                       .rows = m.rows,
                       .cols = m.cols,
                       .type = DType::F32}};
}
Operand across(Operand operand) {
    operand.isAcross = true;
    return operand;
}
Operand weightOf(const Weight& w) {
    const bool isPlain = w.type == DType::F32 || w.type == DType::BF16;
    return {.stored = isPlain ? plainOnDevice(w) : onDevice(w)};
}
// Rows of a group: of all groups' with a range.
Operand groupRows(const Group& g, const Matrix<const float>& m, const std::int32_t* index) {
    Operand operand = matrixOf(m);
    operand.index = index;
    operand.isRanged = g.range != nullptr;
    return operand;
}
Operand inputOf(const Group& g, const Dropout& dropout = {}) {
    Operand operand = groupRows(g, g.x, g.rows);
    operand.dropout = dropout;
    return operand;
}
Operand gradientOf(const Group& g, const Map& map) {
    return groupRows(g, map.dY, g.dYRows);
}

// Of a launch, every map of every group that has rows.
template <class Body>
void eachMap(const LinearArgs<float>& args, const Body& body) {
    for (const Group& g : args.groups) {
        if (g.count == 0) continue;
        for (const Map& map : g.maps)
            body(g, map);
    }
}

// Where the gradients of hidden numbers lie in the scratch: groups with the same hidden share one.
class HiddenGradients {
  public:
    explicit HiddenGradients(const LinearArgs<float>& args) {
        eachMap(args, [&](const Group& g, const Map& map) {
            if (!hasLora(map) || find(map) != places_.end()) return;
            places_.push_back({map.lora.hidden.data, bytes_});
            bytes_ += (g.count * map.lora.a.rows * std::int64_t{sizeof(float)} + 63) / 64 * 64;
        });
    }
    Matrix<float> of(const Map& map, std::span<std::byte> scratch) {
        return {reinterpret_cast<float*>(scratch.data() + find(map)->second), map.lora.hidden.rows,
                map.lora.a.rows};
    }
    std::int64_t bytes() const { return bytes_; }

  private:
    using Place = std::pair<const float*, std::int64_t>;

    // From the last on: groups that share one follow each other.
    std::vector<Place>::iterator find(const Map& map) {
        const auto found = std::find_if(places_.rbegin(), places_.rend(), [&](const Place& place) {
            return place.first == map.lora.hidden.data;
        });
        return found == places_.rend() ? places_.end() : std::prev(found.base());
    }

    std::vector<Place> places_;
    std::int64_t bytes_ = 0;
};

// dx = sum over maps of dY W, with dh A where nothing is dropped.
void addInputProduct(Products& list, const Group& g, HiddenGradients& hidden,
                     std::span<std::byte> scratch) {
    list.begin(g.dx, g).adds = g.addToDx;
    for (const Map& map : g.maps) {
        list.term(gradientOf(g, map), across(weightOf(map.weight)), map.weight.rows);
        if (!hasLora(map) || map.lora.dropout.isOn()) continue;
        list.term(groupRows(g, hidden.of(map, scratch), nullptr), across(matrixOf(map.lora.a)),
                  map.lora.a.rows);
    }
}

void addWeightProducts(Products& list, const Group& g, const Map& map, HiddenGradients& hidden,
                       std::span<std::byte> scratch) {
    const auto begin = [&](const Matrix<float>& out) {
        TrainProduct& p = list.begin(out, g);
        p.adds = true;
        p.rangesSum = g.range != nullptr;
    };
    const Operand dY = across(gradientOf(g, map));
    if (map.dWeight.data != nullptr) {
        begin(map.dWeight);
        list.term(dY, across(inputOf(g)), g.count);
    }
    if (!hasLora(map)) return;
    begin(map.lora.dB);
    list.term(dY, across(groupRows(g, map.lora.hidden, nullptr)), g.count);
    begin(map.lora.dA);
    list.term(across(groupRows(g, hidden.of(map, scratch), nullptr)),
              across(inputOf(g, map.lora.dropout)), g.count);
}

// dx += dropout(dh A) of the maps with this place in their groups: those of one group wait for each
// other.
void addDropped(OpContext& context, const LinearArgs<float>& args, HiddenGradients& hidden) {
    for (std::size_t nth = 0;; ++nth) {
        ProductLists lists;
        bool isOver = true;
        for (const Group& g : args.groups) {
            if (nth >= g.maps.size()) continue;
            isOver = false;
            const Map& map = g.maps[nth];
            if (g.count == 0 || g.dx.data == nullptr || !hasLora(map)) continue;
            if (!map.lora.dropout.isOn()) continue;
            TrainProduct& p = lists.of(g).begin(g.dx, g);
            p.adds = true;
            p.outDropout = map.lora.dropout;
            lists.of(g).term(groupRows(g, hidden.of(map, context.scratch), nullptr),
                             across(matrixOf(map.lora.a)), map.lora.a.rows);
        }
        if (isOver) return;
        lists.launchAll(context);
    }
}

}  // namespace

void linearForward(OpContext& context, const LinearArgs<float>& args) {
    checkForward(args);
    ProductLists down, out;
    eachMap(args, [&](const Group& g, const Map& map) {
        if (hasLora(map)) {
            down.of(g).begin(map.lora.hidden, g).scale = map.lora.scaling;
            down.of(g).term(inputOf(g, map.lora.dropout), matrixOf(map.lora.a), g.x.cols);
        }
        out.of(g).begin(map.y, g).adds = map.addToY;
        out.of(g).term(inputOf(g), weightOf(map.weight), g.x.cols);
        if (!hasLora(map)) return;
        out.of(g).term(groupRows(g, map.lora.hidden, nullptr), matrixOf(map.lora.b),
                       map.lora.a.rows);
    });
    down.launchAll(context);
    out.launchAll(context);
}

std::int64_t linearForwardScratch(const OpContext&, const LinearArgs<float>&) {
    return 0;
}

void linearBackward(OpContext& context, const LinearArgs<float>& args) {
    checkBackward(args);
    HiddenGradients hidden(args);
    DSM_CHECK(context.scratchBytes() >= hidden.bytes());
    ProductLists up, input, weights;
    eachMap(args, [&](const Group& g, const Map& map) {
        if (hasLora(map)) {
            up.of(g).begin(hidden.of(map, context.scratch), g).scale = map.lora.scaling;
            up.of(g).term(gradientOf(g, map), across(matrixOf(map.lora.b)), map.weight.rows);
        }
        addWeightProducts(weights.of(g), g, map, hidden, context.scratch);
    });
    for (const Group& g : args.groups) {
        if (g.count > 0 && g.dx.data != nullptr)
            addInputProduct(input.of(g), g, hidden, context.scratch);
    }
    up.launchAll(context);
    input.launchAll(context);
    addDropped(context, args, hidden);
    weights.launchAll(context);
}

std::int64_t linearBackwardScratch(const OpContext&, const LinearArgs<float>& args) {
    return HiddenGradients(args).bytes();
}

}  // namespace dsm::cuda

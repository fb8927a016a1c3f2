// Train places: the views of one run of operations of training, in the memory of whoever computes.
//
// Outputs come back in the order in which they were made, all of them NaN where an operation wrote
// beside one of them. They begin as the numbers that they are asked for with: what an operation
// leaves out shows as their canaries.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <span>
#include <vector>

#include "kernels/selftest/op_runs.h"

namespace dsm::selftest {

class TrainPlaces {
  public:
    explicit TrainPlaces(const OpBench& bench) : memory_(bench.memory), inputs_(bench.memory) {}

    Weight in(const Weight& weight) { return inputs_.place(weight); }
    std::vector<Weight> in(const std::vector<Weight>& weights) { return inputs_.place(weights); }
    // Borrowed inputs must outlive the run.
    std::span<const std::int32_t> in(std::vector<std::int32_t> indices) {
        return inputs_.place(
            std::span<const std::int32_t>(indices_.emplace_back(std::move(indices))));
    }
    Matrix<const float> in(std::vector<float> values, std::int64_t cols) {
        const std::vector<float>& kept = numbers_.emplace_back(std::move(values));
        const auto count = static_cast<std::int64_t>(kept.size());
        return inputs_.place(Matrix<const float>{kept.data(), cols > 0 ? count / cols : 0, cols});
    }

    Matrix<float> out(std::int64_t rows, std::int64_t cols) { return made(floats_, rows, cols); }
    Matrix<float> out(std::int64_t rows, std::int64_t cols, float filled) {
        return out(rows, cols, std::vector<float>(static_cast<std::size_t>(rows * cols), filled));
    }
    Matrix<float> out(std::int64_t rows, std::int64_t cols, const std::vector<float>& values) {
        return made(floats_, rows, cols, values);
    }
    Matrix<std::int32_t> outIndices(std::int64_t rows, std::int64_t cols) {
        return made(wholes_, rows, cols);
    }
    // Zeros.
    Matrix<double> outDoubles(std::int64_t count) {
        return made(doubles_, 1, count, std::vector<double>(static_cast<std::size_t>(count)));
    }

    Outputs finish() {
        Outputs outputs;
        bool intact = true;
        for (const auto& fetch : fetches_)
            intact = fetch(outputs.emplace_back()) && intact;
        if (intact) return outputs;
        for (std::vector<float>& output : outputs)
            std::fill(output.begin(), output.end(), std::numeric_limits<float>::quiet_NaN());
        return outputs;
    }

  private:
    template <class T, class... Values>
    Matrix<T> made(std::deque<PlacedOutput<T>>& list, std::int64_t rows, std::int64_t cols,
                   const Values&... values) {
        const PlacedOutput<T>& output = list.emplace_back(memory_, rows, cols, values...);
        fetches_.push_back([&output](std::vector<float>& to) {
            std::vector<T> numbers;
            const bool intact = output.finish(numbers);
            to.assign(numbers.begin(), numbers.end());
            return intact;
        });
        return output.view();
    }

    OpMemory& memory_;
    PlacedInputs inputs_;
    std::deque<std::vector<float>> numbers_;
    std::deque<std::vector<std::int32_t>> indices_;
    std::deque<PlacedOutput<float>> floats_;
    std::deque<PlacedOutput<std::int32_t>> wholes_;
    std::deque<PlacedOutput<double>> doubles_;
    std::vector<std::function<bool(std::vector<float>&)>> fetches_;
};

}  // namespace dsm::selftest

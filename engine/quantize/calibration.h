// Calibration: how large the inputs of each weight are on given text, column by column.
//
// A rounding error in a column whose inputs are large changes the output more, so that quantisers
// may weigh errors by the mean square of the inputs.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

namespace dsm {

struct Calibration {
    // Tensor name -> mean square of each of its columns' inputs.
    std::map<std::string, std::vector<float>, std::less<>> meanSquare;

    std::span<const float> of(const std::string& tensor) const {
        const auto found = meanSquare.find(tensor);
        return found == meanSquare.end() ? std::span<const float>() : found->second;
    }
};

}  // namespace dsm

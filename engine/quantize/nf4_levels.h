// Where one level of NF4 ends and the next begins: what is strictly greater goes up.
//
// Source  bitsandbytes, the thresholds of its kernels: the middle of two levels in float32.
#pragma once

namespace dsm {

inline constexpr float kNf4Bounds[15] = {
    -0.8480964004993439F,  -0.6106329262256622F,  -0.4599952697753906F,   -0.33967943489551544F,
    -0.23460740596055984F, -0.13791173323988914F, -0.045525018125772476F, 0.03979014977812767F,
    0.1202552504837513F,   0.2035212516784668F,   0.2920137718319893F,    0.3893125355243683F,
    0.5016634166240692F,   0.6427869200706482F,   0.8614784181118011F};

}  // namespace dsm

// Logistic and tanh of int16 numbers in TFLite's reference kernels: interpolation in one table
// (tensorflow/lite/kernels/internal/reference/integer_ops/logistic.h and tanh.h). Freestanding.
#pragma once

#include "quant/Rounding.h"

namespace octet::quant::interpolated {

/// 2^16 / (1 + exp(-i / 24)), with TFLite's own rounding: part of the definition, not a result of
/// it.
inline constexpr uint16_t logisticTable[256] = {
    32768, 33451, 34133, 34813, 35493, 36169, 36843, 37513, 38180, 38841, 39498, 40149, 40794,
    41432, 42064, 42688, 43304, 43912, 44511, 45102, 45683, 46255, 46817, 47369, 47911, 48443,
    48964, 49475, 49975, 50464, 50942, 51409, 51865, 52311, 52745, 53169, 53581, 53983, 54374,
    54755, 55125, 55485, 55834, 56174, 56503, 56823, 57133, 57433, 57724, 58007, 58280, 58544,
    58800, 59048, 59288, 59519, 59743, 59959, 60168, 60370, 60565, 60753, 60935, 61110, 61279,
    61441, 61599, 61750, 61896, 62036, 62172, 62302, 62428, 62549, 62666, 62778, 62886, 62990,
    63090, 63186, 63279, 63368, 63454, 63536, 63615, 63691, 63765, 63835, 63903, 63968, 64030,
    64090, 64148, 64204, 64257, 64308, 64357, 64405, 64450, 64494, 64536, 64576, 64614, 64652,
    64687, 64721, 64754, 64786, 64816, 64845, 64873, 64900, 64926, 64950, 64974, 64997, 65019,
    65039, 65060, 65079, 65097, 65115, 65132, 65149, 65164, 65179, 65194, 65208, 65221, 65234,
    65246, 65258, 65269, 65280, 65291, 65301, 65310, 65319, 65328, 65337, 65345, 65352, 65360,
    65367, 65374, 65381, 65387, 65393, 65399, 65404, 65410, 65415, 65420, 65425, 65429, 65433,
    65438, 65442, 65445, 65449, 65453, 65456, 65459, 65462, 65465, 65468, 65471, 65474, 65476,
    65479, 65481, 65483, 65485, 65488, 65489, 65491, 65493, 65495, 65497, 65498, 65500, 65501,
    65503, 65504, 65505, 65507, 65508, 65509, 65510, 65511, 65512, 65513, 65514, 65515, 65516,
    65517, 65517, 65518, 65519, 65520, 65520, 65521, 65522, 65522, 65523, 65523, 65524, 65524,
    65525, 65525, 65526, 65526, 65526, 65527, 65527, 65528, 65528, 65528, 65529, 65529, 65529,
    65529, 65530, 65530, 65530, 65530, 65531, 65531, 65531, 65531, 65531, 65532, 65532, 65532,
    65532, 65532, 65532, 65533, 65533, 65533, 65533, 65533, 65533, 65533, 65533, 65534, 65534,
    65534, 65534, 65534, 65534, 65534, 65534, 65534, 65534, 65535,
};

/// How an argument is brought to units of 1 / (3 * 2^12), of which the table's last entry stands
/// for 10.7: times multiplier, then a rounding shift to the right.
struct Argument {
  int32_t multiplier = 3;
  int shift = 0;

  constexpr int32_t operator()(int16_t x) const {
    int64_t rounding = shift > 0 ? int64_t{1} << (shift - 1) : 0;
    return static_cast<int32_t>((int64_t{x} * multiplier + rounding) >> shift);
  }
};

/// The argument of numbers that a shift to the left brings to Q3.12, or one to the right.
constexpr Argument shiftedLeft(int by) { return by >= 0 ? Argument{3 << by, 0} : Argument{3, -by}; }

/// logistic of a number (in Q3.12 unless the argument says otherwise), as Q0.15.
constexpr int16_t logistic(int16_t x, Argument argument = {}) {
  int32_t scaled = argument(x);
  uint32_t magnitude = static_cast<uint32_t>(scaled < 0 ? -scaled : scaled), index = magnitude >> 9,
           result = 0x7FFF << 10;
  if (index < 255) {
    uint32_t low = logisticTable[index], high = logisticTable[index + 1];
    result = (low << 9) + (magnitude & 0x1FF) * (high - low);
  }
  result = scaled >= 0 ? result + (1 << 9) : (1 << (16 + 9)) - result + (1 << 9) - 1;
  return static_cast<int16_t>(result >> 10);
}

/// tanh(x) = 2 * logistic(2x) - 1, as Q0.15.
constexpr int16_t tanh(int16_t x, Argument argument = {}) {
  int32_t scaled = argument(x);
  uint32_t magnitude = static_cast<uint32_t>(scaled < 0 ? -scaled : scaled), index = magnitude >> 8;
  int32_t result = 0xFFFF << 8;
  if (index < 255) {
    uint32_t low = logisticTable[index], high = logisticTable[index + 1];
    result = static_cast<int32_t>((low << 8) + (magnitude & 0xFF) * (high - low));
  }
  result = scaled >= 0 ? result - (1 << (14 + 9)) + (1 << (9 - 2))
                       : -result + (1 << (14 + 9)) + (1 << (9 - 2)) - 1;
  return static_cast<int16_t>(result >> (9 - 1));
}

} // namespace octet::quant::interpolated

// What each routine is told besides its tensors. Plain data without padding: the compiler stores
// these bytes in the artifact.
#pragma once

#include "quant/Multiplier.h"

namespace octet::routines {

/// Rows of `depth` elements.
struct Rows {
  int64_t depth;
};

/// arg_extreme: index of the largest (smallest) along an axis of `extent` with `inner` elements per
/// step.
struct ArgExtreme {
  int64_t extent, inner;
  int32_t indexBytes; ///< 4 or 8
  int32_t minimum;    ///< 1 for the smallest
};

/// block_dense: codes of `bits`, rowBytes to a row of `depth` codes; `zeroPoint` where no tensor of
/// them is.
struct BlockDense {
  int64_t rows, depth, columns, rowBytes, blockSize, blocks;
  int32_t bits, zeroPoint;
};

/// gather: outer × count slices of sliceBytes; indices of 4 or 8 bytes, clamped to [0, extent).
struct Gather {
  int64_t outer, extent, count, sliceBytes;
  int32_t indexBytes;
  int32_t batched; ///< 1 if every outer slice has indices of its own
};

/// gather_nd and scatter_nd: `count` coordinates of `rank` numbers each. Strides count slices.
struct Coordinates {
  int64_t count;
  int32_t rank, indexBytes;
  int64_t sliceElements, elementBytes, resultElements;
  int64_t extents[8], strides[8];
};

struct L2Norm {
  int64_t depth;
  int32_t zeroPoint;
  int32_t signFlip; ///< 0x80 if codes are int8, 0 if uint8
  /// The output's scale of 1/128 comes in by a shift of the codes (uint8) or of the inverse norm
  /// (int8).
  int32_t codeShift, inverseShift;
};

/// reduce: input as outer × reduced × inner. Axes that are not adjacent are moved together before.
struct Reduce {
  int64_t outer, reduced, inner;
  /// For quantized sums and means: which of the dialect's recipes, and its numbers.
  int32_t recipe;
  int32_t rescales;
  int32_t isMean;
  int32_t rounding;
  quant::FixedPointMultiplier multiplier;
  int32_t inputZeroPoint, outputZeroPoint, lowest, highest, bias;
  float scale;
};

struct Resize {
  int64_t batches, inputHeight, inputWidth, outputHeight, outputWidth, depth, elementBytes;
  int32_t alignCorners, halfPixelCenters;
  int32_t codeOrigin;
  int32_t weightsFirst; ///< float: a pixel is multiplied by the product of its weights
};

/// softmax on 8-bit codes in gemmlowp fixed point: the exponential and its share of the sum for
/// each distance 0 … 255 from the row's largest code.
struct SoftmaxFixed {
  int64_t depth;
  int32_t signFlip;
  int32_t outputBits; ///< 8, or 16 for an int16 result
  int32_t distances;  ///< entries from here on count as zero
  int32_t exponentials[256];
  int32_t shares[256];
  int32_t unused = 0;
};

/// softmax on 8-bit codes with a table of float exponentials (TFLite's optimized kernel).
struct SoftmaxTable {
  int64_t depth;
  int32_t signFlip;
  int32_t outputZeroPoint; ///< as an unsigned code
  int32_t roundsHalfUp;    ///< uint8: v + 0.5 truncated; int8: half to even
  float outputScale;
  float exponentials[256];
};

/// softmax on 8-bit codes as ONNX Runtime's QLinearSoftmax has it: exponentials by distance from
/// the row's largest code.
struct SoftmaxShares {
  int64_t depth;
  int32_t signFlip;
  int32_t outputZeroPoint;
  float sharesOfOne; ///< codes that a probability of 1 is
  float exponentials[256];
  int32_t unused = 0;
};

/// softmax on int16: tables of exp on [-10, 0] and of 1 / (1 + x) on [0, 1].
struct Softmax16 {
  int64_t depth;
  quant::FixedPointMultiplier input;
  int16_t exponential[513], reciprocal[513];
  int32_t unused = 0;
};

struct LayerNorm {
  int64_t depth;
  float epsilon;
  int32_t unused = 0;
};

struct SoftmaxFloat {
  int64_t depth;
  float beta;
  int32_t unused = 0;
};

struct TopK {
  int64_t depth, k;
};

struct Where {
  int64_t elements;
  int32_t rank, elementBytes;
  int32_t isFloat; ///< -0 is zero
  int32_t unused = 0;
  int64_t extents[8];
};

struct Svdf {
  int64_t batch, inputs, filters, memory, rank;
  int32_t inputZeroPoint, outputZeroPoint;
  quant::FixedPointMultiplier feature, output;
};

/// One gate of an LSTM: rescaling of the input's, the recurrent and the peephole product, and of
/// the layer normalization with the variance it assumes where the true one vanishes.
struct LstmGate {
  quant::FixedPointMultiplier input, recurrent, peephole, norm;
  int32_t leastVariance;
};

struct Lstm {
  int64_t batch, time, inputs, cells, outputs;
  int32_t timeMajor;
  /// 1 if the integer form multiplies and activates as TFLite's stand-alone reference kernels do.
  int32_t isComposed;
  /// Float.
  float cellClip, projectionClip;
  /// 8x8_16. The cell state's scale is 2^cellExponent.
  LstmGate inputGate, forgetGate, cellGate, outputGate;
  quant::FixedPointMultiplier hidden, projection;
  quant::FixedPointMultiplier keep,
      admit; ///< composed: forget gate * cell state, input gate * update
  int32_t inputZeroPoint, stateZeroPoint, hiddenZeroPoint, cellExponent;
  int32_t quantizedCellClip, quantizedProjectionClip;
};

struct DetectionPostprocess {
  int64_t boxes, classes, classesWithBackground, boxWidth;
  int64_t maxDetections, maxClassesPerDetection, detectionsPerClass;
  int32_t useRegularNms;
  float scoreThreshold, iouThreshold;
  float yScale, xScale, hScale, wScale;
  int32_t unused = 0;
};

} // namespace octet::routines

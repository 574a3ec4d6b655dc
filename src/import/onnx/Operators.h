// The importers of single operators; Import.cpp has the table.
#pragma once

#include "import/onnx/Node.h"

namespace octet::onnx {

// Activations.cpp
llvm::LogicalResult biasedGelu(Node &node);
llvm::LogicalResult fastGelu(Node &node);
llvm::LogicalResult quickGelu(Node &node);
llvm::LogicalResult swish(Node &node);
llvm::LogicalResult elu(Node &node);
llvm::LogicalResult selu(Node &node);
llvm::LogicalResult celu(Node &node);
llvm::LogicalResult hardSigmoid(Node &node);
llvm::LogicalResult softplus(Node &node);
llvm::LogicalResult softsign(Node &node);
llvm::LogicalResult mish(Node &node);
llvm::LogicalResult thresholdedRelu(Node &node);
llvm::LogicalResult shrink(Node &node);
llvm::LogicalResult tangent(Node &node);
llvm::LogicalResult isNotNumber(Node &node);
llvm::LogicalResult isInfinite(Node &node);
// Attention.cpp
llvm::LogicalResult attention(Node &node);
llvm::LogicalResult quantizedAttention(Node &node);
llvm::LogicalResult multiHeadAttention(Node &node);
// BlockWeights.cpp
llvm::LogicalResult matrixProductOfBits(Node &node);
// Contractions.cpp
llvm::LogicalResult convolution(Node &node);
llvm::LogicalResult fusedConvolution(Node &node);
llvm::LogicalResult quantizedConvolution(Node &node);
llvm::LogicalResult integerConvolution(Node &node);
llvm::LogicalResult transposedConvolution(Node &node);
llvm::LogicalResult matrixProduct(Node &node);
llvm::LogicalResult fusedMatrixProduct(Node &node);
llvm::LogicalResult quantizedMatrixProduct(Node &node);
llvm::LogicalResult integerMatrixProduct(Node &node);
llvm::LogicalResult generalMatrixProduct(Node &node);
llvm::LogicalResult fusedGeneralMatrixProduct(Node &node);
llvm::LogicalResult quantizedGeneralMatrixProduct(Node &node);
llvm::LogicalResult scaledIntegerProduct(Node &node);
llvm::LogicalResult dynamicMatrixProduct(Node &node);
// Dynamic.cpp
llvm::LogicalResult dynamicQuantizeLinear(Node &node);
// Einsum.cpp
llvm::LogicalResult einsum(Node &node);
// Quantized.cpp
llvm::LogicalResult quantizeLinear(Node &node);
llvm::LogicalResult dequantizeLinear(Node &node);
llvm::LogicalResult quantizedSum(Node &node);
llvm::LogicalResult quantizedProduct(Node &node);
llvm::LogicalResult quantizedSigmoid(Node &node);
llvm::LogicalResult quantizedLeakyRelu(Node &node);
llvm::LogicalResult quantizedConcatenation(Node &node);
llvm::LogicalResult quantizedChoice(Node &node);
llvm::LogicalResult quantizedGlobalAveragePool(Node &node);
llvm::LogicalResult quantizedAveragePool(Node &node);
llvm::LogicalResult quantizedSoftmax(Node &node);
// Elementwise.cpp
llvm::LogicalResult add(Node &node);
llvm::LogicalResult subtract(Node &node);
llvm::LogicalResult multiply(Node &node);
llvm::LogicalResult modulo(Node &node);
llvm::LogicalResult addMany(Node &node);
llvm::LogicalResult meanOfMany(Node &node);
llvm::LogicalResult power(Node &node);
llvm::LogicalResult reciprocal(Node &node);
llvm::LogicalResult leakyRelu(Node &node);
llvm::LogicalResult gelu(Node &node);
llvm::LogicalResult relu(Node &node);
llvm::LogicalResult clip(Node &node);
llvm::LogicalResult prelu(Node &node);
llvm::LogicalResult cast(Node &node);
llvm::LogicalResult castLike(Node &node);
llvm::LogicalResult where(Node &node);
llvm::LogicalResult identity(Node &node);
llvm::LogicalResult dropout(Node &node);
template <qnn::BinaryKind kind> llvm::LogicalResult binary(Node &node);
template <qnn::BinaryKind kind> llvm::LogicalResult extreme(Node &node);
template <qnn::UnaryKind kind> llvm::LogicalResult unary(Node &node);
// Reductions.cpp
llvm::LogicalResult maxPool(Node &node);
llvm::LogicalResult averagePool(Node &node);
template <qnn::ReduceKind kind> llvm::LogicalResult globalPool(Node &node);
template <qnn::ReduceKind kind> llvm::LogicalResult reduce(Node &node);
llvm::LogicalResult reduceMagnitude(Node &node);
llvm::LogicalResult reduceLength(Node &node);
llvm::LogicalResult reduceSquares(Node &node);
llvm::LogicalResult reduceLogarithm(Node &node);
llvm::LogicalResult reduceLogarithmOfExponentials(Node &node);
template <bool minimum> llvm::LogicalResult argExtreme(Node &node);
llvm::LogicalResult softmax(Node &node);
llvm::LogicalResult logSoftmax(Node &node);
// Normalization.cpp
llvm::LogicalResult layerNormalization(Node &node);
llvm::LogicalResult lengthNormalization(Node &node);
template <bool hasMean> llvm::LogicalResult skippedNormalization(Node &node);
llvm::LogicalResult embeddedNormalization(Node &node);
llvm::LogicalResult batchNormalization(Node &node);
llvm::LogicalResult instanceNormalization(Node &node);
llvm::LogicalResult groupNormalization(Node &node);
llvm::LogicalResult meanVarianceNormalization(Node &node);
llvm::LogicalResult lengthQuotient(Node &node);
llvm::LogicalResult localResponseNormalization(Node &node);
// Selection.cpp
llvm::LogicalResult cumulativeSum(Node &node);
llvm::LogicalResult triangle(Node &node);
llvm::LogicalResult gatherElements(Node &node);
llvm::LogicalResult gatherSlices(Node &node);
llvm::LogicalResult oneHot(Node &node);
llvm::LogicalResult hardmax(Node &node);
// Movement.cpp
llvm::LogicalResult constant(Node &node);
llvm::LogicalResult constantOfShape(Node &node);
llvm::LogicalResult shape(Node &node);
llvm::LogicalResult size(Node &node);
llvm::LogicalResult range(Node &node);
llvm::LogicalResult reshape(Node &node);
llvm::LogicalResult flatten(Node &node);
llvm::LogicalResult transpose(Node &node);
llvm::LogicalResult squeeze(Node &node);
llvm::LogicalResult unsqueeze(Node &node);
llvm::LogicalResult expand(Node &node);
llvm::LogicalResult tile(Node &node);
llvm::LogicalResult concatenation(Node &node);
llvm::LogicalResult split(Node &node);
llvm::LogicalResult slice(Node &node);
llvm::LogicalResult gather(Node &node);
llvm::LogicalResult pad(Node &node);
// Conditional.cpp
llvm::LogicalResult conditional(Node &node);
// Images.cpp
llvm::LogicalResult depthToSpace(Node &node);
llvm::LogicalResult spaceToDepth(Node &node);
llvm::LogicalResult resize(Node &node);

} // namespace octet::onnx

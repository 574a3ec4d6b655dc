#include "import/tflite/Hybrid.h"
#include "qnn/Ops.h"

using namespace mlir;

namespace octet::tflite {

FailureOr<Hybrid> Hybrid::of(Node &node, Value input, Value weights, Value bias, HybridForm form) {
  auto quantization = *qnn::Quantization::of(weights.getType());
  auto constant = weights.getDefiningOp<qnn::ConstantOp>();
  if (!constant || quantization.storage.bits != 8)
    return node.fail("with float inputs, weights must be constant and of 8 bits");
  // TFLite multiplies by the bytes of uint8 weights as if they were int8, whatever their zero
  // point.
  if (quantization.storage.isSigned && quantization.hasZeroPoint())
    return node.fail("with float inputs, weights must have zero point 0");
  if (bias && !qnn::elementType(bias).isF32())
    return node.fail("with float inputs, the bias must be float");
  import::Builder &build = node.build;
  MLIRContext *context = build.context();
  Type f32 = Float32Type::get(context);
  qnn::Storage storage = qnn::fullStorage(8, true);
  Type unit = qnn::quantizedType(context, storage, 1.0, 0), codeType = unit;
  if (form.isAsymmetric) {
    storage = {16, true, -255, 255};
    codeType = qnn::quantizedType(context, storage, 1.0, 0);
  }
  auto type = qnn::tensorType(weights);
  const qnn::Tensor held = qnn::Tensor::of(constant.getValue(), type);

  Hybrid hybrid;
  hybrid.form = form;
  hybrid.bias = bias;
  hybrid.weights = build.constant(type.clone(unit), held.bytes());
  std::vector<float> scales(quantization.scales().begin(), quantization.scales().end());
  hybrid.weightScales = build.constant(
      RankedTensorType::get({static_cast<int64_t>(scales.size())}, f32),
      {reinterpret_cast<const char *>(scales.data()), scales.size() * sizeof(float)});

  qnn::Shape shape(qnn::shapeOf(input)), scaleShape(shape.size(), 1);
  int64_t rows = 1, depth = 1;
  for (size_t d = 0; d < shape.size(); ++d)
    (static_cast<int64_t>(d) < form.rowRank ? rows : depth) *= shape[d];
  std::copy_n(shape.begin(), form.rowRank, scaleShape.begin());
  Value flat = build.reshape(input, {rows, depth});
  if (!flat)
    return failure();
  auto quantized =
      build.createMany<qnn::DynamicQuantizeOp>({codeType, f32}, flat, form.isAsymmetric);
  if (quantized.empty())
    return failure();
  hybrid.codes = build.reshape(quantized[0], shape);
  hybrid.rowScales = build.reshape(quantized[1], scaleShape);
  if (!hybrid.codes || !hybrid.rowScales)
    return failure();
  return hybrid;
}

Value Hybrid::real(Node &node, Value sum) const {
  import::Builder &build = node.build;
  Type f32 = qnn::elementType(rowScales);
  Value value = sum ? build.create<qnn::DequantizeOp>(f32, sum) : Value();
  auto times = [&](Value lhs, Value rhs) {
    return lhs && rhs ? build.create<qnn::MulOp>(f32, lhs, rhs) : Value();
  };
  value = form.channelsFirst ? times(times(value, weightScales), rowScales)
                             : times(value, times(rowScales, weightScales));
  if (value && bias)
    value = build.create<qnn::AddOp>(f32, value, bias, qnn::NumericsAttr(), Attribute());
  return value;
}

} // namespace octet::tflite

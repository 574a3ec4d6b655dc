#include "legalize/Passes.h"
#include "qnn/Checks.h"
#include "qnn/Ops.h"
#include "qnn/Permutation.h"
#include "target/Target.h"

using namespace mlir;

namespace octet::legalize {

#define GEN_PASS_DEF_PACKOPERANDS
#include "legalize/Passes.h.inc"

namespace {

/// An operand, and whether its last two dimensions trade places.
struct Matrices {
  Value value;
  bool isTransposed;
};

/// Without the transpose that made the rows of other matrices its columns.
Matrices withoutTranspose(OpBuilder &builder, Value value, bool isTransposed) {
  auto transpose = value.getDefiningOp<qnn::TransposeOp>();
  if (!transpose)
    return {value, isTransposed};
  llvm::SmallVector<int64_t> permutation(transpose.getPermutation());
  size_t rank = permutation.size();
  if (permutation[rank - 2] != static_cast<int64_t>(rank) - 1)
    return {value, isTransposed};
  std::swap(permutation[rank - 2], permutation[rank - 1]);
  Value source = transpose.getInput();
  if (!llvm::equal(permutation, llvm::seq<int64_t>(static_cast<int64_t>(rank))))
    source = builder.create<qnn::TransposeOp>(
        value.getLoc(), qnn::permuted(qnn::tensorType(source), permutation), source, permutation);
  return {source, !isTransposed};
}

Value swapLastTwo(OpBuilder &builder, Value value) {
  auto permutation = llvm::to_vector(llvm::seq<int64_t>(qnn::tensorType(value).getRank()));
  std::swap(permutation[permutation.size() - 2], permutation.back());
  return builder.create<qnn::TransposeOp>(
      value.getLoc(), qnn::permuted(qnn::tensorType(value), permutation), value, permutation);
}

/// The matrices with as few dimensions before them as kernels walk over: two, or all in one.
Value mergeBatch(OpBuilder &builder, Value value, llvm::ArrayRef<int64_t> batch) {
  if (batch.size() <= 2)
    return value;
  auto type = qnn::tensorType(value);
  qnn::Shape shape(batch);
  shape.append({type.getShape()[type.getRank() - 2], type.getShape().back()});
  if (shape != qnn::Shape(type.getShape()))
    value = builder.create<qnn::BroadcastOp>(value.getLoc(), type.clone(shape), value, shape);
  shape = {ShapedType::getNumElements(batch), shape[batch.size()], shape.back()};
  return builder.create<qnn::ReshapeOp>(value.getLoc(), type.clone(shape), value, shape);
}

struct PackOperandsPass : impl::PackOperandsBase<PackOperandsPass> {
  using PackOperandsBase::PackOperandsBase;

  void runOnOperation() override {
    row = target::findTarget(target);
    if (!row) {
      getOperation().emitError("unknown target ") << target;
      return signalPassFailure();
    }
    llvm::SmallVector<qnn::BatchMatmulOp> products;
    getOperation().walk([&](qnn::BatchMatmulOp op) { products.push_back(op); });
    for (qnn::BatchMatmulOp op : products)
      if (failed(rewrite(op)))
        return signalPassFailure();
  }

private:
  LogicalResult rewrite(qnn::BatchMatmulOp op) {
    OpBuilder builder(op);
    Location location = op.getLoc();
    auto type = qnn::tensorType(op.getResult());
    auto batch = type.getShape().drop_back(2);
    auto [lhs, swapsLhs] = withoutTranspose(builder, op.getLhs(), op.getTransposeLhs());
    if (swapsLhs)
      lhs = swapLastTwo(builder, lhs);
    auto [rhs, swapsRhs] = withoutTranspose(builder, op.getRhs(), op.getTransposeRhs());
    lhs = mergeBatch(builder, lhs, batch);
    rhs = mergeBatch(builder, rhs, batch);
    auto packed = pack(builder, op, lhs, rhs, swapsRhs);
    if (failed(packed))
      return failure();
    qnn::Shape shape(type.getShape());
    if (batch.size() > 2)
      shape = {ShapedType::getNumElements(batch), shape[batch.size()], shape.back()};
    Value result = builder.create<qnn::PackedMatmulOp>(location, type.clone(shape), lhs,
                                                       packed->getPanels(), packed->getSums(),
                                                       static_cast<uint64_t>(packed->columns()));
    if (batch.size() > 2)
      result = builder.create<qnn::ReshapeOp>(location, type, result, type.getShape());
    op.getResult().replaceAllUsesWith(result);
    op->erase();
    return success();
  }

  /// Panels of what the dot product multiplies elements of `lhs` by.
  FailureOr<qnn::PackOp> pack(OpBuilder &builder, qnn::BatchMatmulOp op, Value lhs, Value rhs,
                              bool isTransposed) {
    auto from = qnn::Quantization::of(rhs.getType());
    Type element = qnn::elementType(rhs);
    int64_t group = 1;
    llvm::SmallVector<Type> sums;
    if (!qnn::isFloat(lhs)) {
      if (!from || !qnn::isQuantized(lhs))
        return op.emitOpError("of plain integers is not supported: give them a scale of 1");
      bool isByte = qnn::storageOf(lhs.getType())->bits == 8;
      group = isByte ? 4 : 2;
      auto storage = isByte ? byteStorage(*from) : wordStorage(*from);
      if (!storage)
        return op.emitOpError("with a right operand of 16 bits and a zero point is not supported");
      element = qnn::quantizedType(builder.getContext(), *storage, from->scale(),
                                   from->zeroPoint() + storage->lowest - from->storage.lowest);
      sums.push_back(Type());
    }
    auto shape = qnn::shapeOf(rhs);
    int64_t columns = shape[shape.size() - (isTransposed ? 2 : 1)],
            depth = shape[shape.size() - (isTransposed ? 1 : 2)];
    auto width = static_cast<int64_t>(llvm::alignTo(columns, row->lanes32()));
    qnn::Shape panels(shape.drop_back(2));
    for (Type &type : sums) {
      qnn::Shape perColumn = panels;
      perColumn.push_back(width);
      type = RankedTensorType::get(perColumn, builder.getI32Type());
    }
    panels.append({static_cast<int64_t>(llvm::divideCeil(depth, group)), width, group});
    llvm::SmallVector<Type> types = {RankedTensorType::get(panels, element)};
    types.append(sums);
    return builder.create<qnn::PackOp>(op.getLoc(), types, rhs, isTransposed,
                                       static_cast<uint64_t>(group), static_cast<uint64_t>(width));
  }

  /// s8: codes move down so that all fit.
  static std::optional<qnn::Storage> byteStorage(const qnn::Quantization &from) {
    int64_t lowest = from.storage.lowest, highest = from.storage.highest;
    int64_t shift = lowest >= INT8_MIN && highest <= INT8_MAX ? 0 : INT8_MIN - lowest;
    return qnn::Storage{8, true, lowest + shift, highest + shift};
  }

  /// int16, with the zero point at 0: nothing is left to be subtracted from the products.
  static std::optional<qnn::Storage> wordStorage(const qnn::Quantization &from) {
    int64_t lowest = from.storage.lowest - from.zeroPoint(),
            highest = from.storage.highest - from.zeroPoint();
    if (lowest < INT16_MIN || highest > INT16_MAX)
      return std::nullopt;
    return qnn::Storage{16, true, lowest, highest};
  }

  const target::Target *row = nullptr;
};

} // namespace
} // namespace octet::legalize

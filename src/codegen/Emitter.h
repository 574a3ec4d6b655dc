// Emits loops, vectors and addresses: the vocabulary of every kernel.
#pragma once

#include "target/Target.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

#include <functional>

namespace octet::codegen {

using mlir::Type;
using mlir::Value;
using mlir::ValueRange;
using mlir::VectorType;
using Values = llvm::SmallVector<Value, 8>;

/// Builds at the insertion point of `ir`. Integers of addresses and loops are i64; a constant
/// offset is folded as it is made. Pointers are plain: no type says what they point to.
class Emitter {
public:
  Emitter(mlir::ImplicitLocOpBuilder &ir, const target::Target &target)
      : ir(ir), target(target),
        module(ir.getBlock()->getParentOp()->getParentOfType<mlir::ModuleOp>()) {}

  mlir::ImplicitLocOpBuilder &ir;
  const target::Target &target;
  /// Where the code will be; a loop's body has no parent while it is built.
  mlir::ModuleOp module;

  //===-- Types --===//
  Type i8() { return ir.getI8Type(); }
  Type i32() { return ir.getI32Type(); }
  Type i64() { return ir.getI64Type(); }
  Type f32() { return ir.getF32Type(); }
  Type f64() { return ir.getF64Type(); }
  Type pointer() { return mlir::LLVM::LLVMPointerType::get(ir.getContext()); }
  VectorType vector(int64_t lanes, Type element) { return VectorType::get({lanes}, element); }

  //===-- Integers and addresses --===//
  Value constant(int64_t value) { return ir.create<mlir::arith::ConstantIntOp>(value, 64); }
  /// The value if it is a constant.
  static std::optional<int64_t> knownInteger(Value value);
  Value add(Value a, Value b);
  Value add(Value a, int64_t b) { return b == 0 ? a : add(a, constant(b)); }
  Value subtract(Value a, Value b);
  Value multiply(Value a, int64_t b);
  Value product(Value a, Value b);
  /// Of signed integers.
  Value minimum(Value a, Value b);
  Value minimum(Value a, int64_t b) { return minimum(a, constant(b)); }
  Value maximum(Value a, int64_t b);
  /// Quotient and remainder of non-negative integers by a positive constant.
  std::pair<Value, Value> divide(Value a, int64_t b);
  /// pointer + bytes.
  Value at(Value pointer, Value bytes);
  Value at(Value pointer, int64_t bytes) {
    return bytes == 0 ? pointer : at(pointer, constant(bytes));
  }

  Value load(Type type, Value pointer);
  void store(Value value, Value pointer);
  /// Asks for a line of memory in the first cache, or the second; it need not exist.
  void prefetch(Value pointer, int64_t cache);

  //===-- Control --===//
  using LoopBody = std::function<Values(Value index, ValueRange carried)>;
  /// for (index = low; index < high; index += step): the body gets the carried values and returns
  /// the next.
  Values loop(Value low, Value high, int64_t step, ValueRange initial, const LoopBody &body);
  void loop(Value low, Value high, int64_t step, const std::function<void(Value)> &body);
  /// Straight-line code instead of a loop where it would turn once or never.
  void loop(int64_t count, const std::function<void(Value)> &body);
  void when(Value condition, const std::function<void()> &then,
            const std::function<void()> &otherwise = {});
  Value equals(Value a, int64_t b);

  //===-- Vectors --===//
  Value splat(VectorType type, Value scalar);
  Value integers(VectorType type, int64_t value);
  Value reals(VectorType type, double value);
  /// A pointer of which the optimizer does not know that it is the same: what is loaded through it
  /// is loaded again, not kept in registers that are needed for more.
  Value opaque(Value pointer);
  /// The same, known only when vectors of at most a register are: nothing is loaded through it
  /// earlier, however much a scheduler would like to.
  Value opaqueAfter(Value pointer, ValueRange vectors);
  /// Reals within bounds; a NaN becomes the highest.
  Value boundReals(Value vector, double lowest, double highest);
  /// Lanes [first, first + count) of a vector.
  Value slice(Value vector, int64_t first, int64_t count);
  /// Vectors of equal types one after the other.
  Value concat(ValueRange vectors);
  Value shuffle(Value a, Value b, llvm::ArrayRef<int64_t> lanes);
  /// Applies `f` to pieces of at most `lanes` lanes of the operands, and joins the results.
  Value inPieces(int64_t lanes, ValueRange operands, const std::function<Value(ValueRange)> &f);
  /// Null result type if it has none.
  Value intrinsic(llvm::StringRef name, Type result, ValueRange operands);
  /// Calls a function outside of the module, declaring it; null result if it has none.
  Value call(llvm::StringRef name, Type result, ValueRange operands);
};

} // namespace octet::codegen

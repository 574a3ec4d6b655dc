#include "codegen/Emitter.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace octet::codegen {

std::optional<int64_t> Emitter::knownInteger(Value value) {
  APInt constant;
  if (matchPattern(value, m_ConstantInt(&constant)))
    return constant.getSExtValue();
  return std::nullopt;
}

Value Emitter::add(Value a, Value b) {
  auto x = knownInteger(a), y = knownInteger(b);
  if (x && y)
    return constant(*x + *y);
  if (y && *y == 0)
    return a;
  if (x && *x == 0)
    return b;
  return ir.create<arith::AddIOp>(a, b);
}

Value Emitter::subtract(Value a, Value b) {
  auto x = knownInteger(a), y = knownInteger(b);
  if (x && y)
    return constant(*x - *y);
  return y && *y == 0 ? a : Value(ir.create<arith::SubIOp>(a, b));
}

Value Emitter::product(Value a, Value b) {
  if (auto y = knownInteger(b))
    return multiply(a, *y);
  if (auto x = knownInteger(a))
    return multiply(b, *x);
  return ir.create<arith::MulIOp>(a, b);
}

Value Emitter::minimum(Value a, Value b) {
  auto x = knownInteger(a), y = knownInteger(b);
  if (x && y)
    return constant(std::min(*x, *y));
  return ir.create<arith::MinSIOp>(a, b);
}

Value Emitter::maximum(Value a, int64_t b) {
  if (auto x = knownInteger(a))
    return constant(std::max(*x, b));
  return ir.create<arith::MaxSIOp>(a, constant(b));
}

Value Emitter::multiply(Value a, int64_t b) {
  if (auto x = knownInteger(a))
    return constant(*x * b);
  if (b == 0)
    return constant(0);
  return b == 1 ? a : ir.create<arith::MulIOp>(a, constant(b));
}

std::pair<Value, Value> Emitter::divide(Value a, int64_t b) {
  if (b == 1)
    return {a, constant(0)};
  if (auto x = knownInteger(a))
    return {constant(*x / b), constant(*x % b)};
  Value divisor = constant(b);
  return {ir.create<arith::DivUIOp>(a, divisor), ir.create<arith::RemUIOp>(a, divisor)};
}

Value Emitter::at(Value base, Value bytes) {
  if (auto known = knownInteger(bytes)) {
    if (*known == 0)
      return base;
    // Offsets in the instruction have 32 bits.
    if (*known >= INT32_MIN / 2 && *known <= INT32_MAX / 2)
      return ir.create<LLVM::GEPOp>(pointer(), i8(), base,
                                    llvm::ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(*known)});
  }
  return ir.create<LLVM::GEPOp>(pointer(), i8(), base, llvm::ArrayRef<LLVM::GEPArg>{bytes});
}

// Nothing is known of alignment: buffers are aligned, but rows and channels need not be.
Value Emitter::load(Type type, Value pointer) {
  return ir.create<LLVM::LoadOp>(type, pointer, /*alignment=*/1);
}
void Emitter::prefetch(Value pointer, int64_t cache) {
  constexpr uint32_t toRead = 0, ofData = 1;
  auto locality = static_cast<uint32_t>(4 - cache);
  ir.create<LLVM::Prefetch>(pointer, toRead, locality, ofData);
}

void Emitter::store(Value value, Value pointer) {
  ir.create<LLVM::StoreOp>(value, pointer, /*alignment=*/1);
}

Values Emitter::loop(Value low, Value high, int64_t step, ValueRange initial,
                     const LoopBody &body) {
  auto loop = ir.create<scf::ForOp>(low, high, constant(step), initial,
                                    [&](OpBuilder &, Location, Value index, ValueRange carried) {
                                      OpBuilder::InsertionGuard guard(ir);
                                      ir.setInsertionPointToEnd(index.getParentBlock());
                                      ir.create<scf::YieldOp>(ValueRange(body(index, carried)));
                                    });
  return Values(loop.getResults());
}

void Emitter::loop(Value low, Value high, int64_t step, const std::function<void(Value)> &body) {
  loop(low, high, step, {}, [&](Value index, ValueRange) {
    body(index);
    return Values();
  });
}

void Emitter::loop(int64_t count, const std::function<void(Value)> &body) {
  if (count == 1)
    return body(constant(0));
  if (count > 1)
    loop(constant(0), constant(count), 1, body);
}

void Emitter::when(Value condition, const std::function<void()> &then,
                   const std::function<void()> &otherwise) {
  auto branch = ir.create<scf::IfOp>(condition, static_cast<bool>(otherwise));
  OpBuilder::InsertionGuard guard(ir);
  ir.setInsertionPointToStart(branch.thenBlock());
  then();
  if (!otherwise)
    return;
  ir.setInsertionPointToStart(branch.elseBlock());
  otherwise();
}

Value Emitter::equals(Value a, int64_t b) {
  return ir.create<arith::CmpIOp>(arith::CmpIPredicate::eq, a, constant(b));
}

Value Emitter::splat(VectorType type, Value scalar) {
  return ir.create<vector::BroadcastOp>(type, scalar);
}

Value Emitter::integers(VectorType type, int64_t value) {
  unsigned width = type.getElementType().getIntOrFloatBitWidth();
  return ir.create<arith::ConstantOp>(
      DenseElementsAttr::get(type, APInt(width, static_cast<uint64_t>(value), true)));
}

Value Emitter::reals(VectorType type, double value) {
  return ir.create<arith::ConstantOp>(
      DenseElementsAttr::get(type, ir.getFloatAttr(type.getElementType(), value).getValue()));
}

Value Emitter::boundReals(Value vector, double lowest, double highest) {
  auto type = mlir::cast<VectorType>(vector.getType());
  auto bound = [&](arith::CmpFPredicate inside, double number) {
    Value limit = reals(type, number), isInside = ir.create<arith::CmpFOp>(inside, vector, limit);
    vector = ir.create<arith::SelectOp>(isInside, vector, limit);
  };
  bound(arith::CmpFPredicate::OLT, highest);
  bound(arith::CmpFPredicate::OGT, lowest);
  return vector;
}

Value Emitter::shuffle(Value a, Value b, llvm::ArrayRef<int64_t> lanes) {
  return ir.create<vector::ShuffleOp>(a, b, lanes);
}

Value Emitter::slice(Value value, int64_t first, int64_t count) {
  if (cast<VectorType>(value.getType()).getNumElements() == count)
    return value;
  llvm::SmallVector<int64_t> lanes;
  for (int64_t i = 0; i < count; ++i)
    lanes.push_back(first + i);
  return shuffle(value, value, lanes);
}

Value Emitter::concat(ValueRange vectors) {
  Values level(vectors);
  while (level.size() > 1) {
    // Pairwise, so that each step doubles a width that the target knows.
    Values next;
    for (size_t i = 0; i + 1 < level.size(); i += 2) {
      int64_t total = cast<VectorType>(level[i].getType()).getNumElements() +
                      cast<VectorType>(level[i + 1].getType()).getNumElements();
      llvm::SmallVector<int64_t> lanes;
      for (int64_t lane = 0; lane < total; ++lane)
        lanes.push_back(lane);
      next.push_back(shuffle(level[i], level[i + 1], lanes));
    }
    if (level.size() % 2)
      next.push_back(level.back());
    level = next;
  }
  return level.front();
}

Value Emitter::inPieces(int64_t lanes, ValueRange operands,
                        const std::function<Value(ValueRange)> &f) {
  int64_t total = cast<VectorType>(operands[0].getType()).getNumElements();
  if (total <= lanes)
    return f(operands);
  Values results;
  for (int64_t first = 0; first < total; first += lanes) {
    Values pieces;
    for (Value operand : operands)
      pieces.push_back(slice(operand, first, lanes));
    results.push_back(f(pieces));
  }
  return concat(results);
}

Value Emitter::opaque(Value pointer) { return opaqueAfter(pointer, {}); }

Value Emitter::opaqueAfter(Value pointer, ValueRange vectors) {
  std::string constraints = "=r,0";
  for (size_t i = 0; i < vectors.size(); ++i)
    constraints += target.family == target::Family::arm ? ",w" : ",v";
  Values operands = {pointer};
  operands.append(vectors.begin(), vectors.end());
  return ir
      .create<LLVM::InlineAsmOp>(pointer.getType(), operands, /*asm_string=*/"", constraints,
                                 /*has_side_effects=*/false,
                                 /*is_align_stack=*/false, LLVM::AsmDialectAttr(), ArrayAttr())
      .getResult(0);
}

Value Emitter::intrinsic(llvm::StringRef name, Type result, ValueRange operands) {
  auto call = ir.create<LLVM::CallIntrinsicOp>(result ? TypeRange(result) : TypeRange(),
                                               ir.getStringAttr(name), operands);
  return result ? call.getResult(0) : Value();
}

Value Emitter::call(llvm::StringRef name, Type result, ValueRange operands) {
  Type type = result ? result : Type(LLVM::LLVMVoidType::get(ir.getContext()));
  if (!module.lookupSymbol(name)) {
    OpBuilder::InsertionGuard guard(ir);
    ir.setInsertionPointToStart(module.getBody());
    ir.create<LLVM::LLVMFuncOp>(
        name, LLVM::LLVMFunctionType::get(type, llvm::to_vector(operands.getTypes())));
  }
  auto call = ir.create<LLVM::CallOp>(result ? TypeRange(result) : TypeRange(), name, operands);
  return result ? call.getResult() : Value();
}

} // namespace octet::codegen

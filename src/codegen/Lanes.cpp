#include "codegen/Lanes.h"
#include "qnn/Checks.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace octet::codegen {

#define LOWERING(Op) Lane lower(qnn::Op op, Lanes &lanes);
#include "codegen/Lowerings.def"

Type memoryType(Type elementType) {
  if (auto storage = qnn::storageOf(elementType))
    return IntegerType::get(elementType.getContext(), storage->bytes() * 8);
  return elementType;
}

int64_t addNumber(Constants &constants, double number, Type type) {
  return type.isF32() ? constants.addNumber(static_cast<float>(number))
                      : constants.addNumber(number);
}

int64_t addNumber(Constants &constants, int64_t number, Type type) {
  switch (type.getIntOrFloatBitWidth()) {
  case 8:
    return constants.addNumber(static_cast<int8_t>(number));
  case 16:
    return constants.addNumber(static_cast<int16_t>(number));
  case 32:
    return constants.addNumber(static_cast<int32_t>(number));
  default:
    return constants.addNumber(number);
  }
}

VectorType Lanes::registerType(Type elementType) {
  auto storage = qnn::storageOf(elementType);
  if (!storage)
    return emit.vector(count, elementType);
  return storage->bits == 64 ? i64Lanes() : i32Lanes();
}

void Lanes::begin(int64_t lanes, int64_t registers, bool isInterleaved, Value firstSlot) {
  count = lanes;
  vectors = registers;
  slot = firstSlot;
  order.clear();
  if (isInterleaved && registers > 1)
    order = machine.laneOrder(lanes, registers);
  known.clear();
  runConstants.clear();
}

Value Lanes::of(Value value) {
  Lane lane = unclamped(value);
  if (lane.hasClamp()) {
    lane = clampIntegers(lane.vector, lane.lowest, lane.highest);
    known[value] = lane;
  }
  return lane.vector;
}

Lane Lanes::unclamped(Value value) {
  if (auto found = known.find(value); found != known.end())
    return found->second;
  Lane lane = compute(value);
  known[value] = lane;
  return lane;
}

Lane Lanes::compute(Value value) {
  Operation *op = value.getDefiningOp();
  if (auto constant = dyn_cast_or_null<qnn::ConstantOp>(op))
    if (Value lanes = constantLanes(constant))
      return lanes;
  if (!op || isa<qnn::ConstantOp>(op) || op->hasTrait<qnn::Movement>())
    return fromMemory(load(value), qnn::elementType(value));
  Lane lane = llvm::TypeSwitch<Operation *, Lane>(op)
#define LOWERING(Op) .Case([&](qnn::Op concrete) { return lower(concrete, *this); })
#include "codegen/Lowerings.def"
                  .Default([](Operation *) { return Lane(); });
  assert(lane.vector && "a kernel holds an operator without a lowering");
  return lane;
}

Value Lanes::realOf(Value value, int64_t origin) {
  Lane lane = unclamped(value);
  auto type = f32Lanes();
  if (!lane.real) {
    Value codes = of(value);
    if (origin != 0)
      codes = emit.ir.create<arith::SubIOp>(codes, everywhere(origin, emit.i32()));
    return emit.ir.create<arith::SIToFPOp>(type, codes);
  }
  // Rounding and bounding stay in f32: a conversion and back would cost two instructions.
  Value rounded = lane.isFloored ? Value(emit.ir.create<LLVM::FFloorOp>(lane.real))
                                 : Value(emit.ir.create<LLVM::RoundEvenOp>(lane.real));
  if (lane.offset != origin)
    rounded = emit.ir.create<arith::AddFOp>(
        rounded, everywhere(static_cast<double>(lane.offset - origin), emit.f32()));
  // As integers, floats of one sign are in the order of their magnitudes. Extremes of integers
  // begin in any vector pipe, those of floats only in half of them.
  auto &ir = emit.ir;
  Value bits = ir.create<arith::BitcastOp>(i32Lanes(), rounded);
  auto limitOf = [&](int64_t code) -> Value {
    Value limit = everywhere(static_cast<double>(code - origin), emit.f32());
    return ir.create<arith::BitcastOp>(i32Lanes(), limit);
  };
  if (lane.lowest > INT32_MIN) {
    Value limit = limitOf(lane.lowest);
    bits = lane.lowest < origin ? Value(ir.create<arith::MinUIOp>(bits, limit))
                                : Value(ir.create<arith::MaxSIOp>(bits, limit));
  }
  if (lane.highest < INT32_MAX) {
    Value limit = limitOf(lane.highest);
    bits = lane.highest < origin ? Value(ir.create<arith::MaxUIOp>(bits, limit))
                                 : Value(ir.create<arith::MinSIOp>(bits, limit));
  }
  return ir.create<arith::BitcastOp>(type, bits);
}

// Constants with one number, or one for each channel, need no memory operand; null for others.
Value Lanes::constantLanes(qnn::ConstantOp constant) {
  auto type = qnn::tensorType(constant.getResult());
  bool isPerChannel = type.getRank() > 0 && type.getNumElements() == type.getShape().back() &&
                      !slotChannels.empty();
  if (type.getNumElements() != 1 && !isPerChannel)
    return {};
  qnn::Tensor tensor = qnn::Tensor::of(constant.getValue(), type);
  Type element = registerType(type.getElementType()).getElementType();
  if (tensor.isFloat()) {
    llvm::SmallVector<double> numbers;
    for (int64_t i = 0; i < tensor.size(); ++i)
      numbers.push_back(tensor.real(i));
    return perChannel(numbers, element);
  }
  llvm::SmallVector<int64_t> numbers;
  for (int64_t i = 0; i < tensor.size(); ++i)
    numbers.push_back(tensor.integer(i));
  return perChannel(numbers, element);
}

template <typename Stored, typename Number>
Value Lanes::slotNumbers(llvm::ArrayRef<Number> numbers, Type element) {
  std::vector<Stored> stored;
  for (int64_t channel : slotChannels)
    stored.push_back(static_cast<Stored>(numbers[channel]));
  int64_t offset = constants.add(stored);
  VectorType type = emit.vector(count, element);
  Value &vector = runConstants[{offset, type}];
  if (!vector)
    vector = emit.load(
        type, emit.at(constantsBase, emit.add(emit.multiply(slot, sizeof(Stored)), offset)));
  return vector;
}

Value Lanes::broadcast(int64_t offset, VectorType type) {
  Value &vector = runConstants[{offset, type}];
  if (!vector)
    vector = emit.splat(type, emit.load(type.getElementType(), emit.at(constantsBase, offset)));
  return vector;
}

Value Lanes::everywhere(double number, Type element) {
  return broadcast(addNumber(constants, number, element), emit.vector(count, element));
}

Value Lanes::everywhere(int64_t number, Type element) {
  return everywhere(number, emit.vector(count, element));
}

Value Lanes::everywhere(int64_t number, VectorType type) {
  return broadcast(addNumber(constants, number, type.getElementType()), type);
}

Value Lanes::perChannel(llvm::ArrayRef<double> numbers, Type element) {
  if (llvm::all_equal(numbers))
    return everywhere(numbers.front(), element);
  return element.isF32() ? slotNumbers<float>(numbers, element)
                         : slotNumbers<double>(numbers, element);
}

Value Lanes::perChannel(llvm::ArrayRef<int64_t> numbers, Type element) {
  if (llvm::all_equal(numbers))
    return everywhere(numbers.front(), element);
  return element.isInteger(32) ? slotNumbers<int32_t>(numbers, element)
                               : slotNumbers<int64_t>(numbers, element);
}

Value Lanes::clampIntegers(Value vector, int64_t lowest, int64_t highest) {
  auto type = cast<VectorType>(vector.getType());
  unsigned bits = type.getElementTypeBitWidth();
  int64_t least = bits == 64 ? INT64_MIN : INT32_MIN, most = bits == 64 ? INT64_MAX : INT32_MAX;
  if (lowest > least)
    vector = emit.ir.create<arith::MaxSIOp>(vector, everywhere(lowest, type.getElementType()));
  if (highest < most)
    vector = emit.ir.create<arith::MinSIOp>(vector, everywhere(highest, type.getElementType()));
  return vector;
}

Value Lanes::fromMemory(Value elements, Type elementType) {
  auto storage = qnn::storageOf(elementType);
  if (!order.empty() && storage && storage->bits == 8)
    return machine.widen(emit, elements, vectors, storage->isSigned);
  if (!order.empty())
    elements = emit.shuffle(elements, elements, order);
  if (!storage || storage->bits >= 32)
    return elements;
  if (storage->isSigned)
    return emit.ir.create<arith::ExtSIOp>(i32Lanes(), elements);
  return emit.ir.create<arith::ExtUIOp>(i32Lanes(), elements);
}

// Whether an operator is a table from bytes to bytes.
static bool isByteTable(Operation *op) {
  return op && isa<qnn::UnaryOp, qnn::LookupOp, qnn::FloatRescaleOp>(op) &&
         qnn::isQuantized(op->getOperand(0)) &&
         memoryType(qnn::elementType(op->getOperand(0))).isInteger(8) &&
         memoryType(qnn::elementType(op->getResult(0))).isInteger(8);
}

Value Lanes::toMemory(Value value) {
  Type element = qnn::elementType(value);
  // Bytes that become bytes do so in memory's order.
  Operation *op = value.getDefiningOp();
  if (isByteTable(op) && !known.contains(value)) {
    Value codes = op->getOperand(0);
    bool isLoaded = !codes.getDefiningOp() && !known.contains(codes);
    Value bytes = isLoaded ? load(codes) : toMemory(codes);
    auto lookup = dyn_cast<qnn::LookupOp>(op);
    return lookup && lookup.keepsCodes() ? bytes : machine.lookUp(emit, tableOf(op), bytes);
  }
  auto storage = qnn::storageOf(element);
  if (storage && storage->bits < 32) {
    Lane lane = unclamped(value);
    // Lanes without a clamp are within the storage's range.
    auto everywhere = [&](VectorType type, int64_t bound) { return this->everywhere(bound, type); };
    Bounds bounds{std::max(lane.lowest, storage->lowest), std::min(lane.highest, storage->highest),
                  lane.hasClamp(), everywhere};
    return machine.narrow(emit, lane.vector, vectors, !order.empty(), memoryType(element),
                          storage->isSigned, bounds);
  }
  Value lanes = of(value);
  if (order.empty())
    return lanes;
  llvm::SmallVector<int64_t> inverse(order.size());
  for (auto [lane, position] : llvm::enumerate(order))
    inverse[position] = static_cast<int64_t>(lane);
  return emit.shuffle(lanes, lanes, inverse);
}

Value Lanes::centered(Value vector, Value value) {
  auto quantization = qnn::Quantization::of(value.getType());
  if (!quantization || !quantization->hasZeroPoint())
    return vector;
  auto type = cast<VectorType>(vector.getType());
  Value zeroPoint = everywhere(quantization->zeroPoint(), type.getElementType());
  return emit.ir.create<arith::SubIOp>(vector, zeroPoint);
}

// The table is indexed by a code's byte, whatever its sign.
Value Lanes::tableOf(Operation *op) {
  auto from = qnn::storageOf(op->getOperand(0).getType());
  qnn::Tensor all(RankedTensorType::get({256}, qnn::elementType(op->getOperand(0))));
  for (int64_t i = 0; i < 256; ++i)
    all.setInteger(i, std::min(from->lowest + i, from->highest));
  llvm::SmallVector<qnn::Tensor> results;
  // An element-wise operator has a value for every code.
  (void)cast<qnn::Evaluable>(op).evaluate(all, results);
  std::vector<uint8_t> bytes(256);
  for (int64_t i = 0; i < 256; ++i)
    bytes[static_cast<uint8_t>(from->lowest + i)] = static_cast<uint8_t>(results[0].integer(i));
  return emit.at(constantsBase, constants.add(bytes));
}

Value Lanes::throughTable(Operation *op, Value codes) {
  Value bytes = emit.ir.create<arith::TruncIOp>(emit.vector(count, emit.i8()), codes);
  Value looked = machine.lookUp(emit, tableOf(op), bytes);
  if (qnn::storageOf(op->getResult(0).getType())->lowest < 0)
    return emit.ir.create<arith::ExtSIOp>(i32Lanes(), looked);
  return emit.ir.create<arith::ExtUIOp>(i32Lanes(), looked);
}

Value Lanes::throughWideTable(Operation *op, ValueRange codes) {
  int64_t extent = codes.size() == 1 ? 65536 : 256;
  llvm::SmallVector<qnn::Tensor> operands, results;
  Value index;
  for (auto [i, operand] : llvm::enumerate(op->getOperands())) {
    auto storage = *qnn::storageOf(operand.getType());
    qnn::Tensor all(RankedTensorType::get({65536}, qnn::elementType(operand)));
    for (int64_t j = 0; j < 65536; ++j)
      all.setInteger(j, std::min(storage.lowest + (i + 1 == codes.size() ? j % extent : j / extent),
                                 storage.highest));
    operands.push_back(all);
    Value offset =
        emit.ir.create<arith::SubIOp>(codes[i], emit.integers(i32Lanes(), storage.lowest));
    index =
        index
            ? Value(emit.ir.create<arith::AddIOp>(
                  emit.ir.create<arith::MulIOp>(index, emit.integers(i32Lanes(), extent)), offset))
            : offset;
  }
  (void)cast<qnn::Evaluable>(op).evaluate(operands, results);
  std::vector<int16_t> entries(65536);
  for (int64_t i = 0; i < 65536; ++i)
    entries[i] = static_cast<int16_t>(results[0].integer(i));
  Value table = emit.at(constantsBase, constants.add(entries));
  // One load a lane: it is the second cache that holds the table.
  Value result = emit.integers(i32Lanes(), 0);
  for (int64_t lane = 0; lane < count; ++lane) {
    Value at =
        emit.ir.create<arith::ExtUIOp>(emit.i64(), emit.ir.create<vector::ExtractOp>(index, lane));
    Value entry = emit.load(emit.ir.getI16Type(), emit.at(table, emit.multiply(at, 2)));
    result = emit.ir.create<vector::InsertOp>(emit.ir.create<arith::ExtSIOp>(emit.i32(), entry),
                                              result, lane);
  }
  return result;
}

} // namespace octet::codegen

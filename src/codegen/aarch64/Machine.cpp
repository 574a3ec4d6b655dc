// Arm's 64-bit instruction set, with vectors of 128 bits. Their elements are in memory's order
// throughout: widening, narrowing and interleaving work across a register, not within parts of it.
#include "codegen/Machine.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <numeric>

using namespace mlir;

namespace octet::codegen {

namespace {

constexpr int64_t registerBytes = 16;

int64_t laneCount(Value vector) { return cast<VectorType>(vector.getType()).getNumElements(); }

llvm::SmallVector<int64_t> ascending(int64_t count) {
  llvm::SmallVector<int64_t> lanes(count);
  std::iota(lanes.begin(), lanes.end(), 0);
  return lanes;
}

class Arm : public Machine {
public:
  explicit Arm(const target::Target &target) : target(target) {}

  Value dot(Emitter &emit, Dot kind, Value accumulator, Value a, Value b) override {
    switch (kind) {
    case Dot::reals:
      return emit.ir.create<LLVM::FMAOp>(a, b, accumulator);
    case Dot::bytes:
      if (!target.hasByteDot)
        return addPairs(emit, accumulator, a, b);
      return dotBytes(emit, accumulator, as(emit, emit.i8(), a), as(emit, emit.i8(), b));
    case Dot::words:
      return dotWords(emit, accumulator, as(emit, emit.ir.getI16Type(), a),
                      as(emit, emit.ir.getI16Type(), b));
    }
    return {};
  }

  // Of pairs of products, each lane of sums has two lanes.
  Value open(Emitter &emit, Dot kind, Value sums) override {
    if (kind != Dot::bytes || target.hasByteDot)
      return sums;
    Value zeros = emit.integers(cast<VectorType>(sums.getType()), 0);
    return emit.shuffle(sums, zeros, {0, 4, 1, 5, 2, 6, 3, 7});
  }

  Value close(Emitter &emit, Dot kind, Value accumulator) override {
    if (kind != Dot::bytes || target.hasByteDot)
      return accumulator;
    return emit.intrinsic("llvm.aarch64.neon.addp.v4i32", emit.vector(4, emit.i32()),
                          {emit.slice(accumulator, 0, 4), emit.slice(accumulator, 4, 4)});
  }

  Value addProducts(Emitter &emit, Value accumulator, ValueRange a, ValueRange b) override {
    Values sums;
    for (int64_t half : {0, 8}) {
      Value products = sumOfProducts(emit, half, a, b);
      sums.push_back(emit.ir.create<arith::ExtSIOp>(emit.vector(8, emit.i32()), products));
    }
    return emit.ir.create<arith::AddIOp>(accumulator, emit.concat(sums));
  }

  // SMLAL multiplies four words by four: the first of each pair, then the second.
  llvm::SmallVector<int64_t> weightOrder(Dot kind, int64_t lanes) override {
    if (kind != Dot::words)
      return Machine::weightOrder(kind, lanes);
    llvm::SmallVector<int64_t> order;
    for (int64_t i = 0; i < depthOf(kind); ++i)
      for (int64_t lane = 0; lane < lanes; ++lane)
        order.push_back(lane * depthOf(kind) + i);
    return order;
  }

  Value broadcastGroup(Emitter &emit, Dot kind, Value groups, int64_t lane) override {
    int64_t lanes = laneCount(groups);
    if (kind != Dot::words)
      return emit.shuffle(groups, groups, llvm::SmallVector<int64_t>(lanes, lane));
    Value words = as(emit, emit.ir.getI16Type(), groups);
    llvm::SmallVector<int64_t> pair(lanes, 2 * lane);
    pair.append(lanes, 2 * lane + 1);
    return asGroups(emit, emit.shuffle(words, words, pair));
  }

  // SMMLA multiplies halves of strips: two pixels' by two channels', so that of a vector of
  // channels each half of their registers comes before the other.
  llvm::SmallVector<int64_t> stripOrder(int64_t lanes) override {
    int64_t depth = registerBytes;
    if (!multipliesPairs())
      return ascending(lanes * depth);
    llvm::SmallVector<int64_t> order;
    for (int64_t half = 0; half < depth; half += depth / 2)
      for (int64_t lane = 0; lane < lanes; ++lane)
        for (int64_t i = 0; i < depth / 2; ++i)
          order.push_back(lane * depth + half + i);
    return order;
  }

  // A register for each sum, whose four lanes add up to it; of pairs, one for two by two.
  Value openStrips(Emitter &emit, Value sums) override {
    if (multipliesPairs())
      return emit.shuffle(sums, sums, {0, 1, 0, 1, 2, 3, 2, 3});
    Value zeros = emit.integers(cast<VectorType>(sums.getType()), 0);
    return emit.shuffle(sums, zeros, {0, 4, 4, 4, 1, 4, 4, 4, 2, 4, 4, 4, 3, 4, 4, 4});
  }

  Values closeStrips(Emitter &emit, Value open) override {
    if (multipliesPairs())
      return {emit.shuffle(open, open, {0, 1, 4, 5}), emit.shuffle(open, open, {2, 3, 6, 7})};
    auto addNeighbours = [&](Value a, Value b) {
      return emit.intrinsic("llvm.aarch64.neon.addp.v4i32", emit.vector(4, emit.i32()), {a, b});
    };
    Value low = addNeighbours(emit.slice(open, 0, 4), emit.slice(open, 4, 4)),
          high = addNeighbours(emit.slice(open, 8, 4), emit.slice(open, 12, 4));
    return {addNeighbours(low, high)};
  }

  Value multiplyStrips(Emitter &emit, Value open, ValueRange inputs, ValueRange weights) override {
    return multipliesPairs() ? multiplyPairsOfStrips(emit, open, inputs, weights)
                             : multiplyStripsAlone(emit, open, inputs[0], weights);
  }

  Value roundToInteger(Emitter &emit, Value reals) override {
    return emit.inPieces(4, reals, [&](ValueRange pieces) { return roundPiece(emit, pieces[0]); });
  }

  Value lookUp(Emitter &emit, Value table, Value indices) override {
    int64_t lanes = laneCount(indices);
    if (lanes >= 8)
      return emit.inPieces(registerBytes, indices, [&](ValueRange pieces) {
        return lookUpInRegisters(emit, table, pieces[0]);
      });
    return Machine::lookUp(emit, table, indices);
  }

  Values interleave(Emitter &emit, ValueRange vectors) override {
    Values results;
    if (vectors.size() == 2) { // of words, in the order of weights
      int64_t count = laneCount(vectors[0]), half = count / 2;
      for (int64_t first = 0; first < count; first += half) {
        llvm::SmallVector<int64_t> lanes;
        for (int64_t vector = 0; vector < 2; ++vector)
          for (int64_t lane = 0; lane < half; ++lane)
            lanes.push_back(vector * count + first + lane);
        results.push_back(asGroups(emit, emit.shuffle(vectors[0], vectors[1], lanes)));
      }
      return results;
    }
    auto words = [&](Value value) { return as(emit, emit.ir.getI16Type(), value); };
    auto [low01, high01] = zip(emit, vectors[0], vectors[1]);
    auto [low23, high23] = zip(emit, vectors[2], vectors[3]);
    auto [first, second] = zip(emit, words(low01), words(low23));
    auto [third, fourth] = zip(emit, words(high01), words(high23));
    for (Value value : {first, second, third, fourth})
      results.push_back(asGroups(emit, value));
    return results;
  }

  llvm::SmallVector<int64_t> laneOrder(int64_t elements, int64_t) override {
    return ascending(elements);
  }

  Value widen(Emitter &emit, Value elements, int64_t, bool isSigned) override {
    auto type = emit.vector(laneCount(elements), emit.i32());
    if (isSigned)
      return emit.ir.create<arith::ExtSIOp>(type, elements);
    return emit.ir.create<arith::ExtUIOp>(type, elements);
  }

  // SQXTN and SQXTUN halve elements and saturate. Without need for that UZP1 joins two registers.
  Value narrow(Emitter &emit, Value lanes, int64_t, bool, Type element, bool isSigned,
               const Bounds &bounds) override {
    auto result = emit.vector(laneCount(lanes), element);
    bool saturates = bounds.needed && laneCount(lanes) % 4 == 0;
    if (!saturates)
      return emit.ir.create<arith::TruncIOp>(result,
                                             bounded(emit, lanes, bounds, INT32_MIN, INT32_MAX));
    bool toBytes = element.isInteger(8);
    Value words = halve(emit, lanes, 4, isSigned || toBytes);
    if (!toBytes)
      return bounded(emit, words, bounds, isSigned ? INT16_MIN : 0,
                     isSigned ? INT16_MAX : UINT16_MAX);
    if (laneCount(words) % 8 != 0)
      return emit.ir.create<arith::TruncIOp>(result,
                                             bounded(emit, words, bounds, INT16_MIN, INT16_MAX));
    Value bytes = halve(emit, words, 8, isSigned);
    return bounded(emit, bytes, bounds, isSigned ? INT8_MIN : 0, isSigned ? INT8_MAX : UINT8_MAX);
  }

private:
  static Value as(Emitter &emit, Type element, Value vector) {
    auto type = cast<VectorType>(vector.getType());
    int64_t bits = type.getNumElements() * type.getElementTypeBitWidth();
    return emit.ir.create<vector::BitCastOp>(
        emit.vector(bits / element.getIntOrFloatBitWidth(), element), vector);
  }
  static Value asGroups(Emitter &emit, Value vector) { return as(emit, emit.i32(), vector); }

  // What may be one lane of a register is the last operand.
  static Value dotBytes(Emitter &emit, Value accumulator, Value a, Value b) {
    return emit.intrinsic("llvm.aarch64.neon.sdot.v4i32.v16i8", accumulator.getType(),
                          {accumulator, b, a});
  }

  // Of bytes [half, half + 8): SMULL, then SMLAL.
  static Value sumOfProducts(Emitter &emit, int64_t half, ValueRange a, ValueRange b) {
    Value sum;
    for (auto [x, y] : llvm::zip_equal(a, b)) {
      Value products =
          emit.intrinsic("llvm.aarch64.neon.smull.v8i16", emit.vector(8, emit.ir.getI16Type()),
                         {emit.slice(as(emit, emit.i8(), x), half, 8),
                          emit.slice(as(emit, emit.i8(), y), half, 8)});
      sum = sum ? Value(emit.ir.create<arith::AddIOp>(sum, products)) : products;
    }
    return sum;
  }

  bool multipliesPairs() const { return target.strips.pixels == 2; }

  // SMULL and SMLAL2: the first and the last half of a strip, summed in 16 bits. SADALP adds
  // neighbours.
  static Value multiplyStripsAlone(Emitter &emit, Value open, Value input, ValueRange weights) {
    Values sums;
    for (Value weight : weights) {
      Value products;
      for (int64_t half : {0, 8}) {
        Value product = sumOfProducts(emit, half, input, weight);
        products = products ? Value(emit.ir.create<arith::AddIOp>(products, product)) : product;
      }
      sums.push_back(emit.intrinsic("llvm.aarch64.neon.saddlp.v4i32.v8i16",
                                    emit.vector(4, emit.i32()), products));
    }
    return emit.ir.create<arith::AddIOp>(open, emit.concat(sums));
  }

  static Value multiplyPairsOfStrips(Emitter &emit, Value open, ValueRange inputs,
                                     ValueRange weights) {
    Value halves[] = {emit.shuffle(inputs[0], inputs[1], {0, 1, 4, 5}),
                      emit.shuffle(inputs[0], inputs[1], {2, 3, 6, 7})};
    Values sums = {emit.slice(open, 0, 4), emit.slice(open, 4, 4)};
    for (size_t half : {0, 1})
      for (size_t pair : {0, 1})
        sums[pair] = emit.intrinsic("llvm.aarch64.neon.smmla.v4i32.v16i8", sums[pair].getType(),
                                    {sums[pair], as(emit, emit.i8(), halves[half]),
                                     as(emit, emit.i8(), weights[2 * half + pair])});
    return emit.concat(sums);
  }

  // SADALP adds neighbours: the products of a group to two lanes.
  static Value addPairs(Emitter &emit, Value accumulator, Value a, Value b) {
    Values sums;
    for (int64_t half : {0, 8})
      sums.push_back(emit.intrinsic("llvm.aarch64.neon.saddlp.v4i32.v8i16",
                                    emit.vector(4, emit.i32()), sumOfProducts(emit, half, a, b)));
    return emit.ir.create<arith::AddIOp>(accumulator, emit.concat(sums));
  }

  static Value dotWords(Emitter &emit, Value accumulator, Value a, Value b) {
    for (int64_t half : {0, 4}) {
      Value products = emit.intrinsic("llvm.aarch64.neon.smull.v4i32", accumulator.getType(),
                                      {emit.slice(b, half, 4), emit.slice(a, half, 4)});
      accumulator = emit.ir.create<arith::AddIOp>(accumulator, products);
    }
    return accumulator;
  }

  static Value roundPiece(Emitter &emit, Value reals) {
    int64_t lanes = laneCount(reals);
    auto type = emit.vector(lanes, emit.i32());
    if (lanes == 4)
      return emit.intrinsic("llvm.aarch64.neon.fcvtns.v4i32.v4f32", type, reals);
    // Narrower than a register: rounding, then an exact conversion.
    return emit.ir.create<arith::FPToSIOp>(type, emit.ir.create<LLVM::RoundEvenOp>(reals));
  }

  // TBL looks up 64 bytes and gives 0 for an index beyond, TBX leaves what is there.
  static Value lookUpInRegisters(Emitter &emit, Value table, Value indices) {
    constexpr int64_t reach = 4 * registerBytes;
    auto type = cast<VectorType>(indices.getType());
    std::string suffix = ".v" + std::to_string(type.getNumElements()) + "i8";
    Value result;
    for (int64_t first = 0; first < 256; first += reach) {
      Values operands;
      if (result)
        operands.push_back(result);
      for (int64_t row = 0; row < reach; row += registerBytes)
        operands.push_back(
            emit.load(emit.vector(registerBytes, emit.i8()), emit.at(table, first + row)));
      operands.push_back(
          first == 0 ? indices
                     : Value(emit.ir.create<arith::SubIOp>(indices, emit.integers(type, first))));
      result = emit.intrinsic(
          (result ? "llvm.aarch64.neon.tbx4" : "llvm.aarch64.neon.tbl4") + suffix, type, operands);
    }
    return result;
  }

  static std::pair<Value, Value> zip(Emitter &emit, Value a, Value b) {
    int64_t count = laneCount(a);
    llvm::SmallVector<int64_t> lanes;
    for (int64_t lane = 0; lane < count; ++lane)
      lanes.append({lane, count + lane});
    llvm::ArrayRef<int64_t> all(lanes);
    return {emit.shuffle(a, b, all.take_front(count)), emit.shuffle(a, b, all.take_back(count))};
  }

  // Elements of half the width, saturated, `lanes` of them at a time.
  static Value halve(Emitter &emit, Value vector, int64_t lanes, bool isSigned) {
    auto type = cast<VectorType>(vector.getType());
    unsigned bits = type.getElementTypeBitWidth() / 2;
    std::string name = (isSigned ? "llvm.aarch64.neon.sqxtn.v" : "llvm.aarch64.neon.sqxtun.v") +
                       std::to_string(lanes) + "i" + std::to_string(bits);
    return emit.inPieces(lanes, vector, [&](ValueRange pieces) {
      return emit.intrinsic(name, emit.vector(lanes, emit.ir.getIntegerType(bits)), pieces);
    });
  }

  // Bounds that the type has by itself, and that saturation has brought about, cost nothing.
  static Value bounded(Emitter &emit, Value value, const Bounds &bounds, int64_t least,
                       int64_t most) {
    auto type = cast<VectorType>(value.getType());
    bool isSigned = least < 0;
    if (bounds.needed && bounds.lowest > least) {
      Value lowest = bounds.everywhere(type, bounds.lowest);
      value = isSigned ? Value(emit.ir.create<arith::MaxSIOp>(value, lowest))
                       : Value(emit.ir.create<arith::MaxUIOp>(value, lowest));
    }
    if (bounds.needed && bounds.highest < most) {
      Value highest = bounds.everywhere(type, bounds.highest);
      value = isSigned ? Value(emit.ir.create<arith::MinSIOp>(value, highest))
                       : Value(emit.ir.create<arith::MinUIOp>(value, highest));
    }
    return value;
  }

  const target::Target &target;
};

} // namespace

std::unique_ptr<Machine> makeArmMachine(const target::Target &target) {
  return std::make_unique<Arm>(target);
}

} // namespace octet::codegen

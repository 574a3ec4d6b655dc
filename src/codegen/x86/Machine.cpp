#include "codegen/Machine.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <numeric>

using namespace mlir;

namespace octet::codegen {

namespace {

int64_t laneCount(Value vector) { return cast<VectorType>(vector.getType()).getNumElements(); }

class X86 : public Machine {
public:
  explicit X86(const target::Target &target) : target(target) {}

  Value dot(Emitter &emit, Dot kind, Value accumulator, Value a, Value b) override {
    if (kind == Dot::reals) {
      if (target.hasFusedMultiplyAdd)
        return emit.ir.create<LLVM::FMAOp>(a, b, accumulator);
      return emit.ir.create<arith::AddFOp>(emit.ir.create<arith::MulFOp>(a, b), accumulator);
    }
    auto type = cast<VectorType>(accumulator.getType());
    int64_t bits = 32 * type.getNumElements();
    if (kind == Dot::bytes)
      return emit.intrinsic("llvm.x86.avx512.vpdpbusd." + std::to_string(bits), type,
                            {accumulator, a, b});
    if (target.hasWordDot)
      return emit.intrinsic("llvm.x86.avx512.vpdpwssd." + std::to_string(bits), type,
                            {accumulator, a, b});
    auto words = emit.vector(2 * type.getNumElements(), emit.ir.getI16Type());
    Value x = emit.ir.create<vector::BitCastOp>(words, a),
          y = emit.ir.create<vector::BitCastOp>(words, b);
    const char *name = bits == 512   ? "llvm.x86.avx512.pmaddw.d.512"
                       : bits == 256 ? "llvm.x86.avx2.pmadd.wd"
                                     : "llvm.x86.sse2.pmadd.wd";
    return emit.ir.create<arith::AddIOp>(accumulator, emit.intrinsic(name, type, {x, y}));
  }

  // What LDTILECFG reads: the palette, then from byte 16 on each register's bytes per row as 16-bit
  // numbers, and from byte 48 on its rows.
  void shapeMatrices(Emitter &emit, Constants &constants, Value constantsBase,
                     llvm::ArrayRef<MatrixShape> shapes) override {
    assert(shapes.size() <= target.matrixRegisters && "there are no more registers");
    std::vector<char> configuration(64, 0);
    configuration[0] = 1;
    for (auto [i, shape] : llvm::enumerate(shapes)) {
      configuration[16 + 2 * i] = static_cast<char>(shape.rowBytes);
      configuration[48 + i] = static_cast<char>(shape.rows);
    }
    emit.intrinsic("llvm.x86.ldtilecfg", {}, emit.at(constantsBase, constants.add(configuration)));
  }

  void releaseMatrices(Emitter &emit) override { emit.intrinsic("llvm.x86.tilerelease", {}, {}); }

  void loadMatrix(Emitter &emit, int64_t matrix, Value pointer, int64_t stride) override {
    emit.intrinsic("llvm.x86.tileloadd64", {},
                   {number(emit, matrix), pointer, emit.constant(stride)});
  }

  void storeMatrix(Emitter &emit, int64_t matrix, Value pointer, int64_t stride) override {
    emit.intrinsic("llvm.x86.tilestored64", {},
                   {number(emit, matrix), pointer, emit.constant(stride)});
  }

  void multiplyMatrices(Emitter &emit, int64_t sums, int64_t a, int64_t b) override {
    emit.intrinsic("llvm.x86.tdpbusd", {}, {number(emit, sums), number(emit, a), number(emit, b)});
  }

  Value roundToInteger(Emitter &emit, Value reals) override {
    return emit.inPieces(target.lanes32(), reals,
                         [&](ValueRange pieces) { return roundPiece(emit, pieces[0]); });
  }

  Value multiplyAddDown(Emitter &emit, Value a, Value b, Value c) override {
    return roundedDown(emit, {a, b, c}, [&](ValueRange wide) {
      return emit.intrinsic("llvm.x86.avx512.vfmadd.ps.512", wide[0].getType(),
                            {wide[0], wide[1], wide[2], rounding(emit, down)});
    });
  }

  Value addDown(Emitter &emit, Value a, Value b) override {
    return roundedDown(emit, {a, b}, [&](ValueRange wide) {
      return emit.intrinsic("llvm.x86.avx512.add.ps.512", wide[0].getType(),
                            {wide[0], wide[1], rounding(emit, down)});
    });
  }

  Value floorToInteger(Emitter &emit, Value reals) override {
    return roundedDown(emit, reals,
                       [&](ValueRange wide) { return convert512(emit, wide[0], down); });
  }

  Value lookUp(Emitter &emit, Value table, Value indices) override {
    int64_t lanes = laneCount(indices);
    if (target.hasByteLookup && lanes >= 16)
      return emit.inPieces(64, indices, [&](ValueRange pieces) {
        return lookUpInRegisters(emit, table, pieces[0]);
      });
    if (lanes >= 16)
      return emit.inPieces(target.vectorBytes, indices, [&](ValueRange pieces) {
        return lookUpRowByRow(emit, table, pieces[0]);
      });
    return Machine::lookUp(emit, table, indices);
  }

  // PUNPCKL and PUNPCKH work within 128 bits, so the groups come out block by block: of the 16
  // bytes of a block, vector j has those from 4 j on (of 8 words, those from 4 j on).
  Values interleave(Emitter &emit, ValueRange vectors) override {
    if (vectors.size() == 2) {
      auto [low, high] = unpack(emit, vectors[0], vectors[1]);
      return asWords32(emit, {low, high});
    }
    auto [low01, high01] = unpack(emit, vectors[0], vectors[1]);
    auto [low23, high23] = unpack(emit, vectors[2], vectors[3]);
    auto words = [&](Value value) {
      return emit.ir.create<vector::BitCastOp>(
          emit.vector(laneCount(value) / 2, emit.ir.getI16Type()), value);
    };
    auto [first, second] = unpack(emit, words(low01), words(low23));
    auto [third, fourth] = unpack(emit, words(high01), words(high23));
    return asWords32(emit, {first, second, third, fourth});
  }

  llvm::SmallVector<int64_t> laneOrder(int64_t elements, int64_t groupSize) override {
    int64_t block = 4 * groupSize; // elements per 128 bits, of which each vector takes 4
    llvm::SmallVector<int64_t> order;
    for (int64_t j = 0; j < groupSize; ++j)
      for (int64_t q = 0; q < elements / block; ++q)
        for (int64_t i = 0; i < 4; ++i)
          order.push_back(block * q + 4 * j + i);
    return order;
  }

  // Four vectors take their bytes from the 128-bit blocks where their lanes are: PSHUFB moves and
  // widens. Sign extension moves them up and shifts.
  Value widen(Emitter &emit, Value elements, int64_t vectors, bool isSigned) override {
    int64_t count = laneCount(elements), width = count / vectors;
    auto type = emit.vector(count, emit.i32());
    if (vectors != 4 || width % 4 != 0) {
      Value lanes = emit.shuffle(elements, elements, laneOrder(count, vectors));
      if (isSigned)
        return emit.ir.create<arith::ExtSIOp>(type, lanes);
      return emit.ir.create<arith::ExtUIOp>(type, lanes);
    }
    Values results;
    Value zeros = emit.integers(emit.vector(count, emit.i8()), 0);
    for (int64_t vector = 0; vector < vectors; ++vector) {
      llvm::SmallVector<int64_t> bytes(4 * width, count);
      for (int64_t lane = 0; lane < width; ++lane)
        bytes[4 * lane + (isSigned ? 3 : 0)] = lane / 4 * 16 + 4 * vector + lane % 4;
      Value moved = emit.shuffle(elements, zeros, bytes);
      results.push_back(emit.ir.create<vector::BitCastOp>(emit.vector(width, emit.i32()), moved));
    }
    Value joined = emit.concat(results);
    return isSigned ? Value(emit.ir.create<arith::ShRSIOp>(joined, emit.integers(type, 24)))
                    : joined;
  }

  // PACKSSDW and PACKUSWB join two vectors within 128 bits, and saturate: the inverse of the above.
  Value narrow(Emitter &emit, Value lanes, int64_t vectors, bool isInterleaved, Type element,
               bool isSigned, const Bounds &bounds) override {
    int64_t count = laneCount(lanes), width = count / vectors;
    bool toBytes = element.isInteger(8);
    if (vectors == 1 || width % 4 != 0 || width > target.lanes32())
      return emit.ir.create<arith::TruncIOp>(emit.vector(count, element),
                                             bounded(emit, lanes, bounds, INT32_MIN, INT32_MAX));
    Values words;
    for (int64_t i = 0; i < vectors; i += 2) {
      Value low = emit.slice(lanes, i * width, width),
            high = emit.slice(lanes, (i + 1) * width, width);
      words.push_back(pack(emit, low, high, "packssdw", emit.ir.getI16Type()));
    }
    Values packed;
    if (toBytes && vectors == 4) {
      Value bytes = pack(emit, words[0], words[1], isSigned ? "packsswb" : "packuswb", emit.i8());
      packed.push_back(isSigned ? bounded(emit, bytes, bounds, INT8_MIN, INT8_MAX)
                                : boundedUnsigned(emit, bytes, bounds));
    } else {
      for (Value value : words) {
        Value inside = bounded(emit, value, bounds, INT16_MIN, INT16_MAX);
        packed.push_back(toBytes ? Value(emit.ir.create<arith::TruncIOp>(
                                       emit.vector(2 * width, element), inside))
                                 : inside);
      }
    }
    return inMemoryOrder(emit, emit.concat(packed), vectors, toBytes && vectors == 4 ? 4 : 2,
                         isInterleaved);
  }

private:
  static Value number(Emitter &emit, int64_t matrix) {
    return emit.ir.create<arith::ConstantIntOp>(matrix, 8);
  }

  static Value pack(Emitter &emit, Value a, Value b, llvm::StringRef what, Type element) {
    int64_t bits = laneCount(a) * cast<VectorType>(a.getType()).getElementTypeBitWidth();
    std::string name = bits == 512   ? "llvm.x86.avx512." + what.str() + ".512"
                       : bits == 256 ? "llvm.x86.avx2." + what.str()
                                     : "llvm.x86.sse2." + what.str() + ".128";
    return emit.intrinsic(name, emit.vector(2 * laneCount(a), element), {a, b});
  }

  // Bounds that the type has by itself, and that saturation has brought about, cost nothing.
  static Value bounded(Emitter &emit, Value value, const Bounds &bounds, int64_t least,
                       int64_t most) {
    auto type = cast<VectorType>(value.getType());
    if (bounds.needed && bounds.lowest > least)
      value = emit.ir.create<arith::MaxSIOp>(value, bounds.everywhere(type, bounds.lowest));
    if (bounds.needed && bounds.highest < most)
      value = emit.ir.create<arith::MinSIOp>(value, bounds.everywhere(type, bounds.highest));
    return value;
  }
  static Value boundedUnsigned(Emitter &emit, Value value, const Bounds &bounds) {
    auto type = cast<VectorType>(value.getType());
    if (bounds.needed && bounds.lowest > 0)
      value = emit.ir.create<arith::MaxUIOp>(value, bounds.everywhere(type, bounds.lowest));
    if (bounds.needed && bounds.highest < UINT8_MAX)
      value = emit.ir.create<arith::MinUIOp>(value, bounds.everywhere(type, bounds.highest));
    return value;
  }

  // Packing `joined` vectors puts 4 elements of each side by side in every 128-bit block. Of
  // interleaved lanes that is memory's order already, unless only some of the vectors were joined.
  static Value inMemoryOrder(Emitter &emit, Value packed, int64_t vectors, int64_t joined,
                             bool isInterleaved) {
    int64_t count = laneCount(packed), width = count / vectors, blocks = width / 4;
    if (isInterleaved && joined == vectors)
      return packed;
    llvm::SmallVector<int64_t> lanes(count);
    for (int64_t vector = 0; vector < vectors; ++vector)
      for (int64_t block = 0; block < blocks; ++block)
        for (int64_t i = 0; i < 4; ++i) {
          int64_t from =
              vector / joined * joined * width + (block * joined + vector % joined) * 4 + i;
          int64_t to =
              isInterleaved ? (block * vectors + vector) * 4 + i : vector * width + block * 4 + i;
          lanes[to] = from;
        }
    return emit.shuffle(packed, packed, lanes);
  }

  // The last operand of an instruction that says how it rounds: as the current mode does, to even;
  // or down, without exceptions.
  static constexpr int64_t current = 4, down = 9;
  static Value rounding(Emitter &emit, int64_t mode) {
    return emit.ir.create<arith::ConstantIntOp>(mode, 32);
  }

  static Value convert512(Emitter &emit, Value reals, int64_t mode) {
    auto type = emit.vector(16, emit.i32());
    // The masked form is the only one.
    Value mask = emit.ir.create<arith::ConstantIntOp>(-1, 16), zero = emit.integers(type, 0);
    return emit.intrinsic("llvm.x86.avx512.mask.cvtps2dq.512", type,
                          {reals, zero, mask, rounding(emit, mode)});
  }

  // Only 512 bits have a rounding: narrower vectors are widened by whatever.
  static Value roundedDown(Emitter &emit, ValueRange operands,
                           const std::function<Value(ValueRange)> &f) {
    constexpr int64_t full = 16;
    int64_t lanes = laneCount(operands[0]);
    if (lanes >= full)
      return emit.inPieces(full, operands, f);
    Values wide;
    llvm::SmallVector<int64_t> widen(full, 0);
    std::iota(widen.begin(), widen.begin() + lanes, 0);
    for (Value operand : operands)
      wide.push_back(emit.shuffle(operand, operand, widen));
    return emit.slice(f(wide), 0, lanes);
  }

  Value roundPiece(Emitter &emit, Value reals) {
    int64_t lanes = laneCount(reals);
    auto type = emit.vector(lanes, emit.i32());
    if (lanes == 16)
      return convert512(emit, reals, current);
    if (lanes == 8)
      return emit.intrinsic("llvm.x86.avx.cvt.ps2dq.256", type, reals);
    if (lanes == 4)
      return emit.intrinsic("llvm.x86.sse2.cvtps2dq", type, reals);
    // Narrower than a register: rounding, then an exact conversion.
    Value rounded = emit.ir.create<LLVM::RoundEvenOp>(reals);
    return emit.ir.create<arith::FPToSIOp>(type, rounded);
  }

  // VPERMI2B looks up 128 bytes; the index's top bit chooses between two of those.
  static Value lookUpInRegisters(Emitter &emit, Value table, Value indices) {
    int64_t lanes = laneCount(indices);
    auto full = emit.vector(64, emit.i8());
    Value wide = indices;
    if (lanes < 64) {
      llvm::SmallVector<int64_t> widen(64, 0);
      for (int64_t i = 0; i < lanes; ++i)
        widen[i] = i;
      wide = emit.shuffle(indices, indices, widen);
    }
    Values quarters;
    for (int64_t i = 0; i < 4; ++i)
      quarters.push_back(emit.load(full, emit.at(table, 64 * i)));
    Value low =
        emit.intrinsic("llvm.x86.avx512.vpermi2var.qi.512", full, {quarters[0], wide, quarters[1]});
    Value high =
        emit.intrinsic("llvm.x86.avx512.vpermi2var.qi.512", full, {quarters[2], wide, quarters[3]});
    Value isHigh =
        emit.ir.create<arith::CmpIOp>(arith::CmpIPredicate::slt, wide, emit.integers(full, 0));
    return emit.slice(emit.ir.create<arith::SelectOp>(isHigh, high, low), 0, lanes);
  }

  // PSHUFB looks up a row of 16 entries, and gives 0 where an index has its highest bit set: which
  // saturation sets for the indices of other rows.
  static Value lookUpRowByRow(Emitter &emit, Value table, Value indices) {
    constexpr int64_t row = 16;
    int64_t lanes = laneCount(indices);
    auto type = emit.vector(lanes, emit.i8());
    std::string shuffle = lanes == 64   ? "llvm.x86.avx512.pshuf.b.512"
                          : lanes == 32 ? "llvm.x86.avx2.pshuf.b"
                                        : "llvm.x86.ssse3.pshuf.b.128";
    llvm::SmallVector<int64_t> repeated;
    for (int64_t lane = 0; lane < lanes; ++lane)
      repeated.push_back(lane % row);
    Value result;
    for (int64_t first = 0; first < 256; first += row) {
      Value entries = emit.load(emit.vector(row, emit.i8()), emit.at(table, first));
      Value within = emit.ir.create<arith::SubIOp>(indices, emit.integers(type, first));
      Value marked = emit.intrinsic("llvm.uadd.sat.v" + std::to_string(lanes) + "i8", type,
                                    {within, emit.integers(type, 0x80 - row)});
      Value found =
          emit.intrinsic(shuffle, type, {emit.shuffle(entries, entries, repeated), marked});
      result = result ? Value(emit.ir.create<arith::OrIOp>(result, found)) : found;
    }
    return result;
  }

  // The low and the high halves of each 128-bit block, element by element.
  static std::pair<Value, Value> unpack(Emitter &emit, Value a, Value b) {
    int64_t lanes = laneCount(a);
    int64_t block = 128 / cast<VectorType>(a.getType()).getElementTypeBitWidth();
    llvm::SmallVector<int64_t> low, high;
    for (int64_t first = 0; first < lanes; first += block)
      for (int64_t i = 0; i < block / 2; ++i) {
        low.append({first + i, lanes + first + i});
        high.append({first + block / 2 + i, lanes + first + block / 2 + i});
      }
    return {emit.shuffle(a, b, low), emit.shuffle(a, b, high)};
  }

  // unpack() doubles the lanes; each half of its results is a vector of groups.
  Values asWords32(Emitter &emit, ValueRange vectors) {
    Values results;
    for (Value value : vectors) {
      int64_t bits = laneCount(value) * cast<VectorType>(value.getType()).getElementTypeBitWidth();
      results.push_back(
          emit.ir.create<vector::BitCastOp>(emit.vector(bits / 32, emit.i32()), value));
    }
    return results;
  }

  const target::Target &target;
};

} // namespace

std::unique_ptr<Machine> makeX86Machine(const target::Target &target) {
  return std::make_unique<X86>(target);
}

} // namespace octet::codegen

#include "codegen/ops/Rescale.h"
#include "quant/Proof.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace octet::codegen {

// x * multiplier + addend in f32 or f64, with one rounding or two as the proof assumed.
static Value multiplyAdd(Lanes &lanes, bool fused, Value x, Value multiplier, Value addend) {
  auto &ir = lanes.emit.ir;
  if (fused)
    return ir.create<LLVM::FMAOp>(x, multiplier, addend);
  return ir.create<arith::AddFOp>(ir.create<arith::MulFOp>(x, multiplier), addend);
}

// The integers of a fixed-point sum: the high halves, which are the odd ones of twice as many
// lanes.
static Value integersOf(Lanes &lanes, Value sums, int32_t offset) {
  Emitter &emit = lanes.emit;
  Value halves = emit.ir.create<vector::BitCastOp>(emit.vector(2 * lanes.count, emit.i32()), sums);
  llvm::SmallVector<int64_t> odd;
  for (int64_t lane = 0; lane < lanes.count; ++lane)
    odd.push_back(2 * lane + 1);
  Value shift = lanes.everywhere(int64_t{offset} - quant::FloatRescale::fixedPointHigh, emit.i32());
  return emit.ir.create<arith::AddIOp>(emit.shuffle(halves, halves, odd), shift);
}

Lane rounded(Lanes &lanes, Value real, int64_t offset, bool isFloored) {
  Lane lane = isFloored ? lanes.machine.floorToInteger(lanes.emit, real)
                        : lanes.machine.roundToInteger(lanes.emit, real);
  if (offset != 0)
    lane.vector = lanes.emit.ir.create<arith::AddIOp>(lane.vector,
                                                      lanes.everywhere(offset, lanes.emit.i32()));
  lane.real = real;
  lane.isFloored = isFloored;
  lane.offset = offset;
  return lane;
}

// The multiplier is the sum of two floats.
static Lane emitFloored(Lanes &lanes, qnn::FloatRescaleAttr form, Value real, bool isSigned,
                        FormNumbers numbers) {
  Emitter &emit = lanes.emit;
  llvm::ArrayRef<double> multipliers = form.getMultipliers();
  auto remainders = llvm::map_to_vector(multipliers, [](double multiplier) {
    return static_cast<double>(quant::remainderOf(multiplier));
  });
  Value addends = numbers(form.getAddends(), emit.f32());
  if (isSigned)
    addends = emit.ir.create<LLVM::CopySignOp>(addends, real);
  Value rest = emit.ir.create<LLVM::FMAOp>(real, numbers(remainders, emit.f32()), addends);
  Value sum = lanes.machine.multiplyAddDown(emit, real, numbers(multipliers, emit.f32()), rest);
  if (isSigned)
    sum = lanes.machine.addDown(emit, sum, lanes.everywhere(0.5, emit.f32()));
  return rounded(lanes, sum, form.getOffset(), /*isFloored=*/true);
}

Lane emitForm(Lanes &lanes, qnn::FloatRescaleAttr form, Value x, FormNumbers numbers) {
  Emitter &emit = lanes.emit;
  auto &ir = emit.ir;
  auto shape = static_cast<quant::FloatRescale::Shape>(form.getShape());
  bool isSingle = isSinglePrecision(shape), isSigned = takesSign(shape);
  Type element = isSingle ? emit.f32() : emit.f64();
  Value real = ir.create<arith::SIToFPOp>(emit.vector(lanes.count, element), x);
  if (isFloored(shape))
    return emitFloored(lanes, form, real, isSigned, numbers);
  Value multipliers = numbers(form.getMultipliers(), element);
  llvm::ArrayRef<double> added = form.getAddends();
  if (isSingle && llvm::all_of(added, [](double addend) { return addend == 0; }))
    return rounded(lanes, ir.create<arith::MulFOp>(real, multipliers), form.getOffset());
  Value addends = numbers(added, element);
  if (isSigned)
    addends = ir.create<LLVM::CopySignOp>(addends, real);
  Value sum = multiplyAdd(lanes, form.getFused(), real, multipliers, addends);
  if (isSingle)
    return rounded(lanes, sum, form.getOffset());
  if (isSigned)
    sum = ir.create<arith::AddFOp>(
        sum, lanes.everywhere(quant::FloatRescale::fixedPointOrigin, emit.f64()));
  return integersOf(lanes, sum, form.getOffset());
}

Lane emitForm(Lanes &lanes, qnn::FloatRescaleAttr form, Value x) {
  return emitForm(lanes, form, x, [&](llvm::ArrayRef<double> numbers, Type element) {
    return lanes.perChannel(numbers, element);
  });
}

namespace {

/// The integer recipes of quant/Multiplier.h on vectors; each function has the name of its scalar
/// twin.
class IntegerMultiply {
public:
  IntegerMultiply(Lanes &lanes, llvm::ArrayRef<quant::FixedPointMultiplier> multipliers)
      : lanes(lanes), ir(lanes.emit.ir), multipliers(multipliers) {}

  // (value << left) * mantissa / 2^31, rounded; then a rounding shift to the right.
  Value multiplyDouble(Value x, bool tiesUp) {
    if (cast<VectorType>(x.getType()).getElementType().isInteger(64))
      x = narrowWide(x);
    Value shifted = ir.create<arith::ShLIOp>(
        x, integers([](auto m) { return m.exponent > 0 ? m.exponent & 31 : 0; }, lanes.emit.i32()));
    Value product = ir.create<arith::MulIOp>(
        wide(shifted), integers([](auto m) { return int64_t{m.mantissa}; }, lanes.emit.i64()));
    // Rounding half up equals gemmlowp's truncating form; only INT_MIN * INT_MIN differs, and a
    // mantissa is never negative.
    Value high = shiftWide(ir.create<arith::AddIOp>(product, all64(int64_t{1} << 30)), all64(31));
    Value value = narrowWide(high);
    Value right =
        integers([](auto m) { return m.exponent > 0 ? 0 : -m.exponent; }, lanes.emit.i32());
    return tiesUp ? divideHalfUp(value, right) : divideHalfAway(value, right);
  }

  // One shift of the 64-bit product.
  Value multiplySingle(Value x, bool tiesAway) {
    Value product = ir.create<arith::MulIOp>(
        wide(x), integers([](auto m) { return int64_t{quant::saturateExponent(m).mantissa}; },
                          lanes.emit.i64()));
    Value shift = integers([](auto m) { return int64_t{31 - quant::saturateExponent(m).exponent}; },
                           lanes.emit.i64());
    Value half =
        integers([](auto m) { return int64_t{1} << (30 - quant::saturateExponent(m).exponent); },
                 lanes.emit.i64());
    if (!tiesAway)
      return saturate(shiftWide(ir.create<arith::AddIOp>(product, half), shift));
    Value zero = all64(0),
          isNegative = ir.create<arith::CmpIOp>(arith::CmpIPredicate::slt, product, zero);
    Value magnitude =
        ir.create<arith::SelectOp>(isNegative, ir.create<arith::SubIOp>(zero, product), product);
    Value rounded = shiftWide(ir.create<arith::AddIOp>(magnitude, half), shift);
    return saturate(
        ir.create<arith::SelectOp>(isNegative, ir.create<arith::SubIOp>(zero, rounded), rounded));
  }

  Value multiplyQ15Up(Value x) {
    auto reduced = [](quant::FixedPointMultiplier m) {
      return m.mantissa < 0x7FFF0000 ? (int64_t{m.mantissa} + (1 << 15)) >> 16 : int64_t{0x7FFF};
    };
    Value wideX = cast<VectorType>(x.getType()).getElementType().isInteger(64) ? x : wide(x);
    Value product = ir.create<arith::MulIOp>(wideX, integers(reduced, lanes.emit.i64()));
    Value half = integers([](auto m) { return int64_t{1} << (14 - m.exponent); }, lanes.emit.i64());
    Value shift = integers([](auto m) { return int64_t{15 - m.exponent}; }, lanes.emit.i64());
    return narrowWide(shiftWide(ir.create<arith::AddIOp>(product, half), shift));
  }

  Value multiplyQ24Up(Value x) {
    Value product = ir.create<arith::MulIOp>(
        wide(x),
        integers([](auto m) { return (int64_t{m.mantissa} + (1 << 6)) >> 7; }, lanes.emit.i64()));
    Value half = integers([](auto m) { return int64_t{1} << (23 - m.exponent); }, lanes.emit.i64());
    Value shift = integers([](auto m) { return int64_t{24 - m.exponent}; }, lanes.emit.i64());
    return saturate(shiftWide(ir.create<arith::AddIOp>(product, half), shift));
  }

private:
  template <typename F> Value integers(F f, Type element) {
    llvm::SmallVector<int64_t> numbers;
    for (const quant::FixedPointMultiplier &multiplier : multipliers)
      numbers.push_back(f(multiplier));
    return lanes.perChannel(numbers, element);
  }

  Value all32(int64_t value) { return lanes.emit.integers(lanes.i32Lanes(), value); }
  Value all64(int64_t value) { return lanes.emit.integers(lanes.i64Lanes(), value); }
  Value wide(Value x) { return ir.create<arith::ExtSIOp>(lanes.i64Lanes(), x); }
  Value narrowWide(Value x) { return ir.create<arith::TruncIOp>(lanes.i32Lanes(), x); }
  Value shiftWide(Value x, Value by) { return ir.create<arith::ShRSIOp>(x, by); }
  Value saturate(Value x) {
    x = ir.create<arith::MaxSIOp>(x, all64(INT32_MIN));
    return narrowWide(ir.create<arith::MinSIOp>(x, all64(INT32_MAX)));
  }

  // gemmlowp's RoundingDivideByPOT: the remainder decides, ties away from zero.
  Value divideHalfAway(Value x, Value exponent) {
    Value mask = ir.create<arith::SubIOp>(ir.create<arith::ShLIOp>(all32(1), exponent), all32(1));
    Value remainder = ir.create<arith::AndIOp>(x, mask);
    Value isNegative = ir.create<arith::CmpIOp>(arith::CmpIPredicate::slt, x, all32(0));
    Value threshold =
        ir.create<arith::AddIOp>(ir.create<arith::ShRUIOp>(mask, all32(1)),
                                 ir.create<arith::ExtUIOp>(lanes.i32Lanes(), isNegative));
    // A mask of 31 bits and the sign do not mix: both sides are below 2^31.
    Value carries = ir.create<arith::CmpIOp>(arith::CmpIPredicate::sgt, remainder, threshold);
    return ir.create<arith::AddIOp>(ir.create<arith::ShRSIOp>(x, exponent),
                                    ir.create<arith::ExtUIOp>(lanes.i32Lanes(), carries));
  }
  Value divideHalfUp(Value x, Value exponent) {
    Value one = all64(1), wideExponent = ir.create<arith::ExtUIOp>(lanes.i64Lanes(), exponent);
    // (x + 2^(exponent - 1)) >> exponent, as ((2x + 2^exponent) >> exponent) >> 1 to serve exponent
    // 0 too.
    Value doubled = ir.create<arith::AddIOp>(ir.create<arith::ShLIOp>(wide(x), one),
                                             ir.create<arith::ShLIOp>(one, wideExponent));
    return narrowWide(shiftWide(shiftWide(doubled, wideExponent), one));
  }

  Lanes &lanes;
  mlir::ImplicitLocOpBuilder &ir;
  llvm::ArrayRef<quant::FixedPointMultiplier> multipliers;
};

} // namespace

// One float product, ties to even: XNNPACK's own form. Its clamp in float comes to the same as a
// clamp of the integer.
static Value multiplyEven(Lanes &lanes, Value x, llvm::ArrayRef<double> reals, int64_t zeroPoint,
                          Type precision) {
  Emitter &emit = lanes.emit;
  auto &ir = emit.ir;
  VectorType type = emit.vector(lanes.count, precision);
  llvm::SmallVector<double> singles(llvm::map_range(
      reals, [](double real) { return static_cast<double>(static_cast<float>(real)); }));
  Value scaled = ir.create<arith::MulFOp>(ir.create<arith::SIToFPOp>(type, x),
                                          lanes.perChannel(singles, precision));
  if (zeroPoint != 0)
    scaled = ir.create<arith::AddFOp>(scaled, emit.reals(type, static_cast<double>(zeroPoint)));
  // Keep the conversion in range; codes are far inside.
  scaled = emit.boundReals(scaled, -0x1p30, 0x1p30);
  if (precision == emit.f32())
    return lanes.machine.roundToInteger(emit, scaled);
  return ir.create<arith::FPToSIOp>(lanes.i32Lanes(), ir.create<LLVM::RoundEvenOp>(scaled));
}

Value emitMultiply(Lanes &lanes, quant::Rounding rounding, Value x,
                   llvm::ArrayRef<quant::FixedPointMultiplier> multipliers,
                   llvm::ArrayRef<double> reals, int64_t zeroPoint) {
  IntegerMultiply multiply(lanes, multipliers);
  switch (rounding) {
  case quant::Rounding::doubleAway:
    return multiply.multiplyDouble(x, false);
  case quant::Rounding::doubleUp:
    return multiply.multiplyDouble(x, true);
  case quant::Rounding::singleUp:
    return multiply.multiplySingle(x, false);
  case quant::Rounding::singleAway:
    return multiply.multiplySingle(x, true);
  case quant::Rounding::q15Up:
    return multiply.multiplyQ15Up(x);
  case quant::Rounding::q24Up:
    return multiply.multiplyQ24Up(x);
  case quant::Rounding::floatEven:
  case quant::Rounding::floatEvenShifted:
    return multiplyEven(lanes, x, reals, zeroPoint, lanes.emit.f32());
  case quant::Rounding::float64EvenShifted:
    return multiplyEven(lanes, x, reals, zeroPoint, lanes.emit.f64());
  }
  return {};
}

} // namespace octet::codegen

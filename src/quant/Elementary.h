// Elementary functions in float32, defined operation by operation.
//
// Each is written once, over a Machine that supplies the arithmetic. The evaluator runs them on
// floats; code generation runs the same text with a Machine that emits vector instructions. So
// both give the same bits, on every target, without a mathematics library: only IEEE operations
// that round the same everywhere are used. Multiply-adds are fused where this text says so, and
// nowhere else (the project compiles with -ffp-contract=off); a target without the instruction
// has it in double (codegen/FusedMultiplyAdd.h). Errors are a few units in the last place; unit
// tests hold the bounds. Freestanding.
#pragma once

#include <stdint.h>

namespace octet::quant::elementary {

/// The Machine of plain C++ numbers, and the list of operations that a Machine has.
struct Scalar {
  using Real = float;
  using Integer = int32_t;
  using Condition = bool;

  Real real(float value) const { return value; }
  Integer integer(int32_t value) const { return value; }
  Real add(Real a, Real b) const { return a + b; }
  Real subtract(Real a, Real b) const { return a - b; }
  Real multiply(Real a, Real b) const { return a * b; }
  /// a * b + c, rounded once.
  Real multiplyAdd(Real a, Real b, Real c) const { return __builtin_fmaf(a, b, c); }
  Real divide(Real a, Real b) const { return a / b; }
  Real absolute(Real a) const { return __builtin_fabsf(a); }
  Real copySign(Real magnitude, Real sign) const { return __builtin_copysignf(magnitude, sign); }
  Real squareRoot(Real a) const { return __builtin_sqrtf(a); }
  /// To the nearest integer, ties to even; downward; upward.
  Real roundEven(Real a) const { return __builtin_rintf(a); }
  Real floor(Real a) const { return __builtin_floorf(a); }
  Real ceil(Real a) const { return __builtin_ceilf(a); }
  /// `integral` is an integer within int32.
  Integer toInteger(Real integral) const { return static_cast<int32_t>(integral); }
  Real toReal(Integer a) const { return static_cast<float>(a); }
  Integer bits(Real a) const {
    int32_t result;
    __builtin_memcpy(&result, &a, 4);
    return result;
  }
  Real fromBits(Integer a) const {
    float result;
    __builtin_memcpy(&result, &a, 4);
    return result;
  }
  Integer addInteger(Integer a, Integer b) const {
    return static_cast<int32_t>(static_cast<uint32_t>(a) + static_cast<uint32_t>(b));
  }
  Integer subtractInteger(Integer a, Integer b) const { return a - b; }
  Integer andInteger(Integer a, Integer b) const { return a & b; }
  Integer orInteger(Integer a, Integer b) const { return a | b; }
  Integer shiftLeft(Integer a, int count) const {
    return static_cast<int32_t>(static_cast<uint32_t>(a) << count);
  }
  /// Arithmetic: copies of the sign come in.
  Integer shiftRight(Integer a, int count) const { return a >> count; }
  Condition less(Real a, Real b) const { return a < b; }
  Condition isNan(Real a) const { return a != a; }
  Condition equalInteger(Integer a, Integer b) const { return a == b; }
  Real select(Condition condition, Real a, Real b) const { return condition ? a : b; }
};

/// c[0] + x * (c[1] + x * (c[2] + …)), each step fused.
template <typename M, int count>
typename M::Real polynomial(const M &m, typename M::Real x, const float (&coefficients)[count]) {
  auto result = m.real(coefficients[count - 1]);
  for (int i = count - 2; i >= 0; --i)
    result = m.multiplyAdd(result, x, m.real(coefficients[i]));
  return result;
}

/// 2^exponent for -126 <= exponent <= 127.
template <typename M> typename M::Real powerOfTwo(const M &m, typename M::Integer exponent) {
  return m.fromBits(m.shiftLeft(m.addInteger(exponent, m.integer(127)), 23));
}

/// exp(sign * x) = fraction * 2^exponent for |x| below 100, or a fraction that is NaN: exponent is
/// round(sign * x / ln 2), and the series that of exp(sign * y) for |y| up to ln(2) / 2. The steps
/// are MLAS's. `sign` is 1 or -1.
template <typename M> struct Exponential {
  typename M::Real fraction;
  typename M::Integer exponent;

  template <int count>
  Exponential(const M &m, typename M::Real x, float sign, const float (&series)[count]) {
    // The last bits of such a sum are the integer next to what was added, ties to even.
    constexpr float origin = 0x1.8p23f;
    constexpr int32_t originBits = 0x4B400000;
    auto sum = m.multiplyAdd(x, m.real(sign * 1.44269504f), m.real(origin));
    auto n = m.subtract(sum, m.real(origin));
    // ln 2 in two parts; `rest` is sign * what remains.
    auto rest = m.multiplyAdd(n, m.real(sign * -6.93145752e-1f), x);
    rest = m.multiplyAdd(n, m.real(sign * -1.42860677e-6f), rest);
    fraction = polynomial(m, rest, series);
    exponent = m.addInteger(m.bits(sum), m.integer(-originBits));
  }

  /// With the series of MLAS's MlasComputeExp: the bits of ONNX Runtime's Exp and Softmax.
  Exponential(const M &m, typename M::Real x, float sign = 1.0f)
      : Exponential(m, x, sign,
                    {1.0f, sign, 0x1.fffff6p-2f, sign * 0x1.555450p-3f, 0x1.555b5ap-5f,
                     sign * 0x1.125edcp-7f, 0x1.694000p-10f}) {}
};

/// Where exp(x) is 2^-126, and where it is the largest float.
constexpr float leastExponent = -87.33654f, largestExponent = 88.72283f;

/// exp(x). Results below 2^-126 are zero.
template <typename M> typename M::Real exp(const M &m, typename M::Real x) {
  auto lowest = m.real(leastExponent), highest = m.real(largestExponent);
  auto bounded = m.select(m.less(x, highest), x, highest);
  bounded = m.select(m.less(bounded, lowest), lowest, bounded);
  Exponential parts(m, bounded);
  // In two factors, for the exponent reaches 128.
  auto half = m.shiftRight(parts.exponent, 1);
  auto result = m.multiply(m.multiply(parts.fraction, powerOfTwo(m, half)),
                           powerOfTwo(m, m.subtractInteger(parts.exponent, half)));
  result = m.select(m.less(x, lowest), m.real(0.0f), result);
  result = m.select(m.less(highest, x), m.fromBits(m.integer(0x7F800000)), result);
  return m.select(m.isNan(x), x, result);
}

/// The same of x <= 88, which needs fewer operations.
template <typename M> typename M::Real expUpTo88(const M &m, typename M::Real x) {
  auto lowest = m.real(leastExponent);
  Exponential parts(m, m.select(m.less(x, lowest), lowest, x));
  auto result = m.multiply(parts.fraction, powerOfTwo(m, parts.exponent));
  return m.select(m.less(x, lowest), m.real(0.0f), result);
}

/// log(x) for x > 0: x = 2^e * (1 + f), sqrt(1/2) <= 1 + f < sqrt(2); the series is Cephes'. Zero
/// and denormal numbers give -infinity, negative ones NaN.
template <typename M> typename M::Real log(const M &m, typename M::Real x) {
  auto raw = m.bits(x);
  auto exponent = m.toReal(m.subtractInteger(m.shiftRight(raw, 23), m.integer(126)));
  auto mantissa =
      m.fromBits(m.orInteger(m.andInteger(raw, m.integer(0x007FFFFF)), m.integer(0x3F000000)));
  auto isLow = m.less(mantissa, m.real(0.707106781f));
  auto e = m.select(isLow, m.subtract(exponent, m.real(1.0f)), exponent);
  auto f = m.subtract(m.select(isLow, m.add(mantissa, mantissa), mantissa), m.real(1.0f));
  static constexpr float series[] = {3.3333331174e-1f,  -2.4999993993e-1f, 2.0000714765e-1f,
                                     -1.6668057665e-1f, 1.4249322787e-1f,  -1.2420140846e-1f,
                                     1.1676998740e-1f,  -1.1514610310e-1f, 7.0376836292e-2f};
  auto square = m.multiply(f, f);
  auto y = m.multiply(m.multiply(f, square), polynomial(m, f, series));
  y = m.multiplyAdd(e, m.real(-2.12194440e-4f), y);
  y = m.multiplyAdd(square, m.real(-0.5f), y);
  auto result = m.multiplyAdd(e, m.real(0.693359375f), m.add(f, y));
  auto infinity = m.fromBits(m.integer(0x7F800000));
  result = m.select(m.less(x, infinity), result, x);
  result = m.select(m.less(x, m.real(1.17549435e-38f)),
                    m.fromBits(m.integer(static_cast<int32_t>(0xFF800000u))), result);
  result = m.select(m.less(x, m.real(0.0f)), m.fromBits(m.integer(0x7FC00000)), result);
  return m.select(m.isNan(x), x, result);
}

/// 1 / (1 + exp(-x)) as MLAS has it (MlasComputeLogistic): half and an odd rational function of x,
/// which is constant beyond 18.
template <typename M> typename M::Real logistic(const M &m, typename M::Real x) {
  auto least = m.real(-18.0f), most = m.real(18.0f), zero = m.real(0.0f);
  auto bounded = m.select(m.less(x, least), least, x);
  bounded = m.select(m.less(most, bounded), most, bounded);
  auto square = m.multiply(bounded, bounded);
  static constexpr float above[] = {2.48287947061529e-01f, 8.51377133304701e-03f,
                                    6.08574864600143e-05f, 1.15627324459942e-07f,
                                    4.37031012579801e-11f},
                         below[] = {9.93151921023180e-01f, 1.16817656904453e-01f,
                                    1.70198817374094e-03f, 6.29106785017040e-06f,
                                    5.76102136993427e-09f, 6.10247389755681e-13f};
  auto p = m.multiply(polynomial(m, square, above), bounded);
  auto sum = m.add(m.divide(p, polynomial(m, square, below)), m.real(0.5f));
  return m.select(m.less(sum, zero), zero, sum);
}

/// tanh(x) as MLAS has it (MlasComputeTanh): an odd rational function of x, constant beyond 9.
template <typename M> typename M::Real tanh(const M &m, typename M::Real x) {
  auto least = m.real(-9.0f), most = m.real(9.0f);
  auto bounded = m.select(m.less(x, least), least, x);
  bounded = m.select(m.less(most, bounded), most, bounded);
  auto square = m.multiply(bounded, bounded);
  static constexpr float above[] = {4.89352455891786e-03f,  6.37261928875436e-04f,
                                    1.48572235717979e-05f,  5.12229709037114e-08f,
                                    -8.60467152213735e-11f, 2.00018790482477e-13f,
                                    -2.76076847742355e-16f},
                         below[] = {4.89352518554385e-03f, 2.26843463243900e-03f,
                                    1.18534705686654e-04f, 1.19825839466702e-06f};
  auto p = m.multiply(polynomial(m, square, above), bounded);
  return m.divide(p, polynomial(m, square, below));
}

/// sin(x + quarters * pi/2): reduction to |r| <= pi/4 in three parts, then Cephes' two series. Good
/// for |x| below 8192.
template <typename M>
typename M::Real sineOfQuarters(const M &m, typename M::Real x, int quarters) {
  auto one = m.real(1.0f);
  auto n = m.roundEven(m.multiply(x, m.real(0.636619772f)));
  auto r = m.multiplyAdd(n, m.real(-1.5703125f), x);
  r = m.multiplyAdd(n, m.real(-4.837512969970703125e-4f), r);
  r = m.multiplyAdd(n, m.real(-7.54978995489188216e-8f), r);
  auto square = m.multiply(r, r);
  static constexpr float sineSeries[] = {-1.6666654611e-1f, 8.3321608736e-3f, -1.9515295891e-4f};
  static constexpr float cosineSeries[] = {4.166664568298827e-2f, -1.388731625493765e-3f,
                                           2.443315711809948e-5f};
  auto sine = m.multiplyAdd(m.multiply(polynomial(m, square, sineSeries), square), r, r);
  auto cosine = m.multiplyAdd(polynomial(m, square, cosineSeries), square, m.real(-0.5f));
  cosine = m.multiplyAdd(cosine, square, one);
  // Beyond its use the function only has to be defined.
  auto bounded = m.select(m.less(n, m.real(1e9f)), n, m.real(1e9f));
  bounded = m.select(m.less(bounded, m.real(-1e9f)), m.real(-1e9f), bounded);
  auto quadrant = m.addInteger(m.toInteger(bounded), m.integer(quarters));
  auto isEven = m.equalInteger(m.andInteger(quadrant, m.integer(1)), m.integer(0));
  auto isUpper = m.equalInteger(m.andInteger(quadrant, m.integer(2)), m.integer(0));
  auto value = m.select(isEven, sine, cosine);
  return m.select(isUpper, value, m.subtract(m.real(0.0f), value));
}
template <typename M> typename M::Real sin(const M &m, typename M::Real x) {
  return sineOfQuarters(m, x, 0);
}
template <typename M> typename M::Real cos(const M &m, typename M::Real x) {
  return sineOfQuarters(m, x, 1);
}

/// erf(x) as MLAS has it (MlasErfKernelFma3; the approximation is Norbert Juffa's): a series in x^2
/// up to 0.921875, above it 1 - exp(-p(|x|)). One from 3.925 on.
template <typename M> typename M::Real erf(const M &m, typename M::Real x) {
  auto one = m.real(1.0f), most = m.real(3.925f), magnitude = m.absolute(x);
  magnitude = m.select(m.less(most, magnitude), most, magnitude);
  auto square = m.multiply(magnitude, magnitude);
  static constexpr float lower[] = {1.28379151e-1f,  -3.76124859e-1f, 1.12818025e-1f,
                                    -2.67667342e-2f, 4.99339588e-3f,  -5.99104969e-4f},
                         upper[] = {1.28717512e-1f,  6.34846687e-1f, 1.06777847e-1f,
                                    -2.42545605e-2f, 3.88393435e-3f, -3.83208680e-4f,
                                    1.72948930e-5f},
                         series[] = {
                             1.0f,           -1.0f,           4.99999851e-1f, -1.66664466e-1f,
                             4.16689515e-2f, -8.37550033e-3f, 1.38319808e-3f};
  auto small = m.multiplyAdd(polynomial(m, square, lower), magnitude, magnitude);
  auto power = m.multiplyAdd(polynomial(m, magnitude, upper), magnitude, magnitude);
  Exponential parts(m, power, -1.0f, series);
  auto complement = m.multiply(parts.fraction, powerOfTwo(m, parts.exponent));
  auto isSmall = m.less(magnitude, m.real(0.921875f));
  return m.copySign(m.select(isSmall, small, m.subtract(one, complement)), x);
}

/// erf(x) as a quotient of polynomials on [-4, 4] (the coefficients are Eigen's): half the
/// operations, for functions that no framework's bits are known of.
template <typename M> typename M::Real erfAsQuotient(const M &m, typename M::Real x) {
  auto bounded = m.select(m.less(x, m.real(4.0f)), x, m.real(4.0f));
  bounded = m.select(m.less(bounded, m.real(-4.0f)), m.real(-4.0f), bounded);
  auto square = m.multiply(bounded, bounded);
  static constexpr float numerator[] = {
      -1.60960333262415e-2f, -2.95459980854025e-3f, -7.34990630326855e-4f, -5.69250639462346e-5f,
      -2.10102402082508e-6f, 2.77068142495902e-8f,  -2.72614225801306e-10f};
  static constexpr float denominator[] = {-1.42647390514189e-2f, -7.37332916720468e-3f,
                                          -1.68282697438203e-3f, -2.13374055278905e-4f,
                                          -1.45660718464996e-5f};
  return m.divide(m.multiply(bounded, polynomial(m, square, numerator)),
                  polynomial(m, square, denominator));
}

/// The functions of one argument that networks use.
enum class Function : uint8_t {
  abs,
  negate,
  square,
  sqrt,
  rsqrt,
  exp,
  log,
  sin,
  cos,
  tanh,
  logistic,
  hardSwish,
  leakyRelu,
  elu,
  gelu,
  geluTanh,
  floor,
  ceil,
  round,
  sign,
  erf,
};

/// f(x); `alpha` is leakyRelu's slope. Where TFLite computes in float32, this is its order of
/// operations.
template <typename M>
typename M::Real apply(const M &m, Function f, typename M::Real x, float alpha) {
  auto zero = m.real(0.0f), one = m.real(1.0f);
  switch (f) {
  case Function::abs:
    return m.absolute(x);
  case Function::negate:
    return m.subtract(m.real(-0.0f), x);
  case Function::square:
    return m.multiply(x, x);
  case Function::sqrt:
    return m.squareRoot(x);
  case Function::rsqrt:
    return m.divide(one, m.squareRoot(x));
  case Function::exp:
    return exp(m, x);
  case Function::log:
    return log(m, x);
  case Function::sin:
    return sin(m, x);
  case Function::cos:
    return cos(m, x);
  case Function::tanh:
    return tanh(m, x);
  case Function::logistic:
    return logistic(m, x);
  case Function::hardSwish: {
    auto shifted = m.add(x, m.real(3.0f));
    auto bounded = m.select(m.less(shifted, zero), zero, shifted);
    bounded = m.select(m.less(m.real(6.0f), bounded), m.real(6.0f), bounded);
    return m.divide(m.multiply(x, bounded), m.real(6.0f));
  }
  case Function::leakyRelu:
    return m.select(m.less(zero, x), x, m.multiply(x, m.real(alpha)));
  case Function::elu:
    return m.select(m.less(x, zero), m.subtract(exp(m, x), one), x);
  case Function::gelu: {
    auto half = m.multiply(x, m.real(0.5f));
    return m.multiplyAdd(half, erfAsQuotient(m, m.multiply(x, m.real(0.707106781f))), half);
  }
  case Function::geluTanh: {
    // sqrt(2 / pi) * (x + 0.044715 * x^3)
    auto slope = m.multiplyAdd(m.multiply(x, x), m.real(0.0356774081f), m.real(0.797884561f));
    auto half = m.multiply(x, m.real(0.5f));
    return m.multiplyAdd(half, tanh(m, m.multiply(x, slope)), half);
  }
  case Function::floor:
    return m.floor(x);
  case Function::ceil:
    return m.ceil(x);
  case Function::round:
    return m.roundEven(x);
  case Function::sign:
    return m.select(m.less(x, zero), m.real(-1.0f), m.select(m.less(zero, x), one, x));
  case Function::erf:
    return m.select(m.isNan(x), x, erf(m, x));
  }
  return x;
}

} // namespace octet::quant::elementary

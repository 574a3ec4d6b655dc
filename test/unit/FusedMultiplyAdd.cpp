#include "codegen/FusedMultiplyAdd.h"

#include "llvm/IR/Constants.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace {

/// Operations on constants are done as they are emitted, in IEEE arithmetic.
class Emulation {
public:
  float operator()(float a, float b, float c) {
    llvm::Value *result =
        octet::codegen::emitFusedMultiplyAdd(builder, number(a), number(b), number(c));
    return llvm::cast<llvm::ConstantFP>(result)->getValueAPF().convertToFloat();
  }

private:
  llvm::Value *number(float value) { return llvm::ConstantFP::get(context, llvm::APFloat(value)); }

  llvm::LLVMContext context;
  llvm::IRBuilder<> builder{context};
};

void expectFused(Emulation &emulation, float a, float b, float c) {
  float expected = std::fma(a, b, c), found = emulation(a, b, c);
  if (std::isnan(expected))
    EXPECT_TRUE(std::isnan(found)) << a << " * " << b << " + " << c;
  else
    EXPECT_EQ(std::signbit(expected) ? -found : found, std::fabs(expected))
        << std::hexfloat << a << " * " << b << " + " << c;
}

} // namespace

TEST(FusedMultiplyAdd, isRoundedOnceWhereTwoRoundingsGoWrong) {
  Emulation emulation;
  // In double the sum rounds to a tie of two floats, from either side of it.
  const float product = 1 + 0x1p-12f, tiny = 0x1p-60f;
  int wrong = 0;
  for (float sign : {1.0f, -1.0f})
    for (float rest : {tiny, -tiny, 0x1p-100f, -0x1p-100f, 0.0f})
      for (float factor : {1 + 0x1p-12f, 1 + 0x3p-12f, 1 - 0x1p-12f}) {
        expectFused(emulation, sign * product, factor, rest);
        auto twice = static_cast<float>(static_cast<double>(sign * product) * factor + rest);
        wrong += twice != std::fma(sign * product, factor, rest);
      }
  EXPECT_GT(wrong, 0) << "the numbers test nothing";
}

TEST(FusedMultiplyAdd, holdsForNumbersOfAllSizes) {
  Emulation emulation;
  std::mt19937 random(1);
  auto number = [&random](int lowest, int highest) {
    float mantissa = static_cast<float>(random() >> 8) * 0x1p-24f + 1;
    int exponent = lowest + static_cast<int>(random() % static_cast<unsigned>(highest - lowest));
    return std::ldexp(random() & 1 ? -mantissa : mantissa, exponent);
  };
  for (int i = 0; i < 20000; ++i) {
    expectFused(emulation, number(-3, 3), number(-3, 3), number(-30, 4));
    expectFused(emulation, number(-80, -60), number(-80, -60), number(-149, -120)); // to denormals
    expectFused(emulation, number(-149, 127), number(-149, 127), number(-149, 127));
  }
}

TEST(FusedMultiplyAdd, holdsForWhatIsNotFinite) {
  Emulation emulation;
  constexpr float infinity = std::numeric_limits<float>::infinity(),
                  nan = std::numeric_limits<float>::quiet_NaN(), most = 3.4e38f;
  for (float a : {0.0f, -0.0f, 1.0f, -2.0f, most, infinity, -infinity, nan})
    for (float b : {0.0f, -1.0f, most, infinity})
      for (float c : {0.0f, -0.0f, 1e-45f, -most, infinity, -infinity, nan})
        expectFused(emulation, a, b, c);
}

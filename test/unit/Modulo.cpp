#include "Exact.h"

#include <gtest/gtest.h>

#include <cmath>

using octet::exact::Random;

extern "C" float octet_floor_modulo(float x, float y);

TEST(Modulo, theRemainderHasTheDivisorsSign) {
  Random random(97);
  std::vector<float> values{0.0f,           1.0f,          3.0f,  0.1f, 1e-45f, 1.17549435e-38f,
                            1.1754942e-38f, 3.4028235e38f, 1e30f, 7.5f};
  for (int i = 0; i < 600; ++i)
    values.push_back(
        std::ldexp(static_cast<float>(random.real(0.5, 1)),
                   static_cast<int>(random.between(i % 2 ? -10 : -140, i % 2 ? 10 : 127))));
  for (float x : values)
    for (float y : values)
      for (float first : {x, -x})
        for (float second : {y, -y}) {
          if (y == 0)
            continue;
          // C's fmod is exact, and so has the sign of x only to be changed.
          float expected = std::fmod(first, second);
          if (expected != 0 && (expected < 0) != (second < 0))
            expected += second;
          ASSERT_EQ(octet_floor_modulo(first, second), expected) << first << " modulo " << second;
        }
  for (float x : values)
    EXPECT_TRUE(std::isnan(octet_floor_modulo(x, 0.0f))) << x;
  EXPECT_TRUE(std::isnan(octet_floor_modulo(INFINITY, 3.0f)));
  EXPECT_EQ(octet_floor_modulo(3.0f, INFINITY), 3.0f);
}

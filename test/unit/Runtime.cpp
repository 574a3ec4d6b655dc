#include "octet/octet.h"

#include <gtest/gtest.h>

TEST(Runtime, anUnreadableArtifactIsASystemError) {
  octet_artifact *artifact = nullptr;
  EXPECT_EQ(octet_load("/nowhere/model.so", &artifact), OCTET_SYSTEM);
  EXPECT_EQ(artifact, nullptr);
  EXPECT_STREQ(octet_last_error(), "/nowhere/model.so: No such file or directory");
}

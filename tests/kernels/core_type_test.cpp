// Which kernels OpenBLAS passed over.
#include <blas/shared/core_type.hpp>
#include <gtest/gtest.h>

namespace convtune::blas {
namespace {

TEST(CoreType, IsWiderWhereTheProcessorIs) {
  EXPECT_EQ(wider_core_type("Haswell", Isa::avx512), "SkylakeX");
  EXPECT_EQ(wider_core_type("Zen", Isa::avx512), "SkylakeX");
  EXPECT_EQ(wider_core_type("Prescott", Isa::avx512), "SkylakeX");
  EXPECT_EQ(wider_core_type("Sandybridge", Isa::avx2), "Haswell");
}

TEST(CoreType, IsLeftWhereItFits) {
  for (const char* const fitting : {"SkylakeX", "Cooperlake", "SapphireRapids"})
    EXPECT_EQ(wider_core_type(fitting, Isa::avx512), "") << fitting;
  EXPECT_EQ(wider_core_type("Zen", Isa::avx2), "");
  EXPECT_EQ(wider_core_type("Haswell", Isa::avx2), "");
  EXPECT_EQ(wider_core_type("Nehalem", Isa::generic), "");
}

TEST(CoreType, OfAnotherNameIsNotJudged) {
  EXPECT_EQ(wider_core_type("ZenOfTomorrow", Isa::avx512), "");
}

}  // namespace
}  // namespace convtune::blas

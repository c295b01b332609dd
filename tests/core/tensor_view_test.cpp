#include <limits>
#include <numeric>

#include <gtest/gtest.h>

#include <convtune/error.hpp>
#include <convtune/tensor_view.hpp>

namespace convtune {
namespace {

std::vector<float> counted(std::size_t count) {
  std::vector<float> values(count);
  std::iota(values.begin(), values.end(), 1.0F);
  return values;
}

std::vector<float> dense_copy(const ConstTensorView& view) {
  std::vector<float> values(static_cast<std::size_t>(elements(view)));
  copy(view, {values.data(), DataType::f32, view.dims, {}});
  return values;
}

TEST(TensorView, WithoutStridesIsDense) {
  const std::vector<float> values = counted(6);
  const ConstTensorView view{values.data(), DataType::f32, {2, 3}, {}};
  EXPECT_TRUE(contiguous(view));
  EXPECT_EQ(dense_copy(view), values);
}

TEST(TensorView, ExchangesAxesWithoutMovingAnything) {
  const std::vector<float> values = counted(6);
  const ConstTensorView turned =
      exchanged(ConstTensorView{values.data(), DataType::f32, {2, 3}, {}}, 0, 1);
  EXPECT_EQ(turned.dims, (std::vector<std::int64_t>{3, 2}));
  EXPECT_FALSE(contiguous(turned));
  EXPECT_EQ(dense_copy(turned), (std::vector<float>{1, 4, 2, 5, 3, 6}));
}

TEST(TensorView, ReversesTheAxesFromOneOn) {
  const std::vector<float> values = counted(8);
  const ConstTensorView view{values.data(), DataType::f32, {2, 2, 2}, {}};
  EXPECT_EQ(dense_copy(reversed(view, 1)), (std::vector<float>{4, 3, 2, 1, 8, 7, 6, 5}));
  EXPECT_EQ(dense_copy(reversed(reversed(view, 1), 1)), values);
}

TEST(TensorView, BroadcastsWithStrideZero) {
  const float one = 7;
  EXPECT_EQ(dense_copy({&one, DataType::f32, {2, 2}, {0, 0}}), (std::vector<float>{7, 7, 7, 7}));
}

TEST(TensorView, AxesOfExtentOneMayHaveAnyStride) {
  const std::vector<float> values = counted(3);
  EXPECT_TRUE(contiguous({values.data(), DataType::f32, {1, 3}, {99, 1}}));
  EXPECT_FALSE(contiguous({values.data(), DataType::f32, {1, 2}, {99, 2}}));
}

TEST(TensorView, BlendsLikeItSays) {
  const std::vector<float> x = {1, 2, 3, 4};
  std::vector<double> y = {10, 20, 30, 40};
  const TensorView turned{y.data(), DataType::f64, {2, 2}, {1, 2}};
  blend(2, ConstTensorView{x.data(), DataType::f32, {2, 2}, {}}, -3, turned);
  EXPECT_EQ(y, (std::vector<double>{-28, -54, -86, -112}));
}

TEST(TensorView, WithBetaZeroTheOldValuesHaveNoSay) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> x = {1, 2};
  std::vector<float> y = {nan, nan};
  blend(1, ConstTensorView{x.data(), DataType::f32, {2}, {}}, 0,
        {y.data(), DataType::f32, {2}, {}});
  EXPECT_EQ(y, x);
  y = {nan, 5};
  scale(0, {y.data(), DataType::f32, {2}, {}});
  EXPECT_EQ(y, (std::vector<float>{0, 0}));
  y = {1, 5};
  scale(3, {y.data(), DataType::f32, {2}, {}});
  EXPECT_EQ(y, (std::vector<float>{3, 15}));
}

TEST(TensorView, RowsLongerThanAChunkAreWhole) {
  std::vector<float> values = counted(1000);
  std::vector<double> wide(1000);
  copy(ConstTensorView{values.data(), DataType::f32, {1000}, {}},
       {wide.data(), DataType::f64, {1000}, {}});
  EXPECT_EQ(wide[999], 1000);
  EXPECT_EQ(std::vector<float>(wide.begin(), wide.end()), values);
}

TEST(TensorView, EmptyOnesNeedNoMemory) {
  const ConstTensorView empty{nullptr, DataType::f32, {0, 3}, {}};
  EXPECT_NO_THROW(check(empty, "The image"));
  EXPECT_TRUE(dense_copy(empty).empty());
}

TEST(TensorView, SaysWhatIsWrongWithIt) {
  const float value = 0;
  const auto refusal = [](const ConstTensorView& view) -> std::string {
    try {
      check(view, "The image");
    } catch (const Error& error) {
      return error.what();
    }
    return {};
  };
  EXPECT_EQ(refusal({nullptr, DataType::f32, {2, 3}, {}}),
            "The image has no memory; expected 6 elements.");
  EXPECT_EQ(refusal({&value, DataType::f32, {2, -3}, {}}),
            "The image has the extents (2, -3); expected none below 0.");
  EXPECT_EQ(refusal({&value, DataType::f32, {2, 3}, {1}}),
            "The image has 1 strides for the extents (2, 3); expected one for each.");
  EXPECT_EQ(refusal({&value, DataType::f32, {std::int64_t{1} << 40, std::int64_t{1} << 40}, {}}),
            "The image has the extents (1099511627776, 1099511627776); expected at most 2^63-1 "
            "bytes.");
}

}  // namespace
}  // namespace convtune

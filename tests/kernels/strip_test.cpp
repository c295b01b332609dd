// Rows of channels into strips and back, for every instruction set that this processor has.
#include "cpu/shared/strip.hpp"

#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "support/problems.hpp"

namespace convtune::cpu {
namespace {

#define FOR(isa, bytes, ...)                                                                      \
  template <class T>                                                                              \
  struct Strip_##isa {                                                                            \
    static constexpr int lanes = Lanes<T, bytes>::count;                                          \
    __VA_ARGS__ static void read(const RowOfChannels<T>& row, T* strip, std::int64_t count) {     \
      load_row<T, bytes>(row, strip, count);                                                      \
    }                                                                                             \
    __VA_ARGS__ static void write(const WrittenRow<T>& row, const T* strip, std::int64_t count) { \
      store_row<T, bytes>(row, strip, count);                                                     \
    }                                                                                             \
  };
CONVTUNE_FOR_ISA(FOR)
#undef FOR

/// Calls `check` for each instruction set of this processor.
template <class Check>
void on_every_isa(Check check) {
  const Isa here = testing_support::test_device(1).isa;
  check.template operator()<Strip_generic<float>, float>();
  check.template operator()<Strip_generic<double>, double>();
  if (here >= Isa::avx2) check.template operator()<Strip_avx2<float>, float>();
  if (here >= Isa::avx2) check.template operator()<Strip_avx2<double>, double>();
  if (here >= Isa::avx512) check.template operator()<Strip_avx512<float>, float>();
  if (here >= Isa::avx512) check.template operator()<Strip_avx512<double>, double>();
}

// Rows of 1 to 40 pixels, read from ahead of them to behind them, nothing lying around the tensor.
TEST(Strip, HasPixelsOfRowsAndZerosAround) {
  on_every_isa([]<class Strip, class T>() {
    constexpr int lanes = Strip::lanes;
    for (const int channels : {1, lanes - 1, lanes})
      for (const std::int64_t size : {1, 7, 16, 40})
        for (const std::int64_t step : {1, 3})
          for (const std::int64_t first : {-5, 0, 2, 45}) {
            constexpr std::int64_t count = 23;
            std::vector<T> tensor(static_cast<std::size_t>(channels * size));
            std::iota(tensor.begin(), tensor.end(), T{1});
            std::vector<T> strip((count + lanes) * lanes, T{-1});
            const Walk walk{.first = first, .step = step, .size = size};
            Strip::read({.row = tensor.data(),
                         .end = tensor.data() + tensor.size(),
                         .channel_step = size,
                         .channels = channels,
                         .walk = walk},
                        strip.data(), count);
            for (std::int64_t i = 0; i < count; ++i)
              for (int c = 0; c < lanes; ++c) {
                const bool there = c < channels && walk.holds(i);
                ASSERT_EQ(strip[i * lanes + c], there ? tensor[c * size + walk.at(i)] : T{0})
                    << channels << " channels of " << size << " from " << first << " by " << step;
              }
          }
  });
}

TEST(Strip, WritesWhatTheRowHasAndNothingElse) {
  on_every_isa([]<class Strip, class T>() {
    constexpr int lanes = Strip::lanes;
    for (const int channels : {1, lanes - 1, lanes})
      for (const std::int64_t step : {1, 2})
        for (const bool more : {false, true}) {
          constexpr std::int64_t size = 29, count = 23;
          const Walk walk{.first = 1, .step = step, .size = size};
          std::vector<T> strip((count + lanes) * lanes), bias(channels), row(channels * size, T{5});
          std::iota(strip.begin(), strip.end(), T{-40});
          std::iota(bias.begin(), bias.end(), T{2});
          Strip::write({.row = row.data(),
                        .channel_step = size,
                        .channels = channels,
                        .walk = walk,
                        .bias = more ? bias.data() : nullptr,
                        .accumulate = more,
                        .relu = more},
                       strip.data(), count);
          for (int c = 0; c < channels; ++c)
            for (std::int64_t x = 0; x < size; ++x) {
              const std::int64_t i = (x - walk.first) / step;
              const bool written = x >= walk.first && (x - walk.first) % step == 0 && i < count;
              T expected = 5;
              if (written) {
                expected = strip[i * lanes + c];
                if (more) expected = std::max(T{0}, expected + bias[c] + 5);
              }
              ASSERT_EQ(row[c * size + x], expected) << x << " of channel " << c << " by " << step;
            }
        }
  });
}

TEST(Strip, ReluKeepsWhatIsNoNumber) {
  on_every_isa([]<class Strip, class T>() {
    constexpr int lanes = Strip::lanes;
    std::vector<T> strip(2 * lanes * lanes, std::numeric_limits<T>::quiet_NaN()), row(lanes, T{1});
    Strip::write({.row = row.data(),
                  .channel_step = lanes,
                  .channels = 1,
                  .walk = {.size = lanes},
                  .relu = true},
                 strip.data(), lanes);
    for (const T each : row) EXPECT_TRUE(std::isnan(each));
  });
}

}  // namespace
}  // namespace convtune::cpu

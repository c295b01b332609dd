// What plans of the module put on the queue, and addresses past 2^31 elements.
#include "../../kernels/cublas/module/plan.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>

#include <gmock/gmock.h>
#include <sys/mman.h>

#include <convtune/error.hpp>

#include "../../kernels/cublas/module/col2im.hpp"
#include "../../kernels/cublas/module/im2col.hpp"
#include "../../kernels/cuda/module/definition.hpp"
#include "emulated.hpp"
#include "emulation/emulation.hpp"
#include "emulation/products.hpp"
#include "support/guarded.hpp"

namespace convtune::cuda {
namespace {

/// Launches of one run of the candidate of that configuration, all on the stream given.
std::int64_t launches(const char* text, const char* configuration) {
  const ConvProblem problem = parse_problem(text);
  Candidate candidate;
  candidate.configuration = configuration;
  const auto plan = emulated_im2col_gemm().prepare(problem, candidate, emulated_gpu());
  testing_support::Guarded source(plan->bytes(Role::source)), filter(plan->bytes(Role::filter)),
      destination(plan->bytes(Role::destination)), bias(plan->bytes(Role::bias)),
      workspace(plan->workspace_bytes());
  int stream = 0;
  emulation() = {};
  plan->run({.source = source.data(),
             .filter = filter.data(),
             .destination = destination.data(),
             .bias = bias.data(),
             .workspace = workspace.data(),
             .stream = &stream});
  EXPECT_TRUE(emulation().launches == 0 || emulation().stream == &stream);
  return emulation().launches;
}

TEST(Im2colPlan, LaunchesOnceForEachChunk) {
  const char* const forward = "fwd.f64.nchw_n5c4i8x8k4f3x3s1x1p1x1d1x1g1";
  EXPECT_EQ(launches(forward, "image"), 5);
  EXPECT_EQ(launches(forward, "chunk2"), 3);
  EXPECT_EQ(launches(forward, "batched"), 1);
  const char* const bare = "fwd.f64.nchw_n4c4i8x8k4f1x1s1x1p0x0d1x1g1";
  EXPECT_EQ(launches(bare, "batched"), 0);
}

TEST(Im2colPlan, FinishesOnlyWhereSomethingIsLeftToDo) {
  EXPECT_EQ(launches("fwd.f64.nchw_n4c4i8x8k4f3x3s1x1p1x1d1x1g1_bias_relu", "batched"), 2);
  EXPECT_EQ(launches("fwd.f16.nchw_n4c4i8x8k4f3x3s1x1p1x1d1x1g1", "batched"), 1);
  EXPECT_EQ(launches("fwd.f16.nchw_n4c4i8x8k4f3x3s1x1p1x1d1x1g1_bias", "batched"), 2);
  // Columns, parts of the sum, and for narrow types the rounding.
  EXPECT_EQ(launches("bwdw.f64.nchw_n4c4i8x8k4f3x3s1x1p1x1d1x1g1", "batched"), 2);
  EXPECT_EQ(launches("bwdw.bf16.nchw_n4c4i8x8k4f3x3s1x1p1x1d1x1g1", "batched"), 3);
  EXPECT_EQ(launches("bwdd.bf16.nchw_n4c4i8x8k4f3x3s1x1p1x1d1x1g1", "batched"), 1);
}

TEST(Im2colPlan, SaysByWhichAlgorithmItMultiplies) {
  const ConvProblem problem = parse_problem("fwd.f64.nchw_n5c4i8x8k4f3x3s1x1p1x1d1x1g1");
  const auto runs = [&](const cublas::Configuration& configuration, int there_are) {
    return cublas::im2col_plan(problem, configuration, cublas::emulated_products(there_are))
        ->configuration();
  };
  EXPECT_EQ(runs({.images = 2}, 1), "chunk2");
  EXPECT_EQ(runs({.images = 2, .algorithm = 1}, 2), "chunk2.algo1");
  EXPECT_THAT([&] { runs({.images = 2, .algorithm = 2}, 1); },
              testing::ThrowsMessage<Error>("cuBLAS names 1 algorithm for the product, so that "
                                            "there is no algo2."));
  EXPECT_THAT([&] { runs({}, 0); },
              testing::ThrowsMessage<Error>("cuBLAS names no algorithm for the product."));
}

TEST(Im2colPlan, RefusesTensorsThatLieAcrossWhatItsProductsRead) {
  const ConvProblem problem = parse_problem("fwd.f64.nchw_n1c4i8x8k4f3x3s1x1p1x1d1x1g1");
  Candidate candidate;
  candidate.configuration = "image";
  const auto plan = emulated_im2col_gemm().prepare(problem, candidate, emulated_gpu());
  alignas(64) std::byte somewhere[64];
  EXPECT_THROW(plan->run({.source = somewhere, .filter = somewhere + 8, .destination = somewhere}),
               Error);
}

/// Address space of which only what is touched becomes memory; zeros.
class Reserved {
 public:
  explicit Reserved(std::size_t bytes) : bytes_(bytes) {
    memory_ = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  }
  ~Reserved() {
    if (usable()) munmap(memory_, bytes_);
  }
  Reserved(const Reserved&) = delete;
  Reserved& operator=(const Reserved&) = delete;

  bool usable() const { return memory_ != MAP_FAILED; }
  template <class T>
  T* as() const {
    return static_cast<T*>(memory_);
  }

 private:
  void* memory_;
  std::size_t bytes_;
};

/// A problem whose input and columns have more than 2^31 elements; runs its last block only.
class PastTwoToThe31 : public testing::Test {
 protected:
  // 3 x 3 windows with stride 3 cover each input once: as many columns as inputs.
  static constexpr std::int64_t side = 30003, out = 10001, images = 4;
  static constexpr std::int64_t inputs = images * side * side;
  static_assert((images - 1) * side * side > std::int64_t{1} << 31, "the last plane starts there");

  void SetUp() override {
    if (!image_.usable() || !columns_.usable()) GTEST_SKIP() << "no address space";
    const Extent axis{.in = side, .filter = 3, .out = out, .stride = 3};
    sizes_.height = sizes_.width = axis;
    sizes_.images = images;
    sizes_.channels = sizes_.filters = 1;
    sizes_.taps = 9;
    sizes_.inputs = side * side;
    sizes_.positions = out * out;
  }

  template <class Kernel>
  static void run_last(const Kernel& kernel, std::int64_t count) {
    const Grid grid = grid_of(count);
    run_block(kernel, grid, grid.blocks - 1, Order::ascending);
  }

  Sizes sizes_;
  Reserved image_{inputs * sizeof(std::uint16_t)}, columns_{inputs * sizeof(float)};
};

TEST_F(PastTwoToThe31, ColumnsAreRead) {
  image_.as<std::uint16_t>()[inputs - 1] = 7;  // the last tap of the last window
  run_last(cublas::Im2col<std::uint16_t>{.sizes = sizes_,
                                         .planes = images,
                                         .source = image_.as<std::uint16_t>(),
                                         .columns = columns_.as<std::uint16_t>()},
           images * sizes_.positions);
  EXPECT_EQ(columns_.as<std::uint16_t>()[inputs - 1], 7);
}

TEST_F(PastTwoToThe31, ColumnsAreGathered) {
  columns_.as<float>()[inputs - 1] = 3;
  run_last(cublas::Col2im<float, Half>{.sizes = sizes_,
                                       .planes = images,
                                       .columns = columns_.as<float>(),
                                       .source = image_.as<Half>()},
           inputs);
  EXPECT_EQ(image_.as<Half>()[inputs - 1].value(), 3);
}

TEST_F(PastTwoToThe31, TheDefinitionReadsAndWrites) {
  Half weights[9] = {};
  weights[8] = Half::rounded(2);
  Definition kernel{.sizes = sizes_,
                    .direction = Direction::backward_data,
                    .source = {.data = image_.as<void>(), .type = DataType::f16},
                    .filter = {.data = weights, .type = DataType::f16},
                    .destination = {.data = columns_.as<void>(), .type = DataType::f16},
                    .count = inputs};
  kernel.source.outer = sizes_.inputs;
  kernel.source.height = side;
  kernel.source.width = 1;
  kernel.filter.height = 3;
  kernel.filter.width = 1;
  kernel.destination.outer = sizes_.positions;
  kernel.destination.height = out;
  kernel.destination.width = 1;
  columns_.as<Half>()[images * sizes_.positions - 1] = Half::rounded(5);
  run_last(kernel, inputs);
  EXPECT_EQ(image_.as<Half>()[inputs - 1].value(), 10);
}

}  // namespace
}  // namespace convtune::cuda

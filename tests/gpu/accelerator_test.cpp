// Memory, queues and clocks of the first GPU.
#include <cstring>
#include <numeric>
#include <vector>

#include <kernels/list.hpp>

#include "described_gpus.hpp"
#include "present.hpp"

namespace convtune {
namespace {

class OnTheGpu : public testing::Test {
 protected:
  void SetUp() override {
    CONVTUNE_NEED_A_GPU();
    device_ = present_gpus().front();
    gpu_ = open_gpu(device_);
  }
  void TearDown() override {
    for (void* const each : memory_) gpu_->release(each);
  }
  void* memory(std::size_t bytes) { return memory_.emplace_back(gpu_->allocate(bytes)); }

  Device device_;
  std::unique_ptr<Accelerator> gpu_;
  std::vector<void*> memory_;
};

TEST_F(OnTheGpu, SaysWhatItIs) {
  EXPECT_EQ(device_.id, "cuda:0");
  EXPECT_FALSE(device_.name.empty());
  EXPECT_EQ(device_.serial.substr(0, 4), "GPU-");
  EXPECT_GT(device_.l2_bytes, 0U);
  // Its description is one that a described GPU can be made of, with the same class.
  const Device described = gpu_from(device_.properties, "copy", "the GPU");
  EXPECT_EQ(machine_of(described).machine_class, machine_of(device_).machine_class);
  EXPECT_EQ(described.memory_bytes, device_.memory_bytes);
}

TEST_F(OnTheGpu, HoldsWhatItIsGiven) {
  constexpr std::size_t count = 16 << 20;
  std::vector<int> there(count), back(count);
  std::iota(there.begin(), there.end(), 0);
  void* const device = memory(count * sizeof(int));
  gpu_->upload(there.data(), device, count * sizeof(int));
  gpu_->download(device, back.data(), count * sizeof(int));
  EXPECT_EQ(back, there);
  gpu_->zero(device, count * sizeof(int), nullptr);
  gpu_->download(device, back.data(), count * sizeof(int));
  EXPECT_EQ(back, std::vector<int>(count));
  EXPECT_GT(gpu_->available_bytes(), 0U);
}

TEST_F(OnTheGpu, FillsAndTellsWhatChangedWhereItLies) {
  constexpr std::size_t count = (std::size_t{64} << 20) + 5;
  auto* const there = static_cast<std::byte*>(memory(count));
  gpu_->fill(there, std::byte{0xFF}, count);
  const Accelerator::Region regions[] = {{there, count}, {there + 3, 4096}, {there, 0}};
  const auto before = gpu_->checksums(regions);
  EXPECT_EQ(gpu_->checksums(regions), before);
  const std::byte other{0x7F};
  for (const std::size_t at : {std::size_t{0}, count / 2 + 1, count - 1}) {
    gpu_->upload(&other, there + at, 1);
    EXPECT_NE(gpu_->checksums(regions)[0], before[0]) << at;
    EXPECT_EQ(gpu_->checksums(regions)[1], before[1]) << at;
    gpu_->fill(there + at, std::byte{0xFF}, 1);
  }
  EXPECT_EQ(gpu_->checksums(regions), before);
}

TEST_F(OnTheGpu, TellsTheTimeOfCallsAndTheClock) {
  const ConvProblem problem = parse_problem("fwd.f32.nchw_n16c64i56x56k64f3x3s1x1p1x1d1x1g1");
  const Implementation& engine = *find_implementation("cudnn.engine");
  const Offer offer = engine.offer(problem, device_);
  ASSERT_FALSE(offer.candidates.empty());
  const auto plan = engine.prepare(problem, offer.candidates.front(), device_);
  const Buffers buffers{.source = memory(bytes(problem, Role::source)),
                        .filter = memory(bytes(problem, Role::filter)),
                        .destination = memory(bytes(problem, Role::destination)),
                        .workspace = memory(plan->workspace_bytes() + 1)};
  gpu_->run(*plan, buffers, 10);
  const auto few = gpu_->run(*plan, buffers, 20), many = gpu_->run(*plan, buffers, 200);
  EXPECT_GT(few.seconds, 0);
  EXPECT_GT(many.seconds, 5 * few.seconds);
  EXPECT_LT(many.seconds, 20 * few.seconds);
  EXPECT_TRUE(many.megahertz == 0 || many.megahertz > 100);  // 0: read on two multiprocessors
  EXPECT_LT(many.megahertz, 10000);
  EXPECT_GT(gpu_->run_cold(*plan, buffers).seconds, 0);
}

}  // namespace
}  // namespace convtune

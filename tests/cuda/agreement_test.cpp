// Plans of the module by the emulation, against the reference, over every shape file.
#include "support/agreement.hpp"

#include <array>
#include <cstdlib>
#include <iostream>
#include <string>
#include <tuple>

#include <gtest/gtest.h>

#include "../../kernels/cuda/module/reference.hpp"
#include "emulated.hpp"
#include "emulation/emulation.hpp"
#include "support/problems.hpp"

namespace convtune::cuda {
namespace {

using namespace testing_support;

constexpr std::array orders{Order::ascending, Order::descending, Order::shuffled};
constexpr const char* order_names[] = {"ascending", "descending", "shuffled"};

// All orders and both gates for one problem in so many; of the others one order in turn, and small
// integers only. Shares no factor with the numbers of directions and types in a walk.
constexpr std::size_t sample = 4;

// All algorithms are the same one here.
bool by_another_algorithm(const Candidate& candidate) {
  return candidate.configuration.find(".algo") != std::string::npos;
}

class Emulated : public testing::TestWithParam<std::tuple<const Implementation*, std::string>> {};

TEST_P(Emulated, AgreesWithTheReferenceOnEveryShapeItTakes) {
  const auto& [implementation, file] = GetParam();
  const Device device = emulated_gpu();
  int wrong = 0, problems = 0, runs = 0;
  std::size_t index = 0;
  for (const ConvProblem& problem : walk(file, Thoroughness::usual)) {
    const bool chosen = index++ % sample == 0;
    const Offer offer = implementation->offer(problem, device);
    for (const Refusal& refusal : offer.refusals)
      EXPECT_FALSE(refusal.reason.empty()) << text(problem) << " is refused without a reason";
    if (offer.candidates.empty()) {
      EXPECT_FALSE(offer.refusals.empty()) << text(problem) << " is neither taken nor refused";
      continue;
    }
    ++problems;
    for (const Gate gate : {Gate::exact, Gate::scaled}) {
      if (gate == Gate::scaled && !chosen) continue;
      const Case given(problem, gate);
      for (const Candidate& candidate : offer.candidates)
        for (std::size_t i = 0; i < orders.size(); ++i) {
          const bool in_turn = i == index % orders.size();
          if (!chosen && !in_turn) continue;
          if (by_another_algorithm(candidate) && !(chosen && in_turn && gate == Gate::exact))
            continue;
          emulation().order = orders[i];
          ++runs;
          if (const auto right = agrees(given, *implementation, candidate, device); !right) {
            ADD_FAILURE() << right.message() << "\n  " << text(problem) << ' ' << text(candidate)
                          << ", threads " << order_names[i];
            ASSERT_LT(++wrong, 10) << "and so on";
          }
        }
    }
  }
  EXPECT_GT(runs, 0);
  RecordProperty("problems", problems);
  RecordProperty("runs", runs);
  std::cout << implementation->name() << ' ' << file << ": " << problems << " problems, " << runs
            << " combinations of candidate, gate and order\n";
}

INSTANTIATE_TEST_SUITE_P(Cuda, Emulated,
                         testing::Combine(testing::Values(&emulated_im2col_gemm(), &reference()),
                                          testing::ValuesIn(shape_files())),
                         [](const auto& tested) {
                           std::string name(std::get<0>(tested.param)->name());
                           std::ranges::replace(name, '.', '_');
                           return name + '_' + std::get<1>(tested.param);
                         });

}  // namespace
}  // namespace convtune::cuda

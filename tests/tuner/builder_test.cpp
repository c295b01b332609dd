// Plans that are made beside something else: by whom, in which order, and what becomes of faults.
#include "builder.hpp"

#include <atomic>
#include <future>
#include <map>
#include <stdexcept>
#include <thread>

#include <gmock/gmock.h>

#include "fake_accelerator.hpp"
#include "fakes.hpp"

namespace convtune {
namespace {

using testing::ElementsAre;

const ConvProblem small = parse_problem("fwd.f32.nchw_n1c4i6x6k4f3x3s1x1p1x1d1x1g1");

Builder::Built built(double seconds) {
  return {.plan = std::make_unique<fake::FakePlan>(small, fake::Behaviour{}, nullptr),
          .seconds = seconds};
}

// A place that a build waits at until it is let go.
struct Gate {
  std::promise<void> reached, open;
  Builder::Build build(double seconds) {
    return [this, seconds] {
      reached.set_value();
      open.get_future().wait();
      return built(seconds);
    };
  }
};

TEST(Builder, BeginsOnceOnAThreadOfItsOwn) {
  std::thread::id began, made;
  std::atomic<int> times = 0;
  Gate gate;
  Builder builder([&] {
    began = std::this_thread::get_id();
    ++times;
  });
  builder.start("one", [&] {
    made = std::this_thread::get_id();
    return gate.build(2)();
  });
  gate.reached.get_future().wait();
  gate.open.set_value();
  EXPECT_EQ(builder.take("one").seconds, 2);
  EXPECT_EQ(began, made);
  EXPECT_NE(made, std::this_thread::get_id());
  EXPECT_EQ(times, 1);
}

TEST(Builder, GivesEachOnceAndNothingThatWasNotBegun) {
  Gate gate;
  Builder builder([] {});
  builder.start("one", gate.build(1));
  gate.reached.get_future().wait();
  builder.start("two", [] { return built(2); });
  EXPECT_EQ(builder.take("two").plan, nullptr);
  EXPECT_EQ(builder.take("three").plan, nullptr);
  gate.open.set_value();
  EXPECT_NE(builder.take("one").plan, nullptr);
  EXPECT_EQ(builder.take("one").plan, nullptr);
}

TEST(Builder, WorksInTheOrderInWhichItWasAsked) {
  std::vector<std::string> order;
  {
    Gate first, last;  // outlive who may still wait at them
    Builder builder([] {});
    builder.start("first", first.build(1));
    first.reached.get_future().wait();
    for (const char* const name : {"b", "a", "b"})
      builder.start(name, [&order, name] {
        order.emplace_back(name);
        return built(1);
      });
    builder.start("last", last.build(1));
    first.open.set_value();
    last.reached.get_future().wait();
    last.open.set_value();
  }
  EXPECT_THAT(order, ElementsAre("b", "a"));
}

TEST(Builder, AFaultIsThrownWhereThePlanIsTaken) {
  Gate gate;
  Builder builder([] {});
  builder.start("one", [&] {
    gate.build(1)();
    throw std::runtime_error("cannot be built");
    return Builder::Built{};
  });
  gate.reached.get_future().wait();
  gate.open.set_value();
  EXPECT_THROW(builder.take("one"), std::runtime_error);
}

TEST(Builder, AThreadThatCannotBeginMakesNothing) {
  std::atomic<bool> made = false;
  Builder builder([] { throw std::runtime_error("no device"); });
  builder.start("one", [&] {
    made = true;
    return built(1);
  });
  for (bool thrown = false; !thrown;) {
    try {
      // Until it was begun there is nothing to take.
      if (!builder.take("one").plan)
        builder.start("one", [&] {
          made = true;
          return built(1);
        });
    } catch (const std::runtime_error&) {
      thrown = true;
    }
  }
  EXPECT_FALSE(made);
}

TEST(Builder, ForgetsWhatIsNotWanted) {
  Gate gate;
  Builder builder([] {});
  builder.start("one", gate.build(1));
  gate.reached.get_future().wait();
  builder.clear();
  gate.open.set_value();
  EXPECT_EQ(builder.take("one").plan, nullptr);
}

// Notes who makes its plans.
class Watched final : public fake::FakeImplementation {
 public:
  using FakeImplementation::FakeImplementation;
  std::unique_ptr<Plan> prepare(const ConvProblem& problem, const Candidate& candidate,
                                const Device&) const override {
    {
      const std::lock_guard lock(mutex_);
      made_by_[candidate.configuration] = std::this_thread::get_id();
      changed_.notify_all();
    }
    return std::make_unique<fake::FakePlan>(
        problem,
        fake::Behaviour{.claims = candidate.configuration,
                        .before = [this](int) { wait_for("third"); }},
        nullptr);
  }
  std::map<std::string, std::thread::id> made_by() const {
    const std::lock_guard lock(mutex_);
    return made_by_;
  }

 private:
  // Whoever runs waits until the last plan was begun: it is made beside the second one's calls.
  void wait_for(const std::string& configuration) const {
    std::unique_lock lock(mutex_);
    if (made_by_.contains("second"))
      changed_.wait(lock, [&] { return made_by_.contains(configuration); });
  }
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  mutable std::map<std::string, std::thread::id> made_by_;
};

TEST(Builder, APlanIsMadeBesideTheCandidateThatIsChecked) {
  const Watched implementation("watched", {});
  std::vector<Contender> contenders;
  for (const char* const configuration : {"first", "second", "third"}) {
    contenders.push_back(implementation.contender());
    contenders.back().candidate.configuration = configuration;
  }
  const Device device{.kind = DeviceKind::cuda, .id = "cuda:0", .name = "a device"};
  const auto place = local_workplace(
      steady_clock(), [](const Device&) { return std::make_unique<fake::FakeAccelerator>(); });
  TuneSettings settings;
  settings.time = false;
  const TuneReport report = tune(small, contenders, device, settings, *place);
  for (const Measurement& each : report.measurements)
    EXPECT_EQ(each.outcome, Outcome::measured) << each.reason;
  const auto made_by = implementation.made_by();
  EXPECT_EQ(made_by.at("first"), std::this_thread::get_id()) << "sets its library up";
  EXPECT_NE(made_by.at("third"), std::this_thread::get_id());
}

}  // namespace
}  // namespace convtune

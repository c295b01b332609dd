#pragma once

#include <cstring>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <convtune/convolution.hpp>
#include <convtune/reference.hpp>
#include <convtune/tensor.hpp>

#include "selection_cache.hpp"
#include "world.hpp"

namespace convtune {

/// Computes by the definition unless told not to, and writes all over the workspace that it asked
/// for.
class DefinitionPlan final : public Plan {
 public:
  DefinitionPlan(const ConvProblem& problem, Candidate candidate, std::vector<std::string>& ran,
                 void*& last_stream, bool computes)
      : Plan(problem),
        candidate_(std::move(candidate)),
        ran_(ran),
        last_stream_(last_stream),
        computes_(computes) {}
  std::string configuration() const override { return candidate_.configuration; }
  std::size_t workspace_bytes() const override { return candidate_.workspace_bytes; }

  void run(const Buffers& buffers) override {
    {
      static std::mutex appending;
      const std::lock_guard lock(appending);
      ran_.push_back(text(candidate_));
      last_stream_ = buffers.stream;
    }
    if (candidate_.workspace_bytes > 0)
      std::memset(buffers.workspace, 0xFF, candidate_.workspace_bytes);
    if (!computes_) return;
    const std::vector<double> source = read(Role::source, buffers.source);
    const std::vector<double> filter = read(Role::filter, buffers.filter);
    const std::vector<double> destination = read(Role::destination, buffers.destination);
    const Role output = output_role(problem()->direction);
    std::vector<ReferenceValue> sums(static_cast<std::size_t>(elements(problem(), output)));
    reference(problem(), {source.data(), filter.data(), destination.data(), nullptr}, 0, sums);
    std::vector<double> values;
    for (const ReferenceValue& sum : sums) values.push_back(sum.value);
    void* const written = output == Role::source   ? buffers.source
                          : output == Role::filter ? buffers.filter
                                                   : buffers.destination;
    from_double(values, type_of(problem(), output), written);
  }

 private:
  // The output, too: it may hold anything unless it is accumulated into.
  std::vector<double> read(Role role, const void* held) const {
    std::vector<double> values(static_cast<std::size_t>(elements(problem(), role)));
    if (role == output_role(problem()->direction) && !problem()->accumulate) return values;
    to_double(held, type_of(problem(), role), values);
    return values;
  }

  Candidate candidate_;
  std::vector<std::string>& ran_;
  void*& last_stream_;
  bool computes_;
};

/// "mine.conv": "lean" without workspace, "wide" with as much as the source has bytes, "small",
/// which takes one image only, and what a test adds.
class ConvolvingImplementation final : public Implementation {
 public:
  std::string_view name() const override { return "mine.conv"; }
  Tags tags() const override { return {"direct"}; }
  std::string_view summary() const override { return "made for a test"; }
  DeviceKind device() const override { return kind; }
  std::string_view backend() const override { return "own"; }

  Offer offer(const ConvProblem& problem, const Device&) const override {
    Offer all;
    all.candidates = {candidate("lean", 0), candidate("wide", bytes(problem, Role::source))};
    all.candidates.front().baseline = true;
    if (problem->batch == 1)
      all.candidates.push_back(candidate("small", 0));
    else
      all.refusals.push_back({"takes one image", "small"});
    all.candidates.insert(all.candidates.end(), more.begin(), more.end());
    return all;
  }
  std::unique_ptr<Plan> prepare(const ConvProblem& problem, const Candidate& candidate,
                                const Device&) const override {
    return std::make_unique<DefinitionPlan>(problem, candidate, ran, last_stream, computes);
  }

  DeviceKind kind = DeviceKind::cpu;
  bool computes = true;
  std::vector<Candidate> more;
  mutable std::vector<std::string> ran;  ///< candidate text, call by call
  mutable void* last_stream = nullptr;   ///< of the last one

 private:
  Candidate candidate(const char* configuration, std::size_t workspace) const {
    Candidate one = candidate_of(configuration, workspace, {"direct"});
    one.implementation = name();
    return one;
  }
};

/// Host memory that is no more than it is told to be.
class LimitedWorkspaces final : public WorkspaceAllocator {
 public:
  void* allocate(std::size_t bytes) override {
    if (bytes > there_is) return nullptr;
    sizes.push_back(bytes);
    return host_workspaces()->allocate(bytes);
  }
  void release(void* memory) noexcept override { host_workspaces()->release(memory); }
  std::size_t largest_block() override {
    ++asked;
    return there_is;
  }

  std::size_t there_is = std::size_t{1} << 30;
  int asked = 0;
  std::vector<std::size_t> sizes;
};

/// A convolution over what this machine really has, of one thread and without a file.
inline Convolution real_convolution(const std::string& policy, SelectionCache& cache) {
  ConvolutionOptions options;
  options.context.database = ":memory:";
  options.context.threads = 1;
  options.policy = policy;
  return {real_rooms(options.context), options, cache};
}

/// A world in which mine.conv alone runs, and what lasts as long as its process.
class ConvolvingWorld {
 public:
  ConvolvingWorld() {
    world.seconds = {{"mine.conv/lean", 1.0}, {"mine.conv/wide", 0.5}, {"mine.conv/small", 2.0}};
  }
  Rooms rooms() {
    Rooms rooms = world.rooms();
    rooms.implementations = {&mine};
    return rooms;
  }
  Convolution convolution(const std::string& policy, const Constraints& constraints = {}) {
    ConvolutionOptions options;
    options.policy = policy;
    options.constraints = constraints;
    options.allocator = memory;
    return {rooms(), options, *cache};
  }
  std::size_t timings() const { return world.races.size(); }
  /// The store stays, everything else is as in a new process.
  void new_process() {
    cache = std::make_unique<SelectionCache>();
    world.races.clear();
  }

  World world;
  ConvolvingImplementation mine;
  std::shared_ptr<LimitedWorkspaces> memory = std::make_shared<LimitedWorkspaces>();
  std::unique_ptr<SelectionCache> cache = std::make_unique<SelectionCache>();
};

}  // namespace convtune

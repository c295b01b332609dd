#include "rounds.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <random>

#include <convtune/problem.hpp>
#include <convtune/statistics.hpp>

namespace convtune {
namespace {

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

Asked asked(int count, char** arguments, int usual_threads) {
  Asked all{.threads = usual_threads};
  for (int i = 1; i < count; ++i) {
    const std::string argument = arguments[i];
    if (argument == "--threads" && i + 1 < count)
      all.threads = std::atoi(arguments[++i]);
    else if (argument == "--rounds" && i + 1 < count)
      all.rounds = std::atoi(arguments[++i]);
    else
      all.problems.push_back(argument);
  }
  return all;
}

Memory memory(std::size_t bytes) {
  constexpr std::size_t alignment = 64;
  Memory made(std::aligned_alloc(alignment, (bytes + alignment) / alignment * alignment),
              std::free);
  std::memset(made.get(), 0, bytes);
  return made;
}

double Entrant::timed() const {
  const double start = now();
  for (int i = 0; i < calls; ++i) call();
  return (now() - start) / calls;
}

void Entrant::prepare() {
  constexpr double enough = 200e-6;
  call();
  calls = std::clamp(static_cast<int>(enough / std::max(timed(), 1e-9)), 1, 10'000);
}

Memory Pool::tensor(Role role, std::size_t bytes) {
  Memory& held = tensors_[{role, bytes}];
  if (!held) held = memory(bytes);
  return held;
}

Entrant entrant(const ConvProblem& problem, const Implementation& implementation,
                const Candidate& candidate, const Device& device, Pool& pool) {
  const std::shared_ptr<Plan> plan = implementation.prepare(problem, candidate, device);
  std::array<Memory, 3> held;
  for (const Role role : {Role::source, Role::filter, Role::destination}) {
    Memory& buffer = held.at(static_cast<std::size_t>(role));
    buffer = pool.tensor(role, plan->bytes(role));
    if (role == Role::destination) continue;
    const std::size_t elements = bytes(problem, role) / sizeof(float);
    std::vector<float> plain(elements);
    std::minstd_rand random(1);
    for (float& each : plain)
      each = static_cast<float>(random()) / static_cast<float>(random.max()) - 0.5F;
    plan->load(role, plain.data(), buffer.get());
  }
  const Memory workspace = pool.tensor(Role::bias, plan->workspace_bytes());
  return {.name = text(candidate),
          .call =
              [=] {
                plan->run({.source = held[0].get(),
                           .filter = held[1].get(),
                           .destination = held[2].get(),
                           .workspace = workspace.get()});
              },
          .workspace_bytes = plan->workspace_bytes()};
}

void run_rounds(std::vector<Entrant>& entrants, int rounds) {
  std::vector<std::size_t> order(entrants.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::mt19937 random(1);
  for (Entrant& each : entrants) each.prepare();
  for (int round = 0; round < rounds; ++round) {
    std::ranges::shuffle(order, random);
    for (const std::size_t i : order) entrants[i].seconds.push_back(entrants[i].timed());
  }
}

double ratio(const Entrant& peer, const Entrant& own) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < own.seconds.size(); ++i)
    ratios.push_back(peer.seconds[i] / own.seconds[i]);
  return median(ratios);
}

}  // namespace convtune

#pragma once

#include <deque>
#include <string>
#include <vector>

#include <tuner/tune.hpp>

#include "fakes.hpp"

namespace convtune {

/// Fake candidates for one problem, tuned by a hand clock.
struct Sweep {
  ConvProblem problem = parse_problem("fwd.f32.nchw_n1c4i6x6k4f3x3s1x1p1x1d1x1g1");
  fake::HandClock clock;
  std::deque<fake::FakeImplementation> implementations;
  std::vector<Contender> contenders;
  Device device;
  TuneSettings settings;

  Candidate& add(const std::string& name, fake::Behaviour behaviour) {
    implementations.emplace_back(name, std::move(behaviour), &clock);
    contenders.push_back(implementations.back().contender());
    return contenders.back().candidate;
  }
  TuneReport run() { return tune(problem, contenders, device, settings, clock); }
};

}  // namespace convtune

#pragma once

#include <convtune/selector.hpp>
#include <convtune/tuner.hpp>

namespace convtune {

/// A tuned problem with every figure fixed.
inline Tuned sample_tuned() {
  const ConvProblem problem = parse_problem("fwd.f32.any_n1c64i56x56k64f3x3s1x1p1x1d1x1g1_constw");
  Choice choice{.problem = problem,
                .device = "Sample Processor",
                .candidate = "onednn.convolution/winograd/jit_wino_4x3:avx512_core",
                .implementation = "onednn.convolution",
                .layouts = {"nChw16c", "opaque", "nChw16c"},
                .seconds = 0.001234,
                .interval = {{0.00122, 0.00125}},
                .workspace_bytes = 1 << 20,
                .deterministic = true,
                .precision = Precision::strict,
                .provenance = Provenance::exact,
                .rigour = Rigour::race,
                .confidence = Confidence::clear,
                .ties = {},
                .measured_at = 1700000000,
                .environment = "0123456789abcdef",
                .threads = 2,
                .reason = "fastest in the newest race"};
  return {.listed = {.problem = problem, .names = {"conv2", "conv3"}, .repeats = 2},
          .choice = choice,
          .baseline = Tuned::Baseline{.candidate = "onednn.convolution/default",
                                      .seconds = 0.0015,
                                      .notes = "oneDNN's own choice: jit:avx512_core, source any"},
          .speedup = 1.2155,
          .counts = {{Outcome::measured, 5}, {Outcome::refused, 2}},
          .cost_seconds = 1.5,
          .from_store = false};
}

}  // namespace convtune

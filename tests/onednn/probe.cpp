// Says what a fresh process finds of oneDNN: one fact a line.
#include <iostream>

#include <dlfcn.h>

#include <convtune/error.hpp>
#include <kernels/list.hpp>

int main() {
  using namespace convtune;
  const Backend& onednn = backend("onednn");
  std::cout << "global before: " << (dlsym(RTLD_DEFAULT, "dnnl_version") != nullptr) << '\n'
            << "unavailable: " << onednn.unavailable() << '\n';
  for (const LibraryVersion& library : onednn.libraries())
    std::cout << "library: " << library.name << ' ' << library.header << ' ' << library.runtime
              << ' ' << library.path << '\n';
  const Implementation& convolution = *find_implementation("onednn.convolution");
  const ConvProblem problem = parse_problem("fwd.f32.nchw_n1c16i8x8k16f3x3s1x1p1x1d1x1g1");
  const Offer offer = convolution.offer(problem, {});
  std::cout << "candidates: " << offer.candidates.size() << '\n';
  for (const Refusal& refusal : offer.refusals) std::cout << "refused: " << refusal.reason << '\n';
  try {
    Candidate unknown;
    unknown.implementation = "onednn.convolution";
    unknown.configuration = "direct/none/nchw";
    convolution.prepare(problem, unknown, {});
  } catch (const Error& error) {
    std::cout << "error: " << static_cast<int>(error.code()) << ' ' << error.what() << '\n';
  }
  std::cout << "global after: " << (dlsym(RTLD_DEFAULT, "dnnl_version") != nullptr) << '\n';
}

#pragma once

#include <memory>

#include <convtune/problem.hpp>

namespace convtune {

/// A convolution as whoever has an FFT library writes it, a peer of cpu.fft: each channel of the
/// padded image transformed whole, products summed over channels frequency by frequency, each
/// output channel transformed back. The filters' spectra are there already. By FFTW in f32 on one
/// thread, where the build found it (Debian's libfftw3-dev).
class FftLibrary {
 public:
  virtual ~FftLibrary() = default;
  virtual void run(const float* source, float* destination) = 0;
};

/// Nullptr without FFTW, for all but forward problems of two axes with stride 1, no dilation, more
/// than one tap and one group, and where the spectra would take half a gigabyte.
std::unique_ptr<FftLibrary> fft_library(const ConvProblem& problem, const float* filter);

}  // namespace convtune

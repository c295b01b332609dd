#include "fft_library.hpp"

#if defined(CONVTUNE_BENCH_FFTW)

#include <algorithm>
#include <complex>
#include <cstring>
#include <span>
#include <vector>

#include <fftw3.h>

namespace convtune {
namespace {

using Complex = std::complex<float>;

// The next size that has small factors only.
int good_size(std::int64_t least) {
  for (auto size = static_cast<int>(least);; ++size) {
    int rest = size;
    for (const int factor : {2, 3, 5, 7})
      while (rest % factor == 0) rest /= factor;
    if (rest == 1) return size;
  }
}

fftwf_complex* raw(Complex* values) {
  return reinterpret_cast<fftwf_complex*>(values);
}

class Fftw final : public FftLibrary {
 public:
  Fftw(const ConvProblem& problem, const float* filter) : problem_(problem) {
    const Axis &high = problem->axes()[0], &wide = problem->axes()[1];
    high_ = good_size(high.in + high.pad_left + high.pad_right);
    wide_ = good_size(wide.in + wide.pad_left + wide.pad_right);
    image_.resize(static_cast<std::size_t>(high_) * static_cast<std::size_t>(wide_));
    frequencies_ = static_cast<std::size_t>(high_) * static_cast<std::size_t>(wide_ / 2 + 1);
    inputs_.resize(static_cast<std::size_t>(problem->in_channels) * frequencies_);
    sums_.resize(static_cast<std::size_t>(problem->out_channels) * frequencies_);
    forth_ = fftwf_plan_dft_r2c_2d(high_, wide_, image_.data(), raw(inputs_.data()), FFTW_MEASURE);
    back_ = fftwf_plan_dft_c2r_2d(high_, wide_, raw(sums_.data()), image_.data(), FFTW_MEASURE);
    filters_.resize(static_cast<std::size_t>(problem->out_channels * problem->in_channels) *
                    frequencies_);
    const std::int64_t taps = high.filter * wide.filter;
    for (std::int64_t each = 0; each < problem->out_channels * problem->in_channels; ++each) {
      place(filter + each * taps, high.filter, wide.filter, 0, 0);
      const std::span spectrum(filters_.data() + static_cast<std::size_t>(each) * frequencies_,
                               frequencies_);
      fftwf_execute_dft_r2c(forth_, image_.data(), raw(spectrum.data()));
      const float scale = 1.0F / static_cast<float>(high_ * wide_);
      for (Complex& value : spectrum) value = std::conj(value) * scale;  // a correlation
    }
  }
  Fftw(const Fftw&) = delete;
  Fftw& operator=(const Fftw&) = delete;
  ~Fftw() override {
    fftwf_destroy_plan(forth_);
    fftwf_destroy_plan(back_);
  }

  void run(const float* source, float* destination) override {
    const Axis &high = problem_->axes()[0], &wide = problem_->axes()[1];
    for (std::int64_t n = 0; n < problem_->batch; ++n) {
      for (std::int64_t c = 0; c < problem_->in_channels; ++c) {
        place(source + (n * problem_->in_channels + c) * high.in * wide.in, high.in, wide.in,
              high.pad_left, wide.pad_left);
        fftwf_execute_dft_r2c(forth_, image_.data(),
                              raw(inputs_.data() + static_cast<std::size_t>(c) * frequencies_));
      }
      sum();
      for (std::int64_t k = 0; k < problem_->out_channels; ++k) {
        fftwf_execute_dft_c2r(back_, raw(sums_.data() + static_cast<std::size_t>(k) * frequencies_),
                              image_.data());
        float* const to = destination + (n * problem_->out_channels + k) * high.out() * wide.out();
        for (std::int64_t row = 0; row < high.out(); ++row)
          std::copy_n(image_.data() + row * wide_, wide.out(), to + row * wide.out());
      }
    }
  }

 private:
  // A plane into the image, zeros around it.
  void place(const float* plane, std::int64_t rows, std::int64_t columns, std::int64_t first_row,
             std::int64_t first_column) {
    std::ranges::fill(image_, 0.0F);
    for (std::int64_t row = 0; row < rows; ++row)
      std::copy_n(plane + row * columns, columns,
                  image_.data() + (first_row + row) * wide_ + first_column);
  }

  // By pieces of frequencies that stay in the first cache.
  void sum() {
    constexpr std::size_t piece = 256;
    const auto in = static_cast<std::size_t>(problem_->in_channels);
    const auto out = static_cast<std::size_t>(problem_->out_channels);
    std::ranges::fill(sums_, Complex());
    for (std::size_t first = 0; first < frequencies_; first += piece) {
      const std::size_t count = std::min(piece, frequencies_ - first);
      for (std::size_t k = 0; k < out; ++k)
        for (std::size_t c = 0; c < in; ++c)
          add_products(
              reinterpret_cast<const float*>(inputs_.data() + c * frequencies_ + first),
              reinterpret_cast<const float*>(filters_.data() + (k * in + c) * frequencies_ + first),
              reinterpret_cast<float*>(sums_.data() + k * frequencies_ + first), count);
    }
  }

  // Without the checks for infinities that operator* of complex numbers makes.
  static void add_products(const float* a, const float* b, float* to, std::size_t count) {
#pragma omp simd
    for (std::size_t i = 0; i < count; ++i) {
      to[2 * i] += a[2 * i] * b[2 * i] - a[2 * i + 1] * b[2 * i + 1];
      to[2 * i + 1] += a[2 * i] * b[2 * i + 1] + a[2 * i + 1] * b[2 * i];
    }
  }

  ConvProblem problem_;
  int high_ = 0, wide_ = 0;
  std::size_t frequencies_ = 0;
  std::vector<float> image_;
  std::vector<Complex> inputs_, sums_, filters_;
  fftwf_plan forth_ = nullptr, back_ = nullptr;
};

}  // namespace

std::unique_ptr<FftLibrary> fft_library(const ConvProblem& problem, const float* filter) {
  const bool plain = problem->axes().size() == 2 && problem->groups == 1 &&
                     std::ranges::all_of(problem->axes(), [](const Axis& axis) {
                       return axis.stride == 1 && axis.dilation == 1 && axis.filter > 1;
                     });
  if (!plain) return nullptr;
  // About so large would the filters' spectra be.
  constexpr std::int64_t most_elements = std::int64_t{1} << 25;
  const std::int64_t image = problem->axes()[0].in * problem->axes()[1].in;
  if (problem->in_channels * problem->out_channels * image > 2 * most_elements) return nullptr;
  return std::make_unique<Fftw>(problem, filter);
}

}  // namespace convtune

#else

namespace convtune {

std::unique_ptr<FftLibrary> fft_library(const ConvProblem&, const float*) {
  return nullptr;
}

}  // namespace convtune

#endif

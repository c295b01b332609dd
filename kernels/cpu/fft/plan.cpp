#include "plan.hpp"

#include <algorithm>
#include <vector>

#include <omp.h>

#include "../shared/complex_gemm.hpp"
#include "../shared/packed_plan.hpp"
#include "blocking.hpp"
#include "transforms.hpp"

namespace convtune::fft {
namespace {

// The filters' spectra are read once for every block of tiles: beyond this they come from further
// away than the processor looks ahead by itself.
constexpr std::size_t fetch_beyond_bytes = std::size_t{3} << 20;

template <class T>
class FftPlan final : public cpu::PackedPlan<T> {
 public:
  FftPlan(const ConvProblem& problem, const Configuration& configuration, const Device& device)
      : cpu::PackedPlan<T>(problem),
        configuration_(configuration),
        threads_(device.threads),
        blocking_(problem, configuration, device),
        transforms_(transforms<T>(configuration.tile, device.isa)),
        axes_(deep_high_wide(problem)) {
    const bool ahead = this->packed_bytes() > fetch_beyond_bytes;
    for (int rows = 1; rows <= configuration.registers.rows; ++rows)
      gemms_.push_back(cpu::complex_gemm<T>(
          device.isa, {.rows = rows, .vectors = configuration.registers.vectors}, ahead));
  }

  std::string configuration() const override { return text(configuration_); }
  std::size_t workspace_bytes() const override { return blocking_.workspace_bytes; }

  void run(const Buffers& buffers) override {
    buffers_ = buffers;
    T* const shared = static_cast<T*>(buffers.workspace);
    own_ = shared + blocking_.shared_elements;
    filters_ = this->packed_filters(buffers, blocking_.shared_elements - blocking_.filter_elements);
    if (configuration_.rows > 0)
      run_rows();
    else
      run_filters(shared);
  }

 private:
  std::int64_t packed_elements() const override { return blocking_.filter_elements; }

  /// All images (planes of outputs), of one group and of those pixels that a dilated filter
  /// connects; their rows of tiles are one below the other.
  struct Stack {
    Stack(const Blocking& blocking, std::int64_t number) {
      for (std::size_t i = 2; i-- > 0; number /= blocking.phases[i])
        phase[i] = number % blocking.phases[i];
      group = number;
    }
    std::array<std::int64_t, 2> phase{};
    std::int64_t group = 0;
  };

  T* own() const { return own_ + omp_get_thread_num() * blocking_.thread_elements; }

  void run_rows() const {
#pragma omp parallel for schedule(static) num_threads(threads_)
    for (std::int64_t task = 0; task < blocking_.stacks * blocking_.blocks; ++task) {
      const Stack stack(blocking_, task / blocking_.blocks);
      const std::int64_t first = task % blocking_.blocks * blocking_.block_rows;
      const std::int64_t rows = std::min(blocking_.block_rows, blocking_.stack_rows - first);
      T* const spectra = own() + blocking_.sums + blocking_.strip + blocking_.row_strip;
      for (std::int64_t c = 0; c < blocking_.channel_vectors; ++c)
        read(stack, c, first, rows, spectra);
      for (std::int64_t block = 0; block < blocking_.filter_blocks; ++block)
        write(stack, block, first, rows, spectra);
    }
  }

  void run_filters(T* spectra) const {
#pragma omp parallel num_threads(threads_)
    for (std::int64_t task = 0; task < blocking_.stacks * blocking_.images; ++task) {
      const Stack stack(blocking_, task / blocking_.images);
      const std::int64_t first = task % blocking_.images * blocking_.rows;
#pragma omp for schedule(static)
      for (std::int64_t c = 0; c < blocking_.channel_vectors; ++c)
        read(stack, c, first, blocking_.rows, spectra);
#pragma omp for schedule(static)
      for (std::int64_t block = 0; block < blocking_.filter_blocks; ++block)
        write(stack, block, first, blocking_.rows, spectra);
    }
  }

  void read(const Stack& stack, std::int64_t vector, std::int64_t first_row, std::int64_t rows,
            T* spectra) const {
    const auto& [deep, high, wide] = axes_;
    const auto* const source = static_cast<const T*>(buffers_.source);
    const std::int64_t channel = vector * blocking_.lanes;
    InputCall<T> call;
    call.row_step = wide.in;
    call.plane_step = high.in * call.row_step;
    call.channel_step = deep.in * call.plane_step;
    const T* const of_group = source + stack.group * blocking_.source_channels * call.channel_step;
    call.end = source + this->problem()->batch * this->problem()->in_channels * call.channel_step;
    call.source_channels = blocking_.source_channels;
    call.parts = blocking_.parts;
    call.gathered = blocking_.gathered;
    call.first_channel = channel;
    call.channels =
        static_cast<int>(std::min<std::int64_t>(blocking_.lanes, blocking_.channels - channel));
    call.tiles = blocking_.row_tiles;
    call.tile_step = blocking_.outputs[1];
    call.strip = own() + blocking_.sums;
    call.points = spectra + 2 * channel * configuration_.registers.rows;
    call.point_step = blocking_.point_step;
    call.group_step = blocking_.group_step;
    call.group_tiles = configuration_.registers.rows;
    for (std::int64_t row = 0; row < rows; ++row) {
      const std::int64_t image = (first_row + row) / blocking_.rows;
      const std::int64_t of_image = (first_row + row) % blocking_.rows;
      call.source =
          of_group + image / deep.out() * this->problem()->in_channels * call.channel_step;
      call.depth = {.first = image % deep.out() * deep.stride - deep.pad_left,
                    .step = deep.dilation,
                    .size = deep.in};
      const std::array<std::int64_t, 2> at{of_image * blocking_.outputs[0], 0};
      for (std::size_t i = 0; i < 2; ++i)
        call.walks[i] = {.first = stack.phase[i] - axes_[i + 1].pad_left +
                                  at[i] * blocking_.strides[i] * blocking_.steps[i],
                         .step = blocking_.strides[i] * blocking_.steps[i],
                         .size = axes_[i + 1].in};
      call.first_tile = row * blocking_.row_tiles;
      // The row above, of the same image, left what both read.
      const bool below = row > 0 && of_image > 0;
      call.kept_rows = below ? blocking_.taps[0] - 1 : 0;
      call.first_place = below ? (call.first_place + blocking_.outputs[0]) % blocking_.size : 0;
      transforms_.input(call);
    }
  }

  void write(const Stack& stack, std::int64_t block, std::int64_t first_row, std::int64_t rows,
             const T* spectra) const {
    const std::int64_t tiles = rows * blocking_.row_tiles;
    const std::int64_t together = configuration_.registers.rows;
    const std::int64_t column = 2 * blocking_.block_filters;
    const T* const filters = filters_ + (stack.group * blocking_.filter_blocks + block) *
                                            blocking_.points * blocking_.filter_step;
    T* const sums = own();
    for (int point = 0; point < blocking_.points; ++point)
      for (std::int64_t first = 0; first < tiles; first += together) {
        const std::int64_t some = std::min(together, tiles - first);
        gemms_[static_cast<std::size_t>(some - 1)](
            {.rows =
                 spectra + point * blocking_.point_step + first / together * blocking_.group_step,
             .rows_step = together * 2 * blocking_.lanes,
             .columns = filters + point * blocking_.filter_step,
             .channels = blocking_.channels,
             .sums = sums + point * blocking_.sum_step + first * column});
      }
    for (std::int64_t first = 0; first < blocking_.block_filters; first += blocking_.lanes)
      write_vector(stack, block * blocking_.block_filters + first, first_row, rows,
                   sums + 2 * first);
  }

  void write_vector(const Stack& stack, std::int64_t filter, std::int64_t first_row,
                    std::int64_t rows, const T* sums) const {
    if (filter >= blocking_.filters) return;
    const auto& [deep, high, wide] = axes_;
    const std::int64_t plane = high.out() * wide.out();
    const std::int64_t channel = stack.group * blocking_.filters + filter;
    OutputCall<T> call;
    call.point_step = blocking_.sum_step;
    call.tile_step = 2 * blocking_.block_filters;
    call.tiles = blocking_.row_tiles;
    call.outputs = blocking_.outputs;
    call.rows = own() + blocking_.sums + blocking_.strip;
    T* const of_group = static_cast<T*>(buffers_.destination) + channel * deep.out() * plane;
    call.channel_step = deep.out() * plane;
    call.channels =
        static_cast<int>(std::min<std::int64_t>(blocking_.lanes, blocking_.filters - filter));
    call.row_step = wide.out();
    if (this->problem()->bias) call.bias = static_cast<const T*>(buffers_.bias) + channel;
    call.accumulate = this->problem()->accumulate;
    call.relu = this->problem()->relu;
    for (std::int64_t row = 0; row < rows; ++row) {
      const std::int64_t image = (first_row + row) / blocking_.rows;
      const std::int64_t of_image = (first_row + row) % blocking_.rows;
      call.destination = of_group +
                         image / deep.out() * this->problem()->out_channels * call.channel_step +
                         image % deep.out() * plane;
      const std::array<std::int64_t, 2> at{of_image * blocking_.outputs[0], 0};
      for (std::size_t i = 0; i < 2; ++i)
        call.walks[i] = {.first = stack.phase[i] + at[i] * blocking_.steps[i],
                         .step = blocking_.steps[i],
                         .size = axes_[i + 1].out()};
      call.sums = sums + row * blocking_.row_tiles * call.tile_step;
      transforms_.output(call);
    }
  }

  // [group][block of filters][point][channel][vector][real, imaginary]; filters that there are not
  // are zero.
  void pack(const T* filter, T* packed) const override {
    const std::int64_t slice = std::int64_t{blocking_.filter[0]} * blocking_.filter[1];
    const std::int64_t taps = slice * blocking_.depth_taps;
    const std::int64_t vectors = configuration_.registers.vectors * blocking_.filter_blocks;
    const std::int64_t tasks = blocking_.groups * vectors, column = 2 * blocking_.block_filters;
#pragma omp parallel for schedule(static) num_threads(threads_)
    for (std::int64_t task = 0; task < tasks; ++task) {
      const std::int64_t group = task / vectors, first = task % vectors * blocking_.lanes;
      const std::int64_t block = first / blocking_.block_filters;
      T* const to =
          packed +
          (group * blocking_.filter_blocks + block) * blocking_.points * blocking_.filter_step +
          2 * (first % blocking_.block_filters);
      FilterCall<T> call;
      call.output_step = blocking_.source_channels * taps;
      call.outputs =
          static_cast<int>(std::clamp<std::int64_t>(blocking_.filters - first, 0, blocking_.lanes));
      call.taps = blocking_.filter;
      call.strides = blocking_.strides;
      call.flip = this->problem()->flip;
      call.point_step = blocking_.filter_step;
      for (std::int64_t c = 0; c < blocking_.channels; ++c) {
        const auto part = static_cast<int>(c / blocking_.source_channels);
        const int high = part / blocking_.parts[1], tap = high / blocking_.parts[0];
        call.first_tap = {high % blocking_.parts[0], part % blocking_.parts[1]};
        call.filter = filter + (group * blocking_.filters + first) * call.output_step +
                      c % blocking_.source_channels * taps +
                      (this->problem()->flip ? blocking_.depth_taps - 1 - tap : tap) * slice;
        call.points = to + c * column;
        transforms_.filter(call);
      }
    }
  }

  Configuration configuration_;
  int threads_;
  Blocking blocking_;
  Transforms<T> transforms_;
  std::vector<cpu::RunComplexGemm<T>> gemms_;  ///< by the number of tiles, less one
  std::array<Axis, 3> axes_;
  Buffers buffers_;
  const T* filters_ = nullptr;  ///< their spectra
  T* own_ = nullptr;            ///< the first thread's part of the workspace
};

}  // namespace

std::unique_ptr<Plan> fft_plan(const ConvProblem& problem, const Configuration& configuration,
                               const Device& device) {
  if (problem->source_type == DataType::f64)
    return std::make_unique<FftPlan<double>>(problem, configuration, device);
  return std::make_unique<FftPlan<float>>(problem, configuration, device);
}

}  // namespace convtune::fft

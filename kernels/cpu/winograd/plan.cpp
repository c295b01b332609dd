#include "plan.hpp"

#include <algorithm>
#include <vector>

#include <omp.h>

#include "../shared/packed_plan.hpp"
#include "blocking.hpp"

namespace convtune::winograd {
namespace {

// The transformed filters are read once for every block of tiles: beyond this they come from
// further away than the processor looks ahead by itself.
constexpr std::size_t fetch_beyond_bytes = std::size_t{3} << 20;

template <class T>
class WinogradPlan final : public cpu::PackedPlan<T> {
 public:
  WinogradPlan(const ConvProblem& problem, const Configuration& configuration, const Device& device)
      : cpu::PackedPlan<T>(problem),
        configuration_(configuration),
        threads_(device.threads),
        blocking_(problem, configuration, device),
        transforms_(transforms<T>(blocking_.shape, device.isa)) {
    const bool ahead = this->packed_bytes() > fetch_beyond_bytes;
    for (int rows = 1; rows <= configuration.registers.rows; ++rows)
      gemms_.push_back(cpu::tile_gemm<T>(
          device.isa, {.rows = rows, .vectors = configuration.registers.vectors}, ahead));
    const std::size_t first = 3 - problem->axes().size();
    for (std::size_t i = 0; i < problem->axes().size(); ++i) axes_[first + i] = problem->axes()[i];
    read_steps_ = {axes_[1].in * axes_[2].in, axes_[2].in};
    written_steps_ = {axes_[1].out() * axes_[2].out(), axes_[2].out()};
  }

  std::string configuration() const override { return text(configuration_); }
  std::size_t workspace_bytes() const override { return blocking_.workspace_bytes; }

  void run(const Buffers& buffers) override {
    buffers_ = buffers;
    own_ = static_cast<T*>(buffers.workspace) + blocking_.shared_elements;
    filters_ = this->packed_filters(buffers, blocking_.shared_elements - blocking_.filter_elements);
    const auto& [deep, high, wide] = blocking_.phases;
    const std::int64_t tasks = this->problem()->batch * blocking_.groups * deep * high * wide *
                               blocking_.down * blocking_.across;
    if (!configuration_.share_filters) {
#pragma omp parallel for schedule(static) num_threads(threads_)
      for (std::int64_t task = 0; task < tasks; ++task) {
        const Block block(*this, task);
        T* const points = own() + blocking_.sums + blocking_.strip + blocking_.row_strip;
        for (Part part = first_part(); part.count > 0; part = next(part)) {
          for (std::int64_t c = 0; c < part.count; ++c) read(block, part, c, points);
          for (std::int64_t f = 0; f < blocking_.filter_blocks; ++f) write(block, part, f, points);
        }
      }
      return;
    }
    T* const points = static_cast<T*>(buffers.workspace);
#pragma omp parallel num_threads(threads_)
    for (std::int64_t task = 0; task < tasks; ++task) {
      const Block block(*this, task);
      for (Part part = first_part(); part.count > 0; part = next(part)) {
#pragma omp for schedule(static)
        for (std::int64_t c = 0; c < part.count; ++c) read(block, part, c, points);
#pragma omp for schedule(static)
        for (std::int64_t f = 0; f < blocking_.filter_blocks; ++f) write(block, part, f, points);
      }
    }
  }

 private:
  std::int64_t packed_elements() const override { return blocking_.filter_elements; }

  /// Tiles of one image, of one group, and of those pixels that a dilated filter connects.
  struct Block {
    Block(const WinogradPlan& plan, std::int64_t number) {
      const Blocking& of = plan.blocking_;
      first_column = number % of.across * of.block_columns;
      columns = std::min(of.block_columns, of.row_tiles - first_column);
      number /= of.across;
      first_row = number % of.down * of.block_rows;
      rows = std::min(of.block_rows, of.rows - first_row);
      number /= of.down;
      for (std::size_t i = 3; i-- > 0; number /= of.phases[i]) phase[i] = number % of.phases[i];
      group = number % of.groups;
      image = number / of.groups;
    }
    std::array<std::int64_t, 3> phase{};
    std::int64_t group = 0, image = 0;
    std::int64_t first_row = 0, rows = 0, first_column = 0, columns = 0;
  };

  /// Vectors of input channels whose products are summed before they are added to the outputs.
  struct Part {
    std::int64_t first = 0, count = 0;
  };
  Part part_from(std::int64_t first) const {
    return {first, std::min(blocking_.part_vectors, blocking_.channel_vectors - first)};
  }
  std::int64_t channels_of(const Part& part) const {
    return std::min(part.count * blocking_.lanes,
                    blocking_.channels - part.first * blocking_.lanes);
  }
  // Where the packed filters of a part begin: in the order in which they are read.
  std::int64_t filters_of(std::int64_t group, const Part& part, std::int64_t block) const {
    const std::int64_t of_channel = blocking_.shape_points * blocking_.block_filters;
    return of_channel *
           ((group * blocking_.channels + part.first * blocking_.lanes) * blocking_.filter_blocks +
            block * channels_of(part));
  }
  Part first_part() const { return part_from(0); }
  Part next(const Part& part) const { return part_from(part.first + part.count); }

  T* own() const { return own_ + omp_get_thread_num() * blocking_.thread_elements; }

  // Where a row of a block begins: outputs along depth, height and width.
  std::array<std::int64_t, 3> tile_of(const Block& block, std::int64_t row) const {
    return {(block.first_row + row) / blocking_.high_rows * blocking_.tile[0],
            (block.first_row + row) % blocking_.high_rows * blocking_.tile[1],
            block.first_column * blocking_.tile[2]};
  }

  void read(const Block& block, const Part& part, std::int64_t vector, T* points) const {
    const std::int64_t plane = axes_[0].in * read_steps_[0];
    const std::int64_t channel = (part.first + vector) * blocking_.lanes;
    const auto* const source = static_cast<const T*>(buffers_.source);
    InputCall<T> call;
    call.source = source + (block.image * this->problem()->in_channels +
                            block.group * blocking_.channels + channel) *
                               plane;
    call.end = source + this->problem()->batch * this->problem()->in_channels * plane;
    call.channel_step = plane;
    call.channels =
        static_cast<int>(std::min<std::int64_t>(blocking_.lanes, blocking_.channels - channel));
    call.row_steps = read_steps_;
    call.tiles = block.columns;
    call.strip = own() + blocking_.sums;
    call.points = points + vector * blocking_.lanes * configuration_.registers.rows;
    call.point_step = blocking_.point_step;
    call.group_step = blocking_.group_step;
    call.group_tiles = configuration_.registers.rows;
    for (std::int64_t row = 0; row < block.rows; ++row) {
      const std::array<std::int64_t, 3> at = tile_of(block, row);
      for (std::size_t i = 0; i < 3; ++i)
        call.walks[i] = {.first = block.phase[i] - axes_[i].pad_left +
                                  at[i] * blocking_.shape.strides[i] * blocking_.steps[i],
                         .step = blocking_.steps[i],
                         .size = axes_[i].in};
      call.first_tile = row * block.columns;
      // The row above, of the same depth, left what both read.
      const bool below = row > 0 && at[1] > 0;
      const int extent = blocking_.shape.extent()[1], step = blocking_.shape.step()[1];
      call.kept_rows = below ? extent - step : 0;
      call.first_place = below ? (call.first_place + step) % extent : 0;
      transforms_.input(call);
    }
  }

  void write(const Block& block, const Part& part, std::int64_t filter_block,
             const T* points) const {
    const std::int64_t tiles = block.rows * block.columns;
    const std::int64_t together = configuration_.registers.rows;
    const int count = blocking_.shape_points;
    const T* const filters = filters_ + filters_of(block.group, part, filter_block);
    const std::int64_t channels = channels_of(part);
    T* const sums = own();
    for (int point = 0; point < count; ++point)
      for (std::int64_t first = 0; first < tiles; first += together) {
        const std::int64_t some = std::min(together, tiles - first);
        gemms_[static_cast<std::size_t>(some - 1)](
            {.rows =
                 points + point * blocking_.point_step + first / together * blocking_.group_step,
             .rows_step = together * blocking_.lanes,
             .columns = filters + point * channels * blocking_.block_filters,
             .channels = channels,
             .sums = sums + point * blocking_.sum_step + first * blocking_.block_filters});
      }
    for (std::int64_t first = 0; first < blocking_.block_filters; first += blocking_.lanes)
      write_vector(block, part, filter_block * blocking_.block_filters + first, sums + first);
  }

  void write_vector(const Block& block, const Part& part, std::int64_t filter,
                    const T* sums) const {
    if (filter >= blocking_.filters) return;
    const std::int64_t plane = axes_[0].out() * written_steps_[0];
    const std::int64_t channel = block.group * blocking_.filters + filter;
    OutputCall<T> call;
    call.point_step = blocking_.sum_step;
    call.tile_step = blocking_.block_filters;
    call.tiles = block.columns;
    call.rows = own() + blocking_.sums + blocking_.strip;
    call.destination = static_cast<T*>(buffers_.destination) +
                       (block.image * this->problem()->out_channels + channel) * plane;
    call.channel_step = plane;
    call.channels =
        static_cast<int>(std::min<std::int64_t>(blocking_.lanes, blocking_.filters - filter));
    call.row_steps = written_steps_;
    const bool begins = part.first == 0;
    const bool ends = part.first + part.count == blocking_.channel_vectors;
    if (this->problem()->bias && begins) call.bias = static_cast<const T*>(buffers_.bias) + channel;
    call.accumulate = this->problem()->accumulate || !begins;
    call.relu = this->problem()->relu && ends;
    for (std::int64_t row = 0; row < block.rows; ++row) {
      const std::array<std::int64_t, 3> at = tile_of(block, row);
      for (std::size_t i = 0; i < 3; ++i)
        call.walks[i] = {.first = block.phase[i] + at[i] * blocking_.steps[i],
                         .step = blocking_.steps[i],
                         .size = axes_[i].out()};
      call.sums = sums + row * block.columns * blocking_.block_filters;
      transforms_.output(call);
    }
  }

  // [group][part of the channels][block of filters][point][channel][filter]; filters that there are
  // not are zero.
  void pack(const T* filter, T* packed) const override {
    const std::int64_t taps = axes_[0].filter * axes_[1].filter * axes_[2].filter;
    const std::int64_t vectors = configuration_.registers.vectors * blocking_.filter_blocks;
    const std::int64_t tasks = blocking_.groups * vectors;
#pragma omp parallel for schedule(static) num_threads(threads_)
    for (std::int64_t task = 0; task < tasks; ++task) {
      const std::int64_t group = task / vectors, first = task % vectors * blocking_.lanes;
      FilterCall<T> call;
      call.output_step = blocking_.channels * taps;
      call.outputs =
          static_cast<int>(std::clamp<std::int64_t>(blocking_.filters - first, 0, blocking_.lanes));
      call.flip = this->problem()->flip;
      call.filter = filter + (group * blocking_.filters + first) * call.output_step;
      for (Part part = first_part(); part.count > 0; part = next(part)) {
        call.point_step = channels_of(part) * blocking_.block_filters;
        call.points = packed + filters_of(group, part, first / blocking_.block_filters) +
                      first % blocking_.block_filters;
        for (std::int64_t c = 0; c < channels_of(part); ++c, call.filter += taps) {
          transforms_.filter(call);
          call.points += blocking_.block_filters;
        }
      }
    }
  }

  Configuration configuration_;
  int threads_;
  Blocking blocking_;
  Transforms<T> transforms_;
  std::vector<cpu::RunTileGemm<T>> gemms_;  ///< by the number of tiles, less one
  std::array<Axis, 3> axes_ = {};
  std::array<std::int64_t, 2> read_steps_ = {}, written_steps_ = {};
  Buffers buffers_;
  const T* filters_ = nullptr;  ///< transformed
  T* own_ = nullptr;            ///< the first thread's part of the workspace
};

}  // namespace

std::unique_ptr<Plan> winograd_plan(const ConvProblem& problem, const Configuration& configuration,
                                    const Device& device) {
  if (problem->source_type == DataType::f64)
    return std::make_unique<WinogradPlan<double>>(problem, configuration, device);
  return std::make_unique<WinogradPlan<float>>(problem, configuration, device);
}

}  // namespace convtune::winograd

#include "plan.hpp"

#include <cstddef>

#include <omp.h>

#include <kernels/epilogue.hpp>

#include "columns.hpp"
#include "products.hpp"

namespace convtune::blas {
namespace {

/// A part of the work that one thread (or all, one product after the other) does from start to end.
struct Task {
  Range images, groups, channels, positions;
};

template <class T>
class Im2colPlan final : public Plan {
 public:
  Im2colPlan(const ConvProblem& problem, const Configuration& configuration, const Device& device)
      : Plan(problem),
        configuration_(configuration),
        geometry_(problem),
        blocking_(geometry_, problem->direction, configuration, device.threads, sizeof(T)),
        taps_(taps(geometry_)),
        products_(geometry_, blocking_.stride) {}

  std::string configuration() const override { return text(configuration_); }
  std::size_t workspace_bytes() const override { return blocking_.workspace_bytes(); }

  void run(const Buffers& buffers) override {
    source_ = static_cast<T*>(buffers.source);
    filter_ = static_cast<T*>(buffers.filter);
    destination_ = static_cast<T*>(buffers.destination);
    workspace_ = static_cast<std::byte*>(buffers.workspace);
    epilogue_ = {problem()->bias ? static_cast<const T*>(buffers.bias) : nullptr, problem()->relu};
    if (geometry_.empty()) return write_sums_of_nothing();

    if (configuration_.threads == Threads::one || configuration_.threads == Threads::gemm) {
      work(task(0), 0, filter_, initial());
    } else {
#pragma omp parallel for schedule(static) num_threads(blocking_.threads)
      for (std::int64_t index = 0; index < blocking_.tasks; ++index) {
        const bool copies = blocking_.copies > 0 && index > 0;
        work(task(index), omp_get_thread_num(), copies ? copy(index - 1) : filter_,
             copies ? T{0} : initial());
      }
      add_copies();
    }
  }

 private:
  Direction direction() const { return problem()->direction; }
  bool bare() const { return configuration_.columns.kind == Columns::Kind::bare; }
  bool together() const { return configuration_.threads == Threads::gemm; }
  /// What the output is multiplied by before the first product is added.
  T initial() const { return problem()->accumulate ? T{1} : T{0}; }

  T* columns(std::int64_t thread) const {
    return reinterpret_cast<T*>(workspace_ +
                                static_cast<std::size_t>(thread) * blocking_.buffer_bytes);
  }
  T* copy(std::int64_t index) const {
    return reinterpret_cast<T*>(
        workspace_ + static_cast<std::size_t>(blocking_.buffers) * blocking_.buffer_bytes +
        static_cast<std::size_t>(index) * blocking_.copy_bytes);
  }
  T* source_plane(std::int64_t image, std::int64_t group, std::int64_t channel) const {
    return source_ +
           ((image * geometry_.groups + group) * geometry_.channels + channel) * geometry_.inputs;
  }
  T* destination_of(std::int64_t image, std::int64_t group) const {
    return destination_ +
           (image * geometry_.groups + group) * geometry_.filters * geometry_.positions;
  }

  T* filter_of(T* base, std::int64_t group) const {
    return base + geometry_.weights() / geometry_.groups * group;
  }

  Task task(std::int64_t index) const {
    Task all{.images = {0, geometry_.images},
             .groups = {0, geometry_.groups},
             .channels = {0, geometry_.channels},
             .positions = {0, geometry_.positions}};
    const bool weights = direction() == Direction::backward_weights;
    if (configuration_.threads == Threads::batch && weights)
      all.images = {geometry_.images * index / blocking_.tasks,
                    geometry_.images * (index + 1) / blocking_.tasks};
    if (configuration_.threads == Threads::panels) {
      const std::int64_t pieces = blocking_.pieces(geometry_, direction());
      if (direction() == Direction::forward)
        all.positions = block(index % pieces, blocking_.positions, geometry_.positions);
      else
        all.channels = block(index % pieces, blocking_.channels, geometry_.channels);
      index /= pieces;
    }
    const bool grouped = configuration_.threads == Threads::panels ||
                         (configuration_.threads == Threads::batch && !weights);
    if (grouped) {
      all.groups = {index % geometry_.groups, index % geometry_.groups + 1};
      if (!weights) all.images = {index / geometry_.groups, index / geometry_.groups + 1};
    }
    return all;
  }

  void work(const Task& task, std::int64_t thread, T* gradient, T beta) const {
    T* const buffer = bare() ? nullptr : columns(thread);
    for (std::int64_t group = task.groups.first; group < task.groups.last; ++group)
      for (std::int64_t image = task.images.first; image < task.images.last; ++image)
        switch (direction()) {
          case Direction::forward: forward(task, image, group, buffer, beta); break;
          case Direction::backward_data: backward_data(task, image, group, buffer, beta); break;
          case Direction::backward_weights:
            backward_weights(task, image, group, buffer, gradient,
                             image == task.images.first ? beta : T{1});
            break;
        }
  }

  template <class Visit>
  static void each_block(Range range, std::int64_t step, Visit visit) {
    for (std::int64_t first = range.first; first < range.last; first += step)
      visit(Range{first, std::min(first + step, range.last)});
  }

  void forward(const Task& task, std::int64_t image, std::int64_t group, T* buffer, T beta) const {
    T* const out = destination_of(image, group);
    each_block(task.positions, blocking_.positions, [&](Range positions) {
      each_block(task.channels, blocking_.channels, [&](Range channels) {
        const T* const read = gathered(image, group, channels, positions, buffer);
        products_.forward(channels, positions, filter_of(filter_, group), read,
                          channels.first == 0 ? beta : T{1}, out);
      });
      finish(group, positions, out);
    });
  }

  void backward_data(const Task& task, std::int64_t image, std::int64_t group, T* buffer,
                     T beta) const {
    const T* const filter = filter_of(filter_, group);
    const T* const top = destination_of(image, group);
    each_block(task.channels, blocking_.channels, [&](Range channels) {
      each_block(task.positions, blocking_.positions, [&](Range positions) {
        if (bare())
          return products_.data(channels, positions, filter, top, beta,
                                source_plane(image, group, channels.first) + positions.first);
        products_.data(channels, positions, filter, top, T{0}, buffer);
        scattered(image, group, channels, positions, buffer, positions.first == 0 ? beta : T{1});
      });
    });
  }

  void backward_weights(const Task& task, std::int64_t image, std::int64_t group, T* buffer,
                        T* gradient, T beta) const {
    const T* const top = destination_of(image, group);
    each_block(task.channels, blocking_.channels, [&](Range channels) {
      each_block(task.positions, blocking_.positions, [&](Range positions) {
        const T* const read = gathered(image, group, channels, positions, buffer);
        // Unshared, every position has weights of its own and sees each image once.
        const bool first = positions.first == 0 || geometry_.unshared;
        products_.weights(channels, positions, top, read, first ? beta : T{1},
                          filter_of(gradient, group));
      });
    });
  }

  /// Runs body(i) for i below `count`, on all threads where they work together.
  template <class Body>
  void each(std::int64_t count, Body body) const {
    if (together()) {
#pragma omp parallel for schedule(static) num_threads(blocking_.threads)
      for (std::int64_t i = 0; i < count; ++i) body(i);
    } else {
      for (std::int64_t i = 0; i < count; ++i) body(i);
    }
  }

  const T* gathered(std::int64_t image, std::int64_t group, Range channels, Range positions,
                    T* buffer) const {
    if (bare()) return source_plane(image, group, channels.first) + positions.first;
    each(channels.size() * geometry_.taps, [&](std::int64_t row) {
      gather(
          geometry_, taps_[static_cast<std::size_t>(row % geometry_.taps)],
          static_cast<const T*>(source_plane(image, group, channels.first + row / geometry_.taps)),
          positions, buffer + row * blocking_.stride);
    });
    return buffer;
  }

  void scattered(std::int64_t image, std::int64_t group, Range channels, Range positions, T* buffer,
                 T beta) const {
    each(channels.size(), [&](std::int64_t c) {
      T* const plane = source_plane(image, group, channels.first + c);
      if (beta == T{0}) std::fill_n(plane, geometry_.inputs, T{0});
      T* row = buffer + c * geometry_.taps * blocking_.stride;
      for (const Tap& tap : taps_) {
        scatter(geometry_, tap, row, positions, plane);
        row += blocking_.stride;
      }
    });
  }

  void finish(std::int64_t group, Range positions, T* out) const {
    if (epilogue_.empty()) return;
    each(geometry_.filters, [&](std::int64_t k) {
      epilogue_.channel(out + k * geometry_.positions + positions.first, positions.size(),
                        group * geometry_.filters + k);
    });
  }

  /// No image, channel or filter: what is left is the old output, or zero, and the epilogue.
  void write_sums_of_nothing() const {
    const Role role = output_role(direction());
    T* const out = role == Role::source ? source_ : role == Role::filter ? filter_ : destination_;
    if (!problem()->accumulate) std::fill_n(out, elements(problem(), role), T{0});
    if (direction() != Direction::forward) return;
    for (std::int64_t image = 0; image < geometry_.images; ++image)
      for (std::int64_t group = 0; group < geometry_.groups; ++group)
        finish(group, {0, geometry_.positions}, destination_of(image, group));
  }

  void add_copies() const {
    for (std::int64_t index = 0; index < blocking_.copies; ++index) {
      const T* const from = copy(index);
#pragma omp parallel for schedule(static) num_threads(blocking_.threads)
      for (std::int64_t i = 0; i < geometry_.weights(); ++i) filter_[i] += from[i];
    }
  }

  Configuration configuration_;
  Geometry geometry_;
  Blocking blocking_;
  std::vector<Tap> taps_;
  Products<T> products_;

  T *source_ = nullptr, *filter_ = nullptr, *destination_ = nullptr;
  std::byte* workspace_ = nullptr;
  Epilogue<T> epilogue_;
};

}  // namespace

std::unique_ptr<Plan> im2col_plan(const ConvProblem& problem, const Configuration& configuration,
                                  const Device& device) {
  if (problem->source_type == DataType::f64)
    return std::make_unique<Im2colPlan<double>>(problem, configuration, device);
  return std::make_unique<Im2colPlan<float>>(problem, configuration, device);
}

}  // namespace convtune::blas

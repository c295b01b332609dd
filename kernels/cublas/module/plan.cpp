#include "plan.hpp"

#include <algorithm>
#include <cstddef>
#include <type_traits>

#include <convtune/error.hpp>

#include "../../cuda/launch.hpp"
#include "col2im.hpp"
#include "finish.hpp"
#include "im2col.hpp"
#include "work.hpp"

namespace convtune::cublas {
namespace {

template <class T>
class Im2colPlan final : public Plan {
  static constexpr bool narrow = sizeof(T) == 2;
  using Sum = std::conditional_t<narrow, float, T>;
  using Bits = std::conditional_t<narrow, std::uint16_t,
                                  std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>>;

 public:
  Im2colPlan(const ConvProblem& problem, const Configuration& configuration,
             std::unique_ptr<const Products> products)
      : Plan(problem),
        configuration_(configuration),
        work_(problem, configuration),
        products_(std::move(products)) {
    if (work_.empty()) return;
    whole_ = products_->prepare(work_.product(work_.chunk()), configuration.algorithm);
    configuration_.algorithm = whole_->algorithm();
    if (const std::int64_t rest = sizes().images % work_.chunk(); rest > 0)
      rest_ = products_->prepare(work_.product(rest), 0);
  }

  std::string configuration() const override { return text(configuration_); }
  std::size_t workspace_bytes() const override { return work_.workspace_bytes(); }

  void run(const Buffers& buffers) override {
    for (const void* tensor : {buffers.source, buffers.filter, buffers.destination})
      if (reinterpret_cast<std::uintptr_t>(tensor) % Work::alignment != 0)
        throw Error(ErrorCode::bad_input,
                    "cublas.im2col_gemm needs tensors that are aligned to 16 bytes.");
    const Call call(*this, buffers);
    if (work_.empty()) return call.write_sums_of_nothing();
    for (std::int64_t first = 0; first < sizes().images; first += work_.chunk()) {
      const std::int64_t count = std::min(work_.chunk(), sizes().images - first);
      switch (work_.direction()) {
        case Direction::forward: call.forward(first, count); break;
        case Direction::backward_data: call.backward_data(first, count); break;
        case Direction::backward_weights: call.backward_weights(first, count); break;
      }
    }
    if (work_.direction() == Direction::backward_weights && work_.wide()) call.round_gradient();
  }

 private:
  const cuda::Sizes& sizes() const { return work_.sizes(); }
  const PreparedProduct& prepared(std::int64_t images) const {
    return images == work_.chunk() ? *whole_ : *rest_;
  }

  /// One run: the plan on somebody's buffers.
  class Call {
   public:
    Call(const Im2colPlan& plan, const Buffers& buffers)
        : problem_(plan.problem().shape()),
          plan_(plan),
          work_(plan.work_),
          sizes_(plan.sizes()),
          source_(static_cast<T*>(buffers.source)),
          filter_(static_cast<T*>(buffers.filter)),
          destination_(static_cast<T*>(buffers.destination)),
          bias_(problem_.bias ? static_cast<const Sum*>(buffers.bias) : nullptr),
          columns_(static_cast<std::byte*>(buffers.workspace)),
          stream_(buffers.stream) {
      sums_ = reinterpret_cast<Sum*>(columns_ + work_.columns_bytes());
      parts_ = reinterpret_cast<Sum*>(columns_ + work_.columns_bytes() + work_.sums_bytes());
      scratch_ = columns_ + work_.columns_bytes() + work_.sums_bytes() + work_.parts_bytes();
    }

    void forward(std::int64_t first, std::int64_t count) const {
      T* const out = destination_ + first * work_.destination().image;
      const T* const read = gathered(first, count);
      const bool add = problem_.accumulate;
      each_product(count, [&](std::int64_t image, std::int64_t group, const auto& product) {
        const std::int64_t at = offset(work_.destination(), image, group);
        const T* const columns = read + offset(work_.columns(), image, group);
        const T* const filter = filter_ + offset(work_.filter(count), 0, group);
        if (work_.wide())
          multiply(product, filter, columns, sums_ + at, false);
        else
          multiply(product, filter, columns, out + at, add);
      });
      const std::int64_t outputs = count * work_.destination().image;
      if (work_.wide())
        finish(outputs, sums_, out, add);
      else if constexpr (!narrow)
        if (problem_.bias || problem_.relu) finish(outputs, out, out, false);
    }

    void backward_data(std::int64_t first, std::int64_t count) const {
      const T* const top = destination_ + first * work_.destination().image;
      T* const bottom = source_ + first * planes(1) * sizes_.inputs;
      auto* const columns = reinterpret_cast<Sum*>(columns_);
      each_product(count, [&](std::int64_t image, std::int64_t group, const auto& product) {
        const std::int64_t at = offset(work_.columns(), image, group);
        const T* const filter = filter_ + offset(work_.filter(count), 0, group);
        const T* const read = top + offset(work_.destination(), image, group);
        if (work_.bare())
          multiply(product, filter, read, bottom + at, problem_.accumulate);
        else
          multiply(product, filter, read, columns + at, false);
      });
      if (work_.bare()) return;
      start(Col2im<Sum, T>{.sizes = sizes_,
                           .planes = planes(count),
                           .columns = columns,
                           .source = bottom,
                           .add = problem_.accumulate},
            planes(count) * sizes_.inputs);
    }

    void backward_weights(std::int64_t first, std::int64_t count) const {
      const T* const top = destination_ + first * work_.destination().image;
      const T* const read = gathered(first, count);
      const bool apart = work_.parts(count);
      const bool begun = first > 0 || (problem_.accumulate && !narrow);
      each_product(count, [&](std::int64_t image, std::int64_t group, const auto& product) {
        multiply(product, top + offset(work_.destination(), image, group),
                 read + offset(work_.columns(), image, group),
                 (apart ? parts_ : gradient()) + offset(work_.filter(count), 0, group),
                 !apart && (begun || image > 0));
      });
      if (!apart) return;
      start(Finish<Sum, Sum>{.count = work_.weights(),
                             .sums = parts_,
                             .parts = count,
                             .distance = work_.weights(),
                             .add = begun,
                             .out = gradient()},
            work_.weights());
    }

    void round_gradient() const {
      start(
          Finish<Sum, T>{
              .count = work_.weights(), .sums = sums_, .add = problem_.accumulate, .out = filter_},
          work_.weights());
    }

    void write_sums_of_nothing() const {
      const Role role = output_role(problem_.direction);
      T* const out = role == Role::source ? source_ : role == Role::filter ? filter_ : destination_;
      finish(elements(plan_.problem(), role), nullptr, out, problem_.accumulate);
    }

   private:
    static std::int64_t offset(const Work::Step& step, std::int64_t image, std::int64_t group) {
      return image * step.image + group * step.group;
    }
    /// Input planes of so many images.
    std::int64_t planes(std::int64_t images) const {
      return images * sizes_.groups * sizes_.channels;
    }
    /// Where the gradient of the weights is summed.
    Sum* gradient() const {
      if constexpr (narrow)
        return sums_;
      else
        return filter_;
    }

    /// The columns of `count` images from `first` on.
    const T* gathered(std::int64_t first, std::int64_t count) const {
      const T* const from = source_ + first * planes(1) * sizes_.inputs;
      if (work_.bare()) return from;
      start(Im2col<Bits>{.sizes = sizes_,
                         .planes = planes(count),
                         .source = reinterpret_cast<const Bits*>(from),
                         .columns = reinterpret_cast<Bits*>(columns_)},
            planes(count) * sizes_.positions);
      return reinterpret_cast<const T*>(columns_);
    }

    /// Calls one(image, group, product) for every product of a chunk.
    template <class One>
    void each_product(std::int64_t count, One one) const {
      const Work::Over over = work_.over(count);
      const std::int64_t images = over == Work::Over::images ? 1 : count;
      const std::int64_t groups = over == Work::Over::groups ? 1 : sizes_.groups;
      for (std::int64_t image = 0; image < images; ++image)
        for (std::int64_t group = 0; group < groups; ++group)
          one(image, group, plan_.prepared(count));
    }

    void multiply(const PreparedProduct& product, const void* a, const void* b, void* c,
                  bool add) const {
      product.run(a, b, c, add, scratch_, stream_);
    }

    /// Sums of outputs of the forward convolution, or none.
    void finish(std::int64_t count, const Sum* sums, T* out, bool add) const {
      start(Finish<Sum, T>{.count = count,
                           .sums = sums,
                           .parts = sums != nullptr ? 1 : 0,
                           .bias = bias_,
                           .filters = sizes_.groups * sizes_.filters,
                           .positions = sizes_.positions,
                           .add = add,
                           .relu = problem_.relu,
                           .out = out},
            count);
    }

    template <class Kernel>
    void start(const Kernel& kernel, std::int64_t pieces) const {
      cuda::launch(kernel, cuda::grid_of(pieces), stream_);
    }

    const ConvShape& problem_;
    const Im2colPlan& plan_;
    const Work& work_;
    const cuda::Sizes& sizes_;
    T *source_, *filter_, *destination_;
    const Sum* bias_;
    std::byte* columns_;
    Sum *sums_, *parts_;
    void *scratch_, *stream_;
  };

  Configuration configuration_;
  Work work_;
  std::unique_ptr<const Products> products_;
  std::unique_ptr<const PreparedProduct> whole_, rest_;
};

}  // namespace

std::unique_ptr<Plan> im2col_plan(const ConvProblem& problem, const Configuration& configuration,
                                  std::unique_ptr<const Products> products) {
  const auto made = [&]<class T>(T) -> std::unique_ptr<Plan> {
    return std::make_unique<Im2colPlan<T>>(problem, configuration, std::move(products));
  };
  switch (problem->source_type) {
    case DataType::f64: return made(double{});
    case DataType::f16: return made(cuda::Half{});
    case DataType::bf16: return made(cuda::Bfloat{});
    default: return made(float{});
  }
}

}  // namespace convtune::cublas

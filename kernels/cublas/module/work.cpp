#include "work.hpp"

#include <algorithm>

namespace convtune::cublas {
namespace {

constexpr std::size_t line_bytes = 256;  // what CUDA aligns memory to

std::size_t rounded(std::int64_t elements, DataType type) {
  const std::size_t bytes = static_cast<std::size_t>(elements) * size_of(type);
  return (bytes + line_bytes - 1) / line_bytes * line_bytes;
}

bool bare(const cuda::Extent& axis) {
  return axis.filter == 1 && axis.stride == 1 && axis.pad == 0 && axis.out == axis.in;
}

/// The largest power of two, up to what tensors have, that divides both steps.
std::size_t alignment_of(const Work::Step& step, DataType type) {
  const auto elements = static_cast<std::uint64_t>(step.image | step.group);
  const std::uint64_t bytes = elements * size_of(type);
  return bytes == 0 ? Work::alignment
                    : std::min<std::size_t>(Work::alignment, bytes & (~bytes + 1));
}

}  // namespace

std::size_t scratch_bytes(const Product& product) {
  constexpr std::size_t partial_sums = 16, most = std::size_t{32} << 20;
  const std::size_t one = rounded(product.batches * product.rows * product.columns, product.result);
  return std::min(one * partial_sums, most);
}

std::string too_few_algorithms(int there_are, int number) {
  if (there_are == 0) return "cuBLAS names no algorithm for the product.";
  return "cuBLAS names " + std::to_string(there_are) +
         (there_are == 1 ? " algorithm" : " algorithms") +
         " for the product, so that there is no algo" + std::to_string(number) + ".";
}

Work::Work(const ConvProblem& problem, const Configuration& configuration)
    : sizes_(cuda::sizes_of(problem)),
      direction_(problem->direction),
      type_(problem->source_type),
      sum_(problem->accumulation),
      bare_(cublas::bare(sizes_.depth) && cublas::bare(sizes_.height) &&
            cublas::bare(sizes_.width)),
      finished_(problem->bias || problem->relu),
      tf32_(configuration.tf32),
      chunk_(configuration.images == Configuration::all
                 ? sizes_.images
                 : std::min(configuration.images, sizes_.images)) {
  if (empty()) return;
  if (!bare_) columns_bytes_ = rounded(chunk_ * columns().image, columns_type());
  if (wide())
    sums_bytes_ =
        rounded(direction_ == Direction::forward ? chunk_ * destination().image : weights(), sum_);
  if (parts(chunk_)) parts_bytes_ = rounded(chunk_ * weights(), sum_);
  scratch_bytes_ = cublas::scratch_bytes(product(chunk_));
  if (const std::int64_t rest = sizes_.images % chunk_; rest > 0)
    scratch_bytes_ = std::max(scratch_bytes_, cublas::scratch_bytes(product(rest)));
}

bool Work::empty() const {
  return sizes_.images == 0 || sizes_.channels == 0 || sizes_.filters == 0;
}

bool Work::wide() const {
  if (type_ == sum_ || direction_ == Direction::backward_data) return false;
  return direction_ == Direction::backward_weights || finished_;
}

bool Work::parts(std::int64_t images) const {
  return direction_ == Direction::backward_weights && over(images) == Over::images;
}

Work::Over Work::over(std::int64_t images) const {
  if (sizes_.unshared) return Over::positions;
  return images > sizes_.groups ? Over::images : Over::groups;
}

std::int64_t Work::weights() const {
  return sizes_.groups * sizes_.filters * depth() * (sizes_.unshared ? sizes_.positions : 1);
}

Work::Step Work::filter(std::int64_t images) const {
  return {.image = parts(images) ? weights() : 0, .group = weights() / sizes_.groups};
}

Work::Step Work::columns() const {
  const std::int64_t group = depth() * sizes_.positions;
  return {.image = group * sizes_.groups, .group = group};
}

Work::Step Work::destination() const {
  const std::int64_t group = sizes_.filters * sizes_.positions;
  return {.image = group * sizes_.groups, .group = group};
}

// Of the gradient of the data the columns are sums that are not finished yet.
DataType Work::columns_type() const {
  return direction_ == Direction::backward_data && !bare_ ? sum_ : type_;
}

DataType Work::result_type() const {
  return direction_ == Direction::backward_data ? columns_type() : wide() ? sum_ : type_;
}

// Theano's three products (corr_gemm.c), row by row; with unshared filters each is one of a matrix
// and a vector for every position.
Product Work::product(std::int64_t images) const {
  const std::int64_t plane = sizes_.positions, width = sizes_.unshared ? 1 : plane;
  const auto matrix = [&](const Step& step, std::int64_t row, std::int64_t of_positions,
                          DataType type) {
    const Over batch = over(images);
    return Matrix{.row = row,
                  .batch = batch == Over::positions ? of_positions
                           : batch == Over::images  ? step.image
                                                    : step.group,
                  .alignment = alignment_of(step, type)};
  };
  const bool data = direction_ == Direction::backward_data;
  const bool gradient = direction_ == Direction::backward_weights;
  const DataType result = result_type();
  const Matrix filter = matrix(this->filter(images), sizes_.unshared ? plane * depth() : depth(),
                               depth(), gradient ? result : type_);
  const Matrix columns = matrix(this->columns(), plane, 1, data ? result : type_);
  const Matrix destination =
      matrix(this->destination(), plane, 1, gradient || data ? type_ : result);

  Product product{.operands = type_, .result = result, .tf32 = tf32_};
  switch (over(images)) {
    case Over::groups: product.batches = sizes_.groups; break;
    case Over::images: product.batches = images; break;
    case Over::positions: product.batches = plane; break;
  }
  const auto sized = [&](std::int64_t rows, std::int64_t columns_count, std::int64_t depth) {
    product.rows = rows;
    product.columns = columns_count;
    product.depth = depth;
  };
  switch (direction_) {
    case Direction::forward:
      sized(sizes_.filters, width, depth());
      product.a = filter;
      product.b = columns;
      product.c = destination;
      break;
    case Direction::backward_data:
      sized(depth(), width, sizes_.filters);
      product.a = filter;
      product.a.transposed = true;
      product.b = destination;
      product.c = columns;
      break;
    case Direction::backward_weights:
      sized(sizes_.filters, depth(), width);
      product.a = destination;
      product.b = columns;
      product.b.transposed = true;
      product.c = filter;
      break;
  }
  return product;
}

}  // namespace convtune::cublas

#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <utility>

#include <convtune/error.hpp>
#include <convtune/tensor.hpp>
#include <convtune/tensor_view.hpp>

namespace convtune {
namespace {

using Numbers = std::vector<std::int64_t>;

Numbers dense_strides(const Numbers& dims) {
  Numbers strides(dims.size(), 1);
  for (std::size_t i = dims.size(); i-- > 1;) strides[i - 1] = strides[i] * dims[i];
  return strides;
}

Numbers strides_of(const Numbers& dims, const Numbers& strides) {
  return strides.empty() ? dense_strides(dims) : strides;
}

/// What goes through a conversion at a time.
constexpr std::int64_t chunk = 256;

/// Calls row(offset in a, offset in b) for every row of the last axis, in order.
template <typename Row>
void each_row(const Numbers& dims, const Numbers& a, const Numbers& b, Row row) {
  if (std::ranges::find(dims, 0) != dims.end()) return;
  const std::size_t outer = dims.empty() ? 0 : dims.size() - 1;
  Numbers index(outer, 0);
  std::int64_t at_a = 0, at_b = 0;
  for (;;) {
    row(at_a, at_b);
    std::size_t i = outer;
    for (; i > 0; --i) {
      at_a += a[i - 1];
      at_b += b[i - 1];
      if (++index[i - 1] < dims[i - 1]) break;
      at_a -= a[i - 1] * dims[i - 1];
      at_b -= b[i - 1] * dims[i - 1];
      index[i - 1] = 0;
    }
    if (i == 0) return;
  }
}

/// Elements of one type at an even distance.
struct Row {
  std::byte* first;
  DataType type;
  std::int64_t distance;

  std::byte* at(std::int64_t i) const {
    return first + i * distance * static_cast<std::int64_t>(size_of(type));
  }
  void read(std::int64_t start, std::span<double> values) const {
    if (distance == 1) return to_double(at(start), type, values);
    for (std::size_t i = 0; i < values.size(); ++i)
      to_double(at(start + static_cast<std::int64_t>(i)), type, values.subspan(i, 1));
  }
  void write(std::int64_t start, std::span<const double> values) const {
    if (distance == 1) return from_double(values, type, at(start));
    for (std::size_t i = 0; i < values.size(); ++i)
      from_double(values.subspan(i, 1), type, at(start + static_cast<std::int64_t>(i)));
  }
};

/// Calls change(row of from, row of to, elements) for every row.
template <typename Change>
void rows_of(const ConstTensorView& from, const TensorView& to, Change change) {
  const Numbers a = strides_of(from.dims, from.strides), b = strides_of(to.dims, to.strides);
  auto* const read = static_cast<std::byte*>(const_cast<void*>(from.data));  // only read
  auto* const written = static_cast<std::byte*>(to.data);
  const std::int64_t length = to.dims.empty() ? 1 : to.dims.back();
  const auto bytes = [](DataType type) { return static_cast<std::int64_t>(size_of(type)); };
  each_row(to.dims, a, b, [&](std::int64_t at_a, std::int64_t at_b) {
    change(Row{read + at_a * bytes(from.type), from.type, a.empty() ? 1 : a.back()},
           Row{written + at_b * bytes(to.type), to.type, b.empty() ? 1 : b.back()}, length);
  });
}

template <typename View>
View exchange(View view, std::size_t a, std::size_t b) {
  view.strides = strides_of(view.dims, view.strides);
  std::swap(view.dims[a], view.dims[b]);
  std::swap(view.strides[a], view.strides[b]);
  return view;
}

}  // namespace

void check(const ConstTensorView& view, const std::string& name) {
  const auto refuse = [&](const std::string& what) {
    throw Error(ErrorCode::bad_input, name + " " + what);
  };
  if (!view.strides.empty() && view.strides.size() != view.dims.size())
    refuse("has " + std::to_string(view.strides.size()) + " strides for the extents " +
           text(view.dims) + "; expected one for each.");
  std::int64_t bytes = static_cast<std::int64_t>(size_of(view.type));
  for (const std::int64_t dim : view.dims) {
    if (dim < 0) refuse("has the extents " + text(view.dims) + "; expected none below 0.");
    if (__builtin_mul_overflow(bytes, std::max<std::int64_t>(dim, 1), &bytes))
      refuse("has the extents " + text(view.dims) + "; expected at most 2^63-1 bytes.");
  }
  if (view.data == nullptr && elements(view) > 0)
    refuse("has no memory; expected " + std::to_string(elements(view)) + " elements.");
}

std::int64_t elements(const ConstTensorView& view) {
  std::int64_t count = 1;
  for (const std::int64_t dim : view.dims) count *= dim;
  return count;
}

bool contiguous(const ConstTensorView& view) {
  if (view.strides.empty()) return true;
  const Numbers dense = dense_strides(view.dims);
  for (std::size_t i = 0; i < dense.size(); ++i)
    if (view.dims[i] > 1 && view.strides[i] != dense[i]) return false;
  return true;
}

ConstTensorView exchanged(ConstTensorView view, std::size_t a, std::size_t b) {
  return exchange(std::move(view), a, b);
}
TensorView exchanged(TensorView view, std::size_t a, std::size_t b) {
  return exchange(std::move(view), a, b);
}

ConstTensorView reversed(ConstTensorView view, std::size_t first) {
  view.strides = strides_of(view.dims, view.strides);
  if (elements(view) == 0) return view;
  std::int64_t last = 0;
  for (std::size_t i = first; i < view.dims.size(); ++i) {
    last += (view.dims[i] - 1) * view.strides[i];
    view.strides[i] = -view.strides[i];
  }
  view.data = static_cast<const std::byte*>(view.data) +
              last * static_cast<std::int64_t>(size_of(view.type));
  return view;
}

void copy(const ConstTensorView& from, const TensorView& to) {
  rows_of(from, to, [](const Row& read, const Row& written, std::int64_t length) {
    if (read.type == written.type && read.distance == 1 && written.distance == 1) {
      std::memcpy(written.first, read.first, static_cast<std::size_t>(length) * size_of(read.type));
      return;
    }
    std::array<double, chunk> values;
    for (std::int64_t at = 0; at < length; at += chunk) {
      const auto count = static_cast<std::size_t>(std::min(chunk, length - at));
      read.read(at, {values.data(), count});
      written.write(at, {values.data(), count});
    }
  });
}

void blend(double alpha, const ConstTensorView& from, double beta, const TensorView& to) {
  rows_of(from, to, [&](const Row& read, const Row& written, std::int64_t length) {
    std::array<double, chunk> values, old;
    for (std::int64_t at = 0; at < length; at += chunk) {
      const auto count = static_cast<std::size_t>(std::min(chunk, length - at));
      read.read(at, {values.data(), count});
      if (beta != 0) written.read(at, {old.data(), count});
      for (std::size_t i = 0; i < count; ++i)
        values[i] = alpha * values[i] + (beta != 0 ? beta * old[i] : 0);
      written.write(at, {values.data(), count});
    }
  });
}

void scale(double beta, const TensorView& to) {
  const double zero = 0;
  const ConstTensorView zeros{&zero, DataType::f64, to.dims, Numbers(to.dims.size(), 0)};
  blend(0, zeros, beta, to);
}

std::string text(const Numbers& dims) {
  std::string all;
  for (const std::int64_t dim : dims)
    all.append(all.empty() ? "(" : ", ").append(std::to_string(dim));
  return all.empty() ? "()" : all + ")";
}

}  // namespace convtune

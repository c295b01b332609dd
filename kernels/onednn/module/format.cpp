#include "format.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <vector>

namespace convtune::onednn {
namespace {

// The outermost `fixed` dimensions stay where they are, the channels follow or come last.
int dimensions_before_channels(bool grouped_filter) {
  return grouped_filter ? 2 : 1;
}

bool grouped(const ConvProblem& problem, Role role) {
  return role == Role::filter && problem->groups > 1;
}

std::vector<std::int64_t> native_extents(const ConvProblem& problem, Role role) {
  std::vector<std::int64_t> sizes = extents(problem, role);
  if (!grouped(problem, role)) return sizes;
  sizes[0] /= problem->groups;
  sizes.insert(sizes.begin(), problem->groups);
  return sizes;
}

// One letter a dimension: "ncdhw" and "goidhw" with the axes in use.
std::string letters(const ConvProblem& problem, Role role) {
  const std::string axes = std::string("dhw").substr(3 - problem->axes().size());
  if (role != Role::filter) return "nc" + axes;
  return (grouped(problem, role) ? "goi" : "oi") + axes;
}

}  // namespace

dnnl_data_type_t native_type(DataType type) {
  switch (type) {
    case DataType::f32: return dnnl_f32;
    case DataType::bf16: return dnnl_bf16;
    default: return dnnl_data_type_undef;
  }
}

Format Format::of(const ConvProblem& problem, Role role, Layout layout, DataType type) {
  const std::vector<std::int64_t> sizes = native_extents(problem, role);
  const int count = static_cast<int>(sizes.size());
  Format format;
  if (layout == Layout::any) {
    dnnl_memory_desc_init_by_tag(&format.native_, count, sizes.data(), native_type(type),
                                 dnnl_format_tag_any);
    return format;
  }
  std::vector<int> order(sizes.size());  // outermost first
  std::iota(order.begin(), order.end(), 0);
  if (layout == Layout::channels_last) {
    const int channels = dimensions_before_channels(grouped(problem, role));
    std::rotate(order.begin() + channels, order.begin() + channels + 1, order.end());
  }
  std::array<dnnl_dim_t, DNNL_MAX_NDIMS> strides{};
  dnnl_dim_t stride = 1;
  for (auto dimension = order.rbegin(); dimension != order.rend(); ++dimension) {
    strides[*dimension] = stride;
    stride *= sizes[*dimension];
  }
  dnnl_memory_desc_init_by_strides(&format.native_, count, sizes.data(), native_type(type),
                                   strides.data());
  return format;
}

bool Format::is(const ConvProblem& problem, Role role, Layout layout) const {
  Format plain = of(problem, role, layout, DataType::f32);
  plain.native_.data_type = native_.data_type;
  return *this == plain;
}

Format Format::with(DataType type) const {
  Format other = *this;
  other.native_.data_type = native_type(type);
  return other;
}

std::string Format::text(const ConvProblem& problem, Role role) const {
  if (role == Role::bias) return "x";
  if (is(problem, role, Layout::channels_first)) return role == Role::filter ? "kcrs" : "nchw";
  if (is(problem, role, Layout::channels_last)) return role == Role::filter ? "krsc" : "nhwc";
  if (native_.format_kind != dnnl_blocked || native_.extra.flags != 0) return "opaque";

  const dnnl_blocking_desc_t& blocking = native_.format_desc.blocking;
  const std::string names = letters(problem, role);
  std::vector<int> order(names.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, std::greater{}, [&](int d) { return blocking.strides[d]; });
  const auto blocks =
      std::span(blocking.inner_idxs, static_cast<std::size_t>(blocking.inner_nblks));

  std::string text;
  for (const int d : order) {
    const bool blocked = std::ranges::find(blocks, d) != blocks.end();
    text += blocked ? static_cast<char>(names[d] - 'a' + 'A') : names[d];
  }
  for (std::size_t i = 0; i < blocks.size(); ++i)
    text += std::to_string(blocking.inner_blks[i]) + names[static_cast<std::size_t>(blocks[i])];
  return text;
}

std::size_t Format::bytes() const {
  return dnnl_memory_desc_get_size(&native_);
}

bool operator==(const Format& a, const Format& b) {
  return dnnl_memory_desc_equal(&a.native_, &b.native_) != 0;
}

}  // namespace convtune::onednn

#pragma once

#include <cstddef>
#include <span>
#include <string>

#include <oneapi/dnnl/dnnl.h>

#include <convtune/problem.hpp>

namespace convtune::onednn {

/// How a tensor lies in memory, as the library describes it. A value.
class Format {
 public:
  Format() = default;
  explicit Format(const dnnl_memory_desc_t& native) : native_(native) {}

  /// Logical extents as oneDNN counts them: the filter of a problem with groups has them first.
  /// `layout` any: whatever a kernel likes best.
  static Format of(const ConvProblem& problem, Role role, Layout layout, DataType type);

  /// The same order of elements, dense in the caller's terms.
  bool is(const ConvProblem& problem, Role role, Layout layout) const;

  /// The same order for elements of another type. Not for the library's opaque formats.
  Format with(DataType type) const;

  /// f32 or bf16.
  DataType type() const { return native_.data_type == dnnl_f32 ? DataType::f32 : DataType::bf16; }

  /// "nchw", "krsc", "nChw16c", "gOIhw16i16o"; "opaque" for what cannot be written like this.
  std::string text(const ConvProblem& problem, Role role) const;

  std::size_t bytes() const;
  const dnnl_memory_desc_t& native() const { return native_; }

  friend bool operator==(const Format& a, const Format& b);

 private:
  dnnl_memory_desc_t native_{};
};

/// The library's name for a type of ours; dnnl_data_type_undef for what it has no convolution of.
dnnl_data_type_t native_type(DataType type);

}  // namespace convtune::onednn

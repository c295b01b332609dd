#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace convtune {

/// Element types that a problem can name. Not every implementation takes every one.
enum class DataType { f64, f32, f16, bf16, s8, u8, s32 };

/// Which of the three convolutions: the result, its gradient with respect to the data, or to the
/// weights. Sizes always describe the forward convolution.
enum class Direction { forward, backward_data, backward_weights };

/// How the caller holds a tensor. `any`: as the winner wants it.
enum class Layout { channels_first, channels_last, any };

/// The tensors of a convolution. The gradients have the role of what they are the gradient of.
enum class Role { source, filter, destination, bias };

std::size_t size_of(DataType type);  ///< bytes of one element
bool is_floating(DataType type);     ///< f64, f32, f16, bf16
DataType usual_accumulation(
    DataType type);  ///< f32 for f16, bf16, f32; f64 for f64; s32 for integers

std::string_view name(DataType type);        ///< "f32"
std::string_view name(Direction direction);  ///< "fwd", "bwdd", "bwdw"
std::string_view name(Role role);            ///< "source"

std::optional<DataType> data_type(std::string_view name);
std::optional<Direction> direction(std::string_view name);

}  // namespace convtune

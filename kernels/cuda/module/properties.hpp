#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace convtune::cuda {

/// A GPU's properties in the words of cuDNN's own description of one, a JSON object:
/// CUDNN_ATTR_DEVICEPROP_JSON_REPRESENTATION, all of whose keys cuDNN 9 demands.
class Properties {
 public:
  Properties& add(std::string_view key, std::int64_t value);
  Properties& add(std::string_view key, const int (&values)[3]);
  Properties& add(std::string_view key, std::string_view value);
  std::string text() const { return "{" + members_ + "\n}\n"; }

 private:
  void begin(std::string_view key);
  std::string members_;
};

}  // namespace convtune::cuda

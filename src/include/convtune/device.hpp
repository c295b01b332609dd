#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace convtune {

enum class DeviceKind { cpu, cuda };

/// The code paths a CPU offers, each including the ones before it.
enum class Isa { generic, avx2, avx512 };
std::string_view name(Isa isa);

/// Where candidates run, as the implementations need to know it. A value; how it was found is the
/// probe's business.
struct Device {
  DeviceKind kind = DeviceKind::cpu;
  std::string id = "cpu";    ///< by which it is asked for: "cpu", "cuda:0", "h200"
  std::string name = "cpu";  ///< "Intel(R) Xeon(R) Processor", "NVIDIA H200"
  int threads = 1;           ///< software threads that a plan may use
  Isa isa = Isa::generic;
  std::size_t l1_bytes = 32 << 10;                  ///< data, one core
  std::size_t l2_bytes = 1 << 20;                   ///< one core
  std::size_t l3_bytes = 16 << 20;                  ///< shared
  std::size_t memory_bytes = std::size_t{1} << 32;  ///< what a process may use

  // Of a GPU only.
  std::string properties = {};  ///< cuDNN's own text (JSON) of one of these
  bool present = true;          ///< false: known by its properties only, so that nothing runs on it
  std::string serial = {};      ///< its UUID, which tells it from others of its kind
  std::string driver = {};      ///< version of the driver, "13.0"
};

}  // namespace convtune

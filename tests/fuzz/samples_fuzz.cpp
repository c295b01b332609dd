// Any bytes are packed samples: those that unpack are what packing makes of the samples.
#include <cstddef>
#include <cstdint>

#include "packing.hpp"
#include "require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace convtune;
  const db::Blob packed{std::string(reinterpret_cast<const char*>(data), size)};
  try {
    require(db::pack(db::unpack(packed)).bytes == packed.bytes, "packed in another way");
  } catch (const db::BadRow&) {
    // Nothing that was packed.
  }
  return 0;
}

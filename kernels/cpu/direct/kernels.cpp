// The inner loops, written once over vectors of whatever length and compiled for each instruction
// set. Every output is summed in the order channel, tap: the same whatever the number of threads.
#include "kernels.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#define CONVTUNE_INLINE [[gnu::always_inline]] inline

namespace convtune::direct {
namespace {

template <class T, int bytes>
struct Lanes {
  using Vector [[gnu::vector_size(bytes)]] = T;
  // The same anywhere in memory.
  using Held [[gnu::vector_size(bytes), gnu::aligned(alignof(T)), gnu::may_alias]] = T;
  static constexpr int count = bytes / static_cast<int>(sizeof(T));
};

/// Accumulators of a tile: as many as leave registers for what is loaded.
template <int bytes>
constexpr int accumulators = bytes == 64 ? 24 : 12;

constexpr int at_least_one(int count) {
  return count < 1 ? 1 : count;
}

template <class T, int bytes, int images, int outputs, int vectors>
CONVTUNE_INLINE void convolve_tile(const ConvolveCall<T>& call, std::int64_t position) {
  using Vector = typename Lanes<T, bytes>::Vector;
  using Held = typename Lanes<T, bytes>::Held;
  constexpr int lanes = Lanes<T, bytes>::count;
  Vector sums[images][outputs][vectors] = {};
  for (std::int64_t input = 0; input < call.inputs; ++input)
    for (std::int64_t tap = 0; tap < call.tap_count; ++tap) {
      const T* const plane = call.planes + input * call.channel + call.taps[tap].offset + position;
      const T* const weight =
          call.filter + input * call.filter_input + call.taps[tap].filter * call.filter_tap;
      for (int i = 0; i < images; ++i) {
        Vector read[vectors];
        for (int v = 0; v < vectors; ++v)
          read[v] = *reinterpret_cast<const Held*>(plane + i * call.image + v * lanes);
        for (int o = 0; o < outputs; ++o)
          for (int v = 0; v < vectors; ++v)
            sums[i][o][v] += read[v] * weight[o * call.filter_output];
      }
    }
  for (int i = 0; i < images; ++i)
    for (int o = 0; o < outputs; ++o)
      for (int v = 0; v < vectors; ++v)
        *reinterpret_cast<Held*>(call.sums + (i * outputs + o) * call.row + position + v * lanes) =
            sums[i][o][v];
}

template <class T, int bytes, int images, int outputs>
constexpr int tile_vectors = std::min(8, at_least_one(accumulators<bytes> / (images * outputs)));

template <class T, int bytes, int images, int outputs>
CONVTUNE_INLINE void convolve(const ConvolveCall<T>& call) {
  constexpr int lanes = Lanes<T, bytes>::count;
  constexpr int vectors = tile_vectors<T, bytes, images, outputs>;
  std::int64_t position = 0;
  for (; position + vectors * lanes <= call.count; position += vectors * lanes)
    convolve_tile<T, bytes, images, outputs, vectors>(call, position);
  for (; position < call.count; position += lanes)
    convolve_tile<T, bytes, images, outputs, 1>(call, position);
}

template <class T, int bytes, int outputs, int columns>
CONVTUNE_INLINE void weights_tile(const WeightsCall<T>& call, std::int64_t column) {
  using Vector = typename Lanes<T, bytes>::Vector;
  using Held = typename Lanes<T, bytes>::Held;
  constexpr int lanes = Lanes<T, bytes>::count;
  Vector sums[outputs][columns] = {};
  for (std::int64_t image = 0; image < call.images; ++image)
    for (std::int64_t position = 0; position < call.positions; position += lanes) {
      const T* const top = call.tops + image * call.top_image + position;
      const T* const plane = call.planes + image * call.image + position;
      Vector gradient[outputs];
      for (int o = 0; o < outputs; ++o)
        gradient[o] = *reinterpret_cast<const Held*>(top + o * call.top);
      for (int c = 0; c < columns; ++c) {
        const Vector read = *reinterpret_cast<const Held*>(plane + call.offsets[column + c]);
        for (int o = 0; o < outputs; ++o) sums[o][c] += gradient[o] * read;
      }
    }
  for (int o = 0; o < outputs; ++o)
    for (int c = 0; c < columns; ++c) {
      T sum = 0;
      for (int lane = 0; lane < lanes; ++lane) sum += sums[o][c][lane];
      call.sums[o * call.row + column + c] = sum;
    }
}

template <class T, int bytes, int outputs>
CONVTUNE_INLINE void weights(const WeightsCall<T>& call) {
  constexpr int columns = std::min(6, at_least_one(accumulators<bytes> / outputs));
  std::int64_t column = 0;
  for (; column + columns <= call.count; column += columns)
    weights_tile<T, bytes, outputs, columns>(call, column);
  for (; column < call.count; ++column) weights_tile<T, bytes, outputs, 1>(call, column);
}

// The same source for three instruction sets: everything above is inlined into these.
#define CONVTUNE_FOR_ISA(isa, bytes, ...)                                                 \
  template <class T, int images, int outputs>                                             \
  struct For_##isa {                                                                      \
    static constexpr std::int64_t lanes = Lanes<T, bytes>::count;                         \
    static constexpr std::int64_t tile = lanes * tile_vectors<T, bytes, images, outputs>; \
    __VA_ARGS__ static void convolve(const ConvolveCall<T>& call) {                       \
      direct::convolve<T, bytes, images, outputs>(call);                                  \
    }                                                                                     \
    __VA_ARGS__ static void weights(const WeightsCall<T>& call) {                         \
      direct::weights<T, bytes, outputs>(call);                                           \
    }                                                                                     \
  }
CONVTUNE_FOR_ISA(generic, 16, );
#if defined(__x86_64__)
CONVTUNE_FOR_ISA(avx2, 32, [[gnu::target("avx2,fma")]]);
CONVTUNE_FOR_ISA(avx512, 64, [[gnu::target("avx512f,fma")]]);
#else
CONVTUNE_FOR_ISA(avx2, 16, );
CONVTUNE_FOR_ISA(avx512, 16, );
#endif

template <class T>
using Table = std::map<std::pair<Unrolling, Isa>, Kernels<T>>;

template <class T, template <class, int, int> class For, int images, int outputs>
constexpr Kernels<T> entry() {
  using Loops = For<T, images, outputs>;
  return {Loops::convolve, Loops::weights, Loops::lanes, Loops::tile};
}

template <class T, int images, int... outputs>
void add(Table<T>& table) {
  const auto add_one = [&]<int count>() {
    const Unrolling unrolling{images, count};
    table[{unrolling, Isa::generic}] = entry<T, For_generic, images, count>();
    table[{unrolling, Isa::avx2}] = entry<T, For_avx2, images, count>();
    table[{unrolling, Isa::avx512}] = entry<T, For_avx512, images, count>();
  };
  (add_one.template operator()<outputs>(), ...);
}

template <class T>
const Table<T>& table() {
  static const Table<T> all = [] {
    Table<T> made;
    add<T, 1, 1, 2, 3, 4, 5, 6, 8, 10>(made);
    add<T, 2, 1, 2, 3, 4>(made);
    add<T, 3, 1, 2, 3>(made);
    add<T, 4, 1, 2>(made);
    add<T, 5, 1, 2>(made);
    return made;
  }();
  return all;
}

}  // namespace

bool has_kernel(const Unrolling& unrolling) {
  return table<float>().contains({unrolling, Isa::generic});
}

template <class T>
const Kernels<T>& kernels(const Unrolling& unrolling, Isa isa) {
  return table<T>().at({unrolling, isa});
}

template const Kernels<float>& kernels(const Unrolling&, Isa);
template const Kernels<double>& kernels(const Unrolling&, Isa);

}  // namespace convtune::direct

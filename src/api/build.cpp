#include "build.hpp"

namespace convtune {
namespace {

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CONVTUNE_SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CONVTUNE_SANITIZED 1
#endif

#if defined(CONVTUNE_SANITIZED)
constexpr const char* kind = "sanitizer";
#elif defined(__OPTIMIZE__) && defined(NDEBUG)
constexpr const char* kind = "optimised";
#else
constexpr const char* kind = "debug";
#endif

}  // namespace

std::string build_kind() {
  return kind;
}

std::string build_warning(const std::string& kind) {
  if (kind == "optimised") return {};
  return "This is a " + kind + " build: its times say nothing about a release build.";
}

}  // namespace convtune

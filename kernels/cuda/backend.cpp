#include "shared/opened.hpp"

namespace convtune {

const Backend& cuda_backend() {
  static const cuda::ModuleBackend instance("cuda");
  return instance;
}

}  // namespace convtune

#include "../cuda/shared/opened.hpp"

namespace convtune {

const Backend& cublas_backend() {
  static const cuda::ModuleBackend instance("cublas");
  return instance;
}

}  // namespace convtune

#pragma once

#include <stdexcept>
#include <string>

namespace convtune {

/// What went wrong, coarse enough for an exit code or a C status.
enum class ErrorCode {
  bad_input,    ///< a problem, option or file says something impossible
  environment,  ///< a library, device, file system or database cannot be used
  no_answer,    ///< the question is valid and has no answer under its constraints
  interrupted,  ///< the caller asked to stop
};

/// The one exception type of the project; the message is one complete sentence for a person.
class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ErrorCode code() const noexcept { return code_; }

 private:
  ErrorCode code_;
};

}  // namespace convtune

#pragma once

#include <string>
#include <vector>

namespace convtune {

/// The one of `known` that `word` most likely was meant to be; empty if none is close.
std::string closest(const std::string& word, const std::vector<std::string>& known);

/// "; did you mean 'race'?", or nothing.
std::string did_you_mean(const std::string& word, const std::vector<std::string>& known);

/// "'rase' is none of one_run, race, exhaustive; did you mean 'race'?"
std::string not_one_of(const std::string& word, const std::vector<std::string>& known);

}  // namespace convtune

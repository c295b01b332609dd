#pragma once

#include <convtune/measurement.hpp>
#include <report/table.hpp>

namespace convtune {

inline Tone tone_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::measured: return Tone::plain;
    case Outcome::wrong:
    case Outcome::failed:
    case Outcome::crashed: return Tone::bad;
    default: return Tone::faint;
  }
}

}  // namespace convtune

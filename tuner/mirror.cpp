#include "mirror.hpp"

#include <algorithm>
#include <new>

#include <tuner/memory.hpp>

namespace convtune {
namespace {

constexpr std::size_t room = Memory::least_room;

std::size_t whole(std::size_t bytes) {
  return room + bytes + room;
}

const std::byte* start_of(const void* data) {
  return static_cast<const std::byte*>(data) - room;
}

}  // namespace

Mirror::Mirror(Accelerator& accelerator)
    : accelerator_(accelerator), most_bytes_(accelerator.available_bytes() / 4 * 3) {}

Mirror::~Mirror() {
  for (const Copy& copy : copies_) accelerator_.release(copy.memory);
}

void Mirror::clear() {
  while (!copies_.empty()) give_up(copies_.begin());
  most_bytes_ = accelerator_.available_bytes() / 4 * 3;
}

void* Mirror::of(const void* data, std::size_t bytes) {
  return copy_of(data, bytes).memory + room;
}

void Mirror::upload(const void* data, std::size_t bytes) {
  const Copy& copy = copy_of(data, bytes);
  accelerator_.upload(start_of(data), copy.memory, whole(bytes));
}

void Mirror::download(void* data, std::size_t bytes) {
  const Copy& copy = copy_of(data, bytes);
  accelerator_.download(copy.memory, static_cast<std::byte*>(data) - room, whole(bytes));
}

// A copy that is too short is of a buffer that is gone.
Mirror::Copy& Mirror::copy_of(const void* data, std::size_t bytes) {
  const auto found = std::ranges::find(copies_, data, &Copy::data);
  if (found != copies_.end() && found->bytes < bytes) {
    give_up(found);
  } else if (found != copies_.end()) {
    copies_.splice(copies_.begin(), copies_, found);
    copies_.front().used = call_;
    return copies_.front();
  }
  make_room(whole(bytes));
  copies_.push_front({.data = data,
                      .bytes = bytes,
                      .memory = static_cast<std::byte*>(accelerator_.allocate(whole(bytes))),
                      .used = call_});
  held_bytes_ += whole(bytes);
  accelerator_.upload(start_of(data), copies_.front().memory, whole(bytes));
  return copies_.front();
}

void Mirror::make_room(std::size_t bytes) {
  while (held_bytes_ + bytes > most_bytes_) {
    if (copies_.empty() || copies_.back().used == call_) throw std::bad_alloc();
    give_up(std::prev(copies_.end()));
  }
}

void Mirror::give_up(std::list<Copy>::iterator copy) {
  accelerator_.release(copy->memory);
  held_bytes_ -= whole(copy->bytes);
  copies_.erase(copy);
}

}  // namespace convtune

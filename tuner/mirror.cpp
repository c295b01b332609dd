#include "mirror.hpp"

#include <algorithm>
#include <new>
#include <vector>

#include <tuner/memory.hpp>

namespace convtune {
namespace {

constexpr std::size_t room = Memory::least_room;
constexpr std::byte poisoned{0xFF};

std::size_t whole(std::size_t bytes) {
  return room + bytes + room;
}

// Of what stands here: nothing lies between the two sides of scratch memory.
std::byte* ahead(const Mirror::Piece& piece) {
  return static_cast<std::byte*>(piece.data) - room;
}
std::byte* behind(const Mirror::Piece& piece) {
  return static_cast<std::byte*>(piece.data) + (piece.scratch ? 0 : piece.bytes);
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

void* Mirror::of(const Piece& piece) {
  return copy_of(piece).memory + room;
}

void Mirror::upload(const Piece& piece) {
  Copy& copy = copy_of(piece);
  accelerator_.upload(ahead(piece), copy.memory, whole(piece.bytes));
  const Accelerator::Region regions[] = {{copy.memory + room, piece.bytes}};
  copy.known = accelerator_.checksums(regions).front();
}

void Mirror::poison(const Piece& piece) {
  Copy& copy = copy_of(piece);
  accelerator_.fill(copy.memory + room, poisoned, piece.bytes);
  upload_room(piece, copy);
  copy.known.reset();
}

void Mirror::upload_room(const Piece& piece, const Copy& copy) {
  accelerator_.upload(ahead(piece), copy.memory, room);
  accelerator_.upload(behind(piece), copy.memory + room + piece.bytes, room);
  if (room_sum_) return;
  // All rooms hold the same; one that does not is found by whoever looks at it here.
  const Accelerator::Region regions[] = {{copy.memory, room}};
  room_sum_ = accelerator_.checksums(regions).front();
}

void Mirror::download(std::span<const Piece> pieces) {
  std::vector<Accelerator::Region> regions;
  for (const Piece& piece : pieces) {
    const std::byte* const memory = copy_of(piece).memory;
    regions.push_back({memory, room});
    regions.push_back({memory + room + piece.bytes, room});
    regions.push_back({memory + room, piece.scratch ? 0 : piece.bytes});
  }
  const std::vector<std::uint64_t> sums = accelerator_.checksums(regions);
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const Piece& piece = pieces[i];
    Copy& copy = copy_of(piece);
    if (sums[3 * i] != room_sum_) accelerator_.download(copy.memory, ahead(piece), room);
    if (sums[3 * i + 1] != room_sum_)
      accelerator_.download(copy.memory + room + piece.bytes, behind(piece), room);
    if (piece.scratch || sums[3 * i + 2] == copy.known) continue;
    accelerator_.download(copy.memory + room, piece.data, piece.bytes);
    copy.known = sums[3 * i + 2];
  }
}

// A copy that is too short is of a buffer that is gone.
Mirror::Copy& Mirror::copy_of(const Piece& piece) {
  const auto found = std::ranges::find(copies_, piece.data, &Copy::data);
  if (found != copies_.end() && found->bytes < piece.bytes) {
    give_up(found);
  } else if (found != copies_.end()) {
    copies_.splice(copies_.begin(), copies_, found);
    copies_.front().used = call_;
    return copies_.front();
  }
  make_room(whole(piece.bytes));
  copies_.push_front({.data = piece.data,
                      .bytes = piece.bytes,
                      .memory = static_cast<std::byte*>(accelerator_.allocate(whole(piece.bytes))),
                      .used = call_,
                      .known = {}});
  Copy& made = copies_.front();
  held_bytes_ += whole(piece.bytes);
  upload_room(piece, made);
  if (!piece.scratch) accelerator_.upload(piece.data, made.memory + room, piece.bytes);
  return made;
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

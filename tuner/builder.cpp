#include "builder.hpp"

#include <algorithm>

namespace convtune {

Builder::Builder(std::function<void()> begin)
    : thread_([this, begin = std::move(begin)] { work(begin); }) {}

Builder::~Builder() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Builder::start(const std::string& name, Build build) {
  {
    const std::lock_guard lock(mutex_);
    if (std::ranges::any_of(orders_, [&](const auto& each) { return each->name == name; })) return;
    orders_.push_back(std::make_shared<Order>(name, std::move(build)));
  }
  changed_.notify_all();
}

Builder::Built Builder::take(const std::string& name) {
  std::unique_lock lock(mutex_);
  const auto found =
      std::ranges::find_if(orders_, [&](const auto& each) { return each->name == name; });
  if (found == orders_.end()) return {};
  const std::shared_ptr<Order> order = std::move(*found);
  orders_.erase(found);
  if (!order->begun) return {};
  changed_.wait(lock, [&] { return order->over; });
  if (order->error) std::rethrow_exception(order->error);
  return std::move(order->built);
}

void Builder::clear() {
  const std::lock_guard lock(mutex_);
  orders_.clear();
}

void Builder::work(const std::function<void()>& begin) {
  std::exception_ptr lame;
  try {
    begin();
  } catch (...) {
    lame = std::current_exception();
  }
  std::unique_lock lock(mutex_);
  while (true) {
    std::shared_ptr<Order> next;
    changed_.wait(lock, [&] {
      const auto found =
          std::ranges::find(orders_, false, [](const auto& each) { return each->begun; });
      if (found != orders_.end()) next = *found;
      return ending_ || next;
    });
    if (ending_) return;
    next->begun = true;
    lock.unlock();
    try {
      if (lame) std::rethrow_exception(lame);
      next->built = next->build();
    } catch (...) {
      next->error = std::current_exception();
    }
    lock.lock();
    next->over = true;
    changed_.notify_all();
  }
}

}  // namespace convtune

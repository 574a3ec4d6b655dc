#include "runtime/Pool.h"

#include <limits.h>
#include <linux/futex.h>
#include <new>
#include <sched.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace octet::runtime {

// Waiting for the next step of the same run takes this long at most before a worker goes to sleep:
// some ten microseconds, about what a wake-up costs.
static constexpr int spins = 4000;

static void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static void sleepWhile(std::atomic<uint32_t> &word, uint32_t value) {
  syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, value, nullptr, nullptr, 0);
}
static void wakeAll(std::atomic<uint32_t> &word) {
  syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, INT_MAX, nullptr, nullptr, 0);
}

Pool *Pool::create(int32_t threads) {
  void *memory = malloc(sizeof(Pool));
  if (!memory)
    return nullptr;
  Pool *pool = new (memory) Pool();
  pool->handles = static_cast<pthread_t *>(calloc(static_cast<size_t>(threads), sizeof(pthread_t)));
  for (int32_t i = 1; pool->handles && i < threads; ++i) {
    if (pthread_create(&pool->handles[pool->workers], nullptr, workerMain, pool) != 0)
      break;
    ++pool->workers;
  }
  if (pool->threadCount() == threads)
    return pool;
  destroy(pool);
  return nullptr;
}

void Pool::destroy(Pool *pool) {
  if (!pool)
    return;
  pool->isStopping = true;
  ++pool->generation;
  wakeAll(pool->generation);
  for (int32_t i = 0; i < pool->workers; ++i)
    pthread_join(pool->handles[i], nullptr);
  free(pool->handles);
  pool->~Pool();
  free(pool);
}

void *Pool::workerMain(void *pool) {
  static_cast<Pool *>(pool)->workerLoop();
  return nullptr;
}

void Pool::workerLoop() {
  while (true) {
    // In this order: destroy() sets isStopping first, so a worker that has seen its generation
    // knows.
    uint32_t seen = generation;
    if (isStopping)
      return;
    // Whoever is inside is waited for; whoever finds the job closed has nothing to do with it.
    ++inside;
    if (isOpen)
      work();
    --inside;
    for (int i = 0; i < spins && generation == seen; ++i)
      pause();
    ++sleepers;
    while (generation == seen)
      sleepWhile(generation, seen);
    --sleepers;
  }
}

void Pool::work() {
  while (true) {
    int64_t begin = next.fetch_add(chunk, std::memory_order_relaxed);
    if (begin >= count)
      return;
    int64_t end = begin + chunk < count ? begin + chunk : count;
    task(frame, begin, end);
  }
}

void Pool::run(octet_task job, void *jobFrame, int64_t jobCount) {
  task = job;
  frame = jobFrame;
  count = jobCount;
  // A few pieces per thread even out what a slow one costs.
  chunk = jobCount / (int64_t{threadCount()} * 4);
  if (chunk < 1)
    chunk = 1;
  next.store(0, std::memory_order_relaxed);
  isOpen = true;
  ++generation;
  if (sleepers > 0)
    wakeAll(generation);
  work();
  isOpen = false;
  for (int i = 0; inside > 0; ++i) {
    if (i < spins)
      pause();
    else
      sched_yield();
  }
}

} // namespace octet::runtime

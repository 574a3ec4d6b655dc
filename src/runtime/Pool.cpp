#include "runtime/Pool.h"

#include "runtime/Clock.h"

#include <limits.h>
#include <linux/futex.h>
#include <new>
#include <sched.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace octet::runtime {

// How often a waiting thread looks before it asks for the time, or lets others run.
static constexpr int spins = 100;

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
  auto count = static_cast<size_t>(threads);
  pool->handles = static_cast<pthread_t *>(calloc(count, sizeof(pthread_t)));
  if (void *shares = aligned_alloc(alignof(Share), count * sizeof(Share)))
    pool->shares = new (shares) Share[count];
  for (int32_t i = 1; pool->handles && pool->shares && i < threads; ++i) {
    if (pthread_create(&pool->handles[pool->workers], nullptr, workerMain, pool) != 0)
      break;
    ++pool->workers;
  }
  if (pool->shares && pool->threadCount() == threads)
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
  free(pool->shares);
  pool->~Pool();
  free(pool);
}

void *Pool::workerMain(void *argument) {
  auto *pool = static_cast<Pool *>(argument);
  pool->workerLoop(++pool->started);
  return nullptr;
}

// Whether there is another job than `seen` before it is time to sleep.
bool Pool::waitAwake(uint32_t seen) const {
  double until = now() + awakeSeconds;
  do {
    for (int i = 0; i < spins; ++i) {
      if (generation != seen)
        return true;
      pause();
    }
  } while (now() < until);
  return false;
}

void Pool::workerLoop(int32_t self) {
  while (true) {
    // In this order: destroy() sets isStopping first, so a worker that has seen its generation
    // knows.
    uint32_t seen = generation;
    if (isStopping)
      return;
    // Whoever is inside is waited for; whoever finds the job closed has nothing to do with it.
    ++inside;
    if (isOpen)
      work(self);
    --inside;
    if (waitAwake(seen))
      continue;
    ++sleepers;
    while (generation == seen)
      sleepWhile(generation, seen);
    --sleepers;
  }
}

void Pool::work(int32_t self) {
  int32_t threads = threadCount();
  for (int32_t i = 0; i < threads; ++i) {
    Share &share = shares[(self + i) % threads];
    while (true) {
      int64_t begin = share.next.fetch_add(chunk, std::memory_order_relaxed);
      if (begin >= share.end)
        break;
      int64_t end = begin + chunk < share.end ? begin + chunk : share.end;
      task(frame, begin, end);
    }
  }
}

void Pool::run(octet_task job, void *jobFrame, int64_t count) {
  task = job;
  frame = jobFrame;
  // A few pieces per thread even out what a slow one costs.
  int64_t threads = threadCount(), pieces = threads * 4;
  chunk = count < pieces ? 1 : count / pieces;
  for (int64_t i = 0; i < threads; ++i) {
    shares[i].next.store(count * i / threads, std::memory_order_relaxed);
    shares[i].end = count * (i + 1) / threads;
  }
  isOpen = true;
  ++generation;
  if (sleepers > 0)
    wakeAll(generation);
  work(0);
  isOpen = false;
  for (int i = 0; inside > 0; ++i) {
    if (i < spins)
      pause();
    else
      sched_yield();
  }
}

} // namespace octet::runtime

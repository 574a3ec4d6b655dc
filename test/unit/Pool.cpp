#include "runtime/Pool.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <thread>
#include <vector>

using octet::runtime::Pool;

namespace {
struct Destroy {
  void operator()(Pool *pool) const { Pool::destroy(pool); }
};
using PoolOwner = std::unique_ptr<Pool, Destroy>;

/// What the tasks of a run have been called with.
struct Record {
  explicit Record(int64_t count) : times(static_cast<size_t>(count)) {}
  std::vector<std::atomic<int32_t>> times;
  std::atomic<int64_t> outside{0};
  std::atomic<int32_t> mismatches{0};
  int64_t input = 0, *seen = nullptr; ///< plain memory: run() has to order it
};
} // namespace

static void countTasks(void *frame, int64_t begin, int64_t end) {
  auto &record = *static_cast<Record *>(frame);
  auto size = static_cast<int64_t>(record.times.size());
  if (begin < 0 || begin >= end || end > size) {
    ++record.outside;
    return;
  }
  for (int64_t task = begin; task < end; ++task)
    ++record.times[static_cast<size_t>(task)];
}

static void expectEachOnce(Pool &pool, int64_t count) {
  Record record(count);
  pool.run(countTasks, &record, count);
  ASSERT_EQ(record.outside, 0) << count;
  for (int64_t task = 0; task < count; ++task)
    ASSERT_EQ(record.times[static_cast<size_t>(task)], 1) << "task " << task << " of " << count;
}

TEST(Pool, aPoolHasAsManyThreadsAsWasAsked) {
  for (int32_t threads : {1, 2, 3, 7}) {
    PoolOwner pool(Pool::create(threads));
    ASSERT_NE(pool, nullptr);
    EXPECT_EQ(pool->threadCount(), threads);
  }
}

TEST(Pool, nothingIsDestroyedQuietly) { Pool::destroy(nullptr); }

TEST(Pool, aPoolThatNeverRanIsDestroyed) {
  for (int i = 0; i < 200; ++i)
    PoolOwner(Pool::create(4));
}

// A worker between two jobs must not overlook that there will be none.
TEST(Pool, aPoolIsDestroyedRightBehindARun) {
  for (int i = 0; i < 500; ++i) { // more threads than cores: they are interrupted anywhere
    PoolOwner pool(Pool::create(9));
    ASSERT_NO_FATAL_FAILURE(expectEachOnce(*pool, i % 40));
  }
}

TEST(Pool, everyTaskIsDoneExactlyOnce) {
  for (int32_t threads : {1, 2, 3, 8}) {
    PoolOwner pool(Pool::create(threads));
    for (int64_t count = 0; count <= 200; ++count)
      ASSERT_NO_FATAL_FAILURE(expectEachOnce(*pool, count));
    for (int64_t count : {1000, 4095, 4097, 65536})
      ASSERT_NO_FATAL_FAILURE(expectEachOnce(*pool, count));
  }
}

TEST(Pool, manyShortRunsInARowLoseNothing) {
  for (int32_t threads : {2, 4}) {
    PoolOwner pool(Pool::create(threads));
    for (int i = 0; i < 20000; ++i)
      ASSERT_NO_FATAL_FAILURE(expectEachOnce(*pool, 1 + i % 19));
  }
}

TEST(Pool, workersSleepWhereNoRunFollows) {
  PoolOwner pool(Pool::create(3));
  ASSERT_NO_FATAL_FAILURE(expectEachOnce(*pool, 50));
  auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (pool->isAwake() && std::chrono::steady_clock::now() < deadline)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_FALSE(pool->isAwake());
}

// Workers wait awake for a while and then sleep: a run has to wake them, or do all itself.
TEST(Pool, aRunAfterAPauseWakesTheWorkers) {
  PoolOwner pool(Pool::create(3));
  for (int i = 0; i < 100; ++i) {
    std::this_thread::sleep_for(std::chrono::microseconds(i * 20));
    ASSERT_NO_FATAL_FAILURE(expectEachOnce(*pool, 50));
  }
}

static void writeSquares(void *frame, int64_t begin, int64_t end) {
  auto &record = *static_cast<Record *>(frame);
  for (int64_t task = begin; task < end; ++task)
    record.seen[task] = record.input * task;
}

TEST(Pool, whatTheCallerWroteIsReadAndWhatTasksWroteIsThere) {
  PoolOwner pool(Pool::create(4));
  std::vector<int64_t> results(64);
  Record record(0);
  record.seen = results.data();
  for (int64_t run = 1; run <= 5000; ++run) {
    record.input = run;
    pool->run(writeSquares, &record, 64);
    for (int64_t task = 0; task < 64; ++task)
      ASSERT_EQ(results[static_cast<size_t>(task)], run * task) << "run " << run;
  }
}

// Slow tasks at the end keep workers inside while the caller has nothing left to do.
static void sleepInTheLast(void *frame, int64_t begin, int64_t end) {
  for (int64_t task = begin; task < end; ++task)
    if (task >= 6)
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
  countTasks(frame, begin, end);
}

TEST(Pool, aRunReturnsWhenTheSlowestTaskIsDone) {
  PoolOwner pool(Pool::create(4));
  for (int i = 0; i < 50; ++i) {
    Record record(8);
    pool->run(sleepInTheLast, &record, 8);
    for (auto &times : record.times)
      ASSERT_EQ(times, 1);
  }
}

// Each task waits for the other: only two threads at once can finish it.
static void meet(void *frame, int64_t begin, int64_t end) {
  auto &record = *static_cast<Record *>(frame);
  countTasks(frame, begin, end);
  auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (record.times[0] + record.times[1] < 2)
    if (std::chrono::steady_clock::now() > deadline) {
      ++record.mismatches;
      return;
    }
}

TEST(Pool, twoThreadsWorkAtTheSameTime) {
  PoolOwner pool(Pool::create(2));
  Record record(2);
  pool->run(meet, &record, 2);
  EXPECT_EQ(record.mismatches, 0);
}

TEST(Pool, poolsOfSeveralThreadsRunBesideEachOther) {
  std::vector<std::thread> callers;
  std::atomic<int32_t> wrong{0};
  for (int caller = 0; caller < 3; ++caller)
    callers.emplace_back([&wrong] {
      PoolOwner pool(Pool::create(2));
      for (int i = 0; i < 2000; ++i) {
        Record record(11);
        pool->run(countTasks, &record, 11);
        for (auto &times : record.times)
          wrong += times != 1;
      }
    });
  for (std::thread &caller : callers)
    caller.join();
  EXPECT_EQ(wrong, 0);
}

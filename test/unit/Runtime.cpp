#include "octet/octet.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fstream>
#include <gnu/libc-version.h>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

//===-- Loading
//--------------------------------------------------------------------------------===//

namespace {
/// A file of the given bytes, gone at the end of the test.
class File {
public:
  explicit File(const std::string &bytes) {
    char name[] = "/tmp/octet-unit-XXXXXX";
    int descriptor = mkstemp(name);
    EXPECT_GE(descriptor, 0);
    EXPECT_EQ(write(descriptor, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    close(descriptor);
    path = name;
  }
  ~File() { unlink(path.c_str()); }
  std::string path;
};
} // namespace

static std::string bytesOf(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The status, with the message checked to begin with the path.
static octet_status load(const std::string &path) {
  octet_artifact *artifact = reinterpret_cast<octet_artifact *>(1);
  octet_status status = octet_load(path.c_str(), &artifact);
  EXPECT_EQ(artifact, nullptr) << path;
  EXPECT_EQ(std::string(octet_last_error()).rfind(path + ": ", 0), 0u) << octet_last_error();
  return status;
}

TEST(Runtime, anUnreadableArtifactIsASystemError) {
  octet_artifact *artifact = nullptr;
  EXPECT_EQ(octet_load("/nowhere/model.so", &artifact), OCTET_SYSTEM);
  EXPECT_EQ(artifact, nullptr);
  EXPECT_STREQ(octet_last_error(), "/nowhere/model.so: No such file or directory");
}

TEST(Runtime, anEmptyPathIsASystemError) { EXPECT_EQ(load(""), OCTET_SYSTEM); }

TEST(Runtime, aFolderIsNotAnArtifact) { EXPECT_EQ(load("/tmp"), OCTET_REFUSED); }

TEST(Runtime, anEmptyFileIsNotAnArtifact) {
  EXPECT_EQ(load(File("").path), OCTET_REFUSED);
  EXPECT_NE(std::strstr(octet_last_error(), "not an artifact"), nullptr) << octet_last_error();
}

TEST(Runtime, aTextIsNotAnArtifact) {
  EXPECT_EQ(load(File("This is a text.\n").path), OCTET_REFUSED);
  EXPECT_NE(std::strstr(octet_last_error(), "not an artifact"), nullptr) << octet_last_error();
}

// A function that no sanitizer puts its own in place of, so it is in the C library for certain.
static std::string libraryOfTheSystem() {
  Dl_info library;
  return dladdr(reinterpret_cast<void *>(&gnu_get_libc_version), &library) ? library.dli_fname : "";
}

// In a process of its own: the loader itself may trip over such a file.
TEST(Runtime, aCutLibraryIsNotAnArtifact) {
  std::string bytes = bytesOf(libraryOfTheSystem());
  ASSERT_GT(bytes.size(), size_t{5000});
  for (size_t length : {size_t{4}, size_t{20}, size_t{64}, size_t{200}, size_t{1000}, size_t{5000},
                        bytes.size() / 2, bytes.size() - 1000}) {
    ASSERT_LT(length, bytes.size());
    File cut(bytes.substr(0, length));
    EXPECT_EXIT(exit(load(cut.path)), testing::ExitedWithCode(OCTET_REFUSED), "")
        << length << " of " << bytes.size() << " bytes";
  }
}

TEST(Runtime, aLibraryWithoutAModelIsNotAnArtifact) {
  std::string path = libraryOfTheSystem();
  EXPECT_EQ(load(path), OCTET_REFUSED);
  EXPECT_EQ(octet_last_error(), path + ": not an artifact: it has no octet_model");
}

TEST(Runtime, aProgramIsNotAnArtifact) { EXPECT_EQ(load("/proc/self/exe"), OCTET_REFUSED); }

// The loader would look for a bare name among the system's libraries.
TEST(Runtime, aNameWithoutASlashIsAFileHere) {
  octet_artifact *artifact = nullptr;
  EXPECT_EQ(octet_load("libc.so.6", &artifact), OCTET_SYSTEM);
  EXPECT_STREQ(octet_last_error(), "libc.so.6: No such file or directory");
}

TEST(Runtime, aPathLongerThanTheSystemAllowsIsASystemError) {
  EXPECT_EQ(load("/" + std::string(5000, 'x')), OCTET_SYSTEM);
}

TEST(Runtime, nothingIsReleasedAndDestroyedQuietly) {
  octet_release(nullptr);
  octet_session_destroy(nullptr);
}

TEST(Runtime, theVersionIsOfDigitsAndDots) {
  std::string version = octet_version();
  EXPECT_FALSE(version.empty());
  EXPECT_EQ(version.find_first_not_of("0123456789."), std::string::npos) << version;
}

//===-- The last error
//-------------------------------------------------------------------------===//

TEST(Runtime, aThreadWithoutAnErrorHasAnEmptyMessage) {
  octet_artifact *artifact = nullptr;
  octet_load("/nowhere/main.so", &artifact);
  std::thread([] { EXPECT_STREQ(octet_last_error(), ""); }).join();
}

TEST(Runtime, eachThreadKeepsItsOwnLastError) {
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([t, &wrong] {
      std::string path = "/nowhere/" + std::to_string(t) + ".so",
                  expected = path + ": No such file or directory";
      for (int i = 0; i < 500; ++i) {
        octet_artifact *artifact = nullptr;
        octet_load(path.c_str(), &artifact);
        std::this_thread::yield();
        wrong += octet_last_error() != expected;
      }
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(wrong, 0);
}

//===-- Models linked into the program
//---------------------------------------------------------===//

// A model of one input and one output of 100 bytes: out[i] = in[i] + how often it ran. Its one step
// has 100 tasks.
namespace toy {
static const char *missing = nullptr;
static const char *missingFeature() { return missing; }
static void reset(void *workspace) { *static_cast<int64_t *>(workspace) = 0; }

struct Frame {
  const uint8_t *in;
  uint8_t *out;
  int64_t runs;
};
static void task(void *frame, int64_t begin, int64_t end) {
  auto &f = *static_cast<Frame *>(frame);
  for (int64_t i = begin; i < end; ++i)
    f.out[i] = static_cast<uint8_t>(f.in[i] + f.runs);
}
static int32_t run(void *workspace, const void *const *inputs, void *const *outputs,
                   octet_executor *executor) {
  Frame frame{static_cast<const uint8_t *>(inputs[0]), static_cast<uint8_t *>(outputs[0]),
              ++*static_cast<int64_t *>(workspace)};
  if (executor)
    executor->run(executor, task, &frame, 100, 0);
  else
    task(&frame, 0, 100);
  return 0;
}

static const int64_t shape[] = {100};
static const octet_tensor tensor{"x", OCTET_UINT8, 1, shape, 100, 0, 0, nullptr, nullptr, -1, 0};
// Enough work to be worth sharing.
static const octet_step step{"toy", "add", "", "", OCTET_INT8, 1 << 20, 100, int64_t{1} << 40, 200};
static octet_model model() {
  return {OCTET_ABI_VERSION, 1,     1,  1, "toy", "x86-64-v2", &tensor,
          &tensor,           &step, 64, 0, 8,     0,           0,
          missingFeature,    reset, run};
}
} // namespace toy

static octet_artifact *attach(const octet_model &model) {
  octet_artifact *artifact = nullptr;
  EXPECT_EQ(octet_attach(&model, &artifact), OCTET_OK) << octet_last_error();
  return artifact;
}

TEST(Runtime, aLinkedModelIsDescribedAsItIs) {
  octet_model model = toy::model();
  octet_artifact *artifact = attach(model);
  EXPECT_EQ(octet_describe(artifact), &model);
  octet_release(artifact);
}

TEST(Runtime, aModelOfAnotherVersionIsIncompatible) {
  for (int32_t version : {0, OCTET_ABI_VERSION + 1, -1}) {
    octet_model model = toy::model();
    model.abi_version = version;
    octet_artifact *artifact = reinterpret_cast<octet_artifact *>(1);
    EXPECT_EQ(octet_attach(&model, &artifact), OCTET_INCOMPATIBLE);
    EXPECT_EQ(artifact, nullptr);
    EXPECT_NE(std::strstr(octet_last_error(), ("ABI version " + std::to_string(version)).c_str()),
              nullptr)
        << octet_last_error();
  }
}

TEST(Runtime, aModelForAnotherCpuIsIncompatibleAndNamesTheFeature) {
  octet_model model = toy::model();
  toy::missing = "avx9000";
  octet_artifact *artifact = nullptr;
  EXPECT_EQ(octet_attach(&model, &artifact), OCTET_INCOMPATIBLE);
  toy::missing = nullptr;
  EXPECT_EQ(artifact, nullptr);
  EXPECT_NE(std::strstr(octet_last_error(), "avx9000"), nullptr) << octet_last_error();
}

TEST(Runtime, aThreadCountThatMakesNoSenseIsAUsageError) {
  octet_model model = toy::model();
  octet_artifact *artifact = attach(model);
  for (int32_t threads : {-1, INT32_MIN, 1025, INT32_MAX}) {
    octet_session *session = reinterpret_cast<octet_session *>(1);
    EXPECT_EQ(octet_session_create(artifact, threads, &session), OCTET_USAGE);
    EXPECT_EQ(session, nullptr);
    EXPECT_EQ(octet_last_error(), std::to_string(threads) + " threads make no sense");
  }
  octet_release(artifact);
}

// As many times as it ran since the start or the reset.
static void expectRun(octet_session *session, int64_t runs) {
  std::vector<uint8_t> in(100), out(100);
  for (size_t i = 0; i < in.size(); ++i)
    in[i] = static_cast<uint8_t>(i);
  const void *inputs[] = {in.data()};
  void *outputs[] = {out.data()};
  ASSERT_EQ(octet_session_run(session, inputs, outputs), OCTET_OK);
  for (size_t i = 0; i < in.size(); ++i)
    ASSERT_EQ(out[i], static_cast<uint8_t>(in[i] + runs)) << i;
}

TEST(Runtime, aSessionRunsOnAnyNumberOfThreadsAndKeepsItsVariables) {
  octet_model model = toy::model();
  octet_artifact *artifact = attach(model);
  for (int32_t threads : {0, 1, 2, 5}) {
    octet_session *session = nullptr;
    ASSERT_EQ(octet_session_create(artifact, threads, &session), OCTET_OK) << octet_last_error();
    for (int64_t run = 1; run <= 300; ++run)
      ASSERT_NO_FATAL_FAILURE(expectRun(session, run)) << threads << " threads";
    ASSERT_EQ(octet_session_reset(session), OCTET_OK);
    ASSERT_NO_FATAL_FAILURE(expectRun(session, 1));
    octet_session_destroy(session);
  }
  octet_release(artifact);
}

TEST(Runtime, theWatcherHearsOfEveryStepUntilItIsTakenAway) {
  octet_model model = toy::model();
  octet_artifact *artifact = attach(model);
  for (int32_t threads : {1, 2}) {
    octet_session *session = nullptr;
    ASSERT_EQ(octet_session_create(artifact, threads, &session), OCTET_OK);
    int heard = 0;
    auto watch = [](void *context, int32_t step, double seconds) {
      EXPECT_EQ(step, 0);
      EXPECT_GE(seconds, 0.0);
      EXPECT_LT(seconds, 60.0);
      ++*static_cast<int *>(context);
    };
    octet_session_watch(session, watch, &heard);
    expectRun(session, 1);
    expectRun(session, 2);
    EXPECT_EQ(heard, 2);
    octet_session_watch(session, nullptr, nullptr);
    expectRun(session, 3);
    EXPECT_EQ(heard, 2);
    octet_session_destroy(session);
  }
  octet_release(artifact);
}

TEST(Runtime, sessionsOfOneArtifactAreApart) {
  octet_model model = toy::model();
  octet_artifact *artifact = attach(model);
  octet_session *first = nullptr, *second = nullptr;
  ASSERT_EQ(octet_session_create(artifact, 1, &first), OCTET_OK);
  ASSERT_EQ(octet_session_create(artifact, 2, &second), OCTET_OK);
  expectRun(first, 1);
  expectRun(first, 2);
  expectRun(second, 1);
  octet_session_destroy(first);
  octet_session_destroy(second);
  octet_release(artifact);
}

// Sanitizers need to be told to return null: test/CMakeLists.txt does.
TEST(Runtime, aWorkspaceThatDoesNotFitTheMemoryIsASystemError) {
  octet_model model = toy::model();
  model.workspace_bytes = int64_t{1} << 60;
  octet_artifact *artifact = attach(model);
  octet_session *session = nullptr;
  EXPECT_EQ(octet_session_create(artifact, 1, &session), OCTET_SYSTEM);
  EXPECT_EQ(session, nullptr);
  octet_release(artifact);
}

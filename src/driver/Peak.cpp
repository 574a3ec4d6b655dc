#include "driver/Peak.h"
#include "driver/Loaded.h"

#include <chrono>
#include <cstdlib>
#include <cstring>

namespace octet::driver {

using Loop = void(void *values, int64_t passes);

// The best of some repeats, each of about a millisecond, in passes per nanosecond.
static double passesPerNanosecond(Loop *loop, void *values, int64_t passes) {
  double best = 0;
  constexpr int repeats = 12;
  for (int i = 0; i < repeats; ++i) {
    auto start = std::chrono::steady_clock::now();
    loop(values, passes);
    std::chrono::duration<double, std::nano> time = std::chrono::steady_clock::now() - start;
    best = std::max(best, static_cast<double>(passes) / time.count());
  }
  return best;
}

Failure measurePeaks(const std::string &target, octet_peaks &peaks) {
  const target::Target *row = target::findTarget(target);
  if (!row)
    return {OCTET_USAGE, "unknown target '" + target + "'"};
  if (const target::Feature *missing = target::missingFeature(*row))
    return {OCTET_INCOMPATIBLE,
            "this CPU has no " + missing->name.str() + ", which " + target + " needs"};
  mlir::MLIRContext context;
  auto emitted = codegen::emitPeaks(&context, *row);
  Loaded loaded;
  if (failed(emitted))
    return {OCTET_SYSTEM, "cannot make code to measure " + target + " with"};
  if (Failure failure = loaded.load(emitted->program))
    return failure;
  // More than the caches hold.
  constexpr size_t bytes = size_t{64} << 20, alignment = 64;
  std::unique_ptr<void, void (*)(void *)> values(std::aligned_alloc(alignment, bytes), std::free);
  if (!values)
    return {OCTET_SYSTEM, "no memory to measure with"};
  std::memset(values.get(), 0, bytes);
  auto gmacs = [&](const char *name, int64_t macs) {
    constexpr int64_t passes = 100000;
    return passesPerNanosecond(loaded.find<Loop>(name), values.get(), passes) *
           static_cast<double>(macs);
  };
  peaks.byte_gmacs = gmacs("octet_peak_bytes", emitted->byteMacs);
  peaks.word_gmacs = gmacs("octet_peak_words", emitted->wordMacs);
  peaks.real_gmacs = gmacs("octet_peak_reals", emitted->realMacs);
  constexpr auto perPass = codegen::Peaks::loadBytes;
  peaks.memory_gbytes = passesPerNanosecond(loaded.find<Loop>("octet_peak_loads"), values.get(),
                                            static_cast<int64_t>(bytes) / perPass) *
                        static_cast<double>(perPass);
  return {};
}

} // namespace octet::driver

// What was measured of kernels: an SQLite file that tune writes and compile reads.
#pragma once

#include "driver/Model.h"
#include "schedule/Tiles.h"

#include <memory>
#include <string>
#include <vector>

struct sqlite3;

namespace octet::driver {

/// The time of one kernel by one schedule on a target.
struct Measurement {
  std::string target, kernel, tile; ///< of the last two qnn::signatureOf, qnn::textOf
  double microseconds;
};

/// Every change is one transaction: whoever is interrupted leaves what was complete. Several
/// processes may use one file.
class TuningDatabase {
public:
  /// $XDG_CACHE_HOME/octet/tuning.sqlite, or that under ~/.cache; empty where there is no home.
  static std::string defaultPath();

  /// Opens a file, making it and its folder if `writes`.
  static std::unique_ptr<TuningDatabase> open(const std::string &path, bool writes,
                                              Failure &failure);
  ~TuningDatabase();

  /// All of a target.
  Failure read(const std::string &target, schedule::Records &records);
  /// All or none; what was measured of the same schedules before is replaced.
  Failure add(llvm::ArrayRef<Measurement> measurements);

  /// Lines of target, microseconds, schedule and kernel, separated by tabs.
  Failure exportTo(std::string &text);
  /// Adds such lines.
  Failure importFrom(llvm::StringRef text);

  const std::string path;

private:
  TuningDatabase(std::string path, sqlite3 *handle) : path(std::move(path)), handle(handle) {}
  Failure broken();
  Failure execute(const char *statement);

  sqlite3 *handle;
};

} // namespace octet::driver

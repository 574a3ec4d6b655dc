#include "driver/TuningDatabase.h"
#include "driver/KernelCache.h"
#include "octet/octet.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>
#include <sqlite3.h>

namespace octet::driver {

namespace {

/// A prepared statement.
class Statement {
public:
  Statement(sqlite3 *handle, const char *text) {
    sqlite3_prepare_v2(handle, text, -1, &statement, nullptr);
  }
  ~Statement() { sqlite3_finalize(statement); }
  Statement(const Statement &) = delete;
  Statement &operator=(const Statement &) = delete;

  Statement &bind(int index, llvm::StringRef text) {
    sqlite3_bind_text(statement, index, text.data(), static_cast<int>(text.size()),
                      SQLITE_TRANSIENT);
    return *this;
  }
  Statement &bind(int index, double number) {
    sqlite3_bind_double(statement, index, number);
    return *this;
  }
  /// True for a row.
  bool step() { return statement && (result = sqlite3_step(statement)) == SQLITE_ROW; }
  bool isDone() const { return result == SQLITE_DONE; }
  std::string text(int column) const {
    auto *found = reinterpret_cast<const char *>(sqlite3_column_text(statement, column));
    return found ? found : "";
  }
  double number(int column) const { return sqlite3_column_double(statement, column); }

private:
  sqlite3_stmt *statement = nullptr;
  int result = SQLITE_ERROR;
};

} // namespace

std::string TuningDatabase::defaultPath() { return cachePath("tuning.sqlite"); }

std::unique_ptr<TuningDatabase> TuningDatabase::open(const std::string &path, bool writes,
                                                     Failure &failure) {
  if (writes)
    if (auto error = llvm::sys::fs::create_directories(llvm::sys::path::parent_path(path))) {
      failure = {OCTET_SYSTEM, path + ": " + error.message()};
      return nullptr;
    }
  sqlite3 *handle = nullptr;
  int flags = writes ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  int status = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  std::unique_ptr<TuningDatabase> database(new TuningDatabase(path, handle));
  constexpr int patienceMilliseconds = 10000;
  sqlite3_busy_timeout(handle, patienceMilliseconds);
  if (status != SQLITE_OK)
    failure = database->broken();
  else if (writes)
    failure = database->execute("CREATE TABLE IF NOT EXISTS measurements(target TEXT, kernel TEXT, "
                                "tile TEXT, microseconds REAL, PRIMARY KEY(target, kernel, tile))");
  return failure ? nullptr : std::move(database);
}

TuningDatabase::~TuningDatabase() { sqlite3_close(handle); }

Failure TuningDatabase::broken() { return {OCTET_SYSTEM, path + ": " + sqlite3_errmsg(handle)}; }

Failure TuningDatabase::execute(const char *statement) {
  if (sqlite3_exec(handle, statement, nullptr, nullptr, nullptr) != SQLITE_OK)
    return broken();
  return {};
}

Failure TuningDatabase::read(const std::string &target, schedule::Records &records) {
  Statement select(handle, "SELECT kernel, tile, microseconds FROM measurements WHERE target = ?");
  select.bind(1, target);
  while (select.step())
    records[select.text(0)][select.text(1)] = select.number(2);
  return select.isDone() ? Failure() : broken();
}

Failure TuningDatabase::add(llvm::ArrayRef<Measurement> measurements) {
  if (Failure failure = execute("BEGIN IMMEDIATE"))
    return failure;
  for (const Measurement &measurement : measurements) {
    Statement insert(handle, "INSERT OR REPLACE INTO measurements VALUES(?, ?, ?, ?)");
    insert.bind(1, measurement.target).bind(2, measurement.kernel).bind(3, measurement.tile);
    insert.bind(4, measurement.microseconds);
    insert.step();
    if (insert.isDone())
      continue;
    Failure failure = broken();
    execute("ROLLBACK");
    return failure;
  }
  return execute("COMMIT");
}

Failure TuningDatabase::exportTo(std::string &text) {
  llvm::raw_string_ostream stream(text);
  Statement select(handle, "SELECT target, microseconds, tile, kernel FROM measurements "
                           "ORDER BY target, kernel, round(microseconds, 3), tile");
  while (select.step())
    stream << select.text(0) << "\t" << llvm::format("%.3f", select.number(1)) << "\t"
           << select.text(2) << "\t" << select.text(3) << "\n";
  return select.isDone() ? Failure() : broken();
}

Failure TuningDatabase::importFrom(llvm::StringRef text) {
  std::vector<Measurement> measurements;
  size_t number = 0;
  for (llvm::StringRef line : llvm::split(text, '\n')) {
    ++number;
    if (line.empty())
      continue;
    llvm::SmallVector<llvm::StringRef> fields;
    line.split(fields, '\t');
    double microseconds = 0;
    if (fields.size() != 4 || fields[1].getAsDouble(microseconds) ||
        !(std::isfinite(microseconds) && microseconds > 0))
      return {OCTET_REFUSED, "line " + std::to_string(number) +
                                 " is not a target, microseconds, a schedule and a kernel, "
                                 "separated by tabs"};
    measurements.push_back({fields[0].str(), fields[3].str(), fields[2].str(), microseconds});
  }
  return add(measurements);
}

} // namespace octet::driver

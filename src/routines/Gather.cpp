// Data movement by indices that are only known at run time.
#include "quant/Rounding.h"
#include "routines/Parameters.h"
#include "routines/Routine.h"

using namespace octet;
using namespace octet::routines;

static int64_t indexAt(const void *indices, int32_t indexBytes, int64_t i) {
  return indexBytes == 8 ? static_cast<const int64_t *>(indices)[i]
                         : static_cast<const int32_t *>(indices)[i];
}

static void copyBytes(char *to, const char *from, int64_t count) {
  __builtin_memcpy(to, from, static_cast<uint64_t>(count));
}

OCTET_ROUTINE(gather) {
  const auto &p = *static_cast<const Gather *>(parameterBlock);
  for (int64_t outer = begin; outer < end; ++outer)
    for (int64_t i = 0; i < p.count; ++i) {
      int64_t index = indexAt(tensors[1], p.indexBytes, (p.batched ? outer * p.count : 0) + i);
      index = quant::clamp(index, 0, p.extent - 1);
      copyBytes(output<char>(tensors, 2) + (outer * p.count + i) * p.sliceBytes,
                input<char>(tensors, 0) + (outer * p.extent + index) * p.sliceBytes, p.sliceBytes);
    }
}

static int64_t sliceAt(const Coordinates &p, const void *indices, int64_t i) {
  int64_t slice = 0;
  for (int32_t d = 0; d < p.rank; ++d)
    slice += quant::clamp(indexAt(indices, p.indexBytes, i * p.rank + d), 0, p.extents[d] - 1) *
             p.strides[d];
  return slice;
}

OCTET_ROUTINE(gather_nd) {
  const auto &p = *static_cast<const Coordinates *>(parameterBlock);
  int64_t bytes = p.sliceElements * p.elementBytes;
  for (int64_t i = begin; i < end; ++i)
    copyBytes(output<char>(tensors, 2) + i * bytes,
              input<char>(tensors, 0) + sliceAt(p, tensors[1], i) * bytes, bytes);
}

template <typename T> static void scatter(const void *const *tensors, const Coordinates &p) {
  T *result = output<T>(tensors, 2);
  for (int64_t i = 0; i < p.resultElements; ++i)
    result[i] = 0;
  for (int64_t i = 0; i < p.count; ++i) {
    T *slice = result + sliceAt(p, tensors[0], i) * p.sliceElements;
    for (int64_t k = 0; k < p.sliceElements; ++k)
      slice[k] = static_cast<T>(slice[k] + input<T>(tensors, 1)[i * p.sliceElements + k]);
  }
}

OCTET_ROUTINE(scatter_nd_i8) {
  (void)begin, (void)end;
  scatter<uint8_t>(tensors, *static_cast<const Coordinates *>(parameterBlock));
}
OCTET_ROUTINE(scatter_nd_i64) {
  (void)begin, (void)end;
  scatter<uint64_t>(tensors, *static_cast<const Coordinates *>(parameterBlock));
}
OCTET_ROUTINE(scatter_nd_i32) {
  (void)begin, (void)end;
  scatter<uint32_t>(tensors, *static_cast<const Coordinates *>(parameterBlock));
}
OCTET_ROUTINE(scatter_nd_f32) {
  (void)begin, (void)end;
  scatter<float>(tensors, *static_cast<const Coordinates *>(parameterBlock));
}

static bool isSet(const char *element, int32_t bytes, bool isFloat) {
  bool any = false;
  for (int32_t b = 0; b < bytes; ++b) {
    bool holdsSign = isFloat && b == bytes - 1;
    any |= (element[b] & (holdsSign ? 0x7F : 0xFF)) != 0;
  }
  return any;
}

OCTET_ROUTINE(where) {
  (void)begin, (void)end;
  const auto &p = *static_cast<const Where *>(parameterBlock);
  int64_t *coordinates = output<int64_t>(tensors, 1), found = 0;
  for (int64_t i = 0; i < p.elements; ++i) {
    if (!isSet(input<char>(tensors, 0) + i * p.elementBytes, p.elementBytes, p.isFloat))
      continue;
    int64_t rest = i;
    for (int32_t d = p.rank - 1; d >= 0; --d) {
      coordinates[found * p.rank + d] = rest % p.extents[d];
      rest /= p.extents[d];
    }
    ++found;
  }
  for (int64_t i = found * p.rank; i < p.elements * p.rank; ++i)
    coordinates[i] = 0;
  output<int64_t>(tensors, 2)[0] = found;
}

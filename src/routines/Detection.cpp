// TFLite_Detection_PostProcess (tensorflow/lite/kernels/detection_postprocess.cc).
#include "routines/Parameters.h"
#include "routines/Routine.h"

using namespace octet;
using namespace octet::routines;

namespace {

enum Tensor {
  boxes,
  scores,
  anchors,
  resultBoxes,
  resultClasses,
  resultScores,
  resultCount,
  scratch
};

struct Corners {
  float yMin, xMin, yMax, xMax;
};

// exp(x) in double: 2^n times Cephes' rational form of exp(r), |r| <= ln 2 / 2.
double exponential(double x) {
  x = x > 700 ? 700 : x < -700 ? -700 : x;
  double n = __builtin_floor(1.4426950408889634074 * x + 0.5);
  x = x - n * 6.93145751953125e-1 - n * 1.42860682030941723212e-6;
  double square = x * x;
  double p = x * ((1.26177193074810590878e-4 * square + 3.02994407707441961300e-2) * square +
                  9.99999999999999999910e-1);
  double q = ((3.00198505138664455042e-6 * square + 2.52448340349684104192e-3) * square +
              2.27265548208155028766e-1) *
                 square +
             2.0;
  double fraction = 1.0 + 2.0 * (p / (q - p));
  int64_t bits = (static_cast<int64_t>(n) + 1023) << 52;
  double power = 0;
  __builtin_memcpy(&power, &bits, sizeof power);
  return fraction * power;
}

void decode(const void *const *tensors, const DetectionPostprocess &p, Corners *decoded) {
  for (int64_t i = 0; i < p.boxes; ++i) {
    const float *box = input<float>(tensors, boxes) + i * p.boxWidth,
                *anchor = input<float>(tensors, anchors) + i * 4;
    // Center and size, the anchor's height and width its unit.
    double height = anchor[2], width = anchor[3];
    auto y = static_cast<float>(static_cast<double>(box[0]) / p.yScale * height + anchor[0]);
    auto x = static_cast<float>(static_cast<double>(box[1]) / p.xScale * width + anchor[1]);
    auto halfHeight =
        static_cast<float>(0.5 * exponential(static_cast<double>(box[2]) / p.hScale) * height);
    auto halfWidth =
        static_cast<float>(0.5 * exponential(static_cast<double>(box[3]) / p.wScale) * width);
    decoded[i] = {y - halfHeight, x - halfWidth, y + halfHeight, x + halfWidth};
  }
}

float larger(float a, float b) { return a < b ? b : a; }
float smaller(float a, float b) { return b < a ? b : a; }

float intersectionOverUnion(const Corners &a, const Corners &b) {
  float areaA = (a.yMax - a.yMin) * (a.xMax - a.xMin),
        areaB = (b.yMax - b.yMin) * (b.xMax - b.xMin);
  if (areaA <= 0 || areaB <= 0)
    return 0;
  float height = smaller(a.yMax, b.yMax) - larger(a.yMin, b.yMin),
        width = smaller(a.xMax, b.xMax) - larger(a.xMin, b.xMin);
  float both = larger(height, 0) * larger(width, 0);
  return both / (areaA + areaB - both);
}

// Indices of `values` in falling order, equal values in rising order of index: a bottom-up merge
// sort.
void sortDescending(const float *values, int32_t *order, int32_t *spare, int64_t count) {
  for (int64_t i = 0; i < count; ++i)
    order[i] = static_cast<int32_t>(i);
  for (int64_t run = 1; run < count; run *= 2) {
    for (int64_t start = 0; start < count; start += 2 * run) {
      int64_t left = start, middle = start + run < count ? start + run : count;
      int64_t right = middle, stop = start + 2 * run < count ? start + 2 * run : count;
      for (int64_t i = start; i < stop; ++i) {
        bool takesLeft =
            left < middle && (right >= stop || values[order[left]] >= values[order[right]]);
        spare[i] = takesLeft ? order[left++] : order[right++];
      }
    }
    __builtin_memcpy(order, spare, static_cast<uint64_t>(count) * sizeof(int32_t));
  }
}

/// Scratch memory, cut up. `entries` is the number of boxes.
struct Buffers {
  Corners *decoded;
  float *columnScores, *keptScores, *bestScores;
  int32_t *kept, *order, *spare, *selected, *bestIndices;
  uint8_t *isActive;

  Buffers(void *memory, const DetectionPostprocess &p) {
    auto *next = static_cast<char *>(memory);
    auto take = [&next](int64_t bytes) {
      char *piece = next;
      next += (bytes + 15) / 16 * 16;
      return piece;
    };
    // The lists of the best hold what was kept so far and what one class adds.
    int64_t best = p.maxDetections + p.boxes;
    decoded = reinterpret_cast<Corners *>(take(p.boxes * int64_t{sizeof(Corners)}));
    columnScores = reinterpret_cast<float *>(take(p.boxes * 4));
    keptScores = reinterpret_cast<float *>(take(p.boxes * 4));
    kept = reinterpret_cast<int32_t *>(take(p.boxes * 4));
    selected = reinterpret_cast<int32_t *>(take(p.boxes * 4));
    order = reinterpret_cast<int32_t *>(take(best * 4));
    spare = reinterpret_cast<int32_t *>(take(best * 4));
    bestScores = reinterpret_cast<float *>(take(2 * best * 4));
    bestIndices = reinterpret_cast<int32_t *>(take(2 * best * 4));
    isActive = reinterpret_cast<uint8_t *>(take(p.boxes));
  }
};

// NonMaxSuppressionSingleClassHelper on columnScores; returns how many boxes it selected.
int64_t suppress(Buffers &work, const DetectionPostprocess &p, int64_t limit) {
  int64_t count = 0;
  for (int64_t i = 0; i < p.boxes; ++i)
    if (work.columnScores[i] >= p.scoreThreshold) {
      work.keptScores[count] = work.columnScores[i];
      work.kept[count++] = static_cast<int32_t>(i);
    }
  sortDescending(work.keptScores, work.order, work.spare, count);
  for (int64_t i = 0; i < count; ++i)
    work.isActive[i] = 1;
  int64_t selected = 0;
  for (int64_t i = 0; i < count && selected < limit; ++i) {
    if (!work.isActive[i])
      continue;
    int32_t box = work.kept[work.order[i]];
    work.selected[selected++] = box;
    for (int64_t j = i + 1; j < count; ++j)
      if (work.isActive[j] &&
          intersectionOverUnion(work.decoded[box], work.decoded[work.kept[work.order[j]]]) >
              p.iouThreshold)
        work.isActive[j] = 0;
  }
  return selected;
}

void store(const void *const *tensors, const Buffers &work, int64_t at, int64_t box,
           int64_t category, float score) {
  output<Corners>(tensors, resultBoxes)[at] = work.decoded[box];
  output<float>(tensors, resultClasses)[at] = static_cast<float>(category);
  output<float>(tensors, resultScores)[at] = score;
}

// Every class apart, then the best of all.
int64_t regular(const void *const *tensors, const DetectionPostprocess &p, Buffers &work) {
  int64_t offset = p.classesWithBackground - p.classes, count = 0;
  const float *allScores = input<float>(tensors, scores);
  for (int64_t category = 0; category < p.classes; ++category) {
    for (int64_t i = 0; i < p.boxes; ++i)
      work.columnScores[i] = allScores[i * p.classesWithBackground + category + offset];
    int64_t selected = suppress(work, p, p.detectionsPerClass), total = count;
    for (int64_t i = 0; i < selected; ++i, ++total) {
      work.bestScores[total] = work.columnScores[work.selected[i]];
      work.bestIndices[total] = static_cast<int32_t>(work.selected[i] * p.classes + category);
    }
    sortDescending(work.bestScores, work.order, work.spare, total);
    count = total < p.maxDetections ? total : p.maxDetections;
    int64_t second = p.maxDetections + p.boxes;
    for (int64_t i = 0; i < count; ++i) {
      work.bestScores[second + i] = work.bestScores[work.order[i]];
      work.bestIndices[second + i] = work.bestIndices[work.order[i]];
    }
    for (int64_t i = 0; i < count; ++i) {
      work.bestScores[i] = work.bestScores[second + i];
      work.bestIndices[i] = work.bestIndices[second + i];
    }
  }
  for (int64_t i = 0; i < count; ++i)
    store(tensors, work, i, work.bestIndices[i] / p.classes, work.bestIndices[i] % p.classes,
          work.bestScores[i]);
  return count;
}

// Each box with its best classes; suppression by the best one.
int64_t fast(const void *const *tensors, const DetectionPostprocess &p, Buffers &work) {
  int64_t offset = p.classesWithBackground - p.classes;
  int64_t perBox = p.maxClassesPerDetection < p.classes ? p.maxClassesPerDetection : p.classes;
  const float *allScores = input<float>(tensors, scores);
  for (int64_t i = 0; i < p.boxes; ++i) {
    const float *row = allScores + i * p.classesWithBackground + offset;
    float best = row[0];
    for (int64_t category = 1; category < p.classes; ++category)
      best = larger(best, row[category]);
    work.columnScores[i] = best;
  }
  int64_t selected = suppress(work, p, p.maxDetections), count = 0;
  for (int64_t i = 0; i < selected; ++i) {
    int64_t box = work.selected[i];
    const float *row = allScores + box * p.classesWithBackground + offset;
    float previous = __builtin_inff();
    int64_t previousClass = -1;
    for (int64_t rank = 0; rank < perBox; ++rank) {
      // The next class in falling order of score.
      int64_t best = -1;
      for (int64_t category = 0; category < p.classes; ++category) {
        bool isLeft =
            row[category] < previous || (row[category] == previous && category > previousClass);
        if (isLeft && (best < 0 || row[category] > row[best]))
          best = category;
      }
      if (best < 0)
        break;
      store(tensors, work, perBox * count + rank, box, best, row[best]);
      previous = row[best];
      previousClass = best;
    }
    ++count;
  }
  return count * perBox;
}

} // namespace

OCTET_ROUTINE(detection_postprocess) {
  (void)begin, (void)end;
  const auto &p = *static_cast<const DetectionPostprocess *>(parameterBlock);
  Buffers work(output<char>(tensors, scratch), p);
  decode(tensors, p, work.decoded);
  int64_t perBox = p.maxClassesPerDetection < p.classes ? p.maxClassesPerDetection : p.classes;
  int64_t rows = p.useRegularNms ? p.maxDetections : p.maxDetections * perBox;
  __builtin_memset(output<char>(tensors, resultBoxes), 0,
                   static_cast<uint64_t>(rows) * sizeof(Corners));
  __builtin_memset(output<char>(tensors, resultClasses), 0,
                   static_cast<uint64_t>(rows) * sizeof(float));
  __builtin_memset(output<char>(tensors, resultScores), 0,
                   static_cast<uint64_t>(rows) * sizeof(float));
  int64_t count = p.useRegularNms ? regular(tensors, p, work) : fast(tensors, p, work);
  output<float>(tensors, resultCount)[0] = static_cast<float>(count);
}

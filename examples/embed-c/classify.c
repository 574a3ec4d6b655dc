/* Classifies handwritten digits with a model that is part of the program: the artifact is an
 * archive, so no file is loaded and nothing is allocated for a run.
 *
 *     classify IMAGES.idx3 LABELS.idx1 */
#include "octet/octet.h"

#include <stdio.h>
#include <stdlib.h>

/* What digits_int8.a exports: octet_model_ and the archive's name. */
const octet_model *octet_model_digits_int8(void);

enum { pixel_count = 64, class_count = 10 };

/* Bytes in MNIST's format: items of one size. */
typedef struct items {
  unsigned char *data;
  size_t count;
} items;

static size_t read_big_endian(FILE *file) {
  unsigned char bytes[4] = {0};
  if (fread(bytes, 1, 4, file) != 4)
    return 0;
  return (size_t)bytes[0] << 24 | (size_t)bytes[1] << 16 | (size_t)bytes[2] << 8 | bytes[3];
}

/* A file of `rank` dimensions, the first of which counts items of `size` bytes; 0 if it is not. */
static int read_items(const char *path, unsigned rank, size_t size, items *read) {
  FILE *file = fopen(path, "rb");
  if (!file)
    return 0;
  int fits = read_big_endian(file) == (0x800 | rank);
  read->count = read_big_endian(file);
  size_t extents = 1;
  for (unsigned i = 1; i < rank; ++i)
    extents *= read_big_endian(file);
  fits = fits && extents == size && (read->data = malloc(read->count * size + 1)) &&
         fread(read->data, size, read->count, file) == read->count;
  fclose(file);
  return fits;
}

/* The digit with the highest score. */
static octet_status classify(octet_session *session, const unsigned char *pixels, int *digit) {
  signed char image[pixel_count], scores[class_count];
  /* The input's scale is 1/255 and its zero point -128: pixel 0 is code -128. */
  for (int i = 0; i < pixel_count; ++i)
    image[i] = (signed char)(pixels[i] - 128);
  const void *inputs[] = {image};
  void *outputs[] = {scores};
  octet_status status = octet_session_run(session, inputs, outputs);
  *digit = 0;
  for (int i = 1; i < class_count && status == OCTET_OK; ++i)
    if (scores[i] > scores[*digit])
      *digit = i;
  return status;
}

static int is_digits_model(const octet_model *model) {
  return model->input_count == 1 && model->inputs[0].type == OCTET_INT8 &&
         model->inputs[0].bytes == pixel_count && model->output_count == 1 &&
         model->outputs[0].type == OCTET_INT8 && model->outputs[0].bytes == class_count;
}

static octet_status evaluate(const octet_model *model, octet_session *session, items images,
                             items labels) {
  size_t correct = 0;
  for (size_t i = 0; i < images.count; ++i) {
    int digit = 0;
    octet_status status = classify(session, images.data + i * pixel_count, &digit);
    if (status != OCTET_OK)
      return status;
    correct += digit == labels.data[i];
  }
  printf("%zu of %zu digits right, by %s for %s\n", correct, images.count, model->name,
         model->target);
  return OCTET_OK;
}

int main(int argc, char **argv) {
  if (argc != 3)
    return fprintf(stderr, "usage: classify IMAGES.idx3 LABELS.idx1\n"), 2;
  items images = {0}, labels = {0};
  octet_artifact *artifact = NULL;
  octet_session *session = NULL;
  int failed = 1;
  if (!read_items(argv[1], 3, pixel_count, &images) || !read_items(argv[2], 1, 1, &labels) ||
      images.count != labels.count)
    fprintf(stderr, "%s, %s: not pictures of 8x8 and a label for each\n", argv[1], argv[2]);
  else if (octet_attach(octet_model_digits_int8(), &artifact) != OCTET_OK)
    fprintf(stderr, "%s\n", octet_last_error());
  else if (!is_digits_model(octet_describe(artifact)))
    fprintf(stderr, "the program is linked with another model than digits_int8.tflite\n");
  else if (octet_session_create(artifact, 1, &session) != OCTET_OK ||
           evaluate(octet_describe(artifact), session, images, labels) != OCTET_OK)
    fprintf(stderr, "%s\n", octet_last_error());
  else
    failed = 0;
  octet_session_destroy(session);
  octet_release(artifact);
  free(images.data);
  free(labels.data);
  return failed;
}

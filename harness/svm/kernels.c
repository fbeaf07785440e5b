/* The inner loops of the L2-SVM in float64, two numbers at a time. WebAssembly has no fused multiply-add, and the order of
 * every sum is written down here: the same bits on every machine. ci/build-kernels.ts compiles this file into
 * kernels-binary.ts. Matrices are row-major; pointers are offsets in a memory that the caller lays out. */
typedef double two __attribute__((vector_size(16)));
typedef two unaligned __attribute__((aligned(8)));
#define EXPORT(name) __attribute__((export_name(#name)))

static inline two load(const double *at) { return *(const unaligned *)at; }
static inline void store(double *at, two value) { *(unaligned *)at = value; }
static inline two both(double value) { return (two){value, value}; }

/* Adds A B' to out [4 tilesA, 4 tilesB]; where `below` is not 0, to its tiles on and below the diagonal alone. Panels are
 * [tiles, width, 4]: four rows together, their columns one after the other. */
EXPORT(addProducts)
void addProducts(const double *panelA, int tilesA, const double *panelB, int tilesB, int width, int below, double *out) {
  const long row = 4l * tilesB;
  for (int s = 0; s < tilesA; s++)
    for (int t = 0; t < (below ? s + 1 : tilesB); t++) {
      const double *a = panelA + 4l * width * s, *b = panelB + 4l * width * t;
      two sum[4][2] = {0};
      for (int k = 0; k < 4 * width; k += 4) {
        const two b0 = load(b + k), b1 = load(b + k + 2);
#pragma unroll
        for (int r = 0; r < 4; r++) {
          sum[r][0] += both(a[k + r]) * b0;
          sum[r][1] += both(a[k + r]) * b1;
        }
      }
#pragma unroll
      for (int r = 0; r < 4; r++)
        for (int half = 0; half < 2; half++) {
          double *at = out + row * (4 * s + r) + 4 * t + 2 * half;
          store(at, load(at) + sum[r][half]);
        }
    }
}

/* part[i, j] = matrix[rows[i], rows[j]]: matrix [n, n], part [m, m]. */
EXPORT(cutOut) void cutOut(const double *matrix, int n, const int *rows, int m, double *part) {
  for (int i = 0; i < m; i++) {
    const double *from = matrix + (long)n * rows[i];
    double *to = part + (long)m * i;
    for (int j = 0; j < m; j++) to[j] = from[rows[j]];
  }
}

/* q = matrix p: matrix [m, m]. */
EXPORT(multiply) void multiply(const double *matrix, int m, const double *p, double *q) {
  for (int i = 0; i < m; i += 4) {
    const double *row[4];
    two sum[4];
    for (int r = 0; r < 4; r++) {
      row[r] = matrix + (long)m * (i + r < m ? i + r : i); /* beyond the last row: the first of the four, once more */
      sum[r] = both(0);
    }
    int j = 0;
    for (; j + 1 < m; j += 2) {
      const two v = load(p + j);
#pragma unroll
      for (int r = 0; r < 4; r++) sum[r] += load(row[r] + j) * v;
    }
    for (int r = 0; r < 4 && i + r < m; r++) q[i + r] = sum[r][0] + sum[r][1] + (j < m ? row[r][j] * p[j] : 0);
  }
}

/* out = the sum of weights[k] · matrix[rows[k]] over k < m: matrix [., n], out [n]. */
EXPORT(combineRows) void combineRows(const double *matrix, int n, const int *rows, const double *weights, int m, double *out) {
  for (int j = 0; j < n; j++) out[j] = 0;
  for (int k = 0; k < m; k += 4) {
    const double *row[4];
    double weight[4];
    for (int r = 0; r < 4; r++) {
      row[r] = matrix + (long)n * rows[k + r < m ? k + r : k];
      weight[r] = k + r < m ? weights[k + r] : 0;
    }
    int j = 0;
    for (; j + 1 < n; j += 2) {
      two sum = load(out + j);
#pragma unroll
      for (int r = 0; r < 4; r++) sum += both(weight[r]) * load(row[r] + j);
      store(out + j, sum);
    }
    for (; j < n; j++)
      for (int r = 0; r < 4; r++) out[j] += weight[r] * row[r][j];
  }
}

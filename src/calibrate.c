#include "calibrate.h"

#include <math.h>

/* log-likelihood, gradient and Hessian of the sigmoid with targets t (Lin, Lin and Weng 2007, algorithm 1) */
static double objective(const double *f, const signed char *y, size_t n, double high, double low, double a, double b)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        double t = y[i] > 0 ? high : low, z = f[i] * a + b;
        sum += z >= 0 ? t * z + log1p(exp(-z)) : (t - 1) * z + log1p(exp(z));
    }
    return sum;
}

dm_sigmoid dm_sigmoid_fit(const double *f, const signed char *y, size_t n)
{
    double positive = 0, negative = 0;
    for (size_t i = 0; i < n; i++)
        y[i] > 0 ? positive++ : negative++;
    double high = (positive + 1) / (positive + 2), low = 1 / (negative + 2);
    double a = 0, b = log((negative + 1) / (positive + 1));
    double value = objective(f, y, n, high, low, a, b);
    for (int round = 0; round < 100; round++) {
        double h11 = 1e-12, h22 = 1e-12, h21 = 0, g1 = 0, g2 = 0;
        for (size_t i = 0; i < n; i++) {
            double z = f[i] * a + b, p = z >= 0 ? exp(-z) / (1 + exp(-z)) : 1 / (1 + exp(z));
            double d2 = p * (1 - p), d1 = (y[i] > 0 ? high : low) - p;
            h11 += f[i] * f[i] * d2;
            h22 += d2;
            h21 += f[i] * d2;
            g1 += f[i] * d1;
            g2 += d1;
        }
        if (fabs(g1) < 1e-5 && fabs(g2) < 1e-5)
            break;
        double det = h11 * h22 - h21 * h21, da = -(h22 * g1 - h21 * g2) / det, db = -(-h21 * g1 + h11 * g2) / det;
        double slope = g1 * da + g2 * db, step = 1;
        for (; step >= 1e-10; step /= 2) {
            double next = objective(f, y, n, high, low, a + step * da, b + step * db);
            if (next < value + 1e-4 * step * slope) {
                a += step * da;
                b += step * db;
                value = next;
                break;
            }
        }
        if (step < 1e-10)
            break;
    }
    return (dm_sigmoid){a, b};
}

double dm_sigmoid_at(dm_sigmoid s, double decision)
{
    double z = decision * s.a + s.b, p = z >= 0 ? exp(-z) / (1 + exp(-z)) : 1 / (1 + exp(z));
    return p < 1e-7 ? 1e-7 : p > 1 - 1e-7 ? 1 - 1e-7 : p;
}

double dm_calibration_error(const double *confidence, const signed char *right, size_t n)
{
    double sum[10] = {0}, hits[10] = {0}, error = 0;
    for (size_t i = 0; i < n; i++) {
        int bin = (int)(confidence[i] * 10);
        bin = bin > 9 ? 9 : bin < 0 ? 0 : bin;
        sum[bin] += confidence[i];
        hits[bin] += right[i];
    }
    for (int b = 0; b < 10; b++)
        error += fabs(sum[b] - hits[b]);
    return n ? error / (double)n : 0;
}

#include "drift.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void dm_drift_add_text(dm_drift *x, const dm_decision *d)
{
    x->texts++;
    x->known += d->known_words;
    x->unlike += d->familiar < 1;
}

void dm_drift_add(dm_drift *x, const dm_decision *d) { *DM_PUSH(x->arena, x->decisions, x->n, x->capacity) = *d; }

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Share of the held-out confidences that are at least `conf`, from the points of the risk–coverage curve. */
static double held_out_above(const json_t *curve, double conf)
{
    double last_coverage = 0, last = 1;
    size_t i;
    json_t *point;
    json_array_foreach(curve, i, point) {
        double coverage = json_number_value(json_array_get(point, 0)), here = json_number_value(json_array_get(point, 2));
        if (here <= conf)
            return last > here ? last_coverage + (coverage - last_coverage) * fmin(1, (last - conf) / (last - here)) : coverage;
        last_coverage = coverage;
        last = here;
    }
    return 1;
}

static double median_held_out(const json_t *curve)
{
    return json_number_value(json_array_get(json_array_get(curve, json_array_size(curve) / 2), 2));
}

static double distance(const json_t *curve, const double *sorted, size_t n)
{
    double worst = 0;
    for (size_t i = 0; i < n; i++) {
        double above = (double)(n - i) / (double)n, difference = fabs(above - held_out_above(curve, sorted[i]));
        worst = difference > worst ? difference : worst;
    }
    return worst;
}

/* ---- shares of the labels -------------------------------------------------------------------------------- */

static void estimate(const dm_drift *x, const uint32_t *chosen, const double *prior, double *share)
{
    size_t k = dm_model_labels(x->model);
    memcpy(share, prior, k * sizeof *share);
    for (int round = 0; round < 100; round++) {
        double sum[DM_MAX_LABELS] = {0}, change = 0;
        for (size_t i = 0; i < x->n; i++) {
            const double *p = x->decisions[chosen ? chosen[i] : i].p;
            double q[DM_MAX_LABELS], total = 0;
            for (size_t l = 0; l < k; l++)
                total += q[l] = p[l] * share[l] / prior[l];
            for (size_t l = 0; l < k; l++)
                sum[l] += q[l] / total;
        }
        for (size_t l = 0; l < k; l++) {
            change += fabs(sum[l] / (double)x->n - share[l]);
            share[l] = sum[l] / (double)x->n;
        }
        if (change < 1e-6)
            break;
    }
}

static void priors(const dm_drift *x, const json_t *stance, double *prior)
{
    size_t k = dm_model_labels(x->model);
    double all = 0;
    for (size_t l = 0; l < k; l++)
        all += prior[l] = 1 + json_number_value(json_object_get(json_object_get(json_object_get(stance, "labels"), dm_model_label(x->model, l)), "gold"));
    for (size_t l = 0; l < k; l++)
        prior[l] /= all;
}

static uint64_t next_random(uint64_t *state) /* SplitMix64 */
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static json_t *shares(const dm_drift *x, const json_t *stance, uint64_t seed, unsigned rounds)
{
    size_t k = dm_model_labels(x->model);
    double prior[DM_MAX_LABELS], value[DM_MAX_LABELS], one[DM_MAX_LABELS];
    double *all = dm_arena_array(x->arena, k * rounds + 1, sizeof *all);
    uint32_t *chosen = dm_arena_array(x->arena, x->n + 1, sizeof *chosen);
    json_t *out = json_object();
    priors(x, stance, prior);
    estimate(x, NULL, prior, value);
    for (unsigned r = 0; r < rounds; r++) {
        for (size_t i = 0; i < x->n; i++)
            chosen[i] = (uint32_t)(next_random(&seed) % x->n);
        estimate(x, chosen, prior, one);
        for (size_t l = 0; l < k; l++)
            all[l * rounds + r] = one[l];
    }
    for (size_t l = 0; l < k; l++) {
        json_t *o = json_pack("{s:f}", "value", value[l]);
        if (rounds) {
            qsort(all + l * rounds, rounds, sizeof *all, by_size);
            json_object_set_new(o, "low", json_real(all[l * rounds + rounds / 40]));
            json_object_set_new(o, "high", json_real(all[l * rounds + rounds - 1 - rounds / 40]));
        }
        json_object_set_new(out, dm_model_label(x->model, l), o);
    }
    return out;
}

/* ---- the whole ------------------------------------------------------------------------------------------- */

json_t *dm_drift_json(const dm_drift *x, uint64_t seed, unsigned rounds)
{
    json_t *card = json_loads(dm_model_meta(x->model), 0, NULL);
    const json_t *stance = json_object_get(card, "stance"), *curve = json_object_get(stance, "risk_coverage"), *words = json_object_get(card, "words");
    double *sorted = dm_arena_array(x->arena, x->n + 1, sizeof *sorted), sum = 0;
    for (size_t i = 0; i < x->n; i++)
        sum += sorted[i] = x->decisions[i].conf;
    if (x->n)
        qsort(sorted, x->n, sizeof *sorted, by_size);
    double unlike = x->texts ? (double)x->unlike / (double)x->texts : 0, apart = x->n ? distance(curve, sorted, x->n) : 0;
    double noise = x->n ? 1.36 / sqrt((double)x->n) : 1; /* of the distance, at 5 per cent */
    const char *verdict = unlike > 0.3 || apart > 0.3 + noise ? "unlike" : unlike > 0.1 || apart > 0.15 + noise ? "somewhat unlike" : "like";
    json_t *root = json_pack("{s:I, s:f, s:f, s:I, s:s}", "texts", (json_int_t)x->texts, "known_words", x->texts ? x->known / (double)x->texts : 0.0,
        "unlike", unlike, "positions", (json_int_t)x->n, "verdict", verdict);
    if (x->n) {
        json_object_set_new(root, "confidence", json_real(sorted[x->n / 2]));
        json_object_set_new(root, "distance", json_real(apart));
        json_object_set_new(root, "expected_error", json_real(1 - sum / (double)x->n));
        json_object_set_new(root, "shares", shares(x, stance, seed, rounds));
    }
    json_object_set_new(root, "training", json_pack("{s:O?, s:O?, s:f}", "known_words", json_object_get(words, "known"), "known_words_low",
        json_object_get(words, "known_low"), "confidence", median_held_out(curve)));
    json_decref(card);
    return root;
}

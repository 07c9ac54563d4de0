#include "model.h"

#include "calibrate.h"
#include "fit.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* The file: header, then the sections in this order, each at a multiple of 8 bytes.
 * Numbers are little endian, as on every machine that Debian ships for; big-endian machines refuse the magic. */
static const char magic[8] = "DMARCHE1";

enum { SECTION_HEAD, SECTION_MACHINES, SECTION_SLOTS, SECTION_OFFSETS, SECTION_NAMES, SECTION_WEIGHTS, SECTION_VALUES, SECTION_LEXICON, SECTIONS };

typedef struct {
    char magic[8];
    uint32_t version, n_machines;
    uint64_t length, checksum; /* of the whole file; of all bytes behind the header */
    uint64_t n_features, n_slots;
    struct {
        uint64_t offset, length;
    } section[SECTIONS];
} header;

struct dm_model {
    const unsigned char *map;
    size_t length;
    const header *head;
    const dm_machine *machines;
    const uint32_t *slots; /* hash table: feature + 1, 0 = free */
    const uint32_t *offsets; /* of names, n_features + 1 */
    const char *names;
    const float *weights, *values;
    dm_lexicon *lexicon;
    json_t *meta;
    char *meta_text;
    const char *labels[DM_MAX_LABELS];
    size_t n_labels;
    bool has_detector;
    double threshold, abstain, familiar, gamma, joint[DM_JOINT];
    bool has_joint;
    size_t n_codes;
    char id[80];
};

struct dm_worker {
    const dm_model *model;
    dm_featurizer *featurizer;
    uint32_t *ids;
    size_t n, capacity;
    size_t words, seen; /* of the claim; those that the model knows */
};

/* ---- writing --------------------------------------------------------------------------------------------- */

static uint64_t checksum_of(const unsigned char *bytes, size_t n) { return dm_str_hash((dm_str){(const char *)bytes, n}); }

static void add_section(dm_buf *out, header *head, int section, const void *bytes, size_t n)
{
    head->section[section].offset = out->n;
    head->section[section].length = n;
    dm_buf_add(out, bytes, n);
    while (out->n % 8)
        dm_buf_char(out, '\0');
}

static char *head_json(const dm_model_parts *parts)
{
    json_t *labels = json_array();
    for (size_t i = 0; i < parts->n_labels; i++)
        json_array_append_new(labels, json_string(parts->labels[i]));
    json_t *meta = json_loads(parts->meta, 0, NULL);
    json_t *root = json_pack("{s:s, s:o, s:b, s:f, s:f, s:f, s:f, s:I, s:o*}", "name", parts->name, "labels", labels, "detector",
        (int)parts->has_detector, "threshold", parts->threshold, "abstain", parts->abstain, "familiar", parts->familiar,
        "gamma", parts->gamma, "codes", (json_int_t)parts->n_codes, "card", meta);
    json_t *joint = parts->joint ? json_array() : NULL;
    for (int i = 0; joint && i < DM_JOINT; i++)
        json_array_append_new(joint, json_real(parts->joint[i]));
    if (joint)
        json_object_set_new(root, "joint", joint);
    char *text = json_dumps(root, JSON_COMPACT | JSON_SORT_KEYS | JSON_REAL_PRECISION(17));
    json_decref(root);
    return text;
}

static void add_names(dm_arena *arena, dm_buf *out, header *head, const dm_model_parts *parts)
{
    size_t n_slots = 64;
    while (n_slots < parts->n_features * 2)
        n_slots *= 2;
    uint32_t *slots = dm_arena_array(arena, n_slots, sizeof *slots);
    uint32_t *offsets = dm_arena_array(arena, parts->n_features + 1, sizeof *offsets);
    dm_buf names = {.arena = arena};
    for (size_t i = 0; i < parts->n_features; i++) {
        offsets[i] = (uint32_t)names.n;
        dm_buf_str(&names, parts->features[i]);
        size_t slot = (size_t)dm_str_hash(parts->features[i]) & (n_slots - 1);
        while (slots[slot])
            slot = (slot + 1) & (n_slots - 1);
        slots[slot] = (uint32_t)i + 1;
    }
    offsets[parts->n_features] = (uint32_t)names.n;
    head->n_slots = n_slots;
    add_section(out, head, SECTION_SLOTS, slots, n_slots * sizeof *slots);
    add_section(out, head, SECTION_OFFSETS, offsets, (parts->n_features + 1) * sizeof *offsets);
    add_section(out, head, SECTION_NAMES, dm_buf_view(&names).s, names.n);
}

dm_str dm_model_bytes(dm_arena *arena, const dm_model_parts *parts)
{
    header head = {.version = DM_MODEL_VERSION, .n_machines = (uint32_t)parts->n_machines, .n_features = parts->n_features};
    memcpy(head.magic, magic, sizeof magic);
    dm_buf out = {.arena = arena};
    dm_buf_add(&out, (const char *)&head, sizeof head);
    char *text = head_json(parts);
    if (!text)
        longjmp(*dm_arena_guard(arena), 1);
    add_section(&out, &head, SECTION_HEAD, text, strlen(text));
    free(text);
    dm_machine *machines = dm_arena_array(arena, parts->n_machines, sizeof *machines); /* zeroed: no bytes by chance */
    for (size_t i = 0; i < parts->n_machines; i++) {
        machines[i].positive = parts->machines[i].positive;
        machines[i].negative = parts->machines[i].negative;
        machines[i].bias = parts->machines[i].bias;
        machines[i].a = parts->machines[i].a;
        machines[i].b = parts->machines[i].b;
    }
    add_section(&out, &head, SECTION_MACHINES, machines, parts->n_machines * sizeof *machines);
    add_names(arena, &out, &head, parts);
    add_section(&out, &head, SECTION_WEIGHTS, parts->weights, parts->n_features * parts->n_machines * sizeof *parts->weights);
    add_section(&out, &head, SECTION_VALUES, parts->values, parts->n_features * sizeof *parts->values);
    add_section(&out, &head, SECTION_LEXICON, parts->lexicon.s, parts->lexicon.n);
    head.length = out.n;
    head.checksum = checksum_of((unsigned char *)out.s + sizeof head, out.n - sizeof head);
    memcpy(out.s, &head, sizeof head);
    return dm_buf_view(&out);
}

/* ---- opening --------------------------------------------------------------------------------------------- */

static const void *section(const dm_model *m, int s) { return m->map + m->head->section[s].offset; }

static bool section_is(const dm_model *m, int s, uint64_t count, uint64_t size)
{
    return count <= m->length && m->head->section[s].length == count * size;
}

/* Sections follow each other without a gap but for zeros up to the next multiple of 8, and no text ends in a zero: so
 * the header, which the checksum leaves out, can only be what the writer wrote. */
static bool sections_are_in_place(const dm_model *m)
{
    uint64_t end = sizeof(header);
    for (int s = 0; s < SECTIONS; s++) {
        uint64_t offset = m->head->section[s].offset, length = m->head->section[s].length;
        if (offset != end || length > m->length - offset)
            return false;
        bool text = s == SECTION_HEAD || s == SECTION_NAMES || s == SECTION_LEXICON;
        if (text && length && !m->map[offset + length - 1])
            return false;
        for (end = offset + length; end % 8; end++)
            if (end >= m->length || m->map[end])
                return false;
    }
    return end == m->length;
}

static const char *check_layout(const dm_model *m)
{
    if (m->length < sizeof(header) || memcmp(m->map, magic, sizeof magic) != 0)
        return "this is no demarche model";
    const header *h = m->head;
    if (h->version != DM_MODEL_VERSION)
        return "made by another version of demarche: train it again";
    if (h->length != m->length)
        return "the file is cut short or has bytes too many";
    if (h->checksum != checksum_of(m->map + sizeof *h, m->length - sizeof *h))
        return "the file is damaged (checksum)";
    if (!sections_are_in_place(m))
        return "the file is damaged (section)";
    if (!section_is(m, SECTION_MACHINES, h->n_machines, sizeof(dm_machine)) || !section_is(m, SECTION_SLOTS, h->n_slots, 4) ||
        !section_is(m, SECTION_OFFSETS, h->n_features + 1, 4) || h->n_machines > 5000 ||
        !section_is(m, SECTION_VALUES, h->n_features, sizeof(float)) ||
        !section_is(m, SECTION_WEIGHTS, h->n_features * h->n_machines, sizeof(float)) ||
        h->n_slots & (h->n_slots - 1) || h->n_slots <= h->n_features)
        return "the file is damaged (sizes)";
    return NULL;
}

static const char *check_contents(const dm_model *m)
{
    const header *h = m->head;
    size_t used = 0;
    for (uint64_t i = 0; i < h->n_slots; i++) {
        if (m->slots[i] > h->n_features)
            return "the file is damaged (table)";
        used += m->slots[i] != 0;
    }
    if (used != h->n_features)
        return "the file is damaged (table)";
    for (uint64_t i = 0; i < h->n_features; i++)
        if (m->offsets[i] > m->offsets[i + 1])
            return "the file is damaged (names)";
    if (m->offsets[h->n_features] != h->section[SECTION_NAMES].length)
        return "the file is damaged (names)";
    for (uint64_t i = 0; i < h->n_features * h->n_machines; i++)
        if (!isfinite(m->weights[i]))
            return "the file is damaged (a weight is no number)";
    for (uint64_t i = 0; i < h->n_features; i++)
        if (!isfinite(m->values[i]) || m->values[i] <= 0)
            return "the file is damaged (a value is no number)";
    for (uint32_t i = 0; i < h->n_machines; i++) {
        const dm_machine *k = &m->machines[i];
        if (!isfinite(k->bias) || !isfinite(k->a) || !isfinite(k->b) || (k->positive >= m->n_labels && k->positive != DM_REST) ||
            (k->negative >= m->n_labels && k->negative != DM_REST))
            return "the file is damaged (machines)";
    }
    return NULL;
}

static const char *read_head(dm_model *m)
{
    m->meta = json_loadb(section(m, SECTION_HEAD), m->head->section[SECTION_HEAD].length, 0, NULL);
    const json_t *labels = json_object_get(m->meta, "labels");
    m->n_labels = json_array_size(labels);
    if (m->n_labels < 1 || m->n_labels > DM_MAX_LABELS)
        return "the file is damaged (labels)";
    for (size_t i = 0; i < m->n_labels; i++)
        if (!(m->labels[i] = json_string_value(json_array_get(labels, i))))
            return "the file is damaged (labels)";
    const char *name = json_string_value(json_object_get(m->meta, "name"));
    m->has_detector = json_is_true(json_object_get(m->meta, "detector"));
    m->threshold = json_number_value(json_object_get(m->meta, "threshold"));
    m->abstain = json_number_value(json_object_get(m->meta, "abstain"));
    snprintf(m->id, sizeof m->id, "%.40s-%08x", name ? name : "model", (unsigned)(m->head->checksum >> 32));
    m->meta_text = json_dumps(json_object_get(m->meta, "card"), JSON_INDENT(1) | JSON_SORT_KEYS);
    m->familiar = json_number_value(json_object_get(m->meta, "familiar"));
    m->gamma = json_number_value(json_object_get(m->meta, "gamma"));
    const json_t *joint = json_object_get(m->meta, "joint");
    m->has_joint = joint != NULL;
    if (joint && json_array_size(joint) != DM_JOINT)
        return "the file is damaged (joint)";
    for (size_t i = 0; joint && i < DM_JOINT; i++)
        m->joint[i] = json_number_value(json_array_get(joint, i));
    json_int_t codes = json_integer_value(json_object_get(m->meta, "codes"));
    size_t detector = m->has_detector, all = m->head->n_machines;
    if (codes < 0 || codes > (json_int_t)all)
        return "the file is damaged (codes)";
    m->n_codes = (size_t)codes;
    size_t n = all - m->n_codes;
    for (size_t i = n; i < all; i++)
        if (m->machines[i].positive >= m->n_labels)
            return "the file is damaged (codes)";
    bool one = m->n_labels == 2 && n == 1 + detector && !codes;
    return one || n == (m->n_labels < 2 ? 0 : m->n_labels) + detector ? NULL : "the file is damaged (machines)";
}

static const char *map_file(dm_model *m, const char *file)
{
    struct stat st;
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return strerror(errno);
    const char *wrong = NULL;
    if (fstat(fd, &st) != 0)
        wrong = strerror(errno);
    else if (!S_ISREG(st.st_mode))
        wrong = "not a file";
    else if (st.st_size < (off_t)sizeof(header))
        wrong = "this is no demarche model";
    if (!wrong) {
        m->length = (size_t)st.st_size;
        void *map = mmap(NULL, m->length, PROT_READ, MAP_PRIVATE, fd, 0);
        m->map = map == MAP_FAILED ? NULL : map;
        m->head = (const header *)(const void *)m->map;
        wrong = m->map ? NULL : strerror(errno);
    }
    close(fd);
    return wrong;
}

dm_model *dm_model_open(const char *file, dm_error *error)
{
    dm_model *m = calloc(1, sizeof *m);
    if (!m) {
        dm_fail(error, DM_SYSTEM, "out of memory");
        return NULL;
    }
    const char *wrong = map_file(m, file);
    if (!wrong)
        wrong = check_layout(m);
    if (!wrong) {
        m->machines = section(m, SECTION_MACHINES);
        m->slots = section(m, SECTION_SLOTS);
        m->offsets = section(m, SECTION_OFFSETS);
        m->names = section(m, SECTION_NAMES);
        m->weights = section(m, SECTION_WEIGHTS);
        m->values = section(m, SECTION_VALUES);
        wrong = read_head(m);
    }
    if (!wrong)
        wrong = check_contents(m);
    if (!wrong && m->head->section[SECTION_LEXICON].length) {
        dm_str text = {section(m, SECTION_LEXICON), m->head->section[SECTION_LEXICON].length};
        m->lexicon = dm_lexicon_parse(text, file, error);
        wrong = m->lexicon ? NULL : "its lexicon cannot be used";
    }
    if (!wrong)
        return m;
    dm_fail(error, DM_INPUT, "%s: %s", file, wrong);
    dm_model_close(m);
    return NULL;
}

void dm_model_close(dm_model *m)
{
    if (!m)
        return;
    if (m->map)
        munmap((void *)(uintptr_t)m->map, m->length);
    dm_lexicon_free(m->lexicon);
    json_decref(m->meta);
    free(m->meta_text);
    free(m);
}

size_t dm_model_labels(const dm_model *m) { return m->n_labels; }
const char *dm_model_label(const dm_model *m, size_t label) { return m->labels[label]; }
bool dm_model_has_detector(const dm_model *m) { return m->has_detector; }
double dm_model_threshold(const dm_model *m) { return m->threshold; }
const double *dm_model_joint(const dm_model *m) { return m->has_joint ? m->joint : NULL; }
double dm_model_abstain(const dm_model *m) { return m->abstain; }
const char *dm_model_id(const dm_model *m) { return m->id; }
const char *dm_model_meta(const dm_model *m) { return m->meta_text ? m->meta_text : "{}"; }
size_t dm_model_features(const dm_model *m) { return (size_t)m->head->n_features; }
size_t dm_model_machines(const dm_model *m) { return m->head->n_machines - m->n_codes; }

/* The most confident answers whose share of errors was still at most that, on held-out examples of the training. */
double dm_model_confidence_for(const dm_model *m, double max_error)
{
    const json_t *curve = json_object_get(json_object_get(json_object_get(m->meta, "card"), "stance"), "risk_coverage");
    for (size_t i = json_array_size(curve); i-- > 0;) {
        const json_t *point = json_array_get(curve, i);
        if (json_number_value(json_array_get(point, 1)) <= max_error)
            return i + 1 == json_array_size(curve) ? 0 : json_number_value(json_array_get(point, 2));
    }
    return 2;
}
const dm_machine *dm_model_machine(const dm_model *m, size_t machine) { return &m->machines[machine]; }

/* ---- deciding -------------------------------------------------------------------------------------------- */

dm_worker *dm_worker_new(const dm_model *model)
{
    dm_worker *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    w->model = model;
    w->featurizer = dm_featurizer_new(model->lexicon);
    w->capacity = 4096;
    w->ids = malloc(w->capacity * sizeof *w->ids);
    if (w->featurizer && w->ids)
        return w;
    dm_worker_free(w);
    return NULL;
}

const dm_model *dm_worker_model(const dm_worker *w) { return w->model; }

void dm_worker_free(dm_worker *w)
{
    if (!w)
        return;
    dm_featurizer_free(w->featurizer);
    free(w->ids);
    free(w);
}

static dm_str feature_name(const dm_model *m, uint32_t id)
{
    return (dm_str){m->names + m->offsets[id], m->offsets[id + 1] - m->offsets[id]};
}

static void take_feature(void *context, dm_str name)
{
    dm_worker *w = context;
    const dm_model *m = w->model;
    bool word = dm_feature_is_word(name);
    w->words += word;
    size_t mask = (size_t)m->head->n_slots - 1, slot = (size_t)dm_str_hash(name) & mask;
    while (m->slots[slot] && !dm_str_equal(feature_name(m, m->slots[slot] - 1), name))
        slot = (slot + 1) & mask;
    if (!m->slots[slot])
        return;
    w->seen += word;
    if (w->n == w->capacity) {
        uint32_t *wider = realloc(w->ids, w->capacity * 2 * sizeof *wider);
        if (!wider)
            return; /* a sentence of ten thousand features: the first ones decide */
        w->ids = wider;
        w->capacity *= 2;
    }
    w->ids[w->n++] = m->slots[slot] - 1;
}

static int by_id(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Distinct feature ids of the claim, sorted; returns their scale. */
static double gather(dm_worker *w, const dm_doc *doc, const dm_claim *claim)
{
    w->n = w->words = w->seen = 0;
    dm_feature_fill(w->featurizer, doc, claim, take_feature, w);
    if (!w->n)
        return 0;
    qsort(w->ids, w->n, sizeof *w->ids, by_id);
    size_t kept = 1;
    for (size_t i = 1; i < w->n; i++)
        if (w->ids[i] != w->ids[i - 1])
            w->ids[kept++] = w->ids[i];
    w->n = kept;
    return (double)dm_row_scale(w->ids, w->n, w->model->values);
}

static double value_of(const dm_worker *w, size_t machine, double value)
{
    const dm_model *m = w->model;
    double sum = 0;
    for (size_t i = 0; i < w->n; i++)
        sum += (double)m->weights[w->ids[i] * (size_t)m->head->n_machines + machine];
    return sum * value + m->machines[machine].bias;
}

/* The code of this label with the highest value; NOWHERE if it has none. */
enum { NO_CODE = -1 };
static int best_code(const dm_worker *w, size_t label, double scale, double *value)
{
    const dm_model *m = w->model;
    int best = NO_CODE;
    for (size_t i = m->head->n_machines - m->n_codes; i < m->head->n_machines; i++)
        if (m->machines[i].positive == label) {
            double v = value_of(w, i, scale);
            if (best == NO_CODE || v > *value) {
                best = (int)i;
                *value = v;
            }
        }
    return best;
}

/* A label's own value and gamma times that of its best code (its own again, if it has no codes). */
static double decision_of(const dm_worker *w, size_t machine, double scale)
{
    const dm_model *m = w->model;
    double own = value_of(w, machine, scale), code = own;
    if (!m->n_codes || machine >= m->n_labels)
        return own;
    best_code(w, machine, scale, &code);
    return own + m->gamma * code;
}

void dm_machines_decide(const dm_machine *machines, size_t n, size_t k, const double *decisions, double *p)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += p[i] = dm_sigmoid_at((dm_sigmoid){machines[i].a, machines[i].b}, decisions[i]);
    if (n == 1 && k == 2) {
        p[1] = 1 - p[0];
        return;
    }
    for (size_t i = 0; i < k; i++)
        p[i] = n == k ? p[i] / sum : 1;
}

/* Text unlike that of the training (few known words) pulls the probabilities towards "cannot tell". */
static void doubt_unfamiliar(const dm_worker *w, dm_decision *d)
{
    double share = w->words ? (double)w->seen / (double)w->words : 0;
    d->known_words = share;
    d->familiar = w->model->familiar > 0 ? fmin(1, pow(share / w->model->familiar, 3)) : 1;
    for (size_t i = 0; i < d->n_labels; i++)
        d->p[i] = d->familiar * d->p[i] + (1 - d->familiar) / (double)d->n_labels;
    if (w->model->has_detector)
        d->p_position *= d->familiar;
    d->p_alone = d->p_position;
}

void dm_model_decide(dm_worker *w, const dm_doc *doc, const dm_claim *claim, dm_decision *d)
{
    const dm_model *m = w->model;
    double value = gather(w, doc, claim), decisions[DM_MAX_LABELS];
    size_t n = dm_model_machines(m) - (size_t)m->has_detector;
    *d = (dm_decision){.n_labels = m->n_labels, .known = w->n, .p_position = 1};
    for (size_t i = 0; i < n && i < sizeof decisions / sizeof *decisions; i++)
        decisions[i] = decision_of(w, i, value);
    dm_machines_decide(m->machines, n, m->n_labels, decisions, d->p);
    if (m->has_detector) {
        d->detector = decision_of(w, n, value);
        d->p_position = dm_sigmoid_at((dm_sigmoid){m->machines[n].a, m->machines[n].b}, d->detector);
    }
    doubt_unfamiliar(w, d);
    double next = 0;
    for (size_t i = 1; i < m->n_labels; i++)
        if (d->p[i] > d->p[d->label])
            d->label = i;
    for (size_t i = 0; i < m->n_labels; i++)
        if (i != d->label && d->p[i] > next)
            next = d->p[i];
    d->conf = d->p[d->label];
    d->margin = d->conf - next;
}

typedef struct {
    uint32_t id;
    double contribution;
} reason;

static int by_size(const void *a, const void *b)
{
    const reason *x = a, *y = b;
    double p = fabs(x->contribution), q = fabs(y->contribution);
    return p != q ? (p < q) - (p > q) : (x->id > y->id) - (x->id < y->id);
}

void dm_model_explain(dm_worker *w, const dm_doc *doc, const dm_claim *claim, size_t machine, double *value, double *bias, dm_reason *tell, void *context)
{
    const dm_model *m = w->model;
    double scale = gather(w, doc, claim);
    double code_value = 0;
    int code = m->n_codes && machine < m->n_labels ? best_code(w, machine, scale, &code_value) : NO_CODE;
    double own = m->n_codes && machine < m->n_labels && code == NO_CODE ? 1 + m->gamma : 1;
    *value = decision_of(w, machine, scale);
    *bias = own * m->machines[machine].bias + (code == NO_CODE ? 0 : m->gamma * m->machines[code].bias);
    reason *reasons = malloc((w->n + 1) * sizeof *reasons);
    if (!reasons)
        return;
    for (size_t i = 0; i < w->n; i++) {
        const float *row = m->weights + w->ids[i] * (size_t)m->head->n_machines;
        double weight = own * (double)row[machine] + (code == NO_CODE ? 0 : m->gamma * (double)row[code]);
        reasons[i] = (reason){w->ids[i], weight * scale};
    }
    qsort(reasons, w->n, sizeof *reasons, by_size);
    for (size_t i = 0; i < w->n; i++)
        tell(context, feature_name(m, reasons[i].id), reasons[i].contribution);
    free(reasons);
}

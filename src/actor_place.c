/* Is it the government, or only a place or an adjective? "Moscow said" against "in Moscow", "Russian forces" against
 * "Russian gas". */
#include "actor_memory.h"
#include "token.h"

static const dm_token *token_at(const dm_memory *m, size_t t) { return &m->doc->tokens[t]; }

static bool is_possessive(const dm_token *t) { return dm_token_is(t, "'s") || dm_token_is(t, "'"); }

/* ---- places ---------------------------------------------------------------------------------------------- */

static const char *const place_words[] = {"across", "around", "at", "from", "in", "inside", "into", "near", "outside", "through", "to", "within"};
/* "ties to Moscow", "warnings from Washington": the government, though a place word stands before it. */
static const char *const bond_words[] = {"accusations", "aid", "anger", "appeal", "appeals", "approval", "arms", "assistance", "assurances", "backing", "blow", "call",
    "calls", "challenge", "close", "closer", "concessions", "condemnation", "criticism", "demand", "demands", "denial", "funding", "guarantees", "help", "letter", "links",
    "loyal", "loyalty", "message", "messages", "note", "objections", "offer", "opposition", "permission", "pledges", "praise", "pressure", "promises", "protest", "protests",
    "rebuke", "reply", "request", "requests", "resistance", "response", "sales", "shipments", "signal", "signals", "statement", "support", "threat", "threats", "ties",
    "warning", "warnings", "weapons"};
static const char *const directions[] = {"-", "central", "east", "eastern", "lower", "north", "northeastern", "northern", "northwestern", "south",
    "southeastern", "southern", "southwestern", "the", "upper", "west", "western"};
static const char *const event_words[] = {"across", "around", "in", "inside", "near", "outside", "throughout", "within"};
/* "interference in Ukraine", "confidence in Ankara": done to the actor, not at the place. */
static const char *const upon_words[] = {"confidence", "disappointed", "disappointment", "faith", "interest", "interested", "interfere", "interfered", "interference", "interfering",
    "intervene", "intervened", "intervention", "invest", "invested", "investing", "investment", "investments", "involvement", "meddle", "meddled", "meddling", "trust"};

/* "in Syria", "inside northern Iraq", "in Geneva and Astana", "across Kenya, Uganda and Rwanda": where it happens. */
bool dm_actor_is_scene(const dm_memory *m, const dm_sentence *s, size_t t, size_t end)
{
    if (end < s->token_end && is_possessive(token_at(m, end)))
        return false;
    for (size_t i = t; i > s->token; i--) {
        const dm_token *before = token_at(m, i - 1);
        if (DM_WORD_IN(before->fold, event_words))
            return !(i >= s->token + 2 && DM_WORD_IN(token_at(m, i - 2)->fold, upon_words));
        bool goes_on = end < s->token_end && (dm_token_is(token_at(m, end), ",") || dm_token_is(token_at(m, end), "and"));
        bool list = (dm_token_is(before, ",") && (goes_on || i < t)) || dm_token_is(before, "and") || dm_token_is(before, "or") || (dm_token_is_capital(before) && i < t);
        if (!list && !DM_WORD_IN(before->fold, directions))
            return false;
    }
    return false;
}

static const char *const way_words[] = {"arrive", "back", "came", "come", "comes", "coming", "convoy", "drove", "flew", "flies", "flight", "flights",
    "flown", "fly", "flying", "go", "goes", "going", "gone", "home", "journey", "march", "marched", "move", "moved", "return", "returned",
    "returning", "returns", "ride", "road", "rode", "route", "sail", "sailed", "sent", "taken", "took", "train", "trains", "travel", "traveled",
    "travelled", "travelling", "trip", "trips", "visit", "visits", "way", "went"};

/* "flew to Moscow", "sent troops to Kabul": a way; "apologised to Moscow", "ties to Kabul": the government. */
static bool is_way(const dm_memory *m, const dm_sentence *s, size_t to)
{
    for (size_t k = 1; k <= 4 && to >= s->token + k; k++)
        if (DM_WORD_IN(token_at(m, to - k)->fold, way_words))
            return true;
    return false;
}

static const char *const movement_verbs[] = {"enter", "entered", "entering", "leave", "leaves", "leaving", "left", "reach", "reached", "reaches", "reaching", "toured", "transited", "visited", "visiting", "visits"};
static const char *const city_parts[] = {"avenues", "center", "centre", "outskirts", "skies", "squares", "streets", "suburb", "suburbs"};
static const char *const city_nouns[] = {"airport", "exchange", "flight", "flights", "metro", "police", "prices", "stock", "streets", "suburb", "suburbs", "time", "university"};

/* "reached Tbilisi", "the streets of Taipei", "central Belgrade", "Taipei stock prices". */
static bool is_ground(const dm_memory *m, const dm_sentence *s, size_t t, size_t end)
{
    if (end < s->token_end && DM_WORD_IN(token_at(m, end)->fold, city_nouns))
        return true;
    if (t == s->token)
        return false;
    const dm_token *before = token_at(m, t - 1);
    bool of_part = dm_token_is(before, "of") && t > s->token + 1 && DM_WORD_IN(token_at(m, t - 2)->fold, city_parts);
    bool out_of = dm_token_is(before, "of") && t > s->token + 1 && dm_token_is(token_at(m, t - 2), "out");
    return of_part || out_of || dm_token_is(before, "central") || dm_token_is(before, "downtown") || DM_WORD_IN(before->fold, movement_verbs);
}

/* "BEIRUT, July 13 (Agency) -", "MOSCOW (Agency) —", "Kyiv -". */
static bool is_dateline(const dm_memory *m, const dm_sentence *s, size_t t, size_t end)
{
    if (t != s->token || end >= s->token_end)
        return false;
    if (dm_token_is(token_at(m, end), "(") || dm_token_is(token_at(m, end), "-"))
        return true;
    bool dated = dm_token_is(token_at(m, end), ",") && end + 2 < s->token_end && (token_at(m, end + 1)->shape == DM_SHAPE_NUMBER || token_at(m, end + 2)->shape == DM_SHAPE_NUMBER);
    for (size_t i = end; dated && i < s->token_end && i < end + 9; i++)
        if (dm_token_is(token_at(m, i), "-") || dm_token_is(token_at(m, i), "("))
            return true;
    return false;
}

static const char *const building_words[] = {"along", "behind", "beneath", "beside", "in", "inside", "near", "on", "opposite", "outside", "past", "under"};
static const char *const building_parts[] = {"courtyard", "entrance", "front", "gate", "gates", "lawn", "steps", "wall", "walls"};

bool dm_actor_is_building(const dm_memory *m, const dm_sentence *s, size_t t)
{
    size_t before = t;
    if (before > s->token && dm_token_is(token_at(m, before - 1), "the"))
        before--;
    if (before == s->token)
        return false;
    bool of_part = dm_token_is(token_at(m, before - 1), "of") && before > s->token + 1 && DM_WORD_IN(token_at(m, before - 2)->fold, building_parts);
    return of_part || DM_WORD_IN(token_at(m, before - 1)->fold, building_words);
}

/* A city is a place behind "in", "from" …, in a dateline, or before ", Country"; else it stands for the government. */
bool dm_actor_is_place(const dm_memory *m, const dm_sentence *s, size_t t, size_t end)
{
    if (end < s->token_end && is_possessive(token_at(m, end)))
        return end + 1 < s->token_end && (dm_token_is(token_at(m, end + 1), "streets") || dm_token_is(token_at(m, end + 1), "airport"));
    if (t > s->token && DM_WORD_IN(token_at(m, t - 1)->fold, place_words)) {
        if (dm_token_is(token_at(m, t - 1), "to"))
            return is_way(m, s, t - 1);
        bool movable = dm_token_is(token_at(m, t - 1), "from") || dm_token_is(token_at(m, t - 1), "at");
        return !(movable && t > s->token + 1 && DM_WORD_IN(token_at(m, t - 2)->fold, bond_words));
    }
    return is_dateline(m, s, t, end) || is_ground(m, s, t, end);
}

/* ---- adjectives ------------------------------------------------------------------------------------------ */

static const char *const goods[] = {"accent", "actor", "actors", "actress", "airport", "airports", "alphabet", "apples", "artist", "artists",
    "athlete", "athletes", "avocados", "ballet", "bananas", "barley", "beans", "beef", "beer", "boxer", "boxers", "boys", "brand", "brands", "brandy",
    "bread", "businessman", "businessmen", "businesspeople", "businesswoman", "butter", "calendar", "canola", "carpet", "carpets", "carrier", "cars",
    "caviar", "century", "champagne", "cheese", "chef", "chefs", "chicken", "children", "chocolate", "cinema", "cities", "civil", "civilians",
    "cloth", "clothes", "coal", "coast", "coastline", "coffee", "commuters", "companies", "company", "composer", "composers", "consumers", "cooking",
    "copper", "corn", "cotton", "cricketer", "cricketers", "crude", "cuisine", "currency", "cyclist", "cyclists", "dairy", "dancer", "dancers",
    "desert", "dialect", "diamonds", "dishes", "doctors", "dollars", "dream", "drivers", "economy", "electronics", "entrepreneurs", "exiles",
    "expatriates", "exports", "fabric", "families", "family", "fans", "farmers", "fertiliser", "fertilizer", "film", "fish", "fishermen", "flowers",
    "folklore", "food", "football", "footballer", "footballers", "fruit", "furniture", "garlic", "gas", "girls", "golfers", "goods", "grain",
    "grapes", "history", "holidaymakers", "homes", "honey", "hotel", "hotels", "households", "housewives", "immigrants", "imports", "islands",
    "jewellery", "kids", "labourers", "lamb", "language", "lemons", "literature", "maize", "market", "markets", "meat", "media", "migrants", "milk",
    "miners", "monks", "mothers", "motorists", "mountains", "movie", "movies", "music", "musician", "musicians", "nationals", "netizens", "newspaper",
    "noodles", "novel", "novelist", "novelists", "nuns", "nurses", "nuts", "oil", "olives", "onions", "opera", "oranges", "painter", "painters",
    "paintings", "passengers", "passport", "passports", "pasta", "pensioner", "pensioners", "philosopher", "pilgrims", "pineapples", "pizza",
    "players", "poet", "poetry", "poets", "pop", "pork", "potatoes", "press", "products", "proverb", "public", "readers", "refugees", "residents",
    "restaurant", "restaurants", "rice", "rivers", "roads", "rouble", "roulette", "rum", "runner", "runners", "salmon", "scholar", "scholars",
    "schoolchildren", "schools", "seafood", "shepherds", "shirts", "shoes", "shoppers", "shops", "silk", "singer", "singers", "skaters", "skiers",
    "soap", "society", "soil", "songs", "soup", "soybeans", "spices", "spring", "steel", "students", "sugar", "summer", "sunflower", "swimmers",
    "taxpayers", "tea", "teachers", "team", "teenager", "teenagers", "television", "textiles", "theatre", "timber", "tobacco", "tomatoes", "tourist",
    "tourists", "towns", "toys", "truckers", "vegetables", "viewers", "village", "villagers", "villages", "vodka", "voters", "waiters", "weather",
    "wheat", "whiskey", "whisky", "widows", "wine", "wines", "winter", "women", "wool", "workers", "wrestlers", "writer", "writers"};
static const char *const made_words[] = {"born", "bound", "built", "drawn", "grown", "language", "made", "sewn", "speaking", "spun", "woven",
    "written"};
static const char *const doing_words[] = {"aided", "allied", "armed", "backed", "brokered", "commanded", "convened", "dominated", "financed",
    "funded", "hosted", "imposed", "mandated", "mediated", "proposed", "protected", "sanctioned", "sponsored", "supplied", "supported", "trained"}; /* what a state does to others: it stays an actor */

/* "-made", "-built", "-registered"; but "-backed" tells of a position. */
static bool is_made(dm_str fold)
{
    return DM_WORD_IN(fold, made_words) || (dm_str_ends(fold, "ed") && !DM_WORD_IN(fold, doing_words));
}

/* "Chinese-made", "Russian gas", "French wine", "Americans": adjectives and crowds that are no actor. */
bool dm_actor_is_adjective(const dm_memory *m, const dm_sentence *s, size_t t, size_t end)
{
    size_t length = 0;
    const dm_entry *crowd = end < s->token_end ? dm_gazetteer_find(m->gazetteer, &m->doc->tokens[end], s->token_end - end, &length) : NULL;
    if (crowd && dm_str_is(crowd->id, "GRP:PROTESTERS")) /* "Iranian protesters" */
        return true;
    if (end + 1 < s->token_end && dm_token_is(token_at(m, end), "-") && is_made(token_at(m, end + 1)->fold))
        return true;
    if (end < s->token_end && DM_WORD_IN(token_at(m, end)->fold, goods))
        return true;
    bool plural = dm_str_ends(token_at(m, end - 1)->fold, "s");
    bool article = t > s->token && dm_token_is(token_at(m, t - 1), "the");
    return plural && !article;
}

static const char *const told_words[] = {"by", "citing", "from", "in", "quoted", "tell", "telling", "to", "told", "via", "with"};
static const char *const tell_words[] = {"cited", "citing", "editorial", "has", "interview", "published", "quoted", "reported", "reporting", "reports", "said", "saying", "says", "wrote"};

/* "told the New York Times", "Reuters reported": where the news comes from, not who takes a position. */
bool dm_actor_is_source(const dm_memory *m, const dm_sentence *s, size_t t, size_t end)
{
    size_t before = t > s->token && dm_token_is(token_at(m, t - 1), "the") ? t - 1 : t;
    if (before > s->token && DM_WORD_IN(token_at(m, before - 1)->fold, told_words))
        return true;
    return end < s->token_end && DM_WORD_IN(token_at(m, end)->fold, tell_words);
}

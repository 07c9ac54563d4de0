/* clean_words.c: the few words and names that repairs need to know. All lists stand in byte order. */
#include "clean_parts.h"

#include <stdlib.h>

/* Words found glued to an acronym ("NATOcalls"), or that may be: function words, verbs and nouns of reporting. */
static const char *const common_words[] = {
    "about", "above", "accused", "accuses", "added", "adds", "after", "against", "agreed", "agrees", "aims",
    "all", "allies", "along", "also", "although", "among", "and", "announced", "any", "are", "army", "asked",
    "attack", "attacks", "away", "backed", "backs", "became", "because", "been", "before", "began", "being",
    "between", "both", "but", "call", "called", "calling", "calls", "came", "can", "chief", "claimed", "claims",
    "condemned", "could", "countries", "country", "demanded", "denied", "despite", "did", "does", "during",
    "each", "ended", "even", "ever", "every", "expansion", "expects", "first", "five", "for", "force", "forces",
    "four", "from", "full", "gave", "given", "government", "had", "has", "have", "headed", "held", "help",
    "helped", "her", "here", "him", "his", "how", "however", "into", "its", "itself", "join", "joined", "just",
    "last", "later", "launched", "leader", "leaders", "led", "like", "made", "make", "makes", "many", "may",
    "meeting", "members", "met", "might", "military", "minister", "missile", "missiles", "more", "most", "much",
    "must", "near", "never", "new", "news", "next", "nor", "not", "now", "off", "offered", "official",
    "officials", "one", "only", "opened", "opposes", "other", "our", "out", "over", "own", "part", "peace",
    "people", "plans", "power", "president", "pressed", "process", "proposed", "put", "ready", "recent",
    "reported", "reports", "response", "rules", "said", "same", "sanctions", "saw", "say", "saying", "says",
    "secretary", "see", "seeks", "sent", "set", "several", "she", "should", "signed", "since", "six", "some",
    "source", "sources", "spokesman", "spokeswoman", "state", "states", "still", "stop", "such", "summit",
    "support", "supports", "take", "takes", "talks", "ten", "than", "that", "the", "their", "them", "then",
    "there", "these", "they", "this", "those", "three", "through", "told", "took", "towards", "trade", "treaty",
    "troops", "two", "under", "until", "urged", "urges", "used", "very", "vowed", "wants", "war", "warned",
    "warns", "was", "well", "went", "were", "what", "when", "where", "whether", "which", "while", "who",
    "whose", "why", "will", "with", "without", "would", "year", "years", "yet", "you",
};

/* Acronyms that have no camel-case reading: "OPECoutput" is two words, "JPMorgan" is one. */
static const char *const known_acronyms[] = {
    "ABC", "AFP", "ASEAN", "AUKUS", "BBC", "BRICS", "CAR", "CBS", "CIA", "CNN", "CPTPP", "ECOWAS", "EEC", "EEZ",
    "EFTA", "EPA", "FARC", "FBI", "FIFA", "FSB", "GCC", "GDP", "HIV", "IAEA", "ICBM", "ICC", "ICJ", "IDF",
    "ILO", "IMF", "INF", "INTERPOL", "IRGC", "ISIL", "ISIS", "JCPOA", "KGB", "LNG", "MEP", "MI5", "MI6",
    "NAFTA", "NASA", "NATO", "NBC", "NGO", "NPT", "NSA", "OAS", "ODIHR", "OECD", "OIC", "OPCW", "OPEC", "OSCE",
    "PKK", "PLO", "PMC", "QUAD", "RCEP", "SADC", "SALT", "START", "TPP", "UAE", "UAV", "UNDP", "UNESCO", "UNGA",
    "UNHCR", "UNICEF", "UNIFIL", "UNRWA", "UNSC", "USA", "USAID", "USSR", "WHO", "WTO", "YPG",
};

/* Words behind which no English sentence ends if the next word is in lower case. "in." (inches), "no." (number) and
 * words like "is" and "to", which do end sentences, are not among them. */
static const char *const never_last[] = {
    "a", "although", "among", "an", "and", "as", "because", "beyond", "despite", "during", "every", "for",
    "from", "his", "if", "into", "its", "like", "my", "nor", "of", "or", "our", "regarding", "some", "such",
    "than", "the", "their", "these", "this", "those", "though", "toward", "towards", "unless", "until", "upon",
    "very", "whether", "whose", "with", "within", "your",
};

/* Who takes the pictures. */
static const char *const agencies[] = {
    "AAP", "AFP", "ANSA", "AP", "Alamy", "Anadolu", "Associated", "Bloomberg", "DPA", "EFE", "EPA", "EPA-EFE",
    "Getty", "IRNA", "KCNA", "Kyodo", "NurPhoto", "PA", "PTI", "Pool", "RIA", "Reuters", "SANA", "SIPA",
    "Shutterstock", "Sputnik", "TASS", "UPI", "WAFA", "Xinhua", "Yonhap", "Zuma", "iStock",
};

static const char *const web_domains[] = {
    "ae", "app", "at", "au", "be", "biz", "ca", "ch", "cn", "co", "com", "de", "edu", "eu", "fr", "gov", "ie",
    "il", "in", "info", "int", "io", "ir", "it", "jp", "kr", "me", "media", "mil", "net", "news", "ng", "nl",
    "no", "nz", "org", "ru", "se", "site", "tr", "tv", "ua", "uk", "us", "za",
};

/* HTML 4; the rest is too rare in news to be worth a line. */
static const struct {
    const char *name;
    uint16_t cp;
} entities[] = {
    {"AElig", 0x00C6}, {"Aacute", 0x00C1}, {"Acirc", 0x00C2}, {"Agrave", 0x00C0}, {"Aring", 0x00C5},
    {"Atilde", 0x00C3}, {"Auml", 0x00C4}, {"Ccedil", 0x00C7}, {"ETH", 0x00D0}, {"Eacute", 0x00C9},
    {"Ecirc", 0x00CA}, {"Egrave", 0x00C8}, {"Euml", 0x00CB}, {"Iacute", 0x00CD}, {"Icirc", 0x00CE},
    {"Igrave", 0x00CC}, {"Iuml", 0x00CF}, {"Ntilde", 0x00D1}, {"OElig", 0x0152}, {"Oacute", 0x00D3},
    {"Ocirc", 0x00D4}, {"Ograve", 0x00D2}, {"Oslash", 0x00D8}, {"Otilde", 0x00D5}, {"Ouml", 0x00D6},
    {"Prime", 0x2033}, {"Scaron", 0x0160}, {"THORN", 0x00DE}, {"Uacute", 0x00DA}, {"Ucirc", 0x00DB},
    {"Ugrave", 0x00D9}, {"Uuml", 0x00DC}, {"Yacute", 0x00DD}, {"Yuml", 0x0178}, {"aacute", 0x00E1},
    {"acirc", 0x00E2}, {"acute", 0x00B4}, {"aelig", 0x00E6}, {"agrave", 0x00E0}, {"amp", 0x0026},
    {"apos", 0x0027}, {"aring", 0x00E5}, {"atilde", 0x00E3}, {"auml", 0x00E4}, {"bdquo", 0x201E},
    {"brvbar", 0x00A6}, {"bull", 0x2022}, {"ccedil", 0x00E7}, {"cedil", 0x00B8}, {"cent", 0x00A2},
    {"copy", 0x00A9}, {"curren", 0x00A4}, {"dagger", 0x2020}, {"deg", 0x00B0}, {"divide", 0x00F7},
    {"eacute", 0x00E9}, {"ecirc", 0x00EA}, {"egrave", 0x00E8}, {"emsp", 0x2003}, {"ensp", 0x2002},
    {"eth", 0x00F0}, {"euml", 0x00EB}, {"euro", 0x20AC}, {"frac12", 0x00BD}, {"frac14", 0x00BC},
    {"frac34", 0x00BE}, {"gt", 0x003E}, {"hellip", 0x2026}, {"iacute", 0x00ED}, {"icirc", 0x00EE},
    {"iexcl", 0x00A1}, {"igrave", 0x00EC}, {"iquest", 0x00BF}, {"iuml", 0x00EF}, {"laquo", 0x00AB},
    {"ldquo", 0x201C}, {"lrm", 0x200E}, {"lsaquo", 0x2039}, {"lsquo", 0x2018}, {"lt", 0x003C}, {"macr", 0x00AF},
    {"mdash", 0x2014}, {"micro", 0x00B5}, {"middot", 0x00B7}, {"minus", 0x2212}, {"nbsp", 0x00A0},
    {"ndash", 0x2013}, {"not", 0x00AC}, {"ntilde", 0x00F1}, {"oacute", 0x00F3}, {"ocirc", 0x00F4},
    {"oelig", 0x0153}, {"ograve", 0x00F2}, {"ordf", 0x00AA}, {"ordm", 0x00BA}, {"oslash", 0x00F8},
    {"otilde", 0x00F5}, {"ouml", 0x00F6}, {"para", 0x00B6}, {"plusmn", 0x00B1}, {"pound", 0x00A3},
    {"prime", 0x2032}, {"quot", 0x0022}, {"raquo", 0x00BB}, {"rdquo", 0x201D}, {"reg", 0x00AE}, {"rlm", 0x200F},
    {"rsaquo", 0x203A}, {"rsquo", 0x2019}, {"sbquo", 0x201A}, {"scaron", 0x0161}, {"sect", 0x00A7},
    {"shy", 0x00AD}, {"sup1", 0x00B9}, {"sup2", 0x00B2}, {"sup3", 0x00B3}, {"szlig", 0x00DF},
    {"thinsp", 0x2009}, {"thorn", 0x00FE}, {"times", 0x00D7}, {"trade", 0x2122}, {"uacute", 0x00FA},
    {"ucirc", 0x00FB}, {"ugrave", 0x00F9}, {"uml", 0x00A8}, {"uuml", 0x00FC}, {"yacute", 0x00FD},
    {"yen", 0x00A5}, {"yuml", 0x00FF}, {"zwj", 0x200D}, {"zwnj", 0x200C},
};

static int order_of_name(const void *key, const void *element)
{
    return dm_str_order(*(const dm_str *)key, dm_str_from(*(const char *const *)element));
}

#define IS_IN(word, list) (bsearch(&(word), (list), sizeof(list) / sizeof *(list), sizeof *(list), order_of_name) != NULL)

bool dm_is_common_word(dm_str lower) { return IS_IN(lower, common_words); }
bool dm_is_known_acronym(dm_str upper) { return IS_IN(upper, known_acronyms); }
bool dm_never_ends_sentence(dm_str lower) { return IS_IN(lower, never_last); }
bool dm_is_agency(dm_str word) { return IS_IN(word, agencies); }
bool dm_is_web_domain(dm_str lower) { return IS_IN(lower, web_domains); }

uint32_t dm_entity(dm_str name) /* the name is the first member, so the same order serves */
{
    const size_t n = sizeof entities / sizeof *entities;
    const char *found = bsearch(&name, entities, n, sizeof *entities, order_of_name);
    return found ? entities[(size_t)(found - (const char *)entities) / sizeof *entities].cp : 0;
}

static bool is_gap(char c) { return c == ' ' || c == '\n'; }

static bool holds(dm_str chunk, const char *needle)
{
    return memmem(chunk.s, chunk.n, needle, strlen(needle)) != NULL;
}

enum { FAR = 200 };

bool dm_in_address(const char *s, size_t n, size_t at)
{
    size_t from = at, to = at;
    while (from && at - from < FAR && !is_gap(s[from - 1]))
        from--;
    while (to < n && to - at < FAR && !is_gap(s[to]))
        to++;
    dm_str chunk = {s + from, to - from};
    return holds(chunk, "://") || holds(chunk, "www.") || memchr(chunk.s, '@', chunk.n) || chunk.s[0] == '#' ||
           chunk.s[0] == '/';
}

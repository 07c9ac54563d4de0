/* Who takes which position in a sentence: cc example.c $(pkg-config --cflags --libs demarche) */
#include <demarche.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    char message[DEMARCHE_MESSAGE];
    if (argc != 3) {
        fprintf(stderr, "usage: example MODEL ACTORS < article.txt\n");
        return 2;
    }
    static char text[1 << 20];
    size_t n = fread(text, 1, sizeof text, stdin);
    demarche *d = demarche_open(argv[1], argv[2], message);
    char *records = d ? demarche_classify(d, text, n, "standard-input", "", message) : NULL;
    if (records)
        fputs(records, stdout);
    else
        fprintf(stderr, "%s\n", message);
    demarche_free(records);
    demarche_close(d);
    return records ? 0 : 3;
}

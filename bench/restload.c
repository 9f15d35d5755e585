/* Calls the agent's REST interface on one connection, one request after another, as its SDK does.
 *
 *   restload status PORT ID COUNT      asks for a download's status so many times
 *   restload pause PORT ID             pauses a download and asks until its status says so
 *   restload start PORT ID             starts a download and asks until bytes have come
 *   restload create PORT URL PATH      makes a download and writes its id
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int peer;
static char reply[65536];

static void fail(const char *what) {
    fprintf(stderr, "restload: %s: %s\n", what, reply);
    exit(1);
}

static void reach(const char *port) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(port))};
    int on = 1;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    peer = socket(AF_INET, SOCK_STREAM, 0);
    if (peer < 0 || connect(peer, (struct sockaddr *)&to, sizeof to) != 0) fail("no agent");
    setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/* Sends a request and reads its whole answer; the body, which must be that of a success. */
static const char *call(const char *method, const char *operation, const char *query) {
    char request[8192];
    size_t got = 0;
    int length = snprintf(request, sizeof request, "%s download/%s?%s HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: DO-SDK-CPP\r\n\r\n", method, operation, query);
    if (length < 0 || (size_t)length >= sizeof request || write(peer, request, (size_t)length) != length) fail("cannot send");
    for (;;) {
        ssize_t more = read(peer, reply + got, sizeof reply - 1 - got);
        char *body, *announced;
        if (more <= 0) fail("no answer");
        got += (size_t)more;
        reply[got] = 0;
        body = strstr(reply, "\r\n\r\n");
        announced = strstr(reply, "Content-Length: ");
        if (body == NULL || announced == NULL || got < (size_t)(body + 4 - reply) + strtoul(announced + 16, NULL, 10)) continue;
        if (strncmp(reply, "HTTP/1.1 200 ", 13) != 0) fail("refused");
        return body + 4;
    }
}

static void await(const char *query, int (*is_so)(const char *)) {
    struct timespec since, now, nap = {0, 200000};
    clock_gettime(CLOCK_MONOTONIC, &since);
    while (!is_so(call("GET", "getstatus", query))) {
        clock_gettime(CLOCK_MONOTONIC, &now);
        if (now.tv_sec - since.tv_sec > 10) fail("waited in vain");
        nanosleep(&nap, NULL);
    }
}

static int is_paused(const char *status) { return strstr(status, "\"Status\":\"Paused\"") != NULL; }

static int has_bytes(const char *status) {
    return strstr(status, "\"Status\":\"Transferring\"") != NULL && strstr(status, "\"BytesTransferred\":\"0\"") == NULL;
}

int main(int count, char **words) {
    char query[4096];
    if (count < 4) {
        fprintf(stderr, "usage: restload status|pause|start PORT ID [COUNT], or restload create PORT URL PATH\n");
        return 2;
    }
    reach(words[2]);
    if (strcmp(words[1], "create") == 0 && count == 5) {
        snprintf(query, sizeof query, "Uri=%s&DownloadFilePath=%s", words[3], words[4]);
        printf("%.36s\n", call("POST", "create", query) + 7);
        return 0;
    }
    snprintf(query, sizeof query, "Id=%s", words[3]);
    if (strcmp(words[1], "status") == 0 && count == 5) {
        for (long left = atol(words[4]); left > 0; left--) call("GET", "getstatus", query);
        return 0;
    }
    if (strcmp(words[1], "pause") == 0) {
        call("POST", "pause", query);
        await(query, is_paused);
        return 0;
    }
    if (strcmp(words[1], "start") == 0) {
        call("POST", "start", query);
        await(query, has_bytes);
        return 0;
    }
    return 2;
}

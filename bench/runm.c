/* runm: run a command and write what it cost as one line of CSV.
 *   runm [-t SECONDS] [-o FILE] -- COMMAND [ARGUMENT]...
 * Line: wall_s,user_s,sys_s,peak_rss_kib,exit
 *   user, sys, peak_rss   of the command and every child it waited for (wait4); the peak is that of the largest
 *   exit                  the command's, or 128 + the signal that ended it; -t ends it with SIGKILL (137)
 * Linked statically and small on purpose: ru_maxrss starts at what the forking parent had resident, so a shell or
 * Python as the parent would put a floor under every reading. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static pid_t child;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static double seconds(struct timeval t) { return t.tv_sec + t.tv_usec / 1e6; }

/* The command has its own process group, so that a shell's children end with it. */
static void end_child(int signal) {
    (void)signal;
    if (child > 0) kill(-child, SIGKILL);
}

int main(int argc, char **argv) {
    const char *out = 0;
    int option, timeout = 0;
    while ((option = getopt(argc, argv, "+o:t:")) != -1)
        switch (option) {
            case 'o': out = optarg; break;
            case 't': timeout = atoi(optarg); break;
            default: return 2;
        }
    if (optind >= argc) return 2;

    double started = now();
    child = fork();
    if (child < 0) { perror("fork"); return 2; }
    if (child == 0) {
        setpgid(0, 0);
        execvp(argv[optind], argv + optind);
        perror(argv[optind]);
        _exit(127);
    }
    setpgid(child, child);
    signal(SIGALRM, end_child);
    signal(SIGINT, end_child);
    signal(SIGTERM, end_child);
    if (timeout > 0) alarm(timeout);

    int status;
    struct rusage cost;
    while (wait4(child, &status, 0, &cost) < 0 && errno == EINTR) {}
    double wall = now() - started;

    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    FILE *file = out ? fopen(out, "w") : stderr;
    if (!file) { perror(out); return 2; }
    fprintf(file, "%.5f,%.5f,%.5f,%ld,%d\n", wall, seconds(cost.ru_utime), seconds(cost.ru_stime), cost.ru_maxrss, code);
    return code;
}

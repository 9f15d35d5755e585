/* runm: run a command and write what it cost as one line of CSV.
 *   runm [-t SECONDS] [-o FILE] [-s MOMENT] -- COMMAND [ARGUMENT]...
 * Line: wall_s,user_s,sys_s,peak_rss_kib,exit  and with -s also  ,started
 *   user, sys, peak_rss   of the command and every child it waited for (wait4); the peak is that of the largest
 *   exit                  the command's, or 128 + the signal that ended it; -t ends it with SIGKILL (137)
 *   started               -s waits for that moment of the clock (seconds since 1970, with a fraction), so that many start at once;
 *                         this is when the command was started indeed
 * Ended itself (SIGTERM), it ends the command and still writes the line: so what serves until it is stopped is measured too.
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

static double now(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static double seconds(struct timeval t) { return t.tv_sec + t.tv_usec / 1e6; }

static void wait_for(double moment) {
    struct timespec t = { (time_t)moment, (long)((moment - (double)(time_t)moment) * 1e9) };
    while (clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &t, 0) == EINTR) {}
}

/* The command has its own process group, so that a shell's children end with it. */
static void end_child(int signal) {
    (void)signal;
    if (child > 0) kill(-child, SIGKILL);
}

int main(int argc, char **argv) {
    const char *out = 0;
    int option, timeout = 0;
    double moment = 0;
    while ((option = getopt(argc, argv, "+o:s:t:")) != -1)
        switch (option) {
            case 'o': out = optarg; break;
            case 's': moment = atof(optarg); break;
            case 't': timeout = atoi(optarg); break;
            default: return 2;
        }
    if (optind >= argc) return 2;

    if (moment > 0) wait_for(moment);
    double started = now(CLOCK_MONOTONIC), started_at = now(CLOCK_REALTIME);
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
    double wall = now(CLOCK_MONOTONIC) - started;

    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    FILE *file = out ? fopen(out, "w") : stderr;
    if (!file) { perror(out); return 2; }
    fprintf(file, "%.5f,%.5f,%.5f,%ld,%d", wall, seconds(cost.ru_utime), seconds(cost.ru_stime), cost.ru_maxrss, code);
    if (moment > 0) fprintf(file, ",%.4f", started_at);
    fputc('\n', file);
    return code;
}

// Fills a guest: inhabit WHAT NUMBER; each returns when what it made is there.
//   crowd N      N tasks in processes of up to three threads, asleep in many places
//   odd 0        a zombie, a stopped task, a parent that waits in vfork, one with much open, one in its own
//   namespaces huge N       a process that holds N huge pages of hugetlb hold N       a process with N MB of
//   anonymous memory and N MB of locked memory shared N     a System V segment of N MB names N      N names
//   that do not exist are asked for in the working directory files N      N files are made in the working
//   directory, and two of three removed again messages N   N messages of a kilobyte are queued, and every
//   third is taken out again
#define _GNU_SOURCE
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sleepers.h"

static void* thread_main(void* place) {
    char name[16];
    snprintf(name, sizeof name, "crowd/%lu", (unsigned long)place);
    prctl(PR_SET_NAME, name);
    sleep_in((unsigned)(unsigned long)place);
    return NULL;
}

static void crowd(unsigned long number) {
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 64 << 10);
    for (unsigned long made = 0; made < number; made += 1 + made % 3) {
        if (fork() != 0) continue;
        pthread_t thread;
        for (unsigned long more = 1; more <= made % 3; ++more)
            pthread_create(&thread, &small, thread_main, (void*)(made + more));
        sleep_in((unsigned)made);
    }
}

static void wait_for_ever(void) {
    for (;;) pause();
}

static void open_much(void) {
    struct sockaddr_in port = {
        .sin_family = AF_INET, .sin_port = htons(4711), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int ends[2];
    open("/etc/motd", O_RDONLY);
    int deleted = open("/tmp/deleted", O_RDWR | O_CREAT, 0600);
    unlink("/tmp/deleted");
    ftruncate(deleted, 10000);
    open("/tmp/kept", O_RDWR | O_CREAT | O_APPEND, 0600);
    open("/disk/big", O_RDONLY);
    int merged = open("/merged/lower-file", O_RDWR);
    write(merged, "copied up", 9);
    memfd_create("scratch", 0);
    eventfd(3, 0);
    pipe(ends);
    socketpair(AF_UNIX, SOCK_DGRAM, 0, ends);
    int server = socket(AF_INET, SOCK_STREAM, 0);
    bind(server, (struct sockaddr*)&port, sizeof port);
    listen(server, 5);
    int client = socket(AF_INET, SOCK_STREAM, 0);
    connect(client, (struct sockaddr*)&port, sizeof port);
    socket(AF_INET, SOCK_DGRAM, 0);
    fcntl(deleted, F_DUPFD, 200);
    char* mapped = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_SHARED, open("/disk/mapped", O_RDWR), 0);
    for (unsigned page = 0; mapped != MAP_FAILED && page < 100; ++page) mapped[page * 4096L] = 1;
}

static void odd(unsigned long unused) {
    (void)unused;
    if (fork() == 0) {  // the zombie's parent
        prctl(PR_SET_NAME, "careless");
        if (fork() == 0) _exit(3);
        wait_for_ever();
    }
    pid_t stopped = fork();
    if (stopped == 0) {
        prctl(PR_SET_NAME, "stopped");
        wait_for_ever();
    }
    kill(stopped, SIGSTOP);
    if (fork() == 0) {  // uninterruptible until its child ends
        prctl(PR_SET_NAME, "vfork parent");
        if (vfork() == 0) wait_for_ever();
    }
    if (fork() == 0) {
        prctl(PR_SET_NAME, "opens much");
        open_much();
        wait_for_ever();
    }
    if (fork() == 0) {
        prctl(PR_SET_NAME, "apart");
        unshare(CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET);
        mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
        mount("secret", "/mnt", "tmpfs", MS_NOSUID | MS_NODEV, "size=1m");
        wait_for_ever();
    }
    if (fork() == 0) {
        prctl(PR_SET_NAME, "killed last");
        FILE* score = fopen("/proc/self/oom_score_adj", "w");
        fputs("-1000", score);
        fclose(score);
        wait_for_ever();
    }
    sleep(2);
}

static void huge(unsigned long pages) {
    if (fork() != 0) return;
    prctl(PR_SET_NAME, "huge");
    memset(mmap(NULL, pages << 21, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0),
           1, pages << 21);
    wait_for_ever();
}

static void hold(unsigned long megabytes) {
    if (fork() != 0) return;
    prctl(PR_SET_NAME, "hold");
    size_t size = megabytes << 20;
    char* plain = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (size_t at = 0; at < size; at += 4096) *(size_t*)(plain + at) = at * 0x9e3779b97f4a7c15;
    char* locked = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mlock(locked, size) != 0) perror("mlock");
    wait_for_ever();
}

static void shared(unsigned long megabytes) {
    char* segment = shmat(shmget(0x4711, megabytes << 20, IPC_CREAT | 0600), NULL, 0);
    memset(segment, 1, (megabytes << 20) / 2);
    if (fork() != 0) return;
    prctl(PR_SET_NAME, "shared");
    wait_for_ever();
}

static void names(unsigned long number) {
    char name[40];
    struct stat told;
    for (unsigned long i = 0; i < number; ++i) {
        snprintf(name, sizeof name, "no-such-name-%lx", i);
        stat(name, &told);
    }
}

static void files(unsigned long number) {
    char name[40];
    for (unsigned long i = 0; i < number; ++i) {
        snprintf(name, sizeof name, "file-%lx", i);
        close(open(name, O_WRONLY | O_CREAT, 0600));
    }
    for (unsigned long i = 0; i < number; ++i) {
        snprintf(name, sizeof name, "file-%lx", i);
        if (i % 3 != 0) unlink(name);
    }
}

static void messages(unsigned long number) {
    struct {
        long type;
        char text[900];
    } message = {0};
    int queue = msgget(0x4712, IPC_CREAT | 0600);
    for (unsigned long i = 0; i < number; ++i) {
        message.type = (long)(1 + i % 3);
        if (msgsnd(queue, &message, sizeof message.text, IPC_NOWAIT) != 0) break;
    }
    while (msgrcv(queue, &message, sizeof message.text, 1, IPC_NOWAIT) > 0) {
    }
}

int main(int argc, char** argv) {
    static const struct {
        const char* name;
        void (*make)(unsigned long);
    } kKinds[] = {{"crowd", crowd},   {"odd", odd},     {"huge", huge},   {"hold", hold},
                  {"shared", shared}, {"names", names}, {"files", files}, {"messages", messages}};
    for (size_t i = 0; argc == 3 && i < sizeof kKinds / sizeof kKinds[0]; ++i) {
        if (strcmp(argv[1], kKinds[i].name) != 0) continue;
        kKinds[i].make(strtoul(argv[2], NULL, 0));
        return 0;
    }
    fprintf(stderr, "usage: inhabit WHAT NUMBER\n");
    return 2;
}

#define _GNU_SOURCE
#include "sleepers.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void in_pause(void) { pause(); }

static void in_nanosleep(void) {
    const struct timespec long_time = {100000, 0};
    nanosleep(&long_time, NULL);
}

static void in_futex(void) {
    static uint32_t word;
    syscall(SYS_futex, &word, FUTEX_WAIT, 0, NULL, NULL, 0);
}

static void in_pipe_read(void) {
    int ends[2];
    char byte;
    if (pipe(ends) == 0) read(ends[0], &byte, 1);
}

static void in_pipe_write(void) {
    static char page[4096];
    int ends[2];
    if (pipe(ends) == 0)
        while (write(ends[1], page, sizeof page) > 0) {
        }
}

static void in_poll(void) {
    int ends[2];
    if (pipe(ends) != 0) return;
    struct pollfd waited = {.fd = ends[0], .events = POLLIN};
    poll(&waited, 1, -1);
}

static void in_select(void) {
    int fd = eventfd(0, 0);
    fd_set waited;
    FD_ZERO(&waited);
    FD_SET(fd, &waited);
    select(fd + 1, &waited, NULL, NULL, NULL);
}

static void in_epoll(void) {
    struct epoll_event event = {.events = EPOLLIN};
    int set = epoll_create1(0);
    epoll_ctl(set, EPOLL_CTL_ADD, eventfd(0, 0), &event);
    epoll_wait(set, &event, 1, -1);
}

static void in_eventfd(void) {
    uint64_t count;
    read(eventfd(0, 0), &count, sizeof count);
}

static void in_timerfd(void) {
    const struct itimerspec late = {.it_value = {100000, 0}};
    uint64_t count;
    int fd = timerfd_create(CLOCK_MONOTONIC, 0);
    timerfd_settime(fd, 0, &late, NULL);
    read(fd, &count, sizeof count);
}

static void in_inotify(void) {
    char event[4096];
    int fd = inotify_init1(0);
    inotify_add_watch(fd, "/nothing-changes-here", IN_CREATE);
    read(fd, event, sizeof event);
}

static void in_sigwait(void) {
    sigset_t set;
    int got;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    sigwait(&set, &got);
}

static void in_socket_read(void) {
    int ends[2];
    char byte;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0) recv(ends[0], &byte, 1, 0);
}

static void in_accept(void) {
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    snprintf(name.sun_path + 1, sizeof name.sun_path - 1, "oracle-%d", (int)gettid());
    if (bind(fd, (struct sockaddr*)&name, sizeof name) == 0 && listen(fd, 1) == 0) accept(fd, NULL, NULL);
}

static void in_message_queue(void) {
    struct {
        long type;
        char text[16];
    } message;
    msgrcv(msgget(IPC_PRIVATE, 0600), &message, sizeof message.text, 0, 0);
}

static void in_semaphore(void) {
    struct sembuf down = {.sem_op = -1};
    semop(semget(IPC_PRIVATE, 1, 0600), &down, 1);
}

static void in_flock(void) {
    // The first to come holds it and pauses.
    flock(open("/tmp/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600), LOCK_EX);
}

static void in_record_lock(void) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    fcntl(open("/tmp/records", O_RDWR | O_CREAT | O_CLOEXEC, 0600), F_OFD_SETLKW, &lock);
}

static void in_wait(void) {
    pid_t child = fork();
    if (child == 0)
        for (;;) pause();
    waitpid(child, NULL, 0);
}

static void (*const kPlaces[])(void) = {
    in_pause,         in_nanosleep, in_futex,   in_pipe_read,   in_pipe_write, in_poll,        in_select,
    in_epoll,         in_eventfd,   in_timerfd, in_inotify,     in_sigwait,    in_socket_read, in_accept,
    in_message_queue, in_semaphore, in_flock,   in_record_lock, in_wait,
};

unsigned places(void) { return sizeof kPlaces / sizeof kPlaces[0]; }

void sleep_in(unsigned place) {
    kPlaces[place % places()]();
    for (;;) pause();
}

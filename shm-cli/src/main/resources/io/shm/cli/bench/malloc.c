/* The baseline of "shm bench alloc": the same workloads with malloc and free. Reads lines "KIND SIZE THREADS MILLIS",
 * replies "OPERATIONS WALL_NS CPU_NS", ends with its input. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BATCH = 512, RING = 1024, SPINS = 64, LIVE = 10000, SIZES = 1 << 12, VICTIMS = 1 << 16, MOST_THREADS = 64 };

static int sizes[SIZES];
static int victims[VICTIMS];
static void *live[LIVE];
static unsigned turn;
static _Atomic(void *) ring[RING];
static char end_mark;

typedef struct {
    const char *kind;
    int size;
    int role;
    int64_t deadline;
    int64_t operations;
    int64_t cpu;
} part;

static int64_t now(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void pause_a_little(int spin) {
    if (spin % SPINS == 0) {
        sched_yield();
    }
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

static int64_t pair(int size, int64_t deadline) {
    int64_t operations = 0;
    do {
        for (int i = 0; i < BATCH; i++) {
            free(malloc(size));
        }
        operations += BATCH;
    } while (now(CLOCK_MONOTONIC) < deadline);
    return operations;
}

static int64_t replace(int64_t deadline) {
    if (!live[0]) {
        for (int i = 0; i < LIVE; i++) {
            live[i] = malloc(sizes[i & (SIZES - 1)]);
        }
    }
    int64_t operations = 0;
    do {
        for (int i = 0; i < BATCH; i++) {
            int victim = victims[turn & (VICTIMS - 1)];
            free(live[victim]);
            live[victim] = malloc(sizes[turn++ & (SIZES - 1)]);
        }
        operations += BATCH;
    } while (now(CLOCK_MONOTONIC) < deadline);
    return operations;
}

static void put(int64_t index, void *block) {
    _Atomic(void *) *place = &ring[index & (RING - 1)];
    for (int spin = 1; atomic_load_explicit(place, memory_order_acquire); spin++) {
        pause_a_little(spin);
    }
    atomic_store_explicit(place, block, memory_order_release);
}

static int64_t produce(int size, int64_t deadline) {
    int64_t operations = 0;
    do {
        for (int i = 0; i < BATCH; i++) {
            put(operations + i, malloc(size));
        }
        operations += BATCH;
    } while (now(CLOCK_MONOTONIC) < deadline);
    put(operations, &end_mark);
    return operations;
}

static void consume(void) {
    for (int64_t index = 0;; index++) {
        _Atomic(void *) *place = &ring[index & (RING - 1)];
        void *block;
        for (int spin = 1; !(block = atomic_load_explicit(place, memory_order_acquire)); spin++) {
            pause_a_little(spin);
        }
        atomic_store_explicit(place, NULL, memory_order_release);
        if (block == &end_mark) {
            return;
        }
        free(block);
    }
}

static void *run(void *argument) {
    part *mine = argument;
    int64_t cpu = now(CLOCK_THREAD_CPUTIME_ID);
    if (!strcmp(mine->kind, "replace")) {
        mine->operations = replace(mine->deadline);
    } else if (strcmp(mine->kind, "handoff")) {
        mine->operations = pair(mine->size, mine->deadline);
    } else if (mine->role == 0) {
        mine->operations = produce(mine->size, mine->deadline);
    } else {
        consume();
        mine->operations = 0;
    }
    mine->cpu = now(CLOCK_THREAD_CPUTIME_ID) - cpu;
    return NULL;
}

static uint64_t next_random(void) {
    static uint64_t state = 42;
    uint64_t mixed = (state += 0x9e3779b97f4a7c15ULL);
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9ULL;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebULL;
    return mixed ^ (mixed >> 31);
}

int main(void) {
    for (int i = 0; i < SIZES; i++) {
        sizes[i] = next_random() & 1 ? 16 + next_random() % 113 : 129 + next_random() % 3968;
    }
    for (int i = 0; i < VICTIMS; i++) {
        victims[i] = next_random() % LIVE;
    }
    char kind[16];
    int size, threads;
    long long millis;
    while (scanf("%15s %d %d %lld", kind, &size, &threads, &millis) == 4) {
        if (threads < 1 || threads > MOST_THREADS) {
            return 2;
        }
        part parts[MOST_THREADS];
        pthread_t ids[MOST_THREADS];
        int64_t start = now(CLOCK_MONOTONIC);
        for (int i = 0; i < threads; i++) {
            parts[i] = (part){kind, size, i, start + millis * 1000000, 0, 0};
        }
        for (int i = 1; i < threads; i++) {
            if (pthread_create(&ids[i], NULL, run, &parts[i])) {
                return 1;
            }
        }
        run(&parts[0]);
        int64_t operations = parts[0].operations, cpu = parts[0].cpu;
        for (int i = 1; i < threads; i++) {
            pthread_join(ids[i], NULL);
            operations += parts[i].operations;
            cpu += parts[i].cpu;
        }
        printf("%lld %lld %lld\n", (long long)operations, (long long)(now(CLOCK_MONOTONIC) - start), (long long)cpu);
        fflush(stdout);
    }
    return 0;
}

/** What a message costs between two processes, by the way it is sent: {@code shm bench ipc}. */
package io.shm.cli.bench.ipc;

/** Further JVMs that the command line starts, of the same Java and with the same classes. */
package io.shm.cli.child;

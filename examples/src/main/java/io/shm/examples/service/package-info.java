/** A service whose workers may be killed: a gateway, a supervisor, workers, and a load that kills them. */
package io.shm.examples.service;

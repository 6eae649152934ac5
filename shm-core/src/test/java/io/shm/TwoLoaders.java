package io.shm;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A process in which two class loaders have loaded the toolkit, as two applications of one server have. Each attaches a
 * region once; then the second closes its own, and for each further line the first says whether its block is there.
 */
final class TwoLoaders {
    public static void main(String[] args) throws Exception {
        URL[] classPath = Arrays.stream(System.getProperty("java.class.path").split(":"))
                .map(TwoLoaders::url)
                .toArray(URL[]::new);
        try (Region region = Region.attach(args[0], "first");
                URLClassLoader loader = new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader())) {
            Class<?> other = loader.loadClass(Region.class.getName());
            if (other == Region.class) {
                throw new IllegalStateException("one class loader is not two");
            }
            Method attach = other.getMethod("attach", String.class, String.class);
            AutoCloseable second = (AutoCloseable) attach.invoke(null, args[0], "second");
            var block = region.allocate(1000);
            System.out.println("attached");
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.equals("close second")) {
                    second.close();
                }
                System.out.println("live " + block.isLive() + ", handle " + block.handle());
            }
        }
    }

    private static URL url(String entry) {
        try {
            return Path.of(entry).toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(entry, e);
        }
    }

    static BufferedReader reader(Process process) throws IOException {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    private TwoLoaders() {}
}

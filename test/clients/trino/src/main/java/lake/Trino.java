package lake;

import io.trino.plugin.hive.HivePlugin;
import io.trino.plugin.iceberg.IcebergPlugin;
import io.trino.server.testing.TestingTrinoServer;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * A Trino coordinator that is its own worker, with the catalogs of a folder as Trino's own etc/catalog has them.
 * It says on which address it listens, and ends with its input.
 */
public final class Trino {
  public static void main(String[] arguments) throws Exception {
    // What is printed later goes to the log.
    PrintStream answers = System.out;
    try (var server = TestingTrinoServer.create()) {
      server.installPlugin(new IcebergPlugin());
      server.installPlugin(new HivePlugin());
      try (var files = Files.newDirectoryStream(Path.of(arguments[0]), "*.properties")) {
        for (Path file : files) {
          Map<String, String> settings = read(file);
          String name = file.getFileName().toString().replace(".properties", "");
          server.createCatalog(name, settings.remove("connector.name"), settings);
        }
      }
      answers.println("ready " + server.getAddress().getPort());
      while (System.in.read() >= 0) {}
    } catch (Exception failed) {
      failed.printStackTrace();
      // Threads that were begun would keep the process.
      System.exit(1);
    }
    System.exit(0);
  }

  private static Map<String, String> read(Path file) throws Exception {
    var properties = new Properties();
    try (InputStream in = Files.newInputStream(file)) {
      properties.load(in);
    }
    return properties.entrySet().stream()
        .collect(Collectors.toMap(e -> (String) e.getKey(), e -> (String) e.getValue()));
  }
}

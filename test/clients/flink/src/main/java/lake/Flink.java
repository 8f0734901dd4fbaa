package lake;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;

/** Runs SQL: a statement a line comes in; its rows go out, then a line that begins with "done" or "failed". */
public final class Flink {
  public static void main(String[] arguments) throws Exception {
    var configuration = new Configuration();
    configuration.setString("table.dml-sync", "true");
    configuration.setString("table.exec.resource.default-parallelism", "1");
    configuration.setString("table.local-time-zone", "UTC");
    configuration.setString("taskmanager.memory.network.max", "16mb");
    configuration.setString("taskmanager.memory.managed.size", "32mb");
    var settings = EnvironmentSettings.newInstance().inBatchMode().withConfiguration(configuration);
    TableEnvironment environment = TableEnvironment.create(settings.build());
    var statements = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = statements.readLine(); line != null; line = statements.readLine()) {
      try {
        run(environment, line);
        System.out.println("done");
      } catch (Exception failed) {
        failed.printStackTrace();
        System.out.println("failed " + String.valueOf(failed).replace('\n', ' '));
      }
    }
    System.exit(0);
  }

  private static void run(TableEnvironment environment, String statement) throws Exception {
    // All rows are taken. To close them would cancel the job of an INSERT, whose cluster has gone.
    var rows = environment.executeSql(statement).collect();
    while (rows.hasNext()) {
      System.out.println(rows.next().toString().replace('\n', ' '));
    }
  }
}

package lake;

import static io.trino.testing.TestingSession.testSessionBuilder;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.trino.Session;
import io.trino.plugin.memory.MemoryConnectorFactory;
import io.trino.spi.TrinoException;
import io.trino.spi.type.ArrayType;
import io.trino.spi.type.MapType;
import io.trino.spi.type.RowType;
import io.trino.spi.type.SqlTime;
import io.trino.spi.type.SqlTimestamp;
import io.trino.spi.type.SqlTimestampWithTimeZone;
import io.trino.spi.type.SqlVarbinary;
import io.trino.spi.type.TimeType;
import io.trino.spi.type.TimeZoneKey;
import io.trino.spi.type.TimestampType;
import io.trino.spi.type.TimestampWithTimeZoneType;
import io.trino.spi.type.Type;
import io.trino.testing.LocalQueryRunner;
import io.trino.testing.MaterializedResult;
import io.trino.testing.MaterializedRow;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** Reads statements as JSON texts, one a line, and answers each with a line of JSON: types and rows as Athena prints them, or an error. */
public final class Answers {
  private static final ObjectMapper JSON = new ObjectMapper();

  public static void main(String[] arguments) throws Exception {
    Session session = testSessionBuilder().setCatalog("memory").setSchema("default").setTimeZoneKey(TimeZoneKey.UTC_KEY).build();
    LocalQueryRunner runner = LocalQueryRunner.create(session);
    runner.createCatalog("memory", new MemoryConnectorFactory(), Map.of());
    PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    out.println(JSON.writeValueAsString(Map.of("ready", true)));
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      out.println(JSON.writeValueAsString(answer(runner, session, JSON.readValue(line, String.class))));
    }
    // Threads of the runner would keep the process.
    System.exit(0);
  }

  private static Map<String, Object> answer(LocalQueryRunner runner, Session session, String sql) {
    try {
      MaterializedResult result = runner.execute(session, sql);
      List<Type> types = result.getTypes();
      List<List<String>> rows = new ArrayList<>();
      for (MaterializedRow row : result.getMaterializedRows()) {
        List<String> values = new ArrayList<>();
        for (int index = 0; index < types.size(); index++) values.add(print(types.get(index), row.getField(index)));
        rows.add(values);
      }
      return Map.of("types", types.stream().map(Type::getDisplayName).toList(), "rows", rows);
    } catch (Throwable failed) {
      Throwable cause = failed;
      while (!(cause instanceof TrinoException) && cause.getCause() != null) cause = cause.getCause();
      String name = cause instanceof TrinoException known ? known.getErrorCode().getName() : "INTERNAL";
      return Map.of("error", name + ": " + cause.getMessage());
    }
  }

  /** As Athena writes values into results. */
  private static String print(Type type, Object value) {
    if (value == null) return null;
    if (type instanceof ArrayType array) {
      StringJoiner items = new StringJoiner(", ", "[", "]");
      for (Object item : (List<?>) value) items.add(print(array.getElementType(), item));
      return items.toString();
    }
    if (type instanceof MapType map) {
      StringJoiner entries = new StringJoiner(", ", "{", "}");
      ((Map<?, ?>) value).forEach((key, of) -> entries.add(print(map.getKeyType(), key) + "=" + print(map.getValueType(), of)));
      return entries.toString();
    }
    if (type instanceof RowType row) {
      List<?> values = value instanceof MaterializedRow made ? made.getFields() : (List<?>) value;
      StringJoiner fields = new StringJoiner(", ", "{", "}");
      for (int index = 0; index < values.size(); index++) {
        RowType.Field field = row.getFields().get(index);
        fields.add(field.getName().orElse("field" + index) + "=" + print(field.getType(), values.get(index)));
      }
      return fields.toString();
    }
    if (value instanceof byte[] bytes) return HexFormat.ofDelimiter(" ").formatHex(bytes);
    if (value instanceof SqlVarbinary bytes) return HexFormat.ofDelimiter(" ").formatHex(bytes.getBytes());
    if (value instanceof BigDecimal number) return number.toPlainString();
    if (type instanceof TimestampType timestamp) {
      LocalDateTime at = value instanceof SqlTimestamp given ? given.toLocalDateTime() : (LocalDateTime) value;
      return at.format(pattern("uuuu-MM-dd HH:mm:ss", timestamp.getPrecision()));
    }
    if (type instanceof TimestampWithTimeZoneType timestamp) {
      ZonedDateTime at = value instanceof SqlTimestampWithTimeZone given ? given.toZonedDateTime() : (ZonedDateTime) value;
      String zone = at.getZone().getId().equals("Z") ? "UTC" : at.getZone().getId();
      return at.format(pattern("uuuu-MM-dd HH:mm:ss", timestamp.getPrecision())) + " " + zone;
    }
    if (type instanceof TimeType time && value instanceof LocalTime at) return at.format(pattern("HH:mm:ss", time.getPrecision()));
    if (type instanceof TimeType time && value instanceof SqlTime at) {
      int digits = time.getPrecision();
      return at + (digits == 0 ? "." : "") + "0".repeat(Math.max(0, 3 - digits));
    }
    return value.toString();
  }

  private static DateTimeFormatter pattern(String whole, int digits) {
    return DateTimeFormatter.ofPattern(whole + "." + "S".repeat(Math.min(9, Math.max(3, digits))));
  }

  private Answers() {}
}

package lake;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordResponse;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sts.StsClient;

/** The AWS SDK for Java v2 as it comes: Kinesis in CBOR, and over HTTP/2 in the asynchronous client. */
public final class Clients {
  public static void main(String[] arguments) {
    String name = arguments[0];
    try (StsClient sts = StsClient.create()) {
      check("123456789012".equals(sts.getCallerIdentity().account()), "the account");
    }
    streams(name);
    objects(name);
    System.out.println("ok");
  }

  private static void streams(String name) {
    try (KinesisClient kinesis = KinesisClient.create();
        KinesisAsyncClient async = KinesisAsyncClient.create()) {
      kinesis.createStream(request -> request.streamName(name).shardCount(1));
      kinesis.waiter().waitUntilStreamExists(request -> request.streamName(name));
      PutRecordResponse first =
          kinesis.putRecord(r -> r.streamName(name).partitionKey("k").data(SdkBytes.fromUtf8String("sync")));
      async
          .putRecord(r -> r.streamName(name).partitionKey("k").data(SdkBytes.fromUtf8String("async")))
          .join();
      String iterator =
          kinesis
              .getShardIterator(
                  r ->
                      r.streamName(name)
                          .shardId(first.shardId())
                          .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
              .shardIterator();
      String found = "";
      for (Record record : kinesis.getRecords(r -> r.shardIterator(iterator)).records()) {
        check(record.approximateArrivalTimestamp() != null, "a time of arrival");
        found += record.data().asString(StandardCharsets.UTF_8) + " ";
      }
      check("sync async ".equals(found), "both records, not: " + found);
      try {
        kinesis.putRecord(r -> r.streamName("nothing-here").partitionKey("k").data(SdkBytes.fromUtf8String("x")));
        check(false, "an error for a stream that is not there");
      } catch (software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException expected) {
        check(expected.statusCode() == 400, "status 400");
      }
      kinesis.deleteStream(r -> r.streamName(name));
    }
  }

  private static void objects(String name) {
    try (S3Client s3 = S3Client.create()) {
      s3.createBucket(r -> r.bucket(name));
      byte[] body = new byte[1_000_000];
      Arrays.fill(body, (byte) 'x');
      s3.putObject(r -> r.bucket(name).key("a key/ü.bin"), RequestBody.fromBytes(body));
      byte[] read = s3.getObjectAsBytes(r -> r.bucket(name).key("a key/ü.bin")).asByteArray();
      check(Arrays.equals(read, body), "the bytes that were put");
      s3.deleteObject(r -> r.bucket(name).key("a key/ü.bin"));
      s3.deleteBucket(r -> r.bucket(name));
    }
  }

  private static void check(boolean holds, String what) {
    if (!holds) throw new AssertionError("expected " + what);
  }
}

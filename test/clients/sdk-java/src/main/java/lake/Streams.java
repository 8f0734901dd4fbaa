package lake;

import static lake.Clients.check;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEvent;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardResponseHandler;

/** Kinesis in CBOR, and over HTTP/2 in the asynchronous client, with enhanced fan-out: what the Kinesis Client Library calls. */
final class Streams {
  private static final String SHARD = "shardId-000000000000";
  private static final long PATIENCE_SECONDS = 60;

  private final String name;
  private final KinesisClient kinesis;
  private final KinesisAsyncClient async;

  private Streams(String name, KinesisClient kinesis, KinesisAsyncClient async) {
    this.name = name;
    this.kinesis = kinesis;
    this.async = async;
  }

  static void run(String name) {
    try (KinesisClient kinesis = KinesisClient.create();
        KinesisAsyncClient async = KinesisAsyncClient.create()) {
      new Streams(name, kinesis, async).run();
    } catch (Exception error) {
      throw new AssertionError("streams", error);
    }
  }

  private void run() throws Exception {
    kinesis.createStream(r -> r.streamName(name).shardCount(1));
    kinesis.waiter().waitUntilStreamExists(r -> r.streamName(name));
    kinesis.putRecord(r -> r.streamName(name).partitionKey("k").data(SdkBytes.fromUtf8String("a")));
    async.putRecord(r -> r.streamName(name).partitionKey("k").data(SdkBytes.fromUtf8String("b"))).join();
    PutRecordsRequestEntry entry =
        PutRecordsRequestEntry.builder().partitionKey("k").data(SdkBytes.fromUtf8String("c")).build();
    check(kinesis.putRecords(r -> r.streamName(name).records(entry)).failedRecordCount() == 0, "no failure");
    iterators();
    pushed();
    try {
      kinesis.putRecord(r -> r.streamName("nothing-here").partitionKey("k").data(SdkBytes.fromUtf8String("x")));
      check(false, "an error for a stream that is not there");
    } catch (ResourceNotFoundException expected) {
      check(expected.statusCode() == 400, "status 400");
    }
    kinesis.deleteStream(r -> r.streamName(name).enforceConsumerDeletion(true));
  }

  private void iterators() {
    List<Record> all = read(iterator(r -> r.shardIteratorType(ShardIteratorType.TRIM_HORIZON)));
    check("a b c".equals(texts(all)), "all records, not: " + texts(all));
    String second = all.get(1).sequenceNumber();
    String from =
        iterator(r -> r.shardIteratorType(ShardIteratorType.AT_SEQUENCE_NUMBER).startingSequenceNumber(second));
    check("b c".equals(texts(read(from))), "those from the second on");
    String after =
        iterator(r -> r.shardIteratorType(ShardIteratorType.AFTER_SEQUENCE_NUMBER).startingSequenceNumber(second));
    check("c".equals(texts(read(after))), "the one after the second");
    Instant time = all.get(1).approximateArrivalTimestamp();
    List<Record> since =
        all.stream().filter(r -> !r.approximateArrivalTimestamp().isBefore(time)).collect(Collectors.toList());
    String at = iterator(r -> r.shardIteratorType(ShardIteratorType.AT_TIMESTAMP).timestamp(time));
    check(texts(since).equals(texts(read(at))), "those from that time on");
    String latest = iterator(r -> r.shardIteratorType(ShardIteratorType.LATEST));
    kinesis.putRecord(r -> r.streamName(name).partitionKey("k").data(SdkBytes.fromUtf8String("d")));
    check("d".equals(texts(read(latest))), "the latest");
  }

  /** Enhanced fan-out from the first record to the end of a shard that is split meanwhile. */
  private void pushed() throws Exception {
    String stream =
        kinesis.describeStreamSummary(r -> r.streamName(name)).streamDescriptionSummary().streamARN();
    String consumer =
        kinesis.registerStreamConsumer(r -> r.streamARN(stream).consumerName("java")).consumer().consumerARN();
    List<SubscribeToShardEvent> events = new CopyOnWriteArrayList<>();
    CompletableFuture<Void> begun = new CompletableFuture<>();
    SubscribeToShardResponseHandler handler =
        SubscribeToShardResponseHandler.builder()
            .subscriber(
                SubscribeToShardResponseHandler.Visitor.builder()
                    .onSubscribeToShardEvent(
                        event -> {
                          events.add(event);
                          begun.complete(null);
                        })
                    .build())
            .build();
    CompletableFuture<Void> ended =
        async.subscribeToShard(
            r ->
                r.consumerARN(consumer)
                    .shardId(SHARD)
                    .startingPosition(p -> p.type(ShardIteratorType.TRIM_HORIZON)),
            handler);
    CompletableFuture.anyOf(begun, ended).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    kinesis.putRecord(r -> r.streamName(name).partitionKey("k").data(SdkBytes.fromUtf8String("e")));
    kinesis.splitShard(
        r ->
            r.streamName(name)
                .shardToSplit(SHARD)
                .newStartingHashKey("170141183460469231731687303715884105728"));
    ended.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    String found =
        events.stream().flatMap(e -> e.records().stream()).map(Streams::text).collect(Collectors.joining(" "));
    check("a b c d e".equals(found), "all records pushed, not: " + found);
    SubscribeToShardEvent last = events.get(events.size() - 1);
    check(last.continuationSequenceNumber() == null, "the end of the shard");
    check(last.childShards().size() == 2, "its two children");
  }

  private String iterator(Consumer<GetShardIteratorRequest.Builder> position) {
    return kinesis
        .getShardIterator(r -> position.accept(r.streamName(name).shardId(SHARD)))
        .shardIterator();
  }

  private List<Record> read(String iterator) {
    return kinesis.getRecords(r -> r.shardIterator(iterator)).records();
  }

  private static String texts(List<Record> records) {
    return records.stream().map(Streams::text).collect(Collectors.joining(" "));
  }

  private static String text(Record record) {
    return record.data().asUtf8String();
  }
}

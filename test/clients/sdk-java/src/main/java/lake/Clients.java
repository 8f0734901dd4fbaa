package lake;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.sts.StsClient;

/** The AWS SDK for Java v2 as it comes. */
public final class Clients {
  public static void main(String[] arguments) {
    String name = arguments[0];
    try (StsClient sts = StsClient.create()) {
      check("123456789012".equals(sts.getCallerIdentity().account()), "the account");
    }
    Streams.run(name);
    objects(name);
    System.out.println("ok");
  }

  private static void objects(String name) {
    try (S3Client s3 = S3Client.create()) {
      s3.createBucket(r -> r.bucket(name));
      byte[] body = new byte[1_000_000];
      Arrays.fill(body, (byte) 'x');
      s3.putObject(r -> r.bucket(name).key("a key/ü.bin"), RequestBody.fromBytes(body));
      byte[] read = s3.getObjectAsBytes(r -> r.bucket(name).key("a key/ü.bin")).asByteArray();
      check(Arrays.equals(read, body), "the bytes that were put");
      parts(name);
      presigned(name, "a key/ü.bin", body);
      elsewhere(name);
      s3.listObjectsV2Paginator(r -> r.bucket(name).maxKeys(1)).contents().stream()
          .map(S3Object::key)
          .forEach(key -> s3.deleteObject(r -> r.bucket(name).key(key)));
      try {
        s3.headObject(r -> r.bucket(name).key("big"));
        check(false, "an error for an object that is gone");
      } catch (NoSuchKeyException expected) {
        check(expected.statusCode() == 404, "status 404");
      }
      s3.deleteBucket(r -> r.bucket(name));
    }
  }

  /** The asynchronous client cuts what is large into parts by itself. */
  private static void parts(String name) {
    byte[] body = new byte[20_000_000];
    for (int at = 0; at < body.length; at++) body[at] = (byte) (at * 31);
    try (S3AsyncClient s3 =
        S3AsyncClient.builder()
            .multipartEnabled(true)
            .multipartConfiguration(c -> c.thresholdInBytes(6_000_000L).minimumPartSizeInBytes(5_300_000L))
            .build()) {
      String etag =
          s3.putObject(r -> r.bucket(name).key("big"), AsyncRequestBody.fromBytes(body)).join().eTag();
      check(etag.endsWith("-4\""), "four parts, not " + etag);
      byte[] read =
          s3.getObject(r -> r.bucket(name).key("big"), AsyncResponseTransformer.toBytes()).join().asByteArray();
      check(Arrays.equals(read, body), "the bytes of the parts");
      s3.copyObject(r -> r.sourceBucket(name).sourceKey("big").destinationBucket(name).destinationKey("copy"))
          .join();
    }
  }

  private static void presigned(String name, String key, byte[] body) {
    try (S3Presigner presigner = S3Presigner.create()) {
      var signed =
          presigner.presignGetObject(
              p -> p.signatureDuration(Duration.ofMinutes(1)).getObjectRequest(r -> r.bucket(name).key(key)));
      try (InputStream in = signed.url().openStream()) {
        check(Arrays.equals(in.readAllBytes(), body), "the bytes behind the URL");
      } catch (IOException error) {
        throw new UncheckedIOException(error);
      }
    }
  }

  /** A client of another region finds the bucket's own by itself. */
  private static void elsewhere(String name) {
    try (S3Client far = S3Client.builder().region(Region.EU_WEST_1).crossRegionAccessEnabled(true).build()) {
      check(far.headObject(r -> r.bucket(name).key("big")).contentLength() == 20_000_000, "the length");
    }
  }

  static void check(boolean holds, String what) {
    if (!holds) throw new AssertionError("expected " + what);
  }
}

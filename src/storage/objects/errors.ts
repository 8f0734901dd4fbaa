import { defineErrors } from '#kit'

/** Codes are the ones S3 gives wherever it has one (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html). */
export const ObjectErrors = defineErrors('storage/objects', {
  AccessDenied: {
    kind: 'denied',
    remedy: 'The bucket belongs to another account. Use a bucket of your own account.',
  },
  AnnotationLimitExceeded: {
    kind: 'invalid',
    remedy: 'A version has at most 1,000 annotations, of 64 MiB together. Delete some.',
  },
  AnnotationNameTooLong: {
    kind: 'invalid',
    remedy: 'Use a name of at most 512 bytes in UTF-8.',
  },
  BadDigest: {
    kind: 'invalid',
    remedy: 'The bytes that arrived do not have the checksum that was sent. Send them again.',
  },
  BlobCorrupt: {
    kind: 'internal',
    remedy:
      "Bytes on the disk do not have the checksum that they were written with. Check the disk, and restore the object from a copy; 'boathouse fsck' lists what is damaged.",
  },
  BlobMissing: {
    kind: 'internal',
    remedy: 'A row names bytes that are not on the disk. Restore the blob folder from a backup.',
  },
  BucketAlreadyExists: {
    kind: 'conflict',
    remedy: 'Bucket names are shared by all accounts. Choose another name.',
  },
  BucketAlreadyOwnedByYou: {
    kind: 'conflict',
    remedy: 'The bucket is there already and yours: use it, or choose another name.',
  },
  BucketNotEmpty: {
    kind: 'conflict',
    remedy: 'Delete every object, version and delete marker of the bucket first.',
  },
  CiphertextBroken: {
    kind: 'internal',
    remedy:
      'An encrypted object was changed on the disk, or its key is another one. Restore blobs and master key from a backup.',
  },
  DiskFull: {
    kind: 'internal',
    remedy: 'Free space on the disk that holds the blob folder; writes go on by themselves.',
  },
  EntityTooLarge: {
    kind: 'invalid',
    remedy: 'Send at most 5 GiB in one piece; use a multipart upload for more.',
  },
  EntityTooSmall: {
    kind: 'invalid',
    remedy: 'Every part but the last must have at least 5 MiB.',
  },
  IncompleteBody: {
    kind: 'invalid',
    remedy: 'Send as many bytes as Content-Length says.',
  },
  InvalidAnnotationName: {
    kind: 'invalid',
    remedy:
      'Names have letters, digits, underscores, periods and hyphens, and do not start with aws or s3.',
  },
  InvalidArgument: { kind: 'invalid', remedy: 'The message names the argument and what is wrong.' },
  InvalidBucketName: {
    kind: 'invalid',
    remedy: 'Follow the rules for bucket names: 3 to 63 lower-case letters, digits, dots, hyphens.',
  },
  InvalidBucketState: {
    kind: 'conflict',
    remedy: 'The bucket has object lock enabled, so its versioning cannot be suspended.',
  },
  InvalidDigest: {
    kind: 'invalid',
    remedy: 'Send the checksum as base64 of the right number of bytes.',
  },
  InvalidObjectState: {
    kind: 'denied',
    remedy:
      'The object is archived: restore it (RestoreObject) and wait until HeadObject says that it is done. What is not archived needs no restore.',
  },
  InvalidPart: {
    kind: 'invalid',
    remedy: 'Name only parts that were uploaded, each with the ETag it got.',
  },
  InvalidPartNumber: {
    kind: 'invalid',
    remedy: 'Ask for a part number that the object has.',
  },
  InvalidPartOrder: { kind: 'invalid', remedy: 'List the parts by ascending part number.' },
  InvalidRange: { kind: 'invalid', remedy: 'Ask for a range that starts inside the object.' },
  InvalidRequest: { kind: 'invalid', remedy: 'The message says what does not fit together.' },
  InvalidTag: {
    kind: 'invalid',
    remedy: 'Keep tags unique, keys to 128 and values to 256 characters, and to the allowed set.',
  },
  KeyTooLong: { kind: 'invalid', remedy: 'Keep keys within 1,024 bytes of UTF-8.' },
  KmsDisabled: { kind: 'conflict', remedy: 'Enable the KMS key, or encrypt with another one.' },
  KmsInvalidState: {
    kind: 'conflict',
    remedy: 'Cancel the deletion of the KMS key and enable it.',
  },
  KmsNotFound: {
    kind: 'invalid',
    remedy:
      "Name a KMS key of the bucket's account and region. Without its key an object cannot be read.",
  },
  MalformedRequest: {
    kind: 'invalid',
    remedy:
      'The document lacks something or has something that does not belong; the message says what.',
  },
  MethodNotAllowed: {
    kind: 'conflict',
    remedy: 'The version is a delete marker: it has no data. Ask for another version.',
  },
  NoSuchAnnotation: {
    kind: 'notFound',
    remedy: 'List the annotations of the object, and name one of them.',
  },
  NoSuchBucket: { kind: 'notFound', remedy: 'Create the bucket, or check its name and endpoint.' },
  NoSuchKey: { kind: 'notFound', remedy: 'Put the object first, or check its key.' },
  NoSuchUpload: {
    kind: 'notFound',
    remedy: 'The multipart upload was completed or aborted, or never was. Start a new one.',
  },
  NoSuchVersion: { kind: 'notFound', remedy: 'List the versions of the key and name one of them.' },
  NotModified: { kind: 'conflict', remedy: 'Nothing to do: the copy you have is current.' },
  PlaceChanged: {
    kind: 'conflict',
    remedy:
      'Start the server with the --objects and --cold-objects that it had. Bytes go to an S3 and back with boathouse move-objects; to move them otherwise, copy all there first, the mark included.',
  },
  PlaceTaken: {
    kind: 'conflict',
    remedy: 'Give each lake a prefix or folder of its own for --objects and --cold-objects.',
  },
  PlaceUnusable: {
    kind: 'invalid',
    remedy: 'Correct --objects or --cold-objects; the message says what is wrong.',
  },
  PreconditionFailed: {
    kind: 'conflict',
    remedy: 'The object changed, or is there already. Read it again and decide anew.',
  },
  RestoreAlreadyInProgress: {
    kind: 'conflict',
    remedy: 'Wait for the restore that is under way; HeadObject tells when it is done.',
  },
  TooManyBuckets: {
    kind: 'conflict',
    remedy: 'An account may have 10,000 buckets. Delete some.',
  },
  UpstreamFailed: {
    kind: 'internal',
    remedy:
      'The S3 that holds the bytes (--objects, --cold-objects) did not do what it was asked. Check its address, keys and health; the message has its error.',
  },
  TooManyParts: { kind: 'invalid', remedy: 'Use larger parts: an upload has at most 10,000.' },
})

/** Limits of the object store: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const limits = {
  keyBytesMax: 1024,
  /** Names and values of user metadata together. */
  userMetadataBytesMax: 2048,
  putSizeBytesMax: 5 * 1024 ** 3,
  partSizeBytesMax: 5 * 1024 ** 3,
  /** Of every part but the last. */
  partSizeBytesMin: 5 * 1024 ** 2,
  partNumberMax: 10_000,
  objectSizeBytesMax: 5 * 1024 ** 4,
  bucketsPerAccountMax: 10_000,
  objectTagsMax: 10,
  bucketTagsMax: 50,
  deleteObjectsMax: 1000,
  annotationNameBytesMax: 512,
  annotationSizeBytesMax: 1024 ** 2,
  annotationsMax: 1000,
  /** Of a version together: they lie in the database, and a copy takes all of them in one transaction. */
  annotationsBytesMax: 64 * 1024 ** 2,
} as const

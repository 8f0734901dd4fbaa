export { readUpstreamMark, removeUpstreamMark, writeUpstreamMark } from './mark.ts'
export { openS3BlobStore } from './s3-blob-store.ts'
export type { S3Place } from './upstream.ts'

import type { SentBody } from '#protocol/aws'
import { checkBytes, checksumAlgorithms, type Checksums } from '#storage/objects'

/** Their checksum headers are those of the object that they make, and not of the document. */
const ofTheObject: ReadonlySet<string> = new Set([
  'CompleteMultipartUpload',
  'CreateMultipartUpload',
])

const checksumHeaders = checksumAlgorithms.map(
  (algorithm) => [algorithm, `x-amz-checksum-${algorithm.toLowerCase()}`] as const,
)

/**
 * A document (a policy, a batch delete, …) must come to the Content-MD5 and the checksum that were sent with it, as a header
 * or a trailer. That one is sent is not demanded. Errors: `BadDigest`, `InvalidDigest`, `InvalidRequest`.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 */
export async function checkBody({ operation, bytes, request, trailers }: SentBody): Promise<void> {
  const { headers } = request
  const md5 = headers['content-md5']
  const announced = headers['x-amz-trailer']
  const promised = announced === undefined ? [] : announced.toLowerCase().split(/\s*,\s*/)
  const checksums: Partial<Record<keyof Checksums, string>> = {}
  if (!ofTheObject.has(operation)) {
    for (const [algorithm, name] of checksumHeaders) {
      const sent = headers[name] ?? (promised.includes(name) ? (trailers?.[name] ?? '') : undefined)
      if (sent !== undefined) checksums[algorithm] = sent
    }
  }
  if (md5 === undefined && Object.keys(checksums).length === 0) return
  await checkBytes(bytes, { checksums, ...(md5 === undefined ? {} : { md5 }) })
}

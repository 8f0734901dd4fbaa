import { uuid } from '#kit'

/** Sixteen upper-case characters, as S3's own; the random part of a UUID is what costs least. */
export function s3RequestId(): string {
  const id = uuid()
  return (id.slice(19, 23) + id.slice(24)).toUpperCase()
}

/** The headers that name one answer. */
export function answerIds(requestId: string): Record<string, string> {
  return {
    'x-amz-request-id': requestId,
    // Opaque, and as long as S3's own.
    'x-amz-id-2': Buffer.from(uuid() + uuid()).toString('base64'),
  }
}

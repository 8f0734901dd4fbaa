import { ObjectErrors } from './errors.ts'

/** What a reader asks of the object: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-reads.html */
export interface ReadConditions {
  readonly ifMatch?: string
  readonly ifNoneMatch?: string
  readonly ifModifiedSinceMs?: number
  readonly ifUnmodifiedSinceMs?: number
}

/** What a writer asks of the current object: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
export interface WriteConditions {
  readonly ifMatch?: string
  /** Only `*`: nothing may be there. */
  readonly ifNoneMatch?: string
}

export interface Validators {
  readonly etag: string
  readonly last_modified_ms: number
}

/**
 * Errors: `PreconditionFailed`, `NotModified`. An If-Match that holds outweighs If-Unmodified-Since; If-None-Match
 * outweighs If-Modified-Since. A copy knows no `NotModified`: for it every condition that fails is a failed one.
 */
export function checkRead(
  current: Validators,
  conditions: ReadConditions,
  kind: 'read' | 'copy',
): void {
  const { ifMatch, ifNoneMatch, ifModifiedSinceMs, ifUnmodifiedSinceMs } = conditions
  const modifiedMs = Math.floor(current.last_modified_ms / 1000) * 1000
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, current.etag)) throw failed('If-Match')
  } else if (ifUnmodifiedSinceMs !== undefined && modifiedMs > ifUnmodifiedSinceMs) {
    throw failed('If-Unmodified-Since')
  }
  if (ifNoneMatch !== undefined) {
    if (matches(ifNoneMatch, current.etag)) throw notModified(current, 'If-None-Match', kind)
  } else if (ifModifiedSinceMs !== undefined && modifiedMs <= ifModifiedSinceMs) {
    throw notModified(current, 'If-Modified-Since', kind)
  }
}

/** Errors: `PreconditionFailed`, and `NoSuchKey` when If-Match finds nothing. */
export function checkWrite(
  key: string,
  current: Validators | undefined,
  conditions: WriteConditions,
): void {
  if (conditions.ifNoneMatch !== undefined && current) throw failed('If-None-Match')
  if (conditions.ifMatch === undefined) return
  if (!current) throw ObjectErrors.NoSuchKey('The specified key does not exist.', { Key: key })
  if (!matches(conditions.ifMatch, current.etag)) throw failed('If-Match')
}

/** A list of quoted ETags, or `*`; S3 takes them without quotes too. */
function matches(header: string, etag: string): boolean {
  return header
    .split(',')
    .map((item) => item.trim().replace(/^W\//, '').replaceAll('"', ''))
    .some((item) => item === '*' || item === etag)
}

function failed(condition: string): Error {
  return ObjectErrors.PreconditionFailed(
    'At least one of the pre-conditions you specified did not hold',
    { Condition: condition },
  )
}

function notModified(current: Validators, condition: string, kind: 'read' | 'copy'): Error {
  if (kind === 'copy') return failed(`x-amz-copy-source-${condition}`)
  return ObjectErrors.NotModified('Not Modified', {
    etag: current.etag,
    lastModifiedMs: current.last_modified_ms,
  })
}

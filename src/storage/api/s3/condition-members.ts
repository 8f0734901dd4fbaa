import {
  checkRead,
  type ReadConditions,
  type VersionRow,
  type WriteConditions,
} from '#storage/objects'
import { notImplemented } from './errors.ts'

/** Conditions of a write: of If-None-Match only `*` is known to S3. Errors: `NotImplemented`, as on AWS. */
export function writeConditions(input: {
  readonly IfMatch?: string | undefined
  readonly IfNoneMatch?: string | undefined
}): WriteConditions | undefined {
  const { IfMatch: ifMatch, IfNoneMatch: ifNoneMatch } = input
  if (ifMatch === undefined && ifNoneMatch === undefined) return undefined
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') {
    throw notImplemented('If-None-Match with another value than *')
  }
  if (ifMatch !== undefined && ifNoneMatch !== undefined) {
    throw notImplemented('If-Match and If-None-Match together')
  }
  return { ...(ifMatch === undefined ? {} : { ifMatch }), ...(ifNoneMatch ? { ifNoneMatch } : {}) }
}

/** Refuses a read whose conditions do not hold. Errors: `PreconditionFailed`, `NotModified`. */
export function checkReadConditions(
  row: VersionRow,
  input: {
    readonly IfMatch?: string | undefined
    readonly IfNoneMatch?: string | undefined
    readonly IfModifiedSince?: Date | undefined
    readonly IfUnmodifiedSince?: Date | undefined
  },
): void {
  checkRead(
    row,
    toConditions(input.IfMatch, input.IfNoneMatch, input.IfModifiedSince, input.IfUnmodifiedSince),
    'read',
  )
}

/** The `x-amz-copy-source-if-…` headers. */
export function copyConditions(input: {
  readonly CopySourceIfMatch?: string | undefined
  readonly CopySourceIfNoneMatch?: string | undefined
  readonly CopySourceIfModifiedSince?: Date | undefined
  readonly CopySourceIfUnmodifiedSince?: Date | undefined
}): ReadConditions {
  return toConditions(
    input.CopySourceIfMatch,
    input.CopySourceIfNoneMatch,
    input.CopySourceIfModifiedSince,
    input.CopySourceIfUnmodifiedSince,
  )
}

function toConditions(
  ifMatch: string | undefined,
  ifNoneMatch: string | undefined,
  ifModifiedSince: Date | undefined,
  ifUnmodifiedSince: Date | undefined,
): ReadConditions {
  return {
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }),
    ...(ifModifiedSince ? { ifModifiedSinceMs: ifModifiedSince.getTime() } : {}),
    ...(ifUnmodifiedSince ? { ifUnmodifiedSinceMs: ifUnmodifiedSince.getTime() } : {}),
  }
}

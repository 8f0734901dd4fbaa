import type { Clock } from '#kit'
import type { Objects } from '#storage/objects'
import { QueryErrors } from '../errors.ts'
import { parseLocation } from '../planning/location.ts'
import type { Execution } from '../records.ts'
import {
  blockStart,
  contentKeyContext,
  contentTagBytes,
  decryptContent,
} from './client-encryption.ts'
import { type ManagedResults, expired, managedHours } from './managed-results.ts'
import type { ResultKeys } from './result-keys.ts'
import type { OpenResult } from './result-pages.ts'

/** The rows of an execution that succeeded, where they lie. Errors: those of its object; `ResultsExpired`. */
export async function openResult(
  execution: Execution,
  parts: {
    readonly objects: Objects
    readonly managedResults: ManagedResults
    readonly keys: ResultKeys
    readonly clock: Clock
  },
): Promise<OpenResult> {
  const { objects, managedResults, clock } = parts
  if (execution.managed) {
    const { file } = execution.managed
    const endsMs = (execution.completedMs ?? 0) + managedHours * 3_600_000
    if (!file || clock.now() >= endsMs) throw expired()
    return {
      sizeBytes: file.sizeBytes,
      read: (range) => managedResults.read(execution, file, range),
    }
  }
  const { bucket, prefix } = parseLocation(execution.result.outputLocation)!
  const ref = { accountId: execution.accountId, bucket, key: prefix.replace(/\/$/, '') }
  const { sizeBytes, etag } = await objects.head(ref)
  const { envelope } = execution.result
  if (!envelope) return { sizeBytes, read: (range) => objects.read(ref, range) }
  if (envelope.etag !== etag) {
    throw QueryErrors.ResultsExpired('The result object is not the one that the query has written')
  }
  const sealed = Buffer.from(envelope.sealed, 'base64')
  const dataKey = await parts.keys.decrypt(envelope.keyArn, sealed, contentKeyContext)
  const iv = Buffer.from(envelope.iv, 'base64')
  return {
    sizeBytes: sizeBytes - contentTagBytes,
    read: async ({ start, end }) => {
      const from = blockStart(start)
      const source = await objects.read(ref, { start: from, end })
      return decryptContent(dataKey, iv, source, { start: from, skip: start - from })
    },
  }
}

import type { Clock } from '#kit'
import type { Objects } from '#storage/objects'
import { parseLocation } from '../planning/location.ts'
import type { Execution } from '../records.ts'
import { type ManagedResults, expired, managedHours } from './managed-results.ts'
import type { OpenResult } from './result-pages.ts'

/** The rows of an execution that succeeded, where they lie. Errors: those of its object; `ResultsExpired`. */
export async function openResult(
  execution: Execution,
  parts: {
    readonly objects: Objects
    readonly managedResults: ManagedResults
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
  const { sizeBytes } = await objects.head(ref)
  return { sizeBytes, read: (range) => objects.read(ref, range) }
}

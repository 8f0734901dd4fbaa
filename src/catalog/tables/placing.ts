import type { TableRecord } from '#catalog/metastore'
import type { StagedBlob } from '#storage/objects'
import { metadataLocationOf, toTableInput } from './catalog-record.ts'
import { isRefusal } from './commit-outcome.ts'
import type { IcebergParts } from './create-iceberg-tables.ts'
import { TableErrors } from './errors.ts'
import { formatTableMetadata } from './format/metadata.ts'
import { packMetadata } from './format/packed-metadata.ts'
import type { TableMetadata } from './format/types.ts'
import { folderLocation, parseLocation } from './location.ts'
import type { NextState } from './next-state.ts'
import type { OnCommit } from './snapshots/snapshot-change.ts'

/**
 * Writes the metadata files and swaps the pointers, all or none. Errors: `PointerMoved` when one is not where it was read,
 * `AlreadyExists` when a table that is made is there.
 */
export type Place = (states: readonly NextState[], onCommit?: OnCommit) => Promise<void>

export function placing(parts: IcebergParts): Place {
  const { database, metastore, objects, files } = parts
  // Nobody waits for what is only tidying up; what a crash leaves is an orphan, and those are removed.
  let tidying = Promise.resolve()
  return async (states, onCommit) => {
    const staging = states.map(({ ref, metadata, location, base }) =>
      location === base?.location
        ? undefined
        : objects.stage(fileOf(metadata, location), {
            accountId: ref.accountId,
            ...parseLocation(location),
          }),
    )
    const staged = await allOrNone(parts, staging)
    try {
      const published = await publishedFiles(states)
      await database.transaction(async (tx) => {
        for (const [at, state] of states.entries()) {
          const { ref, metadata, location, base, createdBy } = state
          const { accountId } = ref
          for (const file of [
            ...(staged[at]
              ? [{ location, blob: staged[at], contentType: 'application/json' }]
              : []),
            ...published[at]!,
          ]) {
            const { location: named, ...rest } = file
            await objects.publish(tx, { accountId, ...parseLocation(named), ...rest })
          }
          if (base) {
            const swap = (now: TableRecord) => {
              requireUnmoved(now, base.record)
              return toTableInput(now.name, metadata, location, now)
            }
            await metastore.updateTable(ref, swap, { skipArchive: true, tx })
          } else {
            const input = toTableInput(ref.table, metadata, location, undefined)
            await metastore.createTable(ref, input, createdBy, { tx })
          }
        }
        await onCommit?.(tx, { snapshots: states.map(({ snapshot }) => snapshot) })
      })
    } catch (error) {
      // Refused, so nobody knows these files. When the database itself failed nobody knows whether it committed: then the
      // object store's sweep decides.
      if (isRefusal(error)) await Promise.all(staged.map((blob) => blob && objects.discard(blob)))
      throw error
    }
    for (const [at, state] of states.entries()) {
      const blob = staged[at]
      if (!blob) continue
      const { ref, location, metadata } = state
      parts.onChange?.(ref)
      files.remember(ref.accountId, { location, metadata }, blob.etag, blob.sizeBytes)
      tidying = tidying.then(() => removeOldMetadata(parts, state))
    }
  }
}

/** Their bytes were on the way to the disk while the next state was computed. */
function publishedFiles(
  states: readonly NextState[],
): Promise<readonly (readonly { readonly location: string; readonly blob: StagedBlob }[])[]> {
  return Promise.all(
    states.map(({ files }) =>
      Promise.all(files.map(async ({ location, blob }) => ({ location, blob: await blob }))),
    ),
  )
}

async function allOrNone(
  { objects }: Pick<IcebergParts, 'objects'>,
  staging: readonly (Promise<StagedBlob> | undefined)[],
): Promise<readonly (StagedBlob | undefined)[]> {
  const settled = await Promise.allSettled(staging)
  const failure = settled.find((result) => result.status === 'rejected')
  if (!failure)
    return settled.map((result) => (result.status === 'fulfilled' ? result.value : undefined))
  for (const result of settled) {
    if (result.status === 'fulfilled' && result.value) await objects.discard(result.value)
  }
  throw failure.reason
}

function fileOf(metadata: TableMetadata, location: string): Buffer {
  return location.endsWith('.gz.metadata.json')
    ? packMetadata(metadata)
    : Buffer.from(formatTableMetadata(metadata))
}

/**
 * Removes metadata files that the log has forgotten (`write.metadata.previous-versions-max`, a hundred): unlike in the reference
 * implementation unless the table says that they stay, since a table that is written every second would fill the disk with them.
 * https://iceberg.apache.org/docs/latest/maintenance/#remove-old-metadata-files
 */
async function removeOldMetadata(
  { objects, log }: IcebergParts,
  { ref, metadata, base }: NextState,
): Promise<void> {
  const { properties } = metadata
  const stays =
    properties['write.metadata.delete-after-commit.enabled'] === 'false' ||
    properties['gc.enabled'] === 'false'
  if (!base || stays) return
  const kept = new Set(metadata['metadata-log'].map((entry) => entry['metadata-file']))
  const folder = `${folderLocation(metadata.location)}/`
  for (const { 'metadata-file': location } of base.metadata['metadata-log']) {
    if (kept.has(location) || !location.startsWith(folder)) continue
    try {
      await objects.delete({ accountId: ref.accountId, ...parseLocation(location) })
    } catch (error) {
      log.warn({ err: error, location }, 'an old metadata file stays')
    }
  }
}

function requireUnmoved(now: TableRecord, then: TableRecord): void {
  const isSame =
    now.versionId === then.versionId && metadataLocationOf(now) === metadataLocationOf(then)
  if (!isSame) throw TableErrors.PointerMoved('The table was changed meanwhile')
}

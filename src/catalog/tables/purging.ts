import { isLakeError, uuid, type Clock, type Logger } from '#kit'
import type { Database, Transaction } from '#platform/database'
import type { Objects } from '#storage/objects'
import type { TableMetadata } from './format/types.ts'
import { folderLocation, parseLocation } from './location.ts'
import type { ManifestSource } from './scan/plan.ts'
import type { IcebergDbTables } from './schema.ts'
import type { TableFiles } from './table-files.ts'

const retryMs = 60_000
const attemptsMax = 10

/** Remembers, in the transaction that drops a table, that its files are to go. */
export async function queuePurge(
  tx: Transaction,
  table: { readonly accountId: string; readonly metadataLocation: string },
): Promise<void> {
  await tx
    .tables<IcebergDbTables>()
    .insertInto('tables_purges')
    .values({
      id: uuid(),
      account_id: table.accountId,
      metadata_location: table.metadataLocation,
      attempts: 0,
      not_before_ms: 0,
    })
    .execute()
}

export interface PurgeParts {
  readonly database: Database
  readonly objects: Objects
  readonly files: TableFiles
  readonly manifests: { sourceFor(accountId: string): ManifestSource }
  readonly clock: Clock
  readonly log: Logger
}

/**
 * Removes the files of tables that were dropped with `purge`: data and delete files, manifests, manifest lists, metadata
 * and statistics, the current metadata file last, so that a crash in between is made good by doing it again. Files outside
 * the table's own location stay: they may be others'.
 */
export async function purgeDropped(parts: PurgeParts, signal: AbortSignal): Promise<void> {
  const { database, clock, log } = parts
  for (;;) {
    if (signal.aborted) return
    const row = await database
      .tables<IcebergDbTables>()
      .selectFrom('tables_purges')
      .selectAll()
      .where('not_before_ms', '<=', clock.now())
      .limit(1)
      .executeTakeFirst()
    if (!row) return
    let isDone = true
    try {
      await purgeTable(parts, row.account_id, row.metadata_location, signal)
    } catch (error) {
      if (signal.aborted) return
      isDone = row.attempts + 1 >= attemptsMax
      log.warn({ err: error, metadata: row.metadata_location, gaveUp: isDone }, 'a purge failed')
    }
    await database.transaction(async (tx) => {
      const rows = tx.tables<IcebergDbTables>()
      if (isDone) await rows.deleteFrom('tables_purges').where('id', '=', row.id).execute()
      else {
        await rows
          .updateTable('tables_purges')
          .set({
            attempts: row.attempts + 1,
            not_before_ms: clock.now() + retryMs * 2 ** row.attempts,
          })
          .where('id', '=', row.id)
          .execute()
      }
    })
  }
}

async function purgeTable(
  parts: PurgeParts,
  accountId: string,
  metadataLocation: string,
  signal: AbortSignal,
): Promise<void> {
  const { objects, files, manifests } = parts
  let metadata: TableMetadata
  try {
    await objects.head({ accountId, ...parseLocation(metadataLocation) })
    metadata = (await files.readMetadata(accountId, metadataLocation)).metadata
  } catch (error) {
    if (isGone(error)) return
    throw error
  }
  const folder = `${folderLocation(metadata.location)}/`
  const gone = new Set<string>()
  const remove = async (location: string) => {
    signal.throwIfAborted()
    if (gone.has(location) || !location.startsWith(folder)) return
    gone.add(location)
    try {
      await objects.delete({ accountId, ...parseLocation(location) })
    } catch (error) {
      if (!isGone(error)) throw error
    }
  }
  const source = manifests.sourceFor(accountId)
  const seen = new Set<string>()
  for (const snapshot of metadata.snapshots) {
    const list = await unlessGone(source.list(snapshot))
    for (const manifest of list ?? []) {
      if (seen.has(manifest.path)) continue
      seen.add(manifest.path)
      for (const { file } of (await unlessGone(source.entries(manifest))) ?? [])
        await remove(file.path)
      await remove(manifest.path)
    }
    await remove(snapshot['manifest-list'])
  }
  for (const file of [...metadata.statistics, ...metadata['partition-statistics']]) {
    await remove(file['statistics-path'])
  }
  for (const entry of metadata['metadata-log']) await remove(entry['metadata-file'])
  await remove(metadataLocation)
}

async function unlessGone<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}

function isGone(error: unknown): boolean {
  return isLakeError(error, 'NoSuchKey') || isLakeError(error, 'NoSuchBucket')
}

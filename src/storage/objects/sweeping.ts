import { setImmediate as yieldToRequests } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Logger } from '#kit'
import type { Database } from '#platform/database'
import type { BlobStore } from './blob-store.ts'
import type { ObjectTables } from './tables.ts'

const namesPerQuery = 200

/**
 * Removes the blobs that former runs of the server staged and never published: a crash came between. What this
 * run stages is never looked at, and a run is swept once.
 */
export async function sweepFormerRuns(
  parts: { readonly database: Database; readonly blobs: BlobStore; readonly log: Logger },
  signal?: AbortSignal,
): Promise<{ readonly removed: number }> {
  const { database, blobs, log } = parts
  const rows = await database
    .tables<ObjectTables>()
    .selectFrom('object_epochs')
    .select('epoch')
    .where('epoch', '!=', blobs.epoch)
    .execute()
  const epochs = new Set(rows.map((row) => row.epoch))
  if (epochs.size === 0) return { removed: 0 }
  let removed = 0
  for await (const page of blobs.scan()) {
    const suspects = page.filter((blob) => epochs.has(blob.epoch)).map((blob) => blob.blobId)
    for (let at = 0; at < suspects.length; at += namesPerQuery) {
      signal?.throwIfAborted()
      const orphans = await unnamed(database, suspects.slice(at, at + namesPerQuery))
      await blobs.remove(orphans)
      removed += orphans.length
      await yieldToRequests()
    }
  }
  await database.transaction(async (tx) => {
    await tx
      .tables<ObjectTables>()
      .deleteFrom('object_epochs')
      .where('epoch', 'in', [...epochs])
      .execute()
  })
  log.info({ runs: epochs.size, removed }, 'swept blobs that were never published')
  return { removed }
}

const naming = ['object_versions', 'object_parts', 'object_garbage', 'object_restored'] as const

/**
 * Those of the blobs that no row of the tables names. An id that `scan` gave may be the beginning of the one in a row.
 */
export async function unnamed(
  database: Database,
  blobIds: readonly string[],
  tables: readonly (typeof naming)[number][] = naming,
): Promise<string[]> {
  if (blobIds.length === 0) return []
  const db = database.tables<ObjectTables>()
  const asked = sql.join(blobIds.map((blobId) => sql`(${blobId})`))
  const named = new Set<string>()
  for (const table of tables) {
    // What continues an id is hexadecimal: 'g' lies behind all of it.
    const { rows } = await sql<{ readonly id: string }>`
      with asked (id) as (values ${asked})
      select id from asked where exists (
        select 1 from ${sql.table(table)} as named
        where named.blob_id >= asked.id and named.blob_id < asked.id || 'g'
      )`.execute(db)
    for (const { id } of rows) named.add(id)
  }
  return blobIds.filter((blobId) => !named.has(blobId))
}

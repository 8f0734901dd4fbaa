import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { randomHex, type Clock } from '#kit'
import type { Database } from '#platform/database'
import type { BlobStore } from '../blob-store.ts'
import { openDiskBlobStore } from '../disk/index.ts'
import { ObjectErrors } from '../errors.ts'
import { InlineBlobs } from '../inline/inline-blobs.ts'
import type { S3Place } from '../s3/index.ts'
import type { ObjectTables } from '../tables.ts'
import type { Place } from './place.ts'
import { PlacedBlobs } from './placed-blobs.ts'
import { copyNamed, tablesOfBlobs, type Damaged } from './relocated-rows.ts'
import { endRelocation, planRelocation, removeMark, type Side } from './relocation-plan.ts'
import { isOn } from './sides.ts'

export interface RelocationOptions {
  readonly database: Database
  /** The store's own folder. */
  readonly folder: string
  /** The S3 at the other end. */
  readonly place: Place | undefined
  readonly to: Side
  readonly clock: Clock
  readonly hasRoom?: (sizeBytes: number) => boolean
  /** Told now and then how far it is. */
  readonly onProgress?: (progress: RelocationProgress) => void
  /** Told of each blob that cannot be read as it was written, and so stays where it is. */
  readonly onDamaged?: (damaged: Damaged) => void
}

export interface RelocationProgress {
  readonly blobs: number
  readonly bytes: number
  /** What there was to move at the start of this run. */
  readonly blobsAll: number
  readonly bytesAll: number
}

export interface Relocated {
  readonly blobs: number
  readonly bytes: number
  /** With any, nothing is finished: some bytes lie at either end. */
  readonly damaged: number
}

const garbagePerStep = 500

/**
 * Moves the bytes of the first place between the store's own folder and an S3, while nobody serves them. Each blob is read whole
 * and compared with its checksum, is durable at the other end before its row names it there, and only then goes; so a run may be
 * killed at any moment, and the next goes on (or back) from there. Errors: `PlaceUnusable`, `PlaceChanged`, `PlaceTaken`,
 * `UpstreamFailed`, `DiskFull`.
 */
export async function relocateObjects(options: RelocationOptions): Promise<Relocated> {
  const { database, folder, place, to } = options
  if (place?.kind !== 's3') {
    throw ObjectErrors.PlaceUnusable('bytes move between the data folder and an S3: give --objects')
  }
  const plan = await planRelocation(database, place, to)
  if (!plan) return { blobs: 0, bytes: 0, damaged: 0 }
  const epoch = randomHex(4)
  // What this run writes and no row comes to name is swept as any other run's.
  await database.transaction(async (tx) => {
    const row = { epoch, started_ms: options.clock.now() }
    await tx.tables<ObjectTables>().insertInto('object_epochs').values(row).execute()
  })
  const ends = await openEnds(options, place, epoch)
  let moved: Relocated
  try {
    const source = ends[plan.from]
    await removeGarbage(database, ends)
    moved = await moveAll(options, source, ends[to], plan.from)
    await removeGarbage(database, ends)
    if (moved.damaged > 0) return moved
    if (plan.from === 's3') await empty(source)
  } finally {
    await ends.disk.close()
    await ends.s3.close()
    await rm(ends.s3Folder, { recursive: true, force: true })
  }
  // No row names anything there: copies of what lay upstream, or files and packs that are empty by now.
  const left = plan.from === 's3' ? ['cache'] : ['blobs', 'packs']
  for (const name of left) await rm(join(folder, name), { recursive: true, force: true })
  if (plan.from === 's3') await removeMark(place)
  await endRelocation(database, plan)
  return moved
}

interface Ends extends Readonly<Record<Side, BlobStore>> {
  readonly s3Folder: string
}

async function openEnds(
  { database, folder, hasRoom }: RelocationOptions,
  place: S3Place,
  epoch: string,
): Promise<Ends> {
  const { openS3BlobStore } = await import('../s3/index.ts')
  const s3Folder = join(folder, 'moving')
  return {
    s3Folder,
    disk: new PlacedBlobs(
      await openDiskBlobStore({ folder, epoch, hasRoom }),
      undefined,
      await InlineBlobs.open(database, hasRoom),
    ),
    s3: await openS3BlobStore({ place, epoch, folder: s3Folder, cacheBytesMax: 0 }),
  }
}

async function moveAll(
  { database, onProgress, onDamaged }: RelocationOptions,
  source: BlobStore,
  target: BlobStore,
  from: Side,
): Promise<Relocated> {
  let blobs = 0
  let bytes = 0
  let damaged = 0
  const all = await totals(database, from)
  for (const table of tablesOfBlobs) {
    await copyNamed({
      database,
      table,
      from,
      source,
      target,
      onMoved: (sizeBytes) => {
        blobs += 1
        bytes += sizeBytes
        onProgress?.({ blobs, bytes, ...all })
      },
      onDamaged: (one) => {
        damaged += 1
        onDamaged?.(one)
      },
    })
  }
  return { blobs, bytes, damaged }
}

async function totals(database: Database, from: Side) {
  const db = database.tables<ObjectTables>()
  let blobsAll = 0
  let bytesAll = 0
  for (const table of ['object_versions', 'object_parts'] as const) {
    const { blobs, bytes } = await db
      .selectFrom(table)
      .select((row) => [
        row.fn.count<number>('blob_id').as('blobs'),
        row.fn.sum<number | null>('size_bytes').as('bytes'),
      ])
      .where('blob_id', 'is not', null)
      .where(isOn(from))
      .executeTakeFirstOrThrow()
    blobsAll += Number(blobs)
    bytesAll += Number(bytes ?? 0)
  }
  return { blobsAll, bytesAll }
}

/** What rows gave up goes from either end; that of the second place stays for the server. */
async function removeGarbage(database: Database, ends: Ends): Promise<void> {
  for (const side of ['disk', 's3'] as const) {
    for (;;) {
      const rows = await database
        .tables<ObjectTables>()
        .selectFrom('object_garbage')
        .select('blob_id')
        .where(isOn(side))
        .limit(garbagePerStep)
        .execute()
      if (rows.length === 0) break
      const ids = rows.map((row) => row.blob_id)
      await ends[side].remove(ids)
      await database.transaction(async (tx) => {
        const db = tx.tables<ObjectTables>()
        await db.deleteFrom('object_garbage').where('blob_id', 'in', ids).execute()
      })
    }
  }
}

/** What former runs left there and no row names, too. */
async function empty(store: BlobStore): Promise<void> {
  for await (const page of store.scan()) await store.remove(page.map((blob) => blob.blobId))
  await store.compact?.()
}

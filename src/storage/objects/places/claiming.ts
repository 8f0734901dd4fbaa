import { mkdir, open, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { sql } from 'kysely'
import { isLakeError, randomHex, type Logger } from '#kit'
import type { Database } from '#platform/database'
import { ObjectErrors } from '../errors.ts'
import type { ObjectTables, PlaceRow } from '../tables.ts'
import { describePlace, type Place } from './place.ts'
import { coldPrefix, type Tier } from './placed-blobs.ts'

/** The place that is the store's own folder: it goes where the database goes, and needs no mark. */
export const ownPlace = 'own'
export const markName = 'boathouse-place'

interface ClaimParts {
  readonly database: Database
  readonly log: Logger
}

/** No server may open places whose bytes are on their way. Error: `PlaceChanged`. */
export async function refuseMoving(database: Database): Promise<void> {
  const moving = await placeRow(database, 'moving')
  if (!moving) return
  const [to, where] =
    moving.place_id === ownPlace ? ['to-disk', 'the data folder'] : ['to-s3', moving.location]
  throw ObjectErrors.PlaceChanged(
    `the bytes of this lake's objects are being moved to ${where}: finish it with 'boathouse move-objects ${to}'`,
  )
}

/** Error: `PlaceChanged`, `PlaceTaken`, `PlaceUnusable`, `UpstreamFailed`. */
export async function claim(
  { database, log }: ClaimParts,
  tier: Tier,
  place: Place,
  isOwn: boolean,
): Promise<void> {
  const known = await placeRow(database, tier)
  const location = isOwn ? '' : describePlace(place)
  const mark = isOwn
    ? ownPlace
    : await readMark(place).catch((error: unknown) => {
        if (known?.location !== location || !isLakeError(error, 'UpstreamFailed')) throw error
        // It is where it was, and away for now: what lies elsewhere can be used meanwhile.
        log.warn({ err: error, location }, 'a place of objects does not answer')
        return known.place_id
      })
  if (known && known.place_id === mark) {
    if (known.location !== location) await writeRow(database, tier, mark, location)
    return
  }
  if (await holdsBlobs(database, tier)) {
    const where = known && known.place_id !== ownPlace ? known.location : 'the data folder'
    const given = isOwn ? 'the data folder' : location
    throw ObjectErrors.PlaceChanged(
      `bytes of this lake lie in ${where}, and ${given} is another place: start it as before, or move them first`,
    )
  }
  if (!isOwn && mark !== undefined) {
    throw ObjectErrors.PlaceTaken(
      `${location} holds the bytes of another lake: choose another prefix or folder`,
    )
  }
  const placeId = isOwn ? ownPlace : randomHex(16)
  await writeRow(database, tier, placeId, location)
  if (!isOwn) await writeMark(place, placeId)
}

/** A place that is given no more must hold nothing. */
export async function giveUp(database: Database, tier: Tier): Promise<void> {
  const known = await placeRow(database, tier)
  if (!known) return
  if (await holdsBlobs(database, tier)) {
    throw ObjectErrors.PlaceChanged(
      `bytes of this lake lie in ${known.location}: start it with --cold-objects, as before`,
    )
  }
  await database.transaction(async (tx) => {
    await tx.tables<ObjectTables>().deleteFrom('object_places').where('tier', '=', tier).execute()
  })
}

export function placeRow(database: Database, tier: PlaceRow['tier']) {
  return database
    .tables<ObjectTables>()
    .selectFrom('object_places')
    .selectAll()
    .where('tier', '=', tier)
    .executeTakeFirst()
}

async function writeRow(database: Database, tier: Tier, placeId: string, location: string) {
  await database.transaction(async (tx) => {
    const db = tx.tables<ObjectTables>()
    await db.deleteFrom('object_places').where('tier', '=', tier).execute()
    await db.insertInto('object_places').values({ tier, place_id: placeId, location }).execute()
  })
}

/** Whether a row names a blob of the tier. */
async function holdsBlobs(database: Database, tier: Tier): Promise<boolean> {
  const db = database.tables<ObjectTables>()
  // What begins with the prefix lies from it to the same with its last character one up.
  const end = `${coldPrefix.slice(0, -1)}.`
  for (const table of ['object_versions', 'object_parts', 'object_garbage'] as const) {
    const row = await db
      .selectFrom(table)
      .select(sql<number>`1`.as('found'))
      .where('blob_id', 'is not', null)
      .where((where) =>
        tier === 'cold'
          ? where.and([where('blob_id', '>=', coldPrefix), where('blob_id', '<', end)])
          : where.or([where('blob_id', '<', coldPrefix), where('blob_id', '>=', end)]),
      )
      .limit(1)
      .executeTakeFirst()
    if (row) return true
  }
  return false
}

export async function readMark(place: Place): Promise<string | undefined> {
  if (place.kind === 's3') {
    const { readUpstreamMark } = await import('../s3/index.ts')
    return readUpstreamMark(place, markName)
  }
  try {
    return (await readFile(join(place.path, markName), 'utf8')).trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw unusable(place, error)
  }
}

export async function writeMark(place: Place, placeId: string): Promise<void> {
  if (place.kind === 's3') {
    const { writeUpstreamMark } = await import('../s3/index.ts')
    return writeUpstreamMark(place, markName, placeId)
  }
  try {
    const path = join(place.path, markName)
    await mkdir(dirname(path), { recursive: true })
    const file = await open(path, 'w')
    try {
      await file.writeFile(`${placeId}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (error) {
    throw unusable(place, error)
  }
}

function unusable(place: Place, cause: unknown): Error {
  return ObjectErrors.PlaceUnusable(
    `${describePlace(place)} cannot be used: ${(cause as Error).message}`,
    {},
    cause,
  )
}

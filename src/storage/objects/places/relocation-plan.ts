import { randomHex } from '#kit'
import type { Database } from '#platform/database'
import { ObjectErrors } from '../errors.ts'
import type { S3Place } from '../s3/index.ts'
import type { ObjectTables, PlaceRow } from '../tables.ts'
import { markName, ownPlace, placeRow, readMark, writeMark } from './claiming.ts'
import { describePlace } from './place.ts'

/** The data folder, or the S3 that is given. */
export type Side = 'disk' | 's3'

/** From where the bytes of the first place go to where. */
export interface RelocationPlan {
  readonly from: Side
  readonly to: Side
  /** What the first place will be when all has gone there. */
  readonly target: Pick<PlaceRow, 'place_id' | 'location'>
}

/**
 * Says in the database that the bytes of the first place are on their way, so that no server opens it before they have arrived, and
 * marks the S3 as this lake's. Once that is said, going on and going back are both possible. Undefined when they are there already.
 * Errors: `PlaceChanged`, `PlaceTaken`, `UpstreamFailed`.
 */
export async function planRelocation(
  database: Database,
  given: S3Place,
  to: Side,
): Promise<RelocationPlan | undefined> {
  const place = { kind: 's3' as const, ...given }
  const location = describePlace(place)
  const first = (await placeRow(database, 'hot')) ?? { place_id: ownPlace, location: '' }
  const moving = await placeRow(database, 'moving')
  const lies: Side = first.place_id === ownPlace ? 'disk' : 's3'
  const own = { place_id: ownPlace, location: '' }
  const known = lies === 's3' ? first : moving
  const mark = await readMark(place)
  if (known && mark !== known.place_id && (mark !== undefined || known.location !== location)) {
    throw ObjectErrors.PlaceChanged(
      `bytes of this lake lie in ${known.location}, and ${location} is another place`,
    )
  }
  if (!moving) {
    if (lies === to) return undefined
    if (to === 's3' && mark !== undefined) {
      throw ObjectErrors.PlaceTaken(
        `${location} holds the bytes of another lake: choose another prefix`,
      )
    }
  }
  const upstream = { place_id: known?.place_id ?? randomHex(16), location }
  if (!moving) await writeMoving(database, to === 's3' ? upstream : own)
  // The row first: a mark that no row knows would be taken for another lake's.
  if (mark === undefined) await writeMark(place, upstream.place_id)
  return { from: to === 's3' ? 'disk' : 's3', to, target: to === 's3' ? upstream : own }
}

/** Everything has arrived, and nothing is left where it was. */
export async function endRelocation(
  database: Database,
  { target }: Pick<RelocationPlan, 'target'>,
): Promise<void> {
  await database.transaction(async (tx) => {
    const db = tx.tables<ObjectTables>()
    await db.deleteFrom('object_places').where('tier', 'in', ['hot', 'moving']).execute()
    const { place_id, location } = target
    await db.insertInto('object_places').values({ tier: 'hot', place_id, location }).execute()
  })
}

/** The mark of a place that holds nothing of this lake any more. */
export async function removeMark(place: S3Place): Promise<void> {
  const { removeUpstreamMark } = await import('../s3/index.ts')
  await removeUpstreamMark(place, markName)
}

async function writeMoving(
  database: Database,
  { place_id, location }: Pick<PlaceRow, 'place_id' | 'location'>,
): Promise<void> {
  await database.transaction(async (tx) => {
    const row = { tier: 'moving' as const, place_id, location }
    await tx.tables<ObjectTables>().insertInto('object_places').values(row).execute()
  })
}

import { ObjectErrors } from '../errors.ts'
import type { Tier } from '../places/placed-blobs.ts'
import type { AccessTier, VersionRow } from '../tables.ts'

/*
 * What storage classes mean here: https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html. Those that are made for
 * data that is seldom read lie in the second place; of these the archive classes are read only after a restore.
 */
const coldClasses = new Set(['STANDARD_IA', 'ONEZONE_IA', 'GLACIER_IR', 'GLACIER', 'DEEP_ARCHIVE'])
const archiveClasses = new Set(['GLACIER', 'DEEP_ARCHIVE'])
const archiveTiers = new Set<AccessTier | null>(['ARCHIVE_ACCESS', 'DEEP_ARCHIVE_ACCESS'])

export const intelligentTiering = 'INTELLIGENT_TIERING'

/** The classes whose bytes may lie in the second place. */
export const tieredClasses: readonly string[] = [...coldClasses, intelligentTiering]

type Classed = Pick<VersionRow, 'storage_class' | 'access_tier'>
type Restorable = Classed & Pick<VersionRow, 'restore_tier' | 'restore_until_ms'>

/** Where the bytes of new objects of a class go. */
export function tierOfClass(storageClass: string | undefined): Tier {
  return coldClasses.has(storageClass ?? '') ? 'cold' : 'hot'
}

/** Where the bytes of a version belong. */
export function wantedTier(row: Classed): Tier {
  return row.access_tier === null ? tierOfClass(row.storage_class) : 'cold'
}

/** Whether a version has to be restored before it can be read. */
export function isArchived(row: Classed): boolean {
  return archiveClasses.has(row.storage_class) || archiveTiers.has(row.access_tier)
}

/** Whether a version has a restored copy now. */
export function isRestored(row: Restorable, nowMs: number): boolean {
  return row.restore_tier !== null && row.restore_until_ms !== null && row.restore_until_ms > nowMs
}

export function isBeingRestored(row: Restorable): boolean {
  return row.restore_tier !== null && row.restore_until_ms === null
}

/** Refuses to read what is archived and not restored: `InvalidObjectState`. */
export function checkReadable(
  row: Restorable,
  nowMs: number,
  message = "The operation is not valid for the object's storage class",
): void {
  if (!isArchived(row) || isRestored(row, nowMs)) return
  throw ObjectErrors.InvalidObjectState(message, {
    StorageClass: row.storage_class,
    ...(row.access_tier === null ? {} : { AccessTier: row.access_tier }),
  })
}

/** From each class, the ones that lifecycle rules may move objects to, the cheapest last. */
const waterfall = [
  'STANDARD',
  'STANDARD_IA',
  'INTELLIGENT_TIERING',
  'ONEZONE_IA',
  'GLACIER_IR',
  'GLACIER',
  'DEEP_ARCHIVE',
] as const

/** Larger for the cheaper class. */
export function coldness(storageClass: string): number {
  return (waterfall as readonly string[]).indexOf(storageClass)
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html */
export function mayTransition(from: string, to: string): boolean {
  if (from === 'REDUCED_REDUNDANCY') return coldness(to) > 0
  if (coldness(from) < 0 || coldness(to) <= coldness(from)) return false
  return !(from === 'ONEZONE_IA' && to === 'GLACIER_IR')
}

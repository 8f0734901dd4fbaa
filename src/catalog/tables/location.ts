import type { DatabaseRef } from '#catalog/metastore'
import { TableErrors } from './errors.ts'
import { isPacked } from './format/packed-metadata.ts'
import type { TableMetadata } from './format/types.ts'

export interface ObjectLocation {
  readonly bucket: string
  readonly key: string
}

/** `s3://bucket/key`, also with s3a and s3n. Errors: `LocationInvalid`. */
export function parseLocation(location: string): ObjectLocation {
  const match = /^s3[an]?:\/\/([^/]+)(?:\/(.*))?$/s.exec(location)
  if (!match) {
    throw TableErrors.LocationInvalid(`${location} is not a location of the form s3://bucket/path`)
  }
  return { bucket: match[1]!, key: match[2] ?? '' }
}

/** A folder's location without slashes at its end. Errors: `LocationInvalid`. */
export function folderLocation(location: string): string {
  parseLocation(location)
  return location.replace(/\/+$/, '')
}

/** Where metadata files, manifests and their lists go, without a slash at the end. */
export function metadataFolder(table: {
  readonly location: string
  readonly properties: Readonly<Record<string, string>>
}): string {
  return folderLocation(
    table.properties['write.metadata.path'] ?? `${folderLocation(table.location)}/metadata`,
  )
}

/** Where data and delete files go, without a slash at the end. */
export function dataFolder(table: {
  readonly location: string
  readonly properties: Readonly<Record<string, string>>
}): string {
  return folderLocation(
    table.properties['write.data.path'] ?? `${folderLocation(table.location)}/data`,
  )
}

/**
 * `00003-<uuid>.metadata.json` in the table's metadata folder: the number is one more than that of the file before. That of a packed
 * file ends as readers want it, in `.gz.metadata.json`.
 */
export function nextMetadataLocation(
  table: Pick<TableMetadata, 'location' | 'properties' | 'snapshots'>,
  previous: string | undefined,
  uuid: string,
): string {
  const number = previous === undefined ? 0 : metadataNumber(previous) + 1
  const ending = isPacked(table) ? '.gz.metadata.json' : '.metadata.json'
  return `${metadataFolder(table)}/${String(number).padStart(5, '0')}-${uuid}${ending}`
}

/** The number in the name of a metadata file, -1 when it has none: `v3.metadata.json` has 3. */
function metadataNumber(location: string): number {
  const name = location.slice(location.lastIndexOf('/') + 1)
  const match = /^(?:v)?(\d{1,15})(?:[-.])/.exec(name)
  return match ? Number(match[1]) : -1
}

/** Never one that another table had: two tables in a folder could not look after it. */
export function defaultLocation(
  ref: DatabaseRef,
  input: { readonly name: string; readonly warehouse?: string },
  databaseLocation: string | undefined,
  id: string,
): string {
  const folder = `${input.name.toLowerCase()}-${id.replaceAll('-', '')}`
  if (databaseLocation) return `${folderLocation(databaseLocation)}/${folder}`
  if (input.warehouse)
    return `${folderLocation(input.warehouse)}/${ref.database.toLowerCase()}/${folder}`
  throw TableErrors.LocationInvalid(
    `The table needs a location: it has none, its namespace ${ref.database} has none, and the catalog was not opened with a warehouse`,
  )
}

/** Where a table has files that were taken into it in place, as a JSON list of folders. */
export const addedLocationsProperty = 'added-files.locations'

/** Those folders; none for a property that is no such list. */
export function addedLocations(properties: Readonly<Record<string, string>>): readonly string[] {
  try {
    const list = JSON.parse(properties[addedLocationsProperty] ?? '[]') as unknown
    return Array.isArray(list) ? list.filter((place) => typeof place === 'string') : []
  } catch {
    return []
  }
}

import { createHash } from 'node:crypto'

const lengthMax = 255

/** A table's name from a folder's or file's: lower-case, other characters than letters, digits and `_` become `_`. */
export function tableName(prefix: string | undefined, source: string): string {
  const name = source.toLowerCase().replace(/[^a-z0-9_]/g, '_')
  return `${(prefix ?? '').toLowerCase()}${name}`.slice(0, lengthMax)
}

/** For a name that another table has: with a hash of the location. */
export function distinctName(name: string, location: string): string {
  const hash = createHash('md5').update(location).digest('hex')
  return `${name.slice(0, lengthMax - hash.length - 1)}_${hash}`
}

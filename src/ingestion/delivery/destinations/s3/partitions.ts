import type { PartitionInput, TableRecord } from '#catalog/metastore'

/**
 * The partition of a table in which an object lies, from its key: folders below the table's location, either `key=value` for each
 * partition key or just as many values. Undefined when the key does not tell.
 */
export function partitionOf(
  table: TableRecord,
  bucket: string,
  key: string,
): PartitionInput | undefined {
  const keys = (table.partitionKeys ?? []).map(({ name }) => name.toLowerCase())
  const root = folderOf(table.storage?.location, bucket)
  if (keys.length === 0 || root === undefined || !key.startsWith(root)) return undefined
  const folder = key.slice(0, key.lastIndexOf('/') + 1)
  const parts = folder
    .slice(root.length)
    .split('/')
    .filter((part) => part !== '')
  const values = namedValues(keys, parts) ?? plainValues(keys, parts)
  if (!values) return undefined
  return { values, storage: { ...table.storage, location: `s3://${bucket}/${folder}` } }
}

const partitionsProperty = 'boathouse.add-partitions'

/** Whether deliveries add to a table the partitions that they begin: its property says so, and does by default. */
export function addsPartitions({ parameters }: TableRecord): boolean {
  return parameters?.[partitionsProperty]?.toLowerCase() !== 'false'
}

function folderOf(location: string | undefined, bucket: string): string | undefined {
  const found = /^s3[an]?:\/\/([^/]+)\/?(.*)$/.exec(location ?? '')
  if (!found || found[1] !== bucket) return undefined
  const path = found[2]!
  return path === '' || path.endsWith('/') ? path : `${path}/`
}

function namedValues(
  keys: readonly string[],
  parts: readonly string[],
): readonly string[] | undefined {
  const named = new Map<string, string>()
  for (const part of parts) {
    const equals = part.indexOf('=')
    if (equals > 0) named.set(part.slice(0, equals).toLowerCase(), decode(part.slice(equals + 1)))
  }
  const values = keys.map((key) => named.get(key))
  return values.every((value) => value !== undefined && value !== '')
    ? (values as string[])
    : undefined
}

function plainValues(
  keys: readonly string[],
  parts: readonly string[],
): readonly string[] | undefined {
  if (parts.length !== keys.length || parts.some((part) => part.includes('='))) return undefined
  return parts.map(decode)
}

/** Hive escapes what a folder's name cannot hold as in an address. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

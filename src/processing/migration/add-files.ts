import type { Metastore, PartitionRecord, TableRecord, TableRef } from '#catalog/metastore'
import {
  addedLocations,
  addedLocationsProperty,
  chooseSnapshot,
  currentSchema,
  defaultSpec,
  folderLocation,
  isIcebergTable,
  parseLocation,
  parsePrimitive,
  parseTransform,
  planScan,
  type IcebergTables,
  type ManifestCache,
  type NewFile,
  type TableMetadata,
  type Value,
} from '#catalog/tables'
import type { QueryEngine } from '#processing/engine'
import { valueOfText } from '#processing/iceberg'
import type { Objects } from '#storage/objects'
import { MigrationErrors } from './errors.ts'
import { nameMapping } from './name-mapping.ts'
import { readFooters } from './read-footers.ts'

export interface MigrationParts {
  readonly metastore: Metastore
  readonly tables: IcebergTables
  readonly manifests: Pick<ManifestCache, 'sourceFor'>
  readonly objects: Objects
  readonly engine: QueryEngine
}

/** Where the files come from: a Hive table of Parquet files, with its partitions, or a folder of them. */
export type AddFilesSource =
  | { readonly kind: 'table'; readonly ref: TableRef }
  | { readonly kind: 'folder'; readonly location: string }

/** A folder with files of one partition. */
interface Folder {
  readonly location: string
  /** Of its table. */
  readonly root?: string
  readonly partition: NewFile['partition']
}

export interface FoundFile {
  readonly location: string
  readonly sizeBytes: number
  readonly partition: NewFile['partition']
}

const filesMax = 100_000
/** Folders that are remembered. */
const placesMax = 100
const hiveNull = '__HIVE_DEFAULT_PARTITION__'

/**
 * Takes Parquet files into an Iceberg table as they lie there, in one commit: no byte is copied or changed. Their columns are found by name
 * (`schema.name-mapping.default`), their counts and bounds by their footers. Maintenance never removes files outside the table's own
 * folder, so the source keeps working. Errors: `CannotMigrate`, those of the tables, the engine and the object store.
 * https://iceberg.apache.org/docs/latest/spark-procedures/#add_files
 */
export async function addFiles(
  parts: MigrationParts,
  ref: TableRef,
  source: AddFilesSource,
  by: {
    readonly committedBy: string
    readonly signal: AbortSignal
    /** Refuses by throwing when files of this folder must not be taken. */
    readonly checkFolder: (location: string) => Promise<void>
  },
): Promise<{ readonly files: number; readonly rows: number }> {
  const { metadata } = await parts.tables.load(ref)
  const folders = await foldersOf(parts, metadata, source)
  const found: FoundFile[] = []
  for (const folder of folders) {
    await by.checkFolder(folder.location)
    await list(parts, ref, folder, found)
  }
  if (found.length === 0) return { files: 0, rows: 0 }
  await refuseKnown(parts, ref, metadata, found)
  const footers = await readFooters(parts, ref.accountId, currentSchema(metadata), found, by.signal)
  const added = found.map(({ location, sizeBytes, partition }, at): NewFile => ({
    location,
    sizeBytes,
    partition,
    specId: metadata['default-spec-id'],
    ...footers[at]!,
  }))
  await parts.tables.commit(
    {
      ref,
      requirements: [
        { type: 'assert-table-uuid', uuid: metadata['table-uuid'] },
        { type: 'assert-current-schema-id', 'current-schema-id': metadata['current-schema-id'] },
      ],
      updates: (state) => [
        { action: 'set-properties', updates: propertiesAfter(state, source, folders) },
      ],
      snapshot: { change: { kind: 'append', added } },
    },
    by.committedBy,
  )
  return { files: added.length, rows: added.reduce((sum, file) => sum + file.recordCount, 0) }
}

/** How the files' columns are found, and where the files lie: credentials for the table must reach them. */
function propertiesAfter(
  { properties, ...metadata }: TableMetadata,
  source: AddFilesSource,
  folders: readonly Folder[],
): Readonly<Record<string, string>> {
  const schema = currentSchema({ ...metadata, properties })
  const places = new Set(addedLocations(properties))
  // Partitions mostly lie below the table's folder.
  for (const { location, root } of folders) {
    const place =
      source.kind === 'table' && root !== undefined && isBelow(location, root) ? root : location
    places.add(folderLocation(place))
  }
  return {
    'schema.name-mapping.default': properties['schema.name-mapping.default'] ?? nameMapping(schema),
    [addedLocationsProperty]: JSON.stringify([...places].slice(0, placesMax)),
  }
}

function isBelow(location: string, root: string): boolean {
  return `${folderLocation(location)}/`.startsWith(`${folderLocation(root)}/`)
}

async function foldersOf(
  { metastore }: MigrationParts,
  metadata: TableMetadata,
  source: AddFilesSource,
): Promise<readonly Folder[]> {
  if (source.kind === 'folder') {
    if (defaultSpec(metadata).fields.length > 0) {
      throw refuse('A folder alone does not say the partitions of its files: name its Hive table')
    }
    return [{ location: source.location, partition: [] }]
  }
  const table = await metastore.getTable(source.ref)
  if (isIcebergTable(table) || !/parquet/i.test(table.storage?.inputFormat ?? '')) {
    throw refuse(`${source.ref.table} is not a Hive table of Parquet files`)
  }
  const keys = (table.partitionKeys ?? []).map(({ name }) => name.toLowerCase())
  if (keys.length === 0) return [{ location: placeOf(table), partition: [] }]
  const folders: Folder[] = []
  let nextToken: string | undefined
  do {
    const page = await metastore.listPartitions(source.ref, {
      limit: 1000,
      ...(nextToken === undefined ? {} : { nextToken }),
    })
    for (const partition of page.items) {
      folders.push({
        location: placeOf(partition),
        ...(table.storage?.location === undefined ? {} : { root: table.storage.location }),
        partition: partitionOf(metadata, keys, partition.values),
      })
    }
    nextToken = page.nextToken
  } while (nextToken !== undefined)
  return folders
}

function placeOf({ storage }: Pick<TableRecord | PartitionRecord, 'storage'>): string {
  const location = storage?.location
  if (location !== undefined) return location
  throw refuse('The source has a partition without a location')
}

/** The Hive values in the order of the spec's fields, which must be the keys as they are. */
function partitionOf(
  metadata: TableMetadata,
  keys: readonly string[],
  values: readonly string[],
): readonly (Value | undefined)[] {
  const { fields } = defaultSpec(metadata)
  const columns = currentSchema(metadata).fields
  if (fields.length !== keys.length) {
    throw refuse(
      `The Iceberg table has ${fields.length} partition fields, the source ${keys.length} keys`,
    )
  }
  return fields.map((field) => {
    const column = columns.find(({ id }) => id === field['source-id'])
    const at = keys.indexOf(column?.name.toLowerCase() ?? '')
    if (parseTransform(field.transform).kind !== 'identity' || at < 0) {
      throw refuse(`The partition field ${field.name} is no key of the source, as it is`)
    }
    const text = values[at]!
    if (text === hiveNull) return undefined
    const type = parsePrimitive(column!.type as string)
    const value = valueOfText(
      type,
      type.kind.startsWith('timestamp') ? text.replace('T', ' ') : text,
    )
    if (value === undefined) throw refuse(`${text} is no value of the column ${column!.name}`)
    return value
  })
}

async function list(
  { objects }: MigrationParts,
  { accountId }: TableRef,
  { location, partition }: Folder,
  found: FoundFile[],
): Promise<void> {
  const { bucket, key } = parseLocation(location)
  const prefix = key === '' || key.endsWith('/') ? key : `${key}/`
  let after: string | undefined
  do {
    const page = await objects.list({
      accountId,
      bucket,
      prefix,
      limit: 1000,
      ...(after === undefined ? {} : { after }),
    })
    for (const object of page.objects) {
      // As Hive does, files that begin with a dot or an underscore are passed over.
      const isHidden = object.key
        .slice(prefix.length)
        .split('/')
        .some((part) => /^[._]/.test(part))
      if (isHidden || object.sizeBytes === 0) continue
      if (found.length === filesMax) throw refuse(`The source has more than ${filesMax} files`)
      found.push({
        location: `s3://${bucket}/${object.key}`,
        sizeBytes: object.sizeBytes,
        partition,
      })
    }
    after = page.next
  } while (after !== undefined)
}

/** Rows would be there twice. */
async function refuseKnown(
  { manifests }: MigrationParts,
  { accountId }: TableRef,
  metadata: TableMetadata,
  found: readonly FoundFile[],
): Promise<void> {
  const { files } = await planScan({
    metadata,
    snapshot: chooseSnapshot(metadata),
    source: manifests.sourceFor(accountId),
  })
  const known = new Set(files.map(({ file }) => file.path))
  const twice = found.find(({ location }) => known.has(location))
  if (twice) throw refuse(`The table has the file ${twice.location} already`)
}

function refuse(message: string): Error {
  return MigrationErrors.CannotMigrate(message)
}

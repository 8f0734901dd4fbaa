import { stringifyBigJson } from '#kit'
import { TableErrors } from '../errors.ts'
import { numberFields, parseSortOrder, parseSpec, parseSpecFields } from './partitioning.ts'
import {
  asArray,
  asId,
  asInteger,
  asObject,
  asText,
  asTextMap,
  compact,
  optional,
  parseDocument,
  type JsonObject,
} from './reading.ts'
import { parseSchema } from './schema.ts'
import { parsePartitionStatistics, parseRef, parseSnapshot, parseStatistics } from './snapshots.ts'
import {
  firstPartitionId,
  mainBranch,
  type PartitionSpec,
  type Schema,
  type SnapshotRef,
  type SortOrder,
  type TableMetadata,
} from './types.ts'

const unsorted: SortOrder = { 'order-id': 0, fields: [] }

/**
 * Reads the text of a metadata file, of format 1, 2 or 3; format 1 is read into the form that the others have.
 * Errors: `InvalidMetadata`, `UnsupportedFormat`.
 */
export function parseTableMetadata(text: string): TableMetadata {
  const object = parseDocument(text)
  const version = asInteger(object['format-version'], 'format-version')
  if (version !== 1 && version !== 2 && version !== 3) {
    throw TableErrors.UnsupportedFormat(`Cannot read unsupported version ${version}`)
  }
  refuseEncryption(object)
  const schemas = schemasOf(object, version)
  const specs = specsOf(object, version)
  const sortOrders = optional(object['sort-orders'], 'sort-orders', asArray)?.map((order, at) =>
    parseSortOrder(order, `sort-orders[${at}]`),
  )
  const snapshots = (optional(object['snapshots'], 'snapshots', asArray) ?? []).map(
    (snapshot, at) => parseSnapshot(snapshot, `snapshots[${at}]`),
  )
  const currentId = optional(object['current-snapshot-id'], 'current-snapshot-id', asId)
  const currentSnapshotId = currentId === -1n ? undefined : currentId
  const last = (name: string, least: number) =>
    optional(object[name], name, asInteger) ?? (version === 1 ? least : asInteger(undefined, name))

  const metadata = compact<TableMetadata>({
    'format-version': version,
    'table-uuid': asText(object['table-uuid'], 'table-uuid'),
    location: asText(object['location'], 'location'),
    'last-sequence-number': last('last-sequence-number', 0),
    'last-updated-ms': asInteger(object['last-updated-ms'], 'last-updated-ms'),
    'last-column-id': asInteger(object['last-column-id'], 'last-column-id'),
    schemas,
    'current-schema-id':
      optional(object['current-schema-id'], 'current-schema-id', asInteger) ??
      schemas[0]!['schema-id'],
    'partition-specs': specs,
    'default-spec-id':
      optional(object['default-spec-id'], 'default-spec-id', asInteger) ?? specs[0]!['spec-id'],
    'last-partition-id': last('last-partition-id', lastPartitionIdOf(specs)),
    'sort-orders': sortOrders ?? [unsorted],
    'default-sort-order-id':
      optional(object['default-sort-order-id'], 'default-sort-order-id', asInteger) ?? 0,
    properties: optional(object['properties'], 'properties', asTextMap) ?? {},
    'current-snapshot-id': currentSnapshotId,
    snapshots,
    refs: refsOf(object, currentSnapshotId),
    'snapshot-log': logOf(object, 'snapshot-log', (entry, path) => ({
      'snapshot-id': asId(entry['snapshot-id'], `${path}.snapshot-id`),
      'timestamp-ms': asInteger(entry['timestamp-ms'], `${path}.timestamp-ms`),
    })),
    'metadata-log': logOf(object, 'metadata-log', (entry, path) => ({
      'metadata-file': asText(entry['metadata-file'], `${path}.metadata-file`),
      'timestamp-ms': asInteger(entry['timestamp-ms'], `${path}.timestamp-ms`),
    })),
    statistics: (optional(object['statistics'], 'statistics', asArray) ?? []).map((file, at) =>
      parseStatistics(file, `statistics[${at}]`),
    ),
    'partition-statistics': (
      optional(object['partition-statistics'], 'partition-statistics', asArray) ?? []
    ).map((file, at) => parsePartitionStatistics(file, `partition-statistics[${at}]`)),
    'next-row-id':
      version === 3 ? (optional(object['next-row-id'], 'next-row-id', asInteger) ?? 0) : undefined,
  })
  checkMetadata(metadata)
  return metadata
}

const texts = new WeakMap<TableMetadata, string>()

/** The text of a metadata file. Made once: a commit writes it and answers with it, and loads answer with it again. */
export function formatTableMetadata(metadata: TableMetadata): string {
  let text = texts.get(metadata)
  if (text === undefined) texts.set(metadata, (text = format(metadata)))
  return text
}

function format(metadata: TableMetadata): string {
  const { snapshots, 'snapshot-log': log } = metadata
  // These two grow with the table's history, and what is in them stays as it is.
  return `${metadataHead(metadata).slice(0, -1)},"snapshots":${listText(snapshots)},"snapshot-log":${listText(log)}}`
}

/** All but the snapshots and their log, as a JSON object. */
export function metadataHead(metadata: TableMetadata): string {
  const current = metadata['current-snapshot-id']
  const { snapshots: _1, 'snapshot-log': _2, ...rest } = metadata
  return stringifyBigJson({
    ...rest,
    ...(metadata['format-version'] === 1
      ? {
          schema: currentSchema(metadata),
          'partition-spec': defaultSpec(metadata).fields,
          'last-sequence-number': undefined,
        }
      : {}),
    // Older readers want -1 rather than nothing.
    'current-snapshot-id': current ?? (metadata['format-version'] < 3 ? -1 : undefined),
  })
}

const entryTexts = new WeakMap<object, string>()

/** The JSON of a snapshot, or of an entry of their log. Made once. Snapshots of format 1 have no sequence number, which is 0 then. */
export function entryText(entry: object): string {
  let text = entryTexts.get(entry)
  if (text !== undefined) return text
  const isFirstFormat = 'sequence-number' in entry && entry['sequence-number'] === 0
  text = stringifyBigJson(isFirstFormat ? { ...entry, 'sequence-number': undefined } : entry)
  entryTexts.set(entry, text)
  return text
}

function listText(entries: readonly object[]): string {
  return `[${entries.map(entryText).join(',')}]`
}

export function currentSchema(metadata: TableMetadata): Schema {
  const id = metadata['current-schema-id']
  return metadata.schemas.find((schema) => schema['schema-id'] === id)!
}

export function defaultSpec(metadata: TableMetadata): PartitionSpec {
  const id = metadata['default-spec-id']
  return metadata['partition-specs'].find((spec) => spec['spec-id'] === id)!
}

export function lastPartitionIdOf(specs: readonly PartitionSpec[]): number {
  return Math.max(
    firstPartitionId - 1,
    ...specs.flatMap((spec) => spec.fields.map((field) => field['field-id'])),
  )
}

/** What must hold between the parts of a table's metadata. Errors: `InvalidMetadata`. */
export function checkMetadata(metadata: TableMetadata): void {
  const ids = metadata.snapshots.map((snapshot) => snapshot['snapshot-id'])
  const known = new Set(ids)
  if (known.size !== ids.length) {
    throw TableErrors.InvalidMetadata('two snapshots have the same id')
  }
  checkParts(metadata, (id) => known.has(id))
}

/** The same without a look at each snapshot, where those are known to be right. */
export function checkParts(metadata: TableMetadata, isSnapshot: (id: bigint) => boolean): void {
  const require = (holds: boolean, message: string) => {
    if (!holds) throw TableErrors.InvalidMetadata(message)
  }
  const unique = (ids: readonly (number | bigint)[], what: string) =>
    require(new Set(ids).size === ids.length, `two ${what} have the same id`)
  unique(
    metadata.schemas.map((schema) => schema['schema-id']),
    'schemas',
  )
  unique(
    metadata['partition-specs'].map((spec) => spec['spec-id']),
    'partition specs',
  )
  unique(
    metadata['sort-orders'].map((order) => order['order-id']),
    'sort orders',
  )
  require(currentSchema(metadata) !==
    undefined, `Cannot find schema with current-schema-id=${metadata['current-schema-id']} from schemas`)
  require(defaultSpec(metadata) !==
    undefined, `Cannot find partition spec with default-spec-id=${metadata['default-spec-id']}`)
  require(metadata['sort-orders'].some(
    (order) => order['order-id'] === metadata['default-sort-order-id'],
  ), `Cannot find sort order with default-sort-order-id=${metadata['default-sort-order-id']}`)
  const current = metadata['current-snapshot-id']
  require(current === undefined ||
    isSnapshot(current), `the current snapshot ${current} is not among the snapshots`)
  for (const [name, ref] of Object.entries(metadata.refs)) {
    require(isSnapshot(
      ref['snapshot-id'],
    ), `Snapshot for reference ${name} does not exist in the existing snapshots list`)
  }
  const main = metadata.refs[mainBranch]?.['snapshot-id']
  require(main ===
    current, `Current snapshot ID does not match main branch (${current ?? -1} != ${main ?? 'none'})`)
}

function schemasOf(object: JsonObject, version: number): readonly Schema[] {
  const list = optional(object['schemas'], 'schemas', asArray)
  if (list && list.length > 0) {
    return list.map((schema, at) => parseSchema(schema, `schemas[${at}]`))
  }
  if (version > 1) throw TableErrors.InvalidMetadata('schemas is missing')
  return [parseSchema(object['schema'], 'schema')]
}

function specsOf(object: JsonObject, version: number): readonly PartitionSpec[] {
  const list = optional(object['partition-specs'], 'partition-specs', asArray)
  if (list && list.length > 0) {
    const specs: PartitionSpec[] = []
    for (const [at, member] of list.entries()) {
      const spec = parseSpec(member, `partition-specs[${at}]`)
      specs.push({
        'spec-id': spec['spec-id'] ?? at,
        fields: numberFields(spec, [], lastPartitionIdOf(version === 1 ? [] : specs)),
      })
    }
    return specs
  }
  if (version > 1) throw TableErrors.InvalidMetadata('partition-specs is missing')
  const fields = parseSpecFields(object['partition-spec'] ?? [], 'partition-spec')
  return [{ 'spec-id': 0, fields: numberFields({ fields }, [], firstPartitionId - 1) }]
}

function refsOf(
  object: JsonObject,
  current: bigint | undefined,
): Readonly<Record<string, SnapshotRef>> {
  const members = Object.entries(optional(object['refs'], 'refs', asObject) ?? {})
  const refs = Object.fromEntries(
    members.map(([name, ref]) => [name, parseRef(asObject(ref, `refs.${name}`), `refs.${name}`)]),
  )
  return current === undefined || refs[mainBranch]
    ? refs
    : { ...refs, [mainBranch]: { 'snapshot-id': current, type: 'branch' } }
}

function logOf<T>(
  object: JsonObject,
  name: string,
  read: (entry: JsonObject, path: string) => T,
): readonly T[] {
  return (optional(object[name], name, asArray) ?? []).map((entry, at) =>
    read(asObject(entry, `${name}[${at}]`), `${name}[${at}]`),
  )
}

function refuseEncryption(object: JsonObject): void {
  const keys = optional(object['encryption-keys'], 'encryption-keys', asArray)
  if (keys && keys.length > 0) {
    throw TableErrors.UnsupportedFormat('Encrypted tables are not supported')
  }
}

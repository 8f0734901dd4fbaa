import { TableErrors } from '../errors.ts'
import {
  asArray,
  asId,
  asInteger,
  asObject,
  asText,
  asTextMap,
  compact,
  optional,
  type JsonObject,
} from './reading.ts'
import type { PartitionStatisticsFile, Snapshot, SnapshotRef, StatisticsFile } from './types.ts'

/** Errors: `InvalidMetadata`, `UnsupportedFormat`. */
export function parseSnapshot(value: unknown, what: string): Snapshot {
  const object = asObject(value, what)
  if (object['manifest-list'] === undefined && object['manifests'] !== undefined) {
    throw TableErrors.UnsupportedFormat(
      `${what} lists its manifests itself, as no writer does any more`,
    )
  }
  const member = <T>(name: string, read: (value: unknown, what: string) => T) =>
    optional(object[name], `${what}.${name}`, read)
  if (object['key-id'] !== undefined && object['key-id'] !== null) {
    throw TableErrors.UnsupportedFormat('Encrypted tables are not supported')
  }
  return compact<Snapshot>({
    'snapshot-id': asId(object['snapshot-id'], `${what}.snapshot-id`),
    'parent-snapshot-id': member('parent-snapshot-id', asId),
    'sequence-number': member('sequence-number', asInteger) ?? 0,
    'timestamp-ms': asInteger(object['timestamp-ms'], `${what}.timestamp-ms`),
    'manifest-list': asText(object['manifest-list'], `${what}.manifest-list`),
    summary: member('summary', asTextMap),
    'schema-id': member('schema-id', asInteger),
    'first-row-id': member('first-row-id', asInteger),
    'added-rows': member('added-rows', asInteger),
  })
}

/** Errors: `InvalidMetadata`. */
export function parseRef(object: JsonObject, what: string): SnapshotRef {
  const type = asText(object['type'], `${what}.type`).toLowerCase()
  if (type !== 'branch' && type !== 'tag') {
    throw TableErrors.InvalidMetadata(`${what}.type must be branch or tag`)
  }
  const positive = (name: string) => {
    const value = optional(object[name], `${what}.${name}`, asInteger)
    if (value !== undefined && value <= 0) {
      throw TableErrors.InvalidMetadata(`${what}.${name} must be greater than 0`)
    }
    return value
  }
  const ref = compact<SnapshotRef>({
    'snapshot-id': asId(object['snapshot-id'], `${what}.snapshot-id`),
    type,
    'min-snapshots-to-keep': positive('min-snapshots-to-keep'),
    'max-snapshot-age-ms': positive('max-snapshot-age-ms'),
    'max-ref-age-ms': positive('max-ref-age-ms'),
  })
  if (
    type === 'tag' &&
    (ref['min-snapshots-to-keep'] ?? ref['max-snapshot-age-ms']) !== undefined
  ) {
    throw TableErrors.InvalidMetadata(
      'Tags do not support setting minSnapshotsToKeep or maxSnapshotAgeMs',
    )
  }
  return ref
}

/** Errors: `InvalidMetadata`. */
export function parseStatistics(value: unknown, what: string): StatisticsFile {
  const object = asObject(value, what)
  return {
    ...parsePartitionStatistics(object, what),
    'file-footer-size-in-bytes': asInteger(
      object['file-footer-size-in-bytes'],
      `${what}.file-footer-size-in-bytes`,
    ),
    'blob-metadata': asArray(object['blob-metadata'], `${what}.blob-metadata`).map((blob, at) =>
      asObject(blob, `${what}.blob-metadata[${at}]`),
    ),
  }
}

/**
 * Of who writes them: other readers of the metadata fail on blobs that are not as
 * https://iceberg.apache.org/spec/#table-statistics says. Errors: `InvalidMetadata`.
 */
export function parseNewStatistics(value: unknown, what: string): StatisticsFile {
  const file = parseStatistics(value, what)
  for (const [at, member] of file['blob-metadata'].entries()) {
    const path = `${what}.blob-metadata[${at}]`
    const blob = asObject(member, path)
    asText(blob['type'], `${path}.type`)
    asId(blob['snapshot-id'], `${path}.snapshot-id`)
    asInteger(blob['sequence-number'], `${path}.sequence-number`)
    for (const id of asArray(blob['fields'], `${path}.fields`)) asInteger(id, `${path}.fields`)
    optional(blob['properties'], `${path}.properties`, asTextMap)
  }
  return file
}

/** Errors: `InvalidMetadata`. */
export function parsePartitionStatistics(value: unknown, what: string): PartitionStatisticsFile {
  const object = asObject(value, what)
  return {
    'snapshot-id': asId(object['snapshot-id'], `${what}.snapshot-id`),
    'statistics-path': asText(object['statistics-path'], `${what}.statistics-path`),
    'file-size-in-bytes': asInteger(object['file-size-in-bytes'], `${what}.file-size-in-bytes`),
  }
}

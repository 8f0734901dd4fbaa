import type { Primitive } from '../format/primitives.ts'
import type { BoundPartitionField } from '../scan/partitions.ts'
import { decimalBytes } from '../scan/values.ts'

/** The schemas of what this catalog writes; each field has the id that the specification gives it. */

interface Field {
  readonly name: string
  readonly type: unknown
  readonly 'field-id': number
  readonly default?: unknown
}

const field = (name: string, id: number, type: unknown): Field => ({ name, type, 'field-id': id })

const optional = (name: string, id: number, type: unknown): Field => ({
  name,
  type: ['null', type],
  default: null,
  'field-id': id,
})

const list = (elementId: number, items: unknown) => ({
  type: 'array',
  items,
  'element-id': elementId,
})

/** Avro's own maps have text keys: a map of integers is a list of pairs. */
const integerMap = (keyId: number, valueId: number, value: unknown) => ({
  type: 'array',
  items: {
    type: 'record',
    name: `k${keyId}_v${valueId}`,
    fields: [field('key', keyId, 'int'), field('value', valueId, value)],
  },
  logicalType: 'map',
})

/** https://iceberg.apache.org/spec/#manifest-entry-fields */
export function manifestEntrySchema(
  formatVersion: 1 | 2 | 3,
  partition: readonly BoundPartitionField[],
): object {
  const since2 = (...fields: readonly Field[]) => (formatVersion >= 2 ? fields : [])
  return {
    type: 'record',
    name: 'manifest_entry',
    fields: [
      field('status', 0, 'int'),
      formatVersion === 1 ? field('snapshot_id', 1, 'long') : optional('snapshot_id', 1, 'long'),
      ...since2(
        optional('sequence_number', 3, 'long'),
        optional('file_sequence_number', 4, 'long'),
      ),
      field('data_file', 2, {
        type: 'record',
        name: 'r2',
        fields: [
          ...since2(field('content', 134, 'int')),
          field('file_path', 100, 'string'),
          field('file_format', 101, 'string'),
          field('partition', 102, {
            type: 'record',
            name: 'r102',
            fields: partition.map(({ name, fieldId, type }) =>
              optional(avroName(name), fieldId, avroType(type, fieldId)),
            ),
          }),
          field('record_count', 103, 'long'),
          field('file_size_in_bytes', 104, 'long'),
          // Of no use to anybody, and required.
          ...(formatVersion === 1 ? [field('block_size_in_bytes', 105, 'long')] : []),
          optional('column_sizes', 108, integerMap(117, 118, 'long')),
          optional('value_counts', 109, integerMap(119, 120, 'long')),
          optional('null_value_counts', 110, integerMap(121, 122, 'long')),
          optional('nan_value_counts', 137, integerMap(138, 139, 'long')),
          optional('lower_bounds', 125, integerMap(126, 127, 'bytes')),
          optional('upper_bounds', 128, integerMap(129, 130, 'bytes')),
          optional('key_metadata', 131, 'bytes'),
          optional('split_offsets', 132, list(133, 'long')),
          ...since2(optional('equality_ids', 135, list(136, 'int'))),
          optional('sort_order_id', 140, 'int'),
          ...(formatVersion >= 3 ? [optional('first_row_id', 142, 'long')] : []),
          ...since2(optional('referenced_data_file', 143, 'string')),
          ...(formatVersion >= 3
            ? [
                optional('content_offset', 144, 'long'),
                optional('content_size_in_bytes', 145, 'long'),
              ]
            : []),
        ],
      }),
    ],
  }
}

/** https://iceberg.apache.org/spec/#manifest-list-file */
export function manifestListSchema(formatVersion: 1 | 2 | 3): object {
  const count = formatVersion === 1 ? optional : field
  return {
    type: 'record',
    name: 'manifest_file',
    fields: [
      field('manifest_path', 500, 'string'),
      field('manifest_length', 501, 'long'),
      field('partition_spec_id', 502, 'int'),
      ...(formatVersion >= 2
        ? [
            field('content', 517, 'int'),
            field('sequence_number', 515, 'long'),
            field('min_sequence_number', 516, 'long'),
          ]
        : []),
      field('added_snapshot_id', 503, 'long'),
      count('added_files_count', 504, 'int'),
      count('existing_files_count', 505, 'int'),
      count('deleted_files_count', 506, 'int'),
      count('added_rows_count', 512, 'long'),
      count('existing_rows_count', 513, 'long'),
      count('deleted_rows_count', 514, 'long'),
      optional(
        'partitions',
        507,
        list(508, {
          type: 'record',
          name: 'r508',
          fields: [
            field('contains_null', 509, 'boolean'),
            optional('contains_nan', 518, 'boolean'),
            optional('lower_bound', 510, 'bytes'),
            optional('upper_bound', 511, 'bytes'),
          ],
        }),
      ),
      optional('key_metadata', 519, 'bytes'),
      ...(formatVersion >= 3 ? [optional('first_row_id', 520, 'long')] : []),
    ],
  }
}

/** A name that Avro allows, made as the reference implementation does: other characters by their code. */
export function avroName(name: string): string {
  const escaped = name.replaceAll(
    /[^A-Za-z0-9_]/g,
    (character) => `_x${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return /^[0-9]/.test(escaped) ? `_${escaped}` : escaped
}

/** https://iceberg.apache.org/spec/#avro */
function avroType(type: Primitive, fieldId: number): unknown {
  switch (type.kind) {
    case 'date':
      return { type: 'int', logicalType: 'date' }
    case 'time':
      return { type: 'long', logicalType: 'time-micros' }
    case 'timestamp':
    case 'timestamptz':
      return {
        type: 'long',
        logicalType: 'timestamp-micros',
        'adjust-to-utc': type.kind === 'timestamptz',
      }
    case 'timestamp_ns':
    case 'timestamptz_ns':
      return {
        type: 'long',
        logicalType: 'timestamp-nanos',
        'adjust-to-utc': type.kind === 'timestamptz_ns',
      }
    // Named by the field: a name may be defined only once in a schema.
    case 'uuid':
      return { type: 'fixed', name: `uuid_${fieldId}`, size: 16, logicalType: 'uuid' }
    case 'fixed':
      return { type: 'fixed', name: `fixed_${fieldId}`, size: type.length }
    case 'binary':
      return 'bytes'
    case 'decimal':
      return {
        type: 'fixed',
        name: `decimal_${fieldId}`,
        size: decimalBytes(type.precision),
        logicalType: 'decimal',
        precision: type.precision,
        scale: type.scale,
      }
    case 'int':
    case 'long':
    case 'float':
    case 'double':
    case 'boolean':
    case 'string':
      return type.kind
    default:
      // The source column is gone from all schemas, and with it the type: there is nothing but null.
      return 'string'
  }
}

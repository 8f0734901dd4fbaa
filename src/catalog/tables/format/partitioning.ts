import { TableErrors } from '../errors.ts'
import { parsePrimitive } from './primitives.ts'
import { asArray, asInteger, asObject, asText, optional } from './reading.ts'
import { indexFields, type IndexedField } from './schema.ts'
import { canTransform, parseTransform, type Transform } from './transforms.ts'
import type { PartitionField, PartitionSpec, Schema, SortField, SortOrder } from './types.ts'

/** A partition field whose number may still be missing. */
export type UnboundField = Omit<PartitionField, 'field-id'> & { readonly 'field-id'?: number }

export interface UnboundSpec {
  readonly 'spec-id'?: number
  readonly fields: readonly UnboundField[]
}

/** Errors: `InvalidMetadata`. */
export function parseSpec(value: unknown, what: string): UnboundSpec {
  const object = asObject(value, what)
  const id = optional(object['spec-id'], `${what}.spec-id`, asInteger)
  const fields = parseSpecFields(object['fields'], what)
  return id === undefined ? { fields } : { 'spec-id': id, fields }
}

export function parseSpecFields(value: unknown, what: string): readonly UnboundField[] {
  return asArray(value, `${what}.fields`).map((member, at) => {
    const path = `${what}.fields[${at}]`
    const field = asObject(member, path)
    const fieldId = optional(field['field-id'], `${path}.field-id`, asInteger)
    const transform = asText(field['transform'], `${path}.transform`)
    parseTransform(transform)
    return {
      'source-id': sourceOf(field, path),
      ...(fieldId === undefined ? {} : { 'field-id': fieldId }),
      name: asText(field['name'], `${path}.name`),
      transform,
    }
  })
}

/** Errors: `InvalidMetadata`. */
export function parseSortOrder(value: unknown, what: string): SortOrder {
  const object = asObject(value, what)
  const fields = asArray(object['fields'], `${what}.fields`).map((member, at): SortField => {
    const path = `${what}.fields[${at}]`
    const field = asObject(member, path)
    const transform = asText(field['transform'], `${path}.transform`)
    parseTransform(transform)
    const direction = asText(field['direction'], `${path}.direction`)
    const nullOrder = asText(field['null-order'], `${path}.null-order`)
    if (direction !== 'asc' && direction !== 'desc') {
      throw TableErrors.InvalidMetadata(`${path}.direction must be asc or desc`)
    }
    if (nullOrder !== 'nulls-first' && nullOrder !== 'nulls-last') {
      throw TableErrors.InvalidMetadata(`${path}.null-order must be nulls-first or nulls-last`)
    }
    return { transform, 'source-id': sourceOf(field, path), direction, 'null-order': nullOrder }
  })
  const orderId = optional(object['order-id'], `${what}.order-id`, asInteger)
  return { 'order-id': orderId ?? (fields.length === 0 ? 0 : 1), fields }
}

/** Errors: `InvalidMetadata` when a field's source or transform does not fit the schema, or names clash. */
export function checkSpec(spec: UnboundSpec, schema: Schema): void {
  const fields = indexFields(schema)
  const columns = new Map(schema.fields.map((column) => [column.name, column.id]))
  const names = new Set<string>()
  const uses = new Set<string>()
  for (const field of spec.fields) {
    const transform = parseTransform(field.transform)
    if (field.name === '') {
      throw TableErrors.InvalidMetadata('Cannot use empty or null partition name')
    }
    if (names.has(field.name)) {
      throw TableErrors.InvalidMetadata(`Cannot use partition name more than once: ${field.name}`)
    }
    names.add(field.name)
    const column = columns.get(field.name)
    const isOwnColumn = transform.kind === 'identity' && column === field['source-id']
    if (column !== undefined && !isOwnColumn && transform.kind !== 'void') {
      throw TableErrors.InvalidMetadata(
        `Cannot create partition from name that exists in schema: ${field.name}`,
      )
    }
    // A column that is gone leaves its void transform behind.
    if (transform.kind === 'void') continue
    checkSource(field, transform, fields, 'partition by')
    const use = `${field['source-id']}/${field.transform}`
    if (uses.has(use)) {
      throw TableErrors.InvalidMetadata(`Cannot add redundant partition: ${field.name}`)
    }
    uses.add(use)
  }
}

/** Errors: `InvalidMetadata` when a field's source or transform does not fit the schema. */
export function checkSortOrder(order: SortOrder, schema: Schema): void {
  const fields = indexFields(schema)
  for (const field of order.fields) {
    checkSource(field, parseTransform(field.transform), fields, 'sort by')
  }
}

/** Whether two specs partition alike. */
export function sameSpec(a: UnboundSpec, b: UnboundSpec): boolean {
  const key = (spec: UnboundSpec) =>
    JSON.stringify(spec.fields.map((field) => [field['source-id'], field.transform, field.name]))
  return key(a) === key(b)
}

export function sameSortOrder(a: SortOrder, b: SortOrder): boolean {
  const key = (order: SortOrder) =>
    JSON.stringify(
      order.fields.map((field) => [
        field['source-id'],
        field.transform,
        field.direction,
        field['null-order'],
      ]),
    )
  return key(a) === key(b)
}

/**
 * The spec with a number for each field: its own, that of the same field of another spec, or a new one, so that a
 * number means one field for ever. https://iceberg.apache.org/spec/#partition-evolution
 */
export function numberFields(
  spec: UnboundSpec,
  specs: readonly PartitionSpec[],
  lastPartitionId: number,
): readonly PartitionField[] {
  const known = new Map<string, number>()
  for (const { fields } of specs) {
    for (const field of fields)
      known.set(`${field['source-id']}/${field.transform}`, field['field-id'])
  }
  const taken = new Set<number>()
  let last = lastPartitionId
  return spec.fields.map((field) => {
    const same = known.get(`${field['source-id']}/${field.transform}`)
    const id = field['field-id'] ?? (same !== undefined && !taken.has(same) ? same : ++last)
    if (taken.has(id)) {
      throw TableErrors.InvalidMetadata(
        `Cannot use field id more than once in one PartitionSpec: ${id}`,
      )
    }
    taken.add(id)
    last = Math.max(last, id)
    return {
      'source-id': field['source-id'],
      'field-id': id,
      name: field.name,
      transform: field.transform,
    }
  })
}

function sourceOf(field: Readonly<Record<string, unknown>>, path: string): number {
  const several = field['source-ids']
  if (field['source-id'] === undefined && Array.isArray(several)) {
    if (several.length === 1) return asInteger(several[0], `${path}.source-ids`)
    throw TableErrors.UnsupportedFormat(`${path}: transforms of several columns are not supported`)
  }
  return asInteger(field['source-id'], `${path}.source-id`)
}

function checkSource(
  field: { readonly 'source-id': number; readonly transform: string },
  transform: Transform,
  fields: ReadonlyMap<number, IndexedField>,
  use: string,
): void {
  const source = fields.get(field['source-id'])
  if (!source) {
    throw TableErrors.InvalidMetadata(`Cannot find source column: ${field['source-id']}`)
  }
  if (typeof source.type !== 'string' || source.repeated) {
    throw TableErrors.InvalidMetadata(`Cannot ${use} non-primitive source field: ${source.name}`)
  }
  if (!canTransform(transform, parsePrimitive(source.type))) {
    throw TableErrors.InvalidMetadata(
      `Invalid source type ${source.type} for transform: ${field.transform}`,
    )
  }
}

import {
  type Schema,
  type StructField,
  type TableMetadata,
  type Type as IcebergType,
  currentSchema,
  parsePrimitive,
} from '#catalog/tables'
import type { DdlColumn, DdlStatement } from '#consumption/sql'
import { failed } from '../../planning/failure.ts'
import { type NextId, icebergTypeOfHive, idsAfter } from './column-type.ts'

type Evolution =
  | Extract<DdlStatement, { kind: 'changeColumn' | 'dropColumn' }>
  | { readonly kind: 'addColumns'; readonly columns: readonly DdlColumn[] }

/**
 * The schema after ADD COLUMNS, CHANGE COLUMN or DROP COLUMN: ids of columns that stay are kept, so that old files are read on.
 * https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-evolving-table-schema.html
 */
export function evolvedSchema(metadata: TableMetadata, statement: Evolution): Schema {
  const schema = currentSchema(metadata)
  const nextId = idsAfter(metadata['last-column-id'])
  const fields = evolvedFields(schema.fields, statement, nextId)
  return { ...schema, fields }
}

function evolvedFields(
  fields: readonly StructField[],
  statement: Evolution,
  nextId: NextId,
): readonly StructField[] {
  switch (statement.kind) {
    case 'addColumns': {
      const added: StructField[] = []
      for (const column of statement.columns) {
        requireFree(column.name, [...fields, ...added])
        added.push(newField(column, nextId))
      }
      return [...fields, ...added]
    }
    case 'dropColumn': {
      requireColumn(statement.column, fields)
      const left = fields.filter((field) => !isNamed(field, statement.column))
      if (left.length > 0) return left
      throw failed('NOT_SUPPORTED', 'Cannot drop the only column of a table')
    }
    case 'changeColumn':
      return changed(fields, statement, nextId)
  }
}

function changed(
  fields: readonly StructField[],
  { column, to, place }: Extract<Evolution, { kind: 'changeColumn' }>,
  nextId: NextId,
): readonly StructField[] {
  const field = requireColumn(column, fields)
  const others = fields.filter((other) => other !== field)
  requireFree(to.name, others)
  const { doc, ...rest } = field
  const wanted = icebergTypeOfHive(to.type, to.name, nextId)
  const after: StructField = {
    ...rest,
    name: isNamed(field, to.name) ? field.name : to.name,
    type: widened(field.type, wanted, to.name),
    ...(to.comment === undefined ? (doc === undefined ? {} : { doc }) : { doc: to.comment }),
  }
  if (!place) return fields.map((other) => (other === field ? after : other))
  const at = place.after === undefined ? 0 : others.indexOf(requireColumn(place.after, others)) + 1
  return others.toSpliced(at, 0, after)
}

/** The wanted type under the ids of the old one. https://iceberg.apache.org/spec/#schema-evolution */
function widened(from: IcebergType, to: IcebergType, name: string): IcebergType {
  const refuse = () =>
    failed('NOT_SUPPORTED', `Cannot change column type: ${name}: ${shown(from)} -> ${shown(to)}`)
  if (typeof from === 'string' || typeof to === 'string') {
    if (typeof from !== 'string' || typeof to !== 'string' || !isPromotion(from, to)) throw refuse()
    return to
  }
  if (from.type === 'list' && to.type === 'list') {
    return { ...from, element: widened(from.element, to.element, `${name}.element`) }
  }
  if (from.type === 'map' && to.type === 'map') {
    if (shown(from.key) !== shown(to.key)) throw refuse()
    return { ...from, value: widened(from.value, to.value, `${name}.value`) }
  }
  if (from.type !== 'struct' || to.type !== 'struct') throw refuse()
  const gone = from.fields.find((field) => !to.fields.some((other) => isNamed(other, field.name)))
  if (gone) throw failed('NOT_SUPPORTED', `Cannot drop the nested field ${name}.${gone.name}`)
  return {
    type: 'struct',
    fields: to.fields.map((field) => {
      const old = from.fields.find((other) => isNamed(other, field.name))
      return old ? { ...old, type: widened(old.type, field.type, `${name}.${old.name}`) } : field
    }),
  }
}

function isPromotion(from: string, to: string): boolean {
  if (from === to) return true
  const [a, b] = [parsePrimitive(from), parsePrimitive(to)]
  if (a.kind === 'int' && b.kind === 'long') return true
  if (a.kind === 'float' && b.kind === 'double') return true
  return (
    a.kind === 'decimal' &&
    b.kind === 'decimal' &&
    a.scale === b.scale &&
    b.precision >= a.precision
  )
}

function shown(type: IcebergType): string {
  return typeof type === 'string' ? type : type.type
}

function newField(column: DdlColumn, nextId: NextId): StructField {
  const { name, comment } = column
  return {
    id: nextId(),
    name,
    required: false,
    type: icebergTypeOfHive(column.type, name, nextId),
    ...(comment === undefined ? {} : { doc: comment }),
  }
}

function isNamed(field: { readonly name: string }, name: string): boolean {
  return field.name.toLowerCase() === name.toLowerCase()
}

function requireColumn(name: string, fields: readonly StructField[]): StructField {
  const field = fields.find((other) => isNamed(other, name))
  if (field) return field
  throw failed('COLUMN_NOT_FOUND', `Column '${name}' does not exist`)
}

function requireFree(name: string, fields: readonly StructField[]): void {
  if (!fields.some((field) => isNamed(field, name))) return
  throw failed('COLUMN_ALREADY_EXISTS', `Column '${name}' already exists`)
}

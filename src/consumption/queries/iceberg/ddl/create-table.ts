import type { CreateTableInput, StructField } from '#catalog/tables'
import type { DdlStatement } from '#consumption/sql'
import { failed } from '../../planning/failure.ts'
import { parseLocation } from '../../planning/location.ts'
import { icebergTypeOfHive, idsAfter } from './column-type.ts'
import { partitionFields } from './partitioning.ts'
import { icebergProperties } from './properties.ts'

/** CREATE TABLE of Iceberg: https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-creating-tables.html */
export function createTableInput(
  statement: Extract<DdlStatement, { kind: 'createIcebergTable' }>,
): CreateTableInput {
  const nextId = idsAfter(0)
  const fields = statement.columns.map(({ name, type, comment }): StructField => ({
    id: nextId(),
    name,
    required: false,
    type: icebergTypeOfHive(type, name, nextId),
    ...(comment === undefined ? {} : { doc: comment }),
  }))
  return newTableInput({
    name: statement.name.table,
    fields,
    partitioning: statement.partitioning,
    location: statement.location,
    properties: {
      ...icebergProperties(statement.properties),
      ...(statement.comment === undefined ? {} : { comment: statement.comment }),
    },
  })
}

/** What a table of these columns is made from. */
export function newTableInput(table: {
  readonly name: string
  readonly fields: readonly StructField[]
  readonly partitioning: readonly string[]
  readonly location: string | undefined
  readonly properties: Readonly<Record<string, string>>
}): CreateTableInput {
  const { name, fields, partitioning, location, properties } = table
  const names = fields.map((field) => field.name)
  const twice = names.find((each, at) => names.indexOf(each) !== at)
  if (twice !== undefined) {
    throw failed(
      'DUPLICATE_COLUMN_NAME',
      `line 1:1: Column name '${twice}' specified more than once`,
    )
  }
  if (location !== undefined && !parseLocation(location)) {
    throw failed('INVALID_TABLE_PROPERTY', `The location is not an S3 path: ${location}`)
  }
  return {
    name,
    ...(location === undefined ? {} : { location }),
    schema: { type: 'struct', fields },
    partitionSpec: { fields: partitionFields(partitioning, fields) },
    properties,
  }
}

import {
  type LoadedTable,
  type StructField,
  type Type as IcebergType,
  currentSchema,
  defaultSpec,
  hiveType,
  indexFields,
} from '#catalog/tables'
import { type TextResult, textResult } from '../../statements/text-result.ts'
import { partitionTerm } from './partitioning.ts'

/** https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-describe-table.html */
export function describeIceberg({ metadata }: LoadedTable, formatted: boolean): TextResult {
  const schema = currentSchema(metadata)
  const names = indexFields(schema)
  const lines = [
    '# Table schema:\t\t',
    '# col_name\tdata_type\tcomment',
    ...schema.fields.map((field) => `${field.name}\t${shownType(field.type)}\t${field.doc ?? ''}`),
    '\t\t',
    '# Partition spec:\t\t',
    '# field_name\tfield_transform\tcolumn_name',
    ...defaultSpec(metadata)
      .fields.filter((field) => field.transform !== 'void')
      .map(
        (field) =>
          `${field.name}\t${field.transform}\t${names.get(field['source-id'])?.name ?? ''}`,
      ),
  ]
  if (formatted) {
    const properties = Object.entries(metadata.properties).toSorted(([a], [b]) => (a < b ? -1 : 1))
    lines.push(
      '\t\t',
      '# Detailed Table Information:\t\t',
      `Location\t${metadata.location}\t`,
      `Format version\t${metadata['format-version']}\t`,
      '\t\t',
      '# Table properties:\t\t',
      ...properties.map(([name, value]) => `${name}\t${value}\t`),
    )
  }
  return textResult(['col_name', 'data_type', 'comment'], lines)
}

/** https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-show-create-table.html */
export function showCreateIceberg({ metadata, record }: LoadedTable): TextResult {
  const schema = currentSchema(metadata)
  const names = indexFields(schema)
  const column = (field: StructField, at: number) => {
    const comment = field.doc === undefined ? '' : ` COMMENT ${quoted(field.doc)}`
    const end = at === schema.fields.length - 1 ? ')' : ','
    return `  ${field.name} ${shownType(field.type)}${comment}${end}`
  }
  const terms = defaultSpec(metadata)
    .fields.filter((field) => field.transform !== 'void')
    .map((field) => partitionTerm(field.transform, names.get(field['source-id'])?.name ?? ''))
  const { comment, ...properties } = metadata.properties
  const all = Object.entries({ table_type: 'iceberg', ...properties })
  const lines = [
    `CREATE TABLE ${record.database}.${record.name} (`,
    ...schema.fields.map(column),
    ...(comment === undefined ? [] : [`COMMENT ${quoted(comment)}`]),
    ...(terms.length > 0 ? [`PARTITIONED BY (${terms.join(', ')})`] : []),
    `LOCATION ${quoted(metadata.location)}`,
    'TBLPROPERTIES (',
    ...all.map(([name, value], at) => {
      const end = at === all.length - 1 ? '' : ','
      return `  ${quoted(name)}=${quoted(value)}${end}`
    }),
    ')',
  ]
  return textResult(['createtab_stmt'], lines)
}

/** https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-show-table-properties.html */
export function showIcebergProperties(
  { metadata, record }: LoadedTable,
  property: string | undefined,
): TextResult {
  const names = ['prpt_name', 'prpt_value']
  const all: Readonly<Record<string, string>> = { table_type: 'ICEBERG', ...metadata.properties }
  if (property !== undefined) {
    const value = Object.hasOwn(all, property) ? all[property] : undefined
    return textResult(names, [value ?? `Table ${record.name} does not have property: ${property}`])
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}\t${value}`)
  return textResult(names, lines.toSorted())
}

function shownType(type: IcebergType): string {
  return type === 'timestamptz' ? 'timestamptz' : hiveType(type)
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}

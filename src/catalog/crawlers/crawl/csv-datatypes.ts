import { primitive, type HiveType } from './hive-type.ts'

/** https://docs.aws.amazon.com/glue/latest/webapi/API_CsvClassifier.html, as Hive names them. */
const types: Readonly<Record<string, string>> = {
  BINARY: 'binary',
  BOOLEAN: 'boolean',
  DATE: 'date',
  // Digits on both sides of the point, as Spark has a decimal of which nothing is said.
  DECIMAL: 'decimal(38,18)',
  DOUBLE: 'double',
  FLOAT: 'float',
  INT: 'int',
  LONG: 'bigint',
  SHORT: 'smallint',
  STRING: 'string',
  TIMESTAMP: 'timestamp',
}

/** The types that a CSV classifier gives its columns, in their order; undefined when it leaves them to be found. Throws for a type that is none. */
export function customDatatypes(
  extra: Readonly<Record<string, unknown>> | undefined,
): readonly HiveType[] | undefined {
  const names = extra?.['CustomDatatypes']
  if (extra?.['CustomDatatypeConfigured'] !== true || !Array.isArray(names)) return undefined
  return names.map((name) => {
    const type = types[String(name).toUpperCase()]
    if (type === undefined) throw new Error(`${String(name)} is not a custom datatype.`)
    return primitive(type)
  })
}

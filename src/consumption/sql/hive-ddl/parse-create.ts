import { syntaxError } from '../errors.ts'
import type { DdlCursor } from './cursor.ts'
import type { Buckets, DdlColumn, DdlStatement, RowFormat } from './statements.ts'
import { viewDialects } from './unsupported.ts'

/** What follows CREATE. */
export function parseCreate(cursor: DdlCursor): DdlStatement {
  cursor.expect('CREATE')
  const replace = cursor.accept('OR', 'REPLACE')
  if (cursor.at('PROTECTED') || cursor.at('MULTI')) throw viewDialects(cursor.peek())
  if (cursor.accept('VIEW')) {
    const name = cursor.tableName(true)
    cursor.expect('AS')
    return {
      kind: 'createView',
      name,
      replace,
      sql: cursor.rest(),
    }
  }
  if (replace) cursor.fail("'VIEW'")
  if (cursor.accept('DATABASE') || cursor.accept('SCHEMA')) return createDatabase(cursor)
  if (cursor.at('TABLE')) return createIcebergTable(cursor)
  cursor.expect('EXTERNAL', 'TABLE')
  return createTable(cursor)
}

/** https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-creating-tables.html */
function createIcebergTable(cursor: DdlCursor): DdlStatement {
  const start = cursor.peek()
  cursor.expect('TABLE')
  const ifNotExists = cursor.accept('IF', 'NOT', 'EXISTS')
  const name = cursor.tableName()
  const columns = cursor.columns()
  let comment: string | undefined
  let partitioning: readonly string[] = []
  let location: string | undefined
  let properties: Readonly<Record<string, string>> = {}
  for (;;) {
    if (cursor.accept('COMMENT')) comment = cursor.string()
    else if (cursor.accept('PARTITIONED', 'BY')) {
      partitioning = cursor.bracketed(() => partitionTerm(cursor))
    } else if (cursor.accept('LOCATION')) location = cursor.string()
    else if (cursor.accept('TBLPROPERTIES')) properties = cursor.properties()
    else break
  }
  if (properties['table_type']?.toUpperCase() !== 'ICEBERG') {
    throw syntaxError(start, "mismatched input 'TABLE'. Expecting: 'EXTERNAL'")
  }
  const kind = 'createIcebergTable'
  return { kind, name, ifNotExists, columns, partitioning, comment, location, properties }
}

/** A column, or a transform of one: `bucket(16, id)`. */
function partitionTerm(cursor: DdlCursor): string {
  const name = cursor.name()
  if (!cursor.at('(')) return name
  const parts = cursor.bracketed(() => cursor.name())
  return `${name}(${parts.join(', ')})`
}

function createDatabase(cursor: DdlCursor): DdlStatement {
  const ifNotExists = cursor.accept('IF', 'NOT', 'EXISTS')
  const database = cursor.name()
  const comment = cursor.accept('COMMENT') ? cursor.string() : undefined
  const location = cursor.accept('LOCATION') ? cursor.string() : undefined
  const properties = cursor.accept('WITH', 'DBPROPERTIES') ? cursor.properties() : {}
  return { kind: 'createDatabase', database, ifNotExists, comment, location, properties }
}

function createTable(cursor: DdlCursor): DdlStatement {
  const ifNotExists = cursor.accept('IF', 'NOT', 'EXISTS')
  const name = cursor.tableName()
  const columns = cursor.at('(') ? cursor.columns() : []
  let comment: string | undefined
  let partitionKeys: readonly DdlColumn[] = []
  let buckets: Buckets | undefined
  let location: string | undefined
  let properties: Readonly<Record<string, string>> = {}
  const format: { -readonly [K in keyof RowFormat]: RowFormat[K] } = { ...noFormat }
  for (;;) {
    if (cursor.accept('COMMENT')) comment = cursor.string()
    else if (cursor.accept('PARTITIONED', 'BY')) partitionKeys = cursor.columns()
    else if (cursor.accept('CLUSTERED', 'BY')) buckets = clustered(cursor)
    else if (cursor.accept('ROW', 'FORMAT')) Object.assign(format, rowFormat(cursor))
    else if (cursor.accept('WITH', 'SERDEPROPERTIES')) {
      format.serdeProperties = { ...format.serdeProperties, ...cursor.properties() }
    } else if (cursor.accept('STORED', 'AS')) Object.assign(format, storedAs(cursor))
    else if (cursor.accept('LOCATION')) location = cursor.string()
    else if (cursor.accept('TBLPROPERTIES')) properties = cursor.properties()
    else break
  }
  return {
    kind: 'createTable',
    name,
    ifNotExists,
    columns,
    partitionKeys,
    comment,
    format,
    buckets,
    location,
    properties,
  }
}

/** `CLUSTERED BY (…) [SORTED BY (…)] INTO n BUCKETS`: how files were written. Readers need nothing of it. */
function clustered(cursor: DdlCursor): Buckets {
  const columns = cursor.bracketed(() => cursor.name())
  const sorted = cursor.accept('SORTED', 'BY')
    ? cursor.bracketed(() => {
        const column = cursor.name()
        const descending = cursor.accept('DESC')
        if (!descending) cursor.accept('ASC')
        return { column, descending }
      })
    : []
  cursor.expect('INTO')
  const count = cursor.next()
  if (!/^[1-9]\d{0,5}$/.test(count.text)) {
    cursor.unexpected(count, '<number>')
  }
  cursor.expect('BUCKETS')
  return { columns, sorted, count: Number(count.text) }
}

function rowFormat(cursor: DdlCursor): Partial<RowFormat> {
  if (cursor.accept('SERDE')) return { serde: cursor.string() }
  cursor.expect('DELIMITED')
  const serdeProperties: Record<string, string> = {}
  for (;;) {
    if (cursor.accept('FIELDS', 'TERMINATED', 'BY')) {
      const delimiter = cursor.string()
      serdeProperties['field.delim'] = delimiter
      serdeProperties['serialization.format'] = delimiter
      if (cursor.accept('ESCAPED', 'BY')) serdeProperties['escape.delim'] = cursor.string()
    } else if (cursor.accept('COLLECTION', 'ITEMS', 'TERMINATED', 'BY')) {
      serdeProperties['collection.delim'] = cursor.string()
    } else if (cursor.accept('MAP', 'KEYS', 'TERMINATED', 'BY')) {
      serdeProperties['mapkey.delim'] = cursor.string()
    } else if (cursor.accept('LINES', 'TERMINATED', 'BY')) {
      serdeProperties['line.delim'] = cursor.string()
    } else if (cursor.accept('NULL', 'DEFINED', 'AS')) {
      serdeProperties['serialization.null.format'] = cursor.string()
    } else {
      return { serdeProperties }
    }
  }
}

function storedAs(cursor: DdlCursor): Partial<RowFormat> {
  if (cursor.accept('INPUTFORMAT')) {
    const inputFormat = cursor.string()
    cursor.expect('OUTPUTFORMAT')
    return { inputFormat, outputFormat: cursor.string() }
  }
  return { storedAs: cursor.next().key }
}

const noFormat: RowFormat = {
  serde: undefined,
  serdeProperties: {},
  inputFormat: undefined,
  outputFormat: undefined,
  storedAs: undefined,
}

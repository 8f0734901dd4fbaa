import { syntaxError } from '../errors.ts'
import type { DdlCursor } from './cursor.ts'
import type { DdlStatement, PartitionSpec, TableName } from './statements.ts'
import { refuseAlteration, viewDialects } from './unsupported.ts'

/** What follows ALTER. */
export function parseAlter(cursor: DdlCursor): DdlStatement {
  cursor.expect('ALTER')
  if (cursor.accept('DATABASE') || cursor.accept('SCHEMA')) {
    const database = cursor.name()
    cursor.expect('SET', 'DBPROPERTIES')
    return { kind: 'setDatabaseProperties', database, properties: cursor.properties() }
  }
  if (cursor.at('VIEW')) throw viewDialects(cursor.peek())
  cursor.expect('TABLE')
  const name = cursor.tableName()
  const partition = cursor.at('PARTITION') ? cursor.partitionSpec() : undefined
  refuseAlteration(cursor)
  if (partition) return alterPartition(cursor, name, partition)
  if (cursor.at('ADD') && !cursor.at('ADD', 'COLUMNS')) return addPartitions(cursor, name)
  if (cursor.accept('RENAME', 'TO')) return { kind: 'renameTable', name, to: cursor.tableName() }
  if (cursor.accept('CHANGE')) return changeColumn(cursor, name)
  if (cursor.accept('UNSET', 'TBLPROPERTIES')) {
    const properties = cursor.bracketed(() => cursor.string())
    return { kind: 'unsetProperties', name, properties }
  }
  if (cursor.accept('DROP', 'COLUMN')) return { kind: 'dropColumn', name, column: cursor.name() }
  if (cursor.accept('DROP')) return dropPartitions(cursor, name)
  if (cursor.accept('SET', 'TBLPROPERTIES')) {
    return { kind: 'setProperties', name, properties: cursor.properties() }
  }
  return (
    columnsOrLocation(cursor, name, undefined) ??
    cursor.fail("'ADD', 'CHANGE', 'DROP', 'RENAME', 'REPLACE', 'SET', 'UNSET'")
  )
}

function alterPartition(
  cursor: DdlCursor,
  name: TableName,
  partition: PartitionSpec,
): DdlStatement {
  if (cursor.accept('RENAME', 'TO')) {
    return { kind: 'renamePartition', name, partition, to: cursor.partitionSpec() }
  }
  return (
    columnsOrLocation(cursor, name, partition) ??
    cursor.fail("'ADD COLUMNS', 'RENAME TO PARTITION', 'REPLACE COLUMNS', 'SET LOCATION'")
  )
}

/** What is said of a table and of a partition alike. */
function columnsOrLocation(
  cursor: DdlCursor,
  name: TableName,
  partition: PartitionSpec | undefined,
): DdlStatement | undefined {
  if (cursor.accept('ADD', 'COLUMNS')) {
    return { kind: 'addColumns', name, partition, columns: cursor.columns() }
  }
  if (cursor.accept('REPLACE', 'COLUMNS')) {
    return { kind: 'replaceColumns', name, partition, columns: cursor.columns() }
  }
  if (cursor.accept('SET', 'LOCATION')) {
    return { kind: 'setLocation', name, partition, location: cursor.string() }
  }
  return undefined
}

function addPartitions(cursor: DdlCursor, name: TableName): DdlStatement {
  cursor.expect('ADD')
  const ifNotExists = cursor.accept('IF', 'NOT', 'EXISTS')
  const partitions: { spec: PartitionSpec; location: string | undefined }[] = []
  do {
    const spec = cursor.partitionSpec()
    partitions.push({ spec, location: cursor.accept('LOCATION') ? cursor.string() : undefined })
  } while (cursor.at('PARTITION'))
  return { kind: 'addPartitions', name, ifNotExists, partitions }
}

function dropPartitions(cursor: DdlCursor, name: TableName): DdlStatement {
  const ifExists = cursor.accept('IF', 'EXISTS')
  const specs = [cursor.partitionSpec()]
  while (cursor.accept(',')) specs.push(cursor.partitionSpec())
  return { kind: 'dropPartitions', name, ifExists, specs }
}

/**
 * https://docs.aws.amazon.com/athena/latest/ug/alter-table-change-column.html,
 * https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-alter-table-change-column.html
 */
function changeColumn(cursor: DdlCursor, name: TableName): DdlStatement {
  cursor.accept('COLUMN')
  const column = cursor.name()
  const to = { name: cursor.name(), type: cursor.type(), comment: undefined }
  const comment = cursor.accept('COMMENT') ? cursor.string() : undefined
  let place: { after: string | undefined } | undefined
  if (cursor.accept('FIRST')) place = { after: undefined }
  else if (cursor.accept('AFTER')) place = { after: cursor.name() }
  if (cursor.at('CASCADE') || cursor.at('RESTRICT')) {
    throw syntaxError(cursor.peek(), 'CASCADE and RESTRICT are not supported in CHANGE COLUMN')
  }
  return { kind: 'changeColumn', name, column, to: { ...to, comment }, place }
}
